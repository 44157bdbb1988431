//! One direction of a connection: a queue of pieces, each with the time at which
//! it arrives.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

use super::link::Random;
use super::{LinkConfig, SimEventKind};
use crate::net::MemoryStream;

/// Bytes of one piece, at most.
const PIECE: usize = 16 << 10;

/// One direction.
#[derive(Debug)]
pub(super) struct Lane {
    back: bool,
    link: LinkConfig,
    random: Random,
    queue: VecDeque<(Instant, Vec<u8>)>,
    queued: usize,
    /// When the link has sent what it was given.
    free: Instant,
    /// When the last piece arrives: the next does not come before it.
    last: Instant,
    /// The sender's end came, and arrives then.
    end: Option<Instant>,
    /// The end has arrived, or nobody is there to take it.
    over: bool,
    timer: Pin<Box<Sleep>>,
}

/// The receiver is gone.
pub(super) struct Unread;

// === impl Lane ===

impl Lane {
    pub(super) fn new(back: bool, link: LinkConfig, random: Random) -> Lane {
        let now = Instant::now();
        Lane {
            back,
            link,
            random,
            queue: VecDeque::new(),
            queued: 0,
            free: now,
            last: now,
            end: None,
            over: false,
            timer: Box::pin(sleep_until(now)),
        }
    }

    /// The sender has ended, whether or not the receiver knows.
    pub(super) fn is_ended(&self) -> bool {
        self.end.is_some()
    }

    pub(super) fn is_over(&self) -> bool {
        self.over
    }

    /// Takes what the sender has, as far as there is room.
    pub(super) fn take(&mut self, from: &mut MemoryStream, cx: &mut Context<'_>) {
        let mut space = [0; PIECE];
        while self.end.is_none() && self.queued < self.link.buffer.max(1) {
            let mut buffer = ReadBuf::new(&mut space);
            match Pin::new(&mut *from).poll_read(cx, &mut buffer) {
                Poll::Pending => return,
                Poll::Ready(Ok(())) if !buffer.filled().is_empty() => {
                    let piece = buffer.filled().to_vec();
                    let at = self.arrival(piece.len());
                    self.queued += piece.len();
                    self.queue.push_back((at, piece));
                }
                Poll::Ready(_) => self.end = Some(self.arrival(0)),
            }
        }
    }

    /// Gives the receiver what has arrived; pending until more does.
    pub(super) fn give(
        &mut self,
        to: &mut MemoryStream,
        cx: &mut Context<'_>,
        mut tell: impl FnMut(SimEventKind),
    ) -> Result<(), Unread> {
        while !self.over {
            let due = self.queue.front().map(|(at, _)| *at).or(self.end);
            let Some(due) = due else { return Ok(()) };
            if due > Instant::now() {
                self.timer.as_mut().reset(due);
                if self.timer.as_mut().poll(cx).is_pending() {
                    return Ok(());
                }
            }
            let back = self.back;
            let Some((_, piece)) = self.queue.front_mut() else {
                // Never waits, and never fails.
                let _ = Pin::new(&mut *to).poll_shutdown(cx);
                self.over = true;
                tell(SimEventKind::Ended { back });
                return Ok(());
            };
            match Pin::new(&mut *to).poll_write(cx, piece) {
                Poll::Pending => return Ok(()),
                Poll::Ready(Err(_)) => {
                    self.over = true;
                    return Err(Unread);
                }
                Poll::Ready(Ok(bytes)) => {
                    tell(SimEventKind::Delivered { back, bytes });
                    piece.drain(..bytes);
                    self.queued -= bytes;
                    if piece.is_empty() {
                        self.queue.pop_front();
                    }
                }
            }
        }
        Ok(())
    }

    fn arrival(&mut self, bytes: usize) -> Instant {
        let (at, free) = self
            .link
            .schedule(Instant::now(), self.free, bytes, &mut self.random);
        self.free = free;
        self.last = self.last.max(at);
        self.last
    }
}
