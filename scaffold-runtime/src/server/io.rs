//! A socket with two clocks: the client must begin to talk HTTP/2, and must
//! take what we send.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

/// The client's preface, and the header of the SETTINGS frame behind it.
const PREFACE: usize = 24;
const FRAME_HEADER: usize = 9;

/// Fails reads of a client that does not talk, and writes to one that does not
/// listen. Neither shows itself to HTTP/2: the one sends no frame, the other
/// leaves ours in our buffer.
pub(super) struct Guarded<T> {
    inner: T,
    hello: Option<Hello>,
    stall: Duration,
    /// Runs while a write is pending.
    stalled: Option<Pin<Box<Sleep>>>,
}

/// How far the client's first words have come.
struct Hello {
    timer: Pin<Box<Sleep>>,
    read: usize,
    /// The length of the first frame; its three bytes follow the preface.
    length: usize,
}

// === impl Guarded ===

impl<T> Guarded<T> {
    /// `handshake` is the time for the preface and the first SETTINGS, `stall`
    /// the longest time without a byte taken.
    pub(super) fn new(inner: T, handshake: Duration, stall: Duration) -> Guarded<T> {
        let timer = Box::pin(tokio::time::sleep(handshake));
        Guarded {
            inner,
            hello: Some(Hello {
                timer,
                read: 0,
                length: 0,
            }),
            stall,
            stalled: None,
        }
    }

    fn watch_write<R>(
        &mut self,
        cx: &mut Context<'_>,
        polled: Poll<io::Result<R>>,
    ) -> Poll<io::Result<R>> {
        if polled.is_ready() {
            self.stalled = None;
            return polled;
        }
        let stall = self.stall;
        let timer = self
            .stalled
            .get_or_insert_with(|| Box::pin(tokio::time::sleep(stall)));
        match timer.as_mut().poll(cx) {
            Poll::Ready(()) => Poll::Ready(Err(timed_out("the client takes nothing"))),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Guarded<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let polled = Pin::new(&mut self.inner).poll_read(cx, buf);
        if let Some(hello) = &mut self.hello {
            hello.heard(&buf.filled()[before..]);
            if hello.is_complete() {
                self.hello = None;
            } else if hello.timer.deadline() <= Instant::now()
                || hello.timer.as_mut().poll(cx).is_ready()
            {
                return Poll::Ready(Err(timed_out("the client does not talk HTTP/2")));
            }
        }
        polled
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Guarded<T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        data: &[u8],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.inner).poll_write(cx, data);
        self.watch_write(cx, polled)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        data: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.inner).poll_write_vectored(cx, data);
        self.watch_write(cx, polled)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.inner).poll_shutdown(cx);
        self.watch_write(cx, polled)
    }
}

// === impl Hello ===

impl Hello {
    fn heard(&mut self, bytes: &[u8]) {
        let length_at = PREFACE.saturating_sub(self.read);
        for (at, &byte) in bytes.iter().enumerate().skip(length_at) {
            if self.read + at >= PREFACE + 3 {
                break;
            }
            self.length = self.length << 8 | usize::from(byte);
        }
        self.read += bytes.len();
    }

    fn is_complete(&self) -> bool {
        self.read >= PREFACE + FRAME_HEADER + self.length
    }
}

fn timed_out(text: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    const HELLO: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\x06\x04\0\0\0\0\0\0\x03\0\0\0\x64";

    fn guarded(inner: tokio::io::DuplexStream) -> Guarded<tokio::io::DuplexStream> {
        Guarded::new(inner, Duration::from_secs(5), Duration::from_secs(30))
    }

    #[tokio::test(start_paused = true)]
    async fn a_complete_hello_stops_the_clock_however_it_comes() {
        for step in [1, 2, 3, 23, 24, 25, 26, 33, HELLO.len()] {
            let (mut client, server) = tokio::io::duplex(64);
            let mut server = guarded(server);
            let mut buffer = [0; 64];
            for piece in HELLO.chunks(step) {
                client.write_all(piece).await.unwrap();
                server.read_exact(&mut buffer[..piece.len()]).await.unwrap();
            }
            assert!(server.hello.is_none(), "in steps of {step}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_drips_is_cut_off() {
        let (mut client, mut server) = {
            let (client, server) = tokio::io::duplex(64);
            (client, guarded(server))
        };
        let mut buffer = [0; 64];
        for byte in &HELLO[..HELLO.len() - 1] {
            client.write_all(&[*byte]).await.unwrap();
            if let Err(error) = server.read(&mut buffer).await {
                assert_eq!(error.kind(), io::ErrorKind::TimedOut);
                return;
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        panic!("was not cut off");
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_takes_nothing_is_cut_off() {
        let (_client, server) = tokio::io::duplex(16);
        let mut server = guarded(server);
        let error = server.write_all(&[0; 64]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }
}
