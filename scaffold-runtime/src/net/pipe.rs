//! Two pipes between two tasks: a connection that is memory.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// One end of a connection inside the process: ordered, lossless, and bounded,
/// as a socket is. Dropped, it is closed both ways.
#[derive(Debug)]
pub struct MemoryStream {
    incoming: Arc<Pipe>,
    outgoing: Arc<Pipe>,
}

/// One direction.
#[derive(Debug)]
struct Pipe {
    state: Mutex<State>,
    /// Bytes that may wait to be read.
    capacity: usize,
}

#[derive(Debug, Default)]
struct State {
    buffer: VecDeque<u8>,
    /// The writer is done: after the buffer comes the end.
    ended: bool,
    /// Nobody reads any more.
    unread: bool,
    /// The connection broke; what is in the buffer is lost.
    broken: Option<io::ErrorKind>,
    reader: Option<Waker>,
    writer: Option<Waker>,
}

// === impl MemoryStream ===

impl MemoryStream {
    /// The two ends of a connection that holds up to `capacity` bytes, at least
    /// one, in each direction.
    pub fn pair(capacity: usize) -> (MemoryStream, MemoryStream) {
        let pipe = || {
            Arc::new(Pipe {
                state: Mutex::default(),
                capacity: capacity.max(1),
            })
        };
        let (there, back) = (pipe(), pipe());
        let near = MemoryStream {
            incoming: back.clone(),
            outgoing: there.clone(),
        };
        let far = MemoryStream {
            incoming: there,
            outgoing: back,
        };
        (near, far)
    }

    /// Breaks the connection both ways, as a RST does: what is on its way is
    /// lost, and reads and writes at both ends fail.
    pub fn reset(&self) {
        for pipe in [&self.incoming, &self.outgoing] {
            pipe.change(|state| {
                state.broken = Some(io::ErrorKind::ConnectionReset);
                state.buffer.clear();
            });
        }
    }
}

impl AsyncRead for MemoryStream {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let mut state = self.incoming.lock();
        if let Some(kind) = state.broken {
            return Poll::Ready(Err(kind.into()));
        }
        if state.buffer.is_empty() && buf.remaining() > 0 {
            if state.ended {
                return Poll::Ready(Ok(()));
            }
            state.reader = Some(cx.waker().clone());
            return Poll::Pending;
        }
        let (front, back) = state.buffer.as_slices();
        let first = front.len().min(buf.remaining());
        buf.put_slice(&front[..first]);
        let second = back.len().min(buf.remaining());
        buf.put_slice(&back[..second]);
        state.buffer.drain(..first + second);
        let writer = state.writer.take();
        drop(state);
        writer.into_iter().for_each(Waker::wake);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for MemoryStream {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        data: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(cx, &[io::IoSlice::new(data)])
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        data: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let capacity = self.outgoing.capacity;
        let mut state = self.outgoing.lock();
        if let Some(kind) = state.broken {
            return Poll::Ready(Err(kind.into()));
        }
        if state.unread || state.ended {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        let mut room = capacity.saturating_sub(state.buffer.len());
        if room == 0 && data.iter().any(|piece| !piece.is_empty()) {
            state.writer = Some(cx.waker().clone());
            return Poll::Pending;
        }
        let mut written = 0;
        for piece in data {
            let taken = piece.len().min(room);
            state.buffer.extend(&piece[..taken]);
            room -= taken;
            written += taken;
        }
        let reader = state.reader.take();
        drop(state);
        reader.into_iter().for_each(Waker::wake);
        Poll::Ready(Ok(written))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.outgoing.change(|state| state.ended = true);
        Poll::Ready(Ok(()))
    }
}

impl Drop for MemoryStream {
    fn drop(&mut self) {
        self.outgoing.change(|state| state.ended = true);
        self.incoming.change(|state| {
            state.unread = true;
            state.buffer = VecDeque::new();
        });
    }
}

// === impl Pipe ===

impl Pipe {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the state so that both ends must know.
    fn change(&self, change: impl FnOnce(&mut State)) {
        let wakers = {
            let mut state = self.lock();
            change(&mut state);
            [state.reader.take(), state.writer.take()]
        };
        wakers.into_iter().flatten().for_each(Waker::wake);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    #[tokio::test]
    async fn bytes_come_out_as_they_went_in() {
        let (mut near, mut far) = MemoryStream::pair(7);
        let sent: Vec<u8> = (0..=255).cycle().take(10_000).collect();
        let expected = sent.clone();
        let sending = tokio::spawn(async move {
            near.write_all(&sent).await.unwrap();
            near.shutdown().await.unwrap();
            near
        });
        let mut received = Vec::new();
        far.read_to_end(&mut received).await.unwrap();
        assert_eq!(received, expected);
        // The other direction is open still.
        let mut near = sending.await.unwrap();
        far.write_all(b"back").await.unwrap();
        drop(far);
        let mut back = String::new();
        near.read_to_string(&mut back).await.unwrap();
        assert_eq!(back, "back");
    }

    #[tokio::test]
    async fn a_full_pipe_waits_and_a_closed_one_fails() {
        let (mut near, far) = MemoryStream::pair(4);
        let mut cx = Context::from_waker(Waker::noop());
        let slices = [io::IoSlice::new(b"abc"), io::IoSlice::new(b"def")];
        let polled = Pin::new(&mut near).poll_write_vectored(&mut cx, &slices);
        assert!(matches!(polled, Poll::Ready(Ok(4))));
        assert!(Pin::new(&mut near).poll_write(&mut cx, b"e").is_pending());
        drop(far);
        let error = near.write_all(b"e").await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
    }

    #[tokio::test]
    async fn a_reset_fails_both_ends_and_loses_what_is_on_its_way() {
        let (mut near, mut far) = MemoryStream::pair(4);
        near.write_all(b"ab").await.unwrap();
        near.reset();
        let mut buffer = [0; 2];
        let error = far.read(&mut buffer).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
        assert!(near.write(b"c").await.is_err());
    }
}
