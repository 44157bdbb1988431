//! Our service in servers of axum and tonic, and in layers of tower: a client
//! must see what it sees of our own server.

use axum::Router;
use http::{HeaderName, HeaderValue};
use scaffold_mounted_tests::{Running, server};
use scaffold_runtime::interceptors::Recover;
use scaffold_runtime::tower::GrpcService;
use scaffold_tests::checks;
use scaffold_tests::pb::probe::v1::probe::{NAME, ProbeServer};
use scaffold_tests::probe::ProbeHandler;
use tokio_stream::wrappers::TcpListenerStream;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::trace::TraceLayer;

fn probe() -> ProbeServer<ProbeHandler> {
    ProbeServer::new(ProbeHandler::default())
}

async fn axum(listener: tokio::net::TcpListener, router: Router) {
    axum::serve(listener, router).await.expect("serves");
}

#[test]
fn in_axum() {
    let server = Running::start(|listener| {
        let probe = GrpcService::new(probe());
        axum(listener, Router::new().route_service(&probe.route(), probe))
    });
    checks::check(&server.address.to_string());
}

#[test]
fn in_axum_with_interceptors_and_layers() {
    let server = Running::start(|listener| {
        let probe = GrpcService::builder()
            .intercept(Recover::new())
            .service(probe());
        let header = SetResponseHeaderLayer::overriding(
            HeaderName::from_static("x-layer"),
            HeaderValue::from_static("was here"),
        );
        let router = Router::new()
            .route_service(&probe.route(), probe)
            .layer(header)
            .layer(TraceLayer::new_for_grpc());
        axum(listener, router)
    });
    checks::check(&server.address.to_string());
}

#[test]
fn in_tonic() {
    let server = Running::start(async |listener| {
        tonic::transport::Server::builder()
            .add_service(GrpcService::new(probe()))
            .serve_with_incoming(TcpListenerStream::new(listener))
            .await
            .expect("serves");
    });
    checks::check(&server.address.to_string());
}

#[test]
fn in_our_own_server_as_if_it_were_foreign() {
    let bound = server()
        .add_tower_service(NAME, GrpcService::new(probe()))
        .bind()
        .expect("a free port");
    let (address, handle) = (bound.local_addr().to_string(), bound.handle());
    let server = std::thread::spawn(|| bound.run());
    checks::check(&address);
    handle.shutdown();
    server.join().expect("no panic").expect("serves");
}
