//! Starts the services on a free port and calls every method over the network.
//!
//! A new project answers UNIMPLEMENTED to everything. As you write a handler,
//! write here what it answers.

use std::future::Future;

use ::greeter::{pb, services};
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
            .add_service(pb::greeter::v1::greeter::GreeterServer::new(
                services::GreeterHandler::default(),
            ))
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

mod greeter {
    use ::greeter::pb::greeter::v1 as pb;

    #[test]
    fn say_hello() {
        super::with_server(|channel| async move {
            let client = pb::greeter::GreeterClient::new(channel);
            let call = async {
                client
                    .say_hello(pb::HelloRequest::default())
                    .await
                    .map(drop)
            };
            super::is_unimplemented(call.await);
        });
    }

    #[test]
    fn say_hello_to_all() {
        super::with_server(|channel| async move {
            let client = pb::greeter::GreeterClient::new(channel);
            let call = async {
                let mut stream = client.say_hello_to_all(()).await?;
                // The answer, not the send, says how the call ended.
                let _ = stream.send(pb::HelloRequest::default()).await;
                stream.finish().await.map(drop)
            };
            super::is_unimplemented(call.await);
        });
    }

    #[test]
    fn keep_saying() {
        super::with_server(|channel| async move {
            let client = pb::greeter::GreeterClient::new(channel);
            let call = async {
                let mut responses = client.keep_saying(pb::HelloRequest::default()).await?;
                while responses.message().await?.is_some() {}
                Ok(())
            };
            super::is_unimplemented(call.await);
        });
    }

    #[test]
    fn chat() {
        super::with_server(|channel| async move {
            let client = pb::greeter::GreeterClient::new(channel);
            let call = async {
                let mut stream = client.chat(()).await?;
                // The answer, not the send, says how the call ended.
                let _ = stream.send(pb::HelloRequest::default()).await;
                while stream.message().await?.is_some() {}
                Ok(())
            };
            super::is_unimplemented(call.await);
        });
    }
}
