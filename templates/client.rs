//! Calls every method of a running server, with empty messages.
//!
//! `cargo run --example client -- 127.0.0.1:50051`

use std::error::Error;

use scaffold_runtime::{Channel, Status};

fn main() -> Result<(), Box<dyn Error>> {
    let target = std::env::args().nth(1);
    let target = target.as_deref().unwrap_or("127.0.0.1:50051");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let channel = Channel::connect(target).await?;
{%- for service in services if !service.methods.is_empty() %}
        {{ service.call }}(channel.clone()).await;
{%- endfor %}
        drop(channel);
        Ok(())
    })
}

fn report(method: &str, result: Result<(), Status>) {
    match result {
        Ok(()) => println!("{method}: OK"),
        Err(status) => println!("{method}: {status}"),
    }
}
{%- for service in services if !service.methods.is_empty() %}

async fn {{ service.call }}(channel: Channel) {
    use {{ service.import(outside) }};

    let client = {{ service.near }}::{{ service.client }}::new(channel);
{%- for method in service.methods %}
{%- if method.streams_requests && method.streams_responses %}

    let call = async {
        let mut stream = client.{{ method.function }}(()).await?;
        stream.send({{ method.input.empty(outside) }}).await?;
        stream.close_send().await?;
        while let Some(response) = stream.message().await? {
            println!("{{ method.proto }}: {response:?}");
        }
        Ok(())
    };
{%- else if method.streams_requests %}

    let call = async {
        let mut stream = client.{{ method.function }}(()).await?;
        stream.send({{ method.input.empty(outside) }}).await?;
        let response = stream.finish().await?;
        println!("{{ method.proto }}: {:?}", response.get_ref());
        Ok(())
    };
{%- else if method.streams_responses %}

    let call = async {
        let mut responses = client.{{ method.function }}({{ method.input.empty(outside) }}).await?;
        while let Some(response) = responses.message().await? {
            println!("{{ method.proto }}: {response:?}");
        }
        Ok(())
    };
{%- else %}

    let call = async {
        let response = client.{{ method.function }}({{ method.input.empty(outside) }}).await?;
        println!("{{ method.proto }}: {:?}", response.get_ref());
        Ok(())
    };
{%- endif %}
    report("{{ method.proto }}", call.await);
{%- endfor %}
}
{%- endfor %}
