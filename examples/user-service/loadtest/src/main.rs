//! The load test: `cargo loadtest --rate 500 --duration 30s`, against a server
//! that is running; `cargo loadtest --help` lists the rest.

use std::process::ExitCode;

use scaffold_load::LoadTest;
use scaffold_runtime::{Channel, Status};
use user_service::pb::user::v1 as pb;
use user_service::pb::user::v1::user_service::{UserServiceClient, UserServiceLoad};

/// As many users as the calls spread over.
const USERS: u64 = 100;

fn main() -> ExitCode {
    LoadTest::new("user-service")
        .prepare(import)
        .driver(
            UserServiceLoad::new()
                .get_user(|i| pb::GetUserRequest { user_id: id(i) })
                .create_user(|i| pb::CreateUserRequest {
                    name: "Ada".to_owned(),
                    age: (i % 100) as i32,
                    email: format!("{}@example.com", id(i)),
                })
                .watch_users(|_| pb::WatchUsersRequest {
                    follow: false,
                    limit: 10,
                })
                .import_users(|i| vec![user(i), user(i + 1)])
                .sync_users(|i| vec![user(i), user(i + 1)]),
        )
        .main()
}

/// GetUser must find what it asks for.
async fn import(channel: Channel) -> Result<(), Status> {
    let mut import = UserServiceClient::new(channel).import_users(()).await?;
    for i in 0..USERS {
        import.send(user(i)).await?;
    }
    import.finish().await.map(drop)
}

fn user(i: u64) -> pb::User {
    pb::User {
        user_id: id(i),
        name: "Grace".to_owned(),
        age: (i % 100) as i32,
        email: format!("{}@example.com", id(i)),
        ..pb::User::default()
    }
}

fn id(i: u64) -> String {
    format!("load-{}", i % USERS)
}
