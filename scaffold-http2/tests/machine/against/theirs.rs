//! The same bytes into the `h2` crate, polled by hand.

use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use h2::{RecvStream, client, server};
use http::{HeaderMap, Request};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::outcome::{Outcome, Seen};

/// Bytes that wait to be read, and those that were written.
#[derive(Clone, Default)]
struct Pipe(Arc<Mutex<(Vec<u8>, Vec<u8>)>>);

impl AsyncRead for Pipe {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        let input = &mut self.0.lock().unwrap().0;
        let count = input.len().min(buffer.remaining());
        if count == 0 {
            return Poll::Pending;
        }
        buffer.put_slice(&input[..count]);
        input.drain(..count);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Pipe {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        self.0.lock().unwrap().1.extend_from_slice(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

fn fields(map: &HeaderMap) -> Vec<(String, String)> {
    let text = |octets: &[u8]| String::from_utf8_lossy(octets).into_owned();
    let mut all: Vec<_> = map
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), text(value.as_bytes())))
        .collect();
    all.sort();
    all
}

/// Reads what a body has now. Capacity is not given back.
fn read(body: &mut RecvStream, seen: &mut Seen, cx: &mut Context<'_>) {
    if seen.ended || seen.broken {
        return;
    }
    loop {
        match body.poll_data(cx) {
            Poll::Ready(Some(Ok(data))) => seen.body.extend_from_slice(&data),
            Poll::Ready(Some(Err(_))) => {
                seen.broken = true;
                return;
            }
            Poll::Ready(None) => break,
            Poll::Pending => return,
        }
    }
    match body.poll_trailers(cx) {
        Poll::Ready(Ok(trailers)) => {
            seen.trailers = trailers.as_ref().map(fields);
            seen.ended = true;
        }
        Poll::Ready(Err(_)) => seen.broken = true,
        Poll::Pending => {}
    }
}

pub(super) fn server(greeting: &[u8], frames: &[Vec<u8>]) -> Outcome {
    let cx = &mut Context::from_waker(Waker::noop());
    let pipe = Pipe::default();
    pipe.0.lock().unwrap().0.extend_from_slice(greeting);
    let mut handshake = pin!(
        server::Builder::new()
            .max_header_list_size(16 << 10)
            .handshake::<_, Bytes>(pipe.clone())
    );
    let Poll::Ready(Ok(mut connection)) = Future::poll(handshake.as_mut(), cx) else {
        panic!("a handshake");
    };
    let mut outcome = Outcome::default();
    let mut calls = Vec::new();
    let mut over = false;
    for frame in std::iter::once(&Vec::new()).chain(frames) {
        pipe.0.lock().unwrap().0.extend_from_slice(frame);
        while !over {
            match connection.poll_accept(cx) {
                Poll::Ready(Some(Ok((request, respond)))) => {
                    let id = respond.stream_id().as_u32();
                    let (head, body) = request.into_parts();
                    outcome.streams.entry(id).or_default().head = Some(fields(&head.headers));
                    calls.push((id, body, respond));
                }
                Poll::Ready(Some(Err(_)) | None) => over = true,
                Poll::Pending => break,
            }
        }
        for (id, body, _) in &mut calls {
            read(body, outcome.streams.entry(*id).or_default(), cx);
        }
    }
    outcome.frames(&pipe.0.lock().unwrap().1);
    outcome
}

pub(super) fn client(greeting: &[u8], frames: &[Vec<u8>]) -> Outcome {
    let cx = &mut Context::from_waker(Waker::noop());
    let pipe = Pipe::default();
    let mut handshake = pin!(
        client::Builder::new()
            .max_header_list_size(16 << 10)
            .enable_push(false)
            .handshake::<_, Bytes>(pipe.clone())
    );
    let Poll::Ready(Ok((mut sender, connection))) = Future::poll(handshake.as_mut(), cx) else {
        panic!("a handshake");
    };
    let mut connection = pin!(connection);
    let mut calls = Vec::new();
    for id in [1, 3, 5, 7] {
        let request = Request::post("http://peer/").body(()).unwrap();
        assert!(sender.poll_ready(cx).is_ready());
        let (response, body) = sender.send_request(request, false).unwrap();
        assert!(connection.as_mut().poll(cx).is_pending());
        calls.push((id, Some(response), None, body));
    }
    let mut outcome = Outcome::default();
    let mut over = false;
    for frame in std::iter::once(&greeting.to_vec()).chain(frames) {
        pipe.0.lock().unwrap().0.extend_from_slice(frame);
        over = over || connection.as_mut().poll(cx).is_ready();
        for (id, waiting, body, _) in &mut calls {
            let seen = outcome.streams.entry(*id).or_default();
            if let Some(response) = waiting
                && let Poll::Ready(answer) = Pin::new(response).poll(cx)
            {
                *waiting = None;
                match answer {
                    Ok(answer) => {
                        let (head, rest) = answer.into_parts();
                        seen.head = Some(fields(&head.headers));
                        *body = Some(rest);
                    }
                    Err(_) => seen.broken = true,
                }
            }
            if let Some(body) = body {
                read(body, seen, cx);
            }
        }
        // Resets that reading gave rise to.
        over = over || connection.as_mut().poll(cx).is_ready();
    }
    outcome.frames(&pipe.0.lock().unwrap().1);
    outcome
}
