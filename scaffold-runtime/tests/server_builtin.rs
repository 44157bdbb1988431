//! Health and reflection, as the server brings them along.

mod server_support;

use bytes::{Buf, Bytes};
use prost::Message;
use prost_types::FileDescriptorProto;
use scaffold_runtime::services::health::ServingStatus;
use scaffold_runtime::{Server, ServerConfig};
use server_support::raw::{Reply, frame, headers};
use server_support::*;
use tokio::time::timeout;

/// `HealthCheckRequest`, `HealthCheckResponse` and some of reflection, by hand:
/// the wire is what is tested.
#[derive(Clone, PartialEq, Message)]
struct Check {
    #[prost(string, tag = "1")]
    service: String,
}

#[derive(Clone, PartialEq, Message)]
struct Checked {
    #[prost(int32, tag = "1")]
    status: i32,
}

#[derive(Clone, PartialEq, Message)]
struct Listed {
    #[prost(map = "string, message", tag = "1")]
    statuses: std::collections::HashMap<String, Checked>,
}

#[derive(Clone, PartialEq, Message)]
struct Ask {
    #[prost(string, tag = "3")]
    file: String,
    #[prost(string, optional, tag = "4")]
    symbol: Option<String>,
    #[prost(string, optional, tag = "6")]
    extensions_of: Option<String>,
    #[prost(string, optional, tag = "7")]
    services: Option<String>,
}

#[derive(Clone, PartialEq, Message)]
struct Told {
    #[prost(message, optional, tag = "4")]
    files: Option<Files>,
    #[prost(message, optional, tag = "6")]
    services: Option<Services>,
    #[prost(message, optional, tag = "7")]
    error: Option<Fault>,
}

#[derive(Clone, PartialEq, Message)]
struct Files {
    #[prost(bytes = "bytes", repeated, tag = "1")]
    files: Vec<Bytes>,
}

#[derive(Clone, PartialEq, Message)]
struct Services {
    #[prost(message, repeated, tag = "1")]
    services: Vec<Check>,
}

#[derive(Clone, PartialEq, Message)]
struct Fault {
    #[prost(int32, tag = "1")]
    code: i32,
}

fn messages<M: Message + Default>(reply: &Reply) -> Vec<M> {
    assert_eq!(reply.code(), 0, "{reply:?}");
    let mut body = reply.body.clone();
    let mut all = Vec::new();
    while !body.is_empty() {
        body.advance(1);
        let len = body.get_u32() as usize;
        all.push(M::decode(body.split_to(len)).unwrap());
    }
    all
}

async fn check(client: &Client, service: &str) -> Reply {
    let request = frame(&Check {
        service: service.to_owned(),
    });
    client
        .call("/grpc.health.v1.Health/Check", headers(&[]), &[request])
        .await
}

#[tokio::test]
async fn health_knows_the_services() {
    let server = start(config()).await;
    let client = server.client().await;
    for service in ["", "test.Echo"] {
        assert_eq!(
            messages::<Checked>(&check(&client, service).await),
            [Checked { status: 1 }]
        );
    }
    assert_eq!(check(&client, "test.Other").await.code(), 5);
    server
        .handle
        .health()
        .set("test.Echo", ServingStatus::NotServing);
    assert_eq!(
        messages::<Checked>(&check(&client, "test.Echo").await),
        [Checked { status: 2 }]
    );
    let listed = client
        .call(
            "/grpc.health.v1.Health/List",
            headers(&[]),
            &[frame(&Check::default())],
        )
        .await;
    assert_eq!(
        messages::<Listed>(&listed)[0].statuses["test.Echo"],
        Checked { status: 2 }
    );
}

#[tokio::test]
async fn health_says_so_before_the_drain() {
    let pause = std::time::Duration::from_millis(500);
    let server = start(ServerConfig {
        pre_stop: pause,
        ..config()
    })
    .await;
    let client = server.client().await;
    let mut open = client
        .open("/grpc.health.v1.Health/Watch", headers(&[]))
        .await;
    open.body.send_data(frame(&Check::default()), true).unwrap();
    let (_, mut stream, _) = open.head().await;
    let first = timeout(PATIENCE, stream.data())
        .await
        .unwrap()
        .unwrap()
        .unwrap();
    assert_eq!(first, frame(&Checked { status: 1 }));
    server.handle.shutdown();
    let second = timeout(PATIENCE, stream.data())
        .await
        .unwrap()
        .unwrap()
        .unwrap();
    assert_eq!(second, frame(&Checked { status: 2 }));
    // Connections are taken until `pre_stop` is over.
    assert_eq!(server.client().await.say(&note("", 1)).await.code(), 0);
    drop((stream, client));
    timeout(PATIENCE, server.done)
        .await
        .expect("the server ends")
        .unwrap()
        .unwrap();
}

#[tokio::test]
async fn reflection_tells_of_services_and_files() {
    let server = start(config()).await;
    let client = server.client().await;
    for version in ["v1", "v1alpha"] {
        let path = format!("/grpc.reflection.{version}.ServerReflection/ServerReflectionInfo");
        let asks = [
            Ask {
                services: Some(String::new()),
                ..Default::default()
            },
            Ask {
                symbol: Some("grpc.health.v1.Health.Check".into()),
                ..Default::default()
            },
            Ask {
                symbol: Some("grpc.health.v1.Nothing".into()),
                ..Default::default()
            },
            Ask {
                file: format!("grpc/reflection/{version}/reflection.proto"),
                ..Default::default()
            },
        ];
        let frames: Vec<Bytes> = asks.iter().map(frame).collect();
        let told = messages::<Told>(&client.call(&path, headers(&[]), &frames).await);
        assert_eq!(told.len(), 4);
        let names: Vec<_> = told[0]
            .services
            .iter()
            .flat_map(|all| &all.services)
            .map(|one| &*one.service)
            .collect();
        let expected = [
            "grpc.health.v1.Health",
            "grpc.reflection.v1.ServerReflection",
            "grpc.reflection.v1alpha.ServerReflection",
            "test.Echo",
        ];
        assert_eq!(names, expected);
        let name = |told: &Told| {
            let file = &told.files.as_ref().unwrap().files[0];
            FileDescriptorProto::decode(file.clone())
                .unwrap()
                .name
                .unwrap()
        };
        assert_eq!(name(&told[1]), "grpc/health/v1/health.proto");
        assert_eq!(told[2].error.as_ref().unwrap().code, 5);
        assert_eq!(
            name(&told[3]),
            format!("grpc/reflection/{version}/reflection.proto")
        );
    }
}

#[tokio::test]
async fn both_can_be_off() {
    let server = start(ServerConfig {
        health: false,
        reflection: false,
        ..config()
    })
    .await;
    let client = server.client().await;
    assert_eq!(check(&client, "").await.code(), 12);
    let path = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";
    assert_eq!(client.call(path, headers(&[]), &[]).await.code(), 12);
    assert_eq!(client.say(&note("", 1)).await.code(), 0);
}

#[tokio::test]
async fn a_service_is_added_once() {
    let twice = Server::new(config())
        .add_service(EchoServer::new(Hooks::default()))
        .add_service(EchoServer::new(Hooks::default()));
    assert_eq!(
        twice.bind().unwrap_err().to_string(),
        "the service test.Echo is added twice"
    );
}
