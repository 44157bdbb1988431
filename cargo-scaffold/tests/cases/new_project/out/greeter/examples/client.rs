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
        call_greeter(channel.clone()).await;
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

async fn call_greeter(channel: Channel) {
    use ::greeter::pb::greeter::v1 as pb;

    let client = pb::greeter::GreeterClient::new(channel);

    let call = async {
        let response = client.say_hello(pb::HelloRequest::default()).await?;
        println!("SayHello: {:?}", response.get_ref());
        Ok(())
    };
    report("SayHello", call.await);

    let call = async {
        let mut stream = client.say_hello_to_all(()).await?;
        stream.send(pb::HelloRequest::default()).await?;
        let response = stream.finish().await?;
        println!("SayHelloToAll: {:?}", response.get_ref());
        Ok(())
    };
    report("SayHelloToAll", call.await);

    let call = async {
        let mut responses = client.keep_saying(pb::HelloRequest::default()).await?;
        while let Some(response) = responses.message().await? {
            println!("KeepSaying: {response:?}");
        }
        Ok(())
    };
    report("KeepSaying", call.await);

    let call = async {
        let mut stream = client.chat(()).await?;
        stream.send(pb::HelloRequest::default()).await?;
        stream.close_send().await?;
        while let Some(response) = stream.message().await? {
            println!("Chat: {response:?}");
        }
        Ok(())
    };
    report("Chat", call.await);
}
