//! A server on the `h2` crate, fed with the same bytes.

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use h2::server::{self, SendResponse};
use http::{HeaderMap, HeaderValue, Request, Response};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::{Burst, Measure, measure};

/// Bytes that wait to be read, and a count of those written.
#[derive(Default)]
struct Wire {
    input: Vec<u8>,
    at: usize,
    written: usize,
}

#[derive(Clone, Default)]
struct Pipe(Arc<Mutex<Wire>>);

impl Pipe {
    fn put(&self, bytes: &[u8]) {
        let mut wire = self.0.lock().expect("one thread");
        wire.input.clear();
        wire.input.extend_from_slice(bytes);
        wire.at = 0;
    }
}

impl AsyncRead for Pipe {
    fn poll_read(
        self: Pin<&mut Self>,
        _context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        let mut wire = self.0.lock().expect("one thread");
        let rest = &wire.input[wire.at..];
        let count = rest.len().min(buffer.remaining());
        if count == 0 {
            return Poll::Pending;
        }
        buffer.put_slice(&rest[..count]);
        wire.at += count;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Pipe {
    fn poll_write(
        self: Pin<&mut Self>,
        _context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        self.0.lock().expect("one thread").written += bytes.len();
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(
        self: Pin<&mut Self>,
        _context: &mut Context<'_>,
    ) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

type Call = (Request<h2::RecvStream>, SendResponse<Bytes>);

fn answer(call: Call, context: &mut Context<'_>) {
    let (mut request, mut respond) = call;
    assert_eq!(request.uri().path(), "/helloworld.Greeter/SayHello");
    let body = request.body_mut();
    let Poll::Ready(Some(Ok(data))) = body.poll_data(context) else {
        panic!("the body is here");
    };
    let _ = body.flow_control().release_capacity(data.len());
    let mut response = Response::new(());
    let grpc = HeaderValue::from_static("application/grpc");
    response.headers_mut().insert("content-type", grpc);
    let mut send = respond.send_response(response, false).expect("open");
    send.send_data(data, false).expect("open");
    let mut trailers = HeaderMap::new();
    trailers.insert("grpc-status", HeaderValue::from_static("0"));
    send.send_trailers(trailers).expect("open");
}

pub(crate) fn h2_server(burst: &mut Burst) -> Measure {
    let context = &mut Context::from_waker(Waker::noop());
    let pipe = Pipe::default();
    pipe.put(burst.opening());
    let mut handshake = std::pin::pin!(
        server::Builder::new()
            .max_concurrent_streams(1_000)
            .initial_connection_window_size(1 << 20)
            .handshake::<_, Bytes>(pipe.clone())
    );
    let Poll::Ready(Ok(mut server)) = Future::poll(handshake.as_mut(), context) else {
        panic!("a handshake");
    };
    let mut calls: Vec<Call> = Vec::with_capacity(1_024);
    let mut turn = |server: &mut server::Connection<Pipe, Bytes>| {
        while let Poll::Ready(Some(Ok(call))) = server.poll_accept(context) {
            calls.push(call);
        }
        for call in calls.drain(..) {
            answer(call, context);
        }
        // Writes what was answered.
        assert!(server.poll_accept(context).is_pending());
    };
    turn(&mut server);
    let ends = burst.ends();
    let inner = pipe.clone();
    measure(burst, move |bytes| {
        let mut from = 0;
        let before = inner.0.lock().expect("one thread").written;
        for &end in &ends {
            pipe.put(&bytes[from..end]);
            from = end;
            turn(&mut server);
            pipe.put(&[0, 0, 4, 8, 0, 0, 0, 0, 0, 0, 0, 8, 152]);
            turn(&mut server);
        }
        inner.0.lock().expect("one thread").written - before
    })
}
