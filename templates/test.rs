//! Starts the services on a free port and calls every method over the network.
//!
//! A new project answers UNIMPLEMENTED to everything. As you write a handler,
//! write here what it answers.

use std::future::Future;

use {{ outside }}::{pb, services};
use scaffold_runtime::{Channel, Code, Server, ServerConfig, Status};

/// Runs `test` against a server of its own.
fn with_server<F: Future<Output = ()>>(test: impl FnOnce(Channel) -> F) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let config = ServerConfig {
            address: "127.0.0.1:0".parse().expect("an address"),
            ..ServerConfig::default()
        };
        let server = Server::new(config)
{%- for service in services %}
            .add_service({{ service.path }}::{{ service.server }}::new(services::{{ service.handler }}::default()))
{%- endfor %}
            .bind()
            .expect("a free port");
        let address = server.local_addr().to_string();
        let handle = server.handle();
        let serving = tokio::spawn(server.serve());
        let channel = Channel::connect(&address).await.expect("connected");
        test(channel).await;
        handle.shutdown();
        serving.await.expect("no panic").expect("a clean end");
    });
}

fn is_unimplemented(result: Result<(), Status>) {
    let status = result.expect_err("a new project answers with an error");
    assert_eq!(status.code(), Code::Unimplemented, "{status}");
}
{%- for service in services if !service.methods.is_empty() %}

mod {{ service.module }} {
    use {{ service.import(outside) }};
{%- for method in service.methods %}

    #[test]
    fn {{ method.function }}() {
        super::with_server(|channel| async move {
            let client = {{ service.near }}::{{ service.client }}::new(channel);
            let call = async {
{%- if method.streams_requests && method.streams_responses %}
                let mut stream = client.{{ method.function }}(()).await?;
                // The answer, not the send, says how the call ended.
                let _ = stream.send({{ method.input.empty(outside) }}).await;
                while stream.message().await?.is_some() {}
                Ok(())
{%- else if method.streams_requests %}
                let mut stream = client.{{ method.function }}(()).await?;
                // The answer, not the send, says how the call ended.
                let _ = stream.send({{ method.input.empty(outside) }}).await;
                stream.finish().await.map(drop)
{%- else if method.streams_responses %}
                        let mut responses = client.{{ method.function }}({{ method.input.empty(outside) }}).await?;
                while responses.message().await?.is_some() {}
                Ok(())
{%- else %}
                        client.{{ method.function }}({{ method.input.empty(outside) }}).await.map(drop)
{%- endif %}
            };
            super::is_unimplemented(call.await);
        });
    }
{%- endfor %}
}
{%- endfor %}
