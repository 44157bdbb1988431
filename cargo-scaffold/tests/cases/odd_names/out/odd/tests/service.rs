//! Starts the services on a free port and calls every method over the network.
//!
//! A new project answers UNIMPLEMENTED to everything. As you write a handler,
//! write here what it answers.

use std::future::Future;

use ::odd::{pb, services};
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
            .add_service(pb::r#type::TypeServer::new(services::TypeHandler::default()))
            .add_service(pb::a::v1::users::UsersServer::new(
                services::UsersHandler::default(),
            ))
            .add_service(pb::a::v1::request::RequestServer::new(
                services::RequestHandler::default(),
            ))
            .add_service(pb::a::v1::r#mod::ModServer::new(
                services::ModHandler::default(),
            ))
            .add_service(pb::b::v1::users::UsersServer::new(
                services::BV1UsersHandler::default(),
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

mod r#type {
    use ::odd::pb;

    #[test]
    fn r#await() {
        super::with_server(|channel| async move {
            let client = pb::r#type::TypeClient::new(channel);
            let call = async { client.r#await(()).await.map(drop) };
            super::is_unimplemented(call.await);
        });
    }

    #[test]
    fn new_() {
        super::with_server(|channel| async move {
            let client = pb::r#type::TypeClient::new(channel);
            let call = async {
                let mut responses = client.new_(pb::a::v1::Status::default()).await?;
                while responses.message().await?.is_some() {}
                Ok(())
            };
            super::is_unimplemented(call.await);
        });
    }

    #[test]
    fn with_server() {
        super::with_server(|channel| async move {
            let client = pb::r#type::TypeClient::new(channel);
            let call = async { client.with_server(pb::Result::default()).await.map(drop) };
            super::is_unimplemented(call.await);
        });
    }
}

mod users {
    use ::odd::pb::a::v1 as pb;

    #[test]
    fn get() {
        super::with_server(|channel| async move {
            let client = pb::users::UsersClient::new(channel);
            let call = async { client.get(pb::Status::default()).await.map(drop) };
            super::is_unimplemented(call.await);
        });
    }
}

mod request {
    use ::odd::pb::a::v1 as pb;

    #[test]
    fn clone_() {
        super::with_server(|channel| async move {
            let client = pb::request::RequestClient::new(channel);
            let call = async {
                let mut stream = client.clone_(()).await?;
                // The answer, not the send, says how the call ended.
                let _ = stream.send(pb::Status::default()).await;
                while stream.message().await?.is_some() {}
                Ok(())
            };
            super::is_unimplemented(call.await);
        });
    }
}

mod b_v1_users {
    use ::odd::pb::b::v1 as pb;

    #[test]
    fn a_method_with_a_name_that_is_very_long_indeed_and_goes_on_until_the_line_is_full() {
        super::with_server(|channel| async move {
            let client = pb::users::UsersClient::new(channel);
            let call = async {
                let mut responses = client.a_method_with_a_name_that_is_very_long_indeed_and_goes_on_until_the_line_is_full(pb::AMessageWithAnEquallyLongName::default()).await?;
                while responses.message().await?.is_some() {}
                Ok(())
            };
            super::is_unimplemented(call.await);
        });
    }
}
