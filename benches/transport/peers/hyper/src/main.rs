//! hyper alone, unary: one current-thread runtime, a task for each connection.

use std::convert::Infallible;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderValue, Request, Response};
use http_body::{Body, Frame};
use hyper::body::Incoming;
use hyper::server::conn::http2;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use messages::Method;
use tokio::net::TcpListener;

#[global_allocator]
static ALLOCATOR: peer::Counting = peer::Counting;

/// The gRPC prefix.
const PREFIX: usize = 5;

/// A message, then trailers.
struct Answer {
    message: Option<Bytes>,
    trailers: bool,
}

// === impl Answer ===

impl Body for Answer {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if let Some(message) = self.message.take() {
            return Poll::Ready(Some(Ok(Frame::data(message))));
        }
        if std::mem::replace(&mut self.trailers, false) {
            let mut trailers = HeaderMap::with_capacity(1);
            trailers.insert("grpc-status", HeaderValue::from_static("0"));
            return Poll::Ready(Some(Ok(Frame::trailers(trailers))));
        }
        Poll::Ready(None)
    }

    fn is_end_stream(&self) -> bool {
        !self.trailers
    }
}

async fn exchange(request: Request<Incoming>) -> Result<Response<Answer>, hyper::Error> {
    let method = Method::find(request.uri().path()).expect("a method");
    let mut body = request.into_body();
    let mut message = BytesMut::new();
    while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        if let Ok(bytes) = frame?.into_data() {
            message.extend_from_slice(&bytes);
        }
    }
    let mut out = BytesMut::with_capacity(message.len() + PREFIX);
    messages::answer(method, &message[PREFIX..], &mut out);
    let mut response = Response::new(Answer {
        message: Some(out.freeze()),
        trailers: true,
    });
    response
        .headers_mut()
        .insert("content-type", HeaderValue::from_static("application/grpc"));
    Ok(response)
}

async fn serve() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    peer::control();
    peer::announce(listener.local_addr().expect("an address"));
    loop {
        let (socket, _) = listener.accept().await.expect("a connection");
        socket.set_nodelay(true).expect("TCP");
        let mut builder = http2::Builder::new(TokioExecutor::new());
        builder
            .timer(TokioTimer::new())
            .max_concurrent_streams(20_000);
        tokio::spawn(builder.serve_connection(TokioIo::new(socket), service_fn(exchange)));
    }
}

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async { tokio::spawn(serve()).await.expect("no panic") });
}
