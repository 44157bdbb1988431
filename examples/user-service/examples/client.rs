//! Calls every method of a running server: one of each call shape, and more.
//!
//! `cargo run --example client -- 127.0.0.1:50051`

use std::error::Error;

use scaffold_runtime::{Channel, Status};
use user_service::pb::user::v1 as pb;
use user_service::pb::user::v1::user_service::UserServiceClient;

fn main() -> Result<(), Box<dyn Error>> {
    let target = std::env::args().nth(1);
    let target = target.as_deref().unwrap_or("127.0.0.1:50051");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let client = UserServiceClient::new(Channel::connect(target).await?);
        unary(&client).await?;
        client_streaming(&client).await?;
        bidi_streaming(&client).await?;
        server_streaming(&client).await?;
        Ok(())
    })
}

async fn unary(client: &UserServiceClient) -> Result<(), Status> {
    let request = pb::CreateUserRequest {
        name: "Ada".to_owned(),
        age: 36,
        email: "ada@example.com".to_owned(),
    };
    let made = client.create_user(request).await?.into_inner();
    println!("CreateUser: made {}", made.user_id);

    let request = pb::GetUserRequest {
        user_id: made.user_id,
    };
    let found = client.get_user(request).await?.into_inner();
    let user = found.user.unwrap_or_default();
    println!("GetUser: {} is {}, {}", user.user_id, user.name, user.age);
    Ok(())
}

async fn client_streaming(client: &UserServiceClient) -> Result<(), Status> {
    let mut import = client.import_users(()).await?;
    for name in ["Grace", "Edsger", "Barbara"] {
        import.send(user(name)).await?;
    }
    let answer = import.finish().await?.into_inner();
    println!("ImportUsers: {} users imported", answer.imported);
    Ok(())
}

async fn bidi_streaming(client: &UserServiceClient) -> Result<(), Status> {
    let mut sync = client.sync_users(()).await?;
    for name in ["Grace", "Radia"] {
        sync.send(user(name)).await?;
        if let Some(stored) = sync.message().await? {
            println!("SyncUsers: {} is stored", stored.user_id);
        }
    }
    sync.close_send().await?;
    while sync.message().await?.is_some() {}
    Ok(())
}

async fn server_streaming(client: &UserServiceClient) -> Result<(), Status> {
    let request = pb::WatchUsersRequest {
        follow: false,
        limit: 10,
    };
    let mut users = client.watch_users(request).await?;
    let mut names = Vec::new();
    while let Some(user) = users.message().await? {
        names.push(user.name);
    }
    println!("WatchUsers: {}", names.join(", "));
    Ok(())
}

fn user(name: &str) -> pb::User {
    let id = name.to_lowercase();
    pb::User {
        email: format!("{id}@example.com"),
        user_id: id,
        name: name.to_owned(),
        age: 40,
        ..pb::User::default()
    }
}
