//! Services of others in our server.

use std::convert::Infallible;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use http_body::Frame;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Empty, StreamBody};
use scaffold_mounted_tests::{Notes, server};
use scaffold_runtime::tower::RequestBody;
use scaffold_runtime::{
    CallShape, Caller, Channel, Code, Interceptor, MethodSpec, Server, ServerHandle, Status,
    Streaming,
};
use tonic_health::ServingStatus;
use tonic_health::pb::{HealthCheckRequest, HealthCheckResponse};
use tower::service_fn;

const CHECK: MethodSpec = MethodSpec::new("/grpc.health.v1.Health/Check", CallShape::Unary);
const WATCH: MethodSpec =
    MethodSpec::new("/grpc.health.v1.Health/Watch", CallShape::ServerStreaming);
const THEIRS: MethodSpec = MethodSpec::new("/their.v1.Service/Call", CallShape::Unary);

/// Stops the server.
struct Stop(ServerHandle);

impl Drop for Stop {
    fn drop(&mut self) {
        self.0.shutdown();
    }
}

macro_rules! start {
    ($server:expr) => {{
        let bound = $server.bind().unwrap();
        let (address, stop) = (bound.local_addr().to_string(), Stop(bound.handle()));
        tokio::spawn(bound.serve());
        (Channel::connect(address).await.unwrap(), stop)
    }};
}

fn noted() -> (Server<impl Interceptor>, Notes) {
    let notes = Notes::default();
    (server().intercept(notes.clone()), notes)
}

fn about(service: &str) -> scaffold_runtime::Request<HealthCheckRequest> {
    scaffold_runtime::Request::new(HealthCheckRequest {
        service: service.to_owned(),
    })
}

#[tokio::test]
async fn the_health_service_of_tonic() {
    let (server, notes) = noted();
    let (reporter, health) = tonic_health::server::health_reporter();
    reporter
        .set_service_status("a.v1.A", ServingStatus::NotServing)
        .await;
    let (channel, _stop) = start!(server.add_tonic_service(health));

    let response = channel.unary::<_, HealthCheckResponse>(&CHECK, about("a.v1.A"));
    assert_eq!(response.await.unwrap().status, 2);
    let unknown = channel.unary::<_, HealthCheckResponse>(&CHECK, about("nobody"));
    assert_eq!(unknown.await.unwrap_err().code(), Code::NotFound);
    let nope = MethodSpec::new("/grpc.health.v1.Health/Nope", CallShape::Unary);
    let nope = Box::leak(Box::new(nope));
    let nope = channel.unary::<_, HealthCheckResponse>(nope, about(""));
    assert_eq!(nope.await.unwrap_err().code(), Code::Unimplemented);

    let mut watch: Streaming<HealthCheckResponse> = channel
        .server_streaming(&WATCH, about("a.v1.A"))
        .await
        .unwrap();
    assert_eq!(watch.message().await.unwrap().unwrap().status, 2);
    reporter
        .set_service_status("a.v1.A", ServingStatus::Serving)
        .await;
    assert_eq!(watch.message().await.unwrap().unwrap().status, 1);
    drop(watch);

    let went = notes.ended(4).await;
    let codes: Vec<_> = went.iter().map(|went| went.code).collect();
    let expected = [
        Code::Ok,
        Code::NotFound,
        Code::Unimplemented,
        Code::Cancelled,
    ];
    assert_eq!(codes, expected);
    assert!(
        went.iter()
            .all(|went| went.path == "/grpc.health.v1.Health/*")
    );
    assert_eq!(went[0].uri.as_deref(), Some(CHECK.path));
    assert_eq!((went[0].received, went[0].sent), (1, 1));
    assert_eq!((went[3].received, went[3].sent), (1, 2));
}

type Answer = Result<Response<UnsyncBoxBody<Bytes, Status>>, Status>;

/// What a client hears of a service that answers like this.
async fn status_of(answer: fn() -> Answer) -> Status {
    let service = service_fn(move |_: Request<RequestBody>| async move { answer() });
    let server = server().add_tower_service("their.v1.Service", service);
    let (channel, _stop) = start!(server);
    let response = channel.unary::<_, ()>(&THEIRS, scaffold_runtime::Request::new(()));
    response.await.unwrap_err()
}

