//! Pings on a connection: what finds a peer that is gone without a word.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Instant, Sleep};

use super::KeepaliveConfig;
use crate::transport::client::{Driver, Fault};

/// The pings of one connection.
pub(super) struct Keepalive {
    interval: Duration,
    timeout: Duration,
    without_calls: bool,
    /// Ends the pause before a ping, or the patience with its answer.
    sleep: Pin<Box<Sleep>>,
    pinged: bool,
}

// === impl Keepalive ===

impl Keepalive {
    pub(super) fn new(config: &KeepaliveConfig, doublings: u32) -> Self {
        let interval = config.interval(doublings);
        Self {
            interval,
            timeout: config.timeout.max(Duration::from_millis(1)),
            without_calls: config.without_calls,
            sleep: Box::pin(tokio::time::sleep(interval)),
            pinged: false,
        }
    }

    /// Ready when a ping went unanswered for too long.
    pub(super) fn poll_lost<T>(
        &mut self,
        driver: &mut Driver<T>,
        calls: usize,
        cx: &mut Context<'_>,
    ) -> Poll<Fault>
    where
        T: AsyncRead + AsyncWrite + Unpin,
    {
        loop {
            if self.pinged {
                match driver.poll_pong(cx) {
                    Poll::Ready(Ok(())) => {
                        self.pinged = false;
                        self.sleep.as_mut().reset(Instant::now() + self.interval);
                    }
                    Poll::Ready(Err(fault)) => return Poll::Ready(fault),
                    Poll::Pending => {
                        ready!(self.sleep.as_mut().poll(cx));
                        return Poll::Ready(Fault::connection(format!(
                            "no answer to a keepalive ping within {:?}",
                            self.timeout
                        )));
                    }
                }
            }
            ready!(self.sleep.as_mut().poll(cx));
            if calls == 0 && !self.without_calls {
                self.sleep.as_mut().reset(Instant::now() + self.interval);
                continue;
            }
            if let Err(fault) = driver.ping() {
                return Poll::Ready(fault);
            }
            self.pinged = true;
            self.sleep.as_mut().reset(Instant::now() + self.timeout);
        }
    }
}
