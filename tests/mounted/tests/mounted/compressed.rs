//! Our service in a server of axum, with messages compressed both ways.

use std::io::{Read, Write};
use std::net::SocketAddr;

use axum::Router;
use bytes::{Buf, Bytes};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use http::Request;
use http_body_util::{BodyExt, Full};
use scaffold_mounted_tests::Running;
use scaffold_runtime::codegen::prost::Message;
use scaffold_runtime::tower::GrpcService;
use scaffold_runtime::{Channel, ChannelConfig, CompressionConfig, Encoding};
use scaffold_tests::checks;
use scaffold_tests::pb::probe::v1::probe::{ProbeClient, ProbeServer};
use scaffold_tests::pb::probe::v1::{Answer, Ask};
use scaffold_tests::probe::ProbeHandler;
use tower::ServiceExt;

/// Everything is compressed, with gzip first.
fn compression() -> CompressionConfig {
    CompressionConfig {
        send: vec![Encoding::Gzip],
        min_size: 0,
        ..CompressionConfig::default()
    }
}

fn probe() -> GrpcService<ProbeServer<ProbeHandler>> {
    GrpcService::builder()
        .compression(compression())
        .expect("gzip is built in")
        .service(ProbeServer::new(ProbeHandler::default()))
}

fn in_axum() -> Running {
    Running::start(async |listener| {
        let router = Router::new().route_service(&probe().route(), probe());
        axum::serve(listener, router).await.expect("serves");
    })
}

fn channel(address: SocketAddr, compression: CompressionConfig) -> Channel {
    let config = ChannelConfig {
        compression,
        ..ChannelConfig::default()
    };
    Channel::with_config(address.to_string(), config).expect("a target")
}

#[test]
fn all_shapes_with_requests_and_answers_in_gzip() {
    checks::check_compressed(&in_axum().address.to_string());
}

#[tokio::test]
async fn answers_are_compressed_for_who_reads_it() {
    let server = in_axum();
    let ask = || Ask {
        text: "z".repeat(5000),
        count: 3,
        ..Ask::default()
    };
    let client = ProbeClient::new(channel(server.address, compression()));
    let answer = client.unary(ask()).await.expect("answered");
    assert!(answer.was_compressed());
    assert_eq!(answer.text, ask().text);
    let mut answers = client.server_stream(ask()).await.expect("answered");
    let mut count = 0;
    while let Some(answer) = answers.message().await.expect("a message") {
        assert!(answers.was_compressed());
        assert!(!answer.text.is_empty());
        count += 1;
    }
    assert_eq!(count, 3);
    let plain = CompressionConfig {
        accept: scaffold_runtime::Encodings::IDENTITY,
        ..CompressionConfig::default()
    };
    let client = ProbeClient::new(channel(server.address, plain));
    assert!(
        !client
            .unary(ask())
            .await
            .expect("answered")
            .was_compressed()
    );
}

/// What is on the wire, compressed without the runtime.
#[tokio::test]
async fn frames_say_that_they_are_compressed() {
    let ask = Ask {
        text: "z".repeat(5000),
        ..Ask::default()
    };
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(&ask.encode_to_vec()).expect("into memory");
    let packed = gzip.finish().expect("into memory");
    let mut body = vec![1];
    body.extend((packed.len() as u32).to_be_bytes());
    body.extend(packed);
    let request = Request::post("/probe.v1.Probe/Unary")
        .header("content-type", "application/grpc")
        .header("te", "trailers")
        .header("grpc-encoding", "gzip")
        .header("grpc-accept-encoding", "gzip")
        .body(Full::new(Bytes::from(body)))
        .expect("a request");
    let Ok(response) = probe().oneshot(request).await;
    assert_eq!(response.headers()["grpc-encoding"], "gzip");
    let accepted = response.headers()["grpc-accept-encoding"].to_str();
    assert!(accepted.expect("text").contains("gzip"));
    let Ok(all) = response.into_body().collect().await;
    assert_eq!(all.trailers().expect("trailers")["grpc-status"], "0");
    let mut body = all.to_bytes();
    assert_eq!(body.get_u8(), 1, "the flag");
    assert_eq!(body.get_u32() as usize, body.len());
    assert!(body.len() < 200);
    let mut message = Vec::new();
    GzDecoder::new(&body[..])
        .read_to_end(&mut message)
        .expect("gzip");
    assert_eq!(
        Answer::decode(&message[..]).expect("an answer").text,
        ask.text
    );
}
