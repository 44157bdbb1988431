//! Starts the services on a free port and calls every method over the network.

use std::future::Future;

use scaffold_runtime::{Channel, Code, Server, ServerConfig, Status};
use user_service::pb::user::v1 as pb;
use user_service::pb::user::v1::user_service::{UserServiceClient, UserServiceServer};
use user_service::services::UserServiceHandler;

/// Runs `test` against a server of its own.
fn with_server<F>(test: impl FnOnce(UserServiceClient) -> F)
where
    F: Future<Output = Result<(), Status>>,
{
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
            .add_service(UserServiceServer::new(UserServiceHandler::default()))
            .bind()
            .expect("a free port");
        let address = server.local_addr().to_string();
        let handle = server.handle();
        let serving = tokio::spawn(server.serve());
        let channel = Channel::connect(&address).await.expect("connected");
        test(UserServiceClient::new(channel))
            .await
            .expect("no call fails");
        handle.shutdown();
        serving.await.expect("no panic").expect("a clean end");
    });
}

fn user(id: &str, name: &str) -> pb::User {
    pb::User {
        user_id: id.to_owned(),
        name: name.to_owned(),
        age: 36,
        email: format!("{id}@example.com"),
        ..pb::User::default()
    }
}

#[test]
fn a_user_that_was_made_is_found() {
    with_server(|client| async move {
        let request = pb::CreateUserRequest {
            name: "Ada".to_owned(),
            age: 36,
            email: "ada@example.com".to_owned(),
        };
        let made = client.create_user(request).await?.into_inner();
        assert!(made.success);

        let request = pb::GetUserRequest {
            user_id: made.user_id.clone(),
        };
        let found = client.get_user(request).await?.into_inner();
        let found = found.user.expect("a user");
        assert_eq!((found.name.as_str(), found.age), ("Ada", 36));
        assert_eq!(found.user_id, made.user_id);
        assert!(found.created_at.is_some());
        Ok(())
    });
}

#[test]
fn faults_of_the_caller_have_their_codes() {
    with_server(|client| async move {
        let request = pb::GetUserRequest {
            user_id: "nobody".to_owned(),
        };
        let status = client.get_user(request).await.expect_err("no such user");
        assert_eq!(status.code(), Code::NotFound);

        let request = pb::CreateUserRequest::default();
        let status = client.create_user(request).await.expect_err("no name");
        assert_eq!(status.code(), Code::InvalidArgument);
        Ok(())
    });
}

#[test]
fn imported_users_are_listed() {
    with_server(|client| async move {
        let mut import = client.import_users(()).await?;
        for id in ["a", "b", "c"] {
            import.send(user(id, "Grace")).await?;
        }
        assert_eq!(import.finish().await?.into_inner().imported, 3);

        let request = pb::WatchUsersRequest {
            follow: false,
            limit: 2,
        };
        let mut users = client.watch_users(request).await?;
        let mut ids = Vec::new();
        while let Some(user) = users.message().await? {
            ids.push(user.user_id);
        }
        assert_eq!(ids, ["a", "b"]);
        Ok(())
    });
}

#[test]
fn a_follower_sees_changes() {
    with_server(|client| async move {
        let request = pb::WatchUsersRequest {
            follow: true,
            limit: 0,
        };
        let mut users = client.watch_users(request).await?;
        let mut sync = client.sync_users(()).await?;
        for name in ["Edsger", "Barbara"] {
            sync.send(user("x", name)).await?;
            let stored = sync.message().await?.expect("an answer to each");
            assert_eq!(stored.name, name);
            let seen = users.message().await?.expect("a change");
            assert_eq!(seen.name, name);
        }
        sync.close_send().await?;
        assert!(sync.message().await?.is_none());
        // Ends the call, or the server would wait for it.
        drop(users);
        Ok(())
    });
}
