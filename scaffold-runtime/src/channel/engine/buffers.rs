//! Bytes between the transport and the machine.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use scaffold_http2::Session;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Sizes of the read buffer: it grows when a read fills it. The larger holds
/// any frame.
const READ_MIN: usize = 2 << 10;
const READ_MAX: usize = 64 << 10;

/// Output up to this is copied, to be written without the lock.
const COPY: usize = 64 << 10;

/// Slices of one vectored write.
const SLICES: usize = 32;

/// The driver's buffers, and what the transport last said.
#[derive(Default)]
pub(super) struct Buffers {
    input: Vec<u8>,
    filled: usize,
    /// A copy of the front of the machine's output.
    output: Vec<u8>,
    /// How much of it was written.
    sent: usize,
    /// What was written and not yet told to the machine.
    untold: usize,
    /// The transport has bytes that it may hold back.
    unflushed: bool,
    /// The transport takes nothing now.
    pub(super) blocked: bool,
    /// The machine took no more input the last time.
    pub(super) choked: bool,
    pub(super) failed: Option<io::Error>,
    /// Memory for wakers.
    pub(super) wakes: Vec<Waker>,
}

/// What a read brought.
pub(super) enum Input {
    Bytes,
    Nothing,
    End,
}

// === impl Buffers ===

impl Buffers {
    /// Reads once, unless the machine is choked.
    pub(super) fn read<IO>(&mut self, io: &mut IO, cx: &mut Context<'_>) -> Input
    where
        IO: AsyncRead + Unpin,
    {
        if self.choked {
            return Input::Nothing;
        }
        if self.filled == self.input.len() {
            let size = (2 * self.input.len()).clamp(READ_MIN, READ_MAX);
            self.input.resize(size, 0);
        }
        let mut space = ReadBuf::new(&mut self.input[self.filled..]);
        match Pin::new(io).poll_read(cx, &mut space) {
            Poll::Ready(Ok(())) => match space.filled().len() {
                0 => Input::End,
                count => {
                    self.filled += count;
                    Input::Bytes
                }
            },
            Poll::Ready(Err(error)) => {
                self.failed = Some(error);
                Input::Nothing
            }
            Poll::Pending => Input::Nothing,
        }
    }

    /// What was read and not consumed.
    pub(super) fn input(&self) -> &[u8] {
        &self.input[..self.filled]
    }

    pub(super) fn consume(&mut self, count: usize) {
        let full = self.filled == self.input.len();
        self.input.copy_within(count..self.filled, 0);
        self.filled -= count;
        if full && self.input.len() < READ_MAX {
            // There was more: the next read takes twice as much at once.
            let size = 2 * self.input.len();
            self.input.resize(size, 0);
        }
    }

    /// Tells the machine what was written, or that nothing can be.
    pub(super) fn tell(&mut self, session: &mut Session) {
        if self.untold > 0 || self.blocked {
            session.advance(std::mem::take(&mut self.untold));
        }
    }

    /// Copies output that waits; `false` when it holds payloads that are not
    /// to be copied.
    pub(super) fn copy(&mut self, session: &Session) -> bool {
        if self.has_output() {
            return true;
        }
        let Some(bytes) = session.output() else {
            return false;
        };
        self.output
            .extend_from_slice(&bytes[..bytes.len().min(COPY)]);
        true
    }

    /// Whether a copy waits to be written.
    pub(super) fn has_output(&self) -> bool {
        self.sent < self.output.len()
    }

    /// Writes the copy.
    pub(super) fn write<IO>(&mut self, io: &mut IO, cx: &mut Context<'_>)
    where
        IO: AsyncWrite + Unpin,
    {
        while self.has_output() && self.can_write() {
            let written = Pin::new(&mut *io).poll_write(cx, &self.output[self.sent..]);
            let count = self.wrote(written);
            self.sent += count;
            self.untold += count;
        }
        if !self.has_output() {
            self.output.clear();
            self.sent = 0;
        }
        if self.unflushed && self.can_write() {
            match Pin::new(io).poll_flush(cx) {
                Poll::Ready(Ok(())) => self.unflushed = false,
                Poll::Ready(Err(error)) => self.failed = Some(error),
                Poll::Pending => self.blocked = true,
            }
        }
    }

    /// Writes from where the payloads lie.
    pub(super) fn write_attached<IO>(
        &mut self,
        session: &mut Session,
        io: &mut IO,
        cx: &mut Context<'_>,
    ) where
        IO: AsyncWrite + Unpin,
    {
        while session.output().is_none() && self.can_write() {
            let mut slices = [IoSlice::new(&[]); SLICES];
            let count = session.output_slices(&mut slices);
            let written = Pin::new(&mut *io).poll_write_vectored(cx, &slices[..count]);
            let count = self.wrote(written);
            session.advance(count);
        }
    }

    fn can_write(&self) -> bool {
        !self.blocked && self.failed.is_none()
    }

    fn wrote(&mut self, written: Poll<io::Result<usize>>) -> usize {
        match written {
            Poll::Ready(Ok(0)) => self.failed = Some(io::ErrorKind::WriteZero.into()),
            Poll::Ready(Ok(count)) => {
                self.unflushed = true;
                return count;
            }
            Poll::Ready(Err(error)) => self.failed = Some(error),
            Poll::Pending => self.blocked = true,
        }
        0
    }
}