fn answer(status: u16, frames: Vec<Result<Frame<Bytes>, Status>>) -> Answer {
    Ok(Response::builder()
        .status(status)
        .header("content-type", "application/grpc")
        .body(StreamBody::new(tokio_stream::iter(frames)).boxed_unsync())
        .unwrap())
}

#[tokio::test]
async fn services_that_fail_have_a_status() {
    let status = status_of(|| Err(Status::aborted("mine"))).await;
    assert_eq!((status.code(), status.message()), (Code::Aborted, "mine"));
    let status = status_of(|| answer(404, vec![])).await;
    assert_eq!(status.code(), Code::Unimplemented);
    let status = status_of(|| answer(503, vec![])).await;
    assert_eq!(status.code(), Code::Unavailable);
    let status = status_of(|| answer(200, vec![])).await;
    assert_eq!(status.code(), Code::Unknown);
    let status = status_of(|| {
        answer(200, vec![]).map(|mut html| {
            html.headers_mut().remove("content-type");
            html
        })
    });
    assert_eq!(status.await.code(), Code::Unknown);
    let status = status_of(|| {
        let message = Frame::data(Bytes::from_static(&[0, 0, 0, 0, 0]));
        let broken = Status::data_loss("the wire is cut");
        answer(200, vec![Ok(message), Err(broken)])
    });
    assert_eq!(status.await.code(), Code::DataLoss);
    let status = status_of(|| panic!("secret")).await;
    assert_eq!(status.code(), Code::Internal);
    assert!(!status.message().contains("secret"));
}

#[tokio::test]
async fn a_service_that_waits_is_ended_by_the_deadline() {
    let (server, notes) = noted();
    let service = service_fn(async |request: Request<RequestBody>| {
        let timeout = request.headers()["grpc-timeout"].to_str().unwrap();
        assert!(timeout.ends_with('u'), "{timeout}");
        std::future::pending::<Result<Response<Empty<Bytes>>, Infallible>>().await
    });
    let (channel, _stop) = start!(server.add_tower_service("their.v1.Service", service));
    let mut request = scaffold_runtime::Request::new(());
    request.set_timeout(Duration::from_millis(200));
    let status = channel.unary::<_, ()>(&THEIRS, request).await.unwrap_err();
    assert_eq!(status.code(), Code::DeadlineExceeded);
    let went = notes.ended(1).await;
    // The client's own clock may be the first.
    let ends = [Code::DeadlineExceeded, Code::Cancelled];
    assert!(ends.contains(&went[0].code), "{went:?}");
}

#[tokio::test]
async fn metadata_and_the_peer_arrive() {
    let (server, _) = noted();
    let service = service_fn(async |request: Request<RequestBody>| {
        let (head, mut body) = request.into_parts();
        assert_eq!(head.version, http::Version::HTTP_2);
        assert_eq!(head.uri.path(), THEIRS.path);
        assert!(head.uri.authority().is_some());
        assert_eq!(head.headers["content-type"], "application/grpc");
        assert_eq!(head.headers["te"], "trailers");
        assert!(!head.headers.contains_key("grpc-accept-encoding"));
        assert!(head.extensions.get::<scaffold_runtime::Peer>().is_some());
        let message = body.frame().await.unwrap().unwrap().into_data().unwrap();
        assert_eq!(&message[..], [0; 5]);
        let mut trailers = HeaderMap::new();
        trailers.insert("grpc-status", http::HeaderValue::from_static("0"));
        trailers.insert("x-end", head.headers["x-ask"].clone());
        let frames = [
            Ok::<_, Infallible>(Frame::data(message)),
            Ok(Frame::trailers(trailers)),
        ];
        let mut response = Response::new(StreamBody::new(tokio_stream::iter(frames)));
        let headers = response.headers_mut();
        headers.insert("content-type", head.headers["content-type"].clone());
        headers.insert("x-begin", head.headers["x-ask"].clone());
        Ok::<_, Infallible>(response)
    });
    let (channel, _stop) = start!(server.add_tower_service("their.v1.Service", service));
    let mut request = scaffold_runtime::Request::new(());
    request.metadata_mut().insert("x-ask", "value").unwrap();
    let response = channel.unary::<_, ()>(&THEIRS, request).await.unwrap();
    assert_eq!(response.metadata().get("x-begin"), Some("value"));
    assert_eq!(response.trailers().get("x-end"), Some("value"));
}
