//! Pings in both directions.

use super::{OpaquePing, Session};
use crate::config::{Keepalive, PingPolicy};
use crate::{Cause, Role, SendError, Time, frame};

/// State of pings.
#[derive(Debug)]
pub(crate) struct Pings {
    policy: Option<PingPolicy>,
    pub(super) keepalive: Option<Keepalive>,
    /// The peer's last ping.
    last: Option<Time>,
    strikes: u32,
    /// HEADERS or DATA went out since the peer's last ping.
    useful: bool,
    /// When bytes last came in.
    pub(super) heard: Time,
    /// A keepalive ping is out since then.
    pub(super) probing: Option<Time>,
}

impl Pings {
    pub(super) fn new(
        role: Role,
        policy: Option<PingPolicy>,
        keepalive: Option<Keepalive>,
        now: Time,
    ) -> Self {
        Self {
            policy: policy.filter(|_| role == Role::Server),
            keepalive,
            last: None,
            strikes: 0,
            useful: false,
            heard: now,
            probing: None,
        }
    }

    /// This side sent something that a client may answer with a ping, to
    /// measure for instance.
    #[inline]
    pub(super) fn useful(&mut self) {
        self.useful = true;
    }

    /// Bytes came in: whoever sent them is alive.
    #[inline]
    pub(crate) fn heard(&mut self, now: Time) {
        self.heard = now;
        self.probing = None;
    }

    /// Whether the peer may ping for what this side has sent since its last
    /// one: gRPC's implementations measure the bandwidth-delay product so,
    /// once per round trip for as long as data comes in.
    fn earned(&mut self, now: Time) -> bool {
        let earned = std::mem::take(&mut self.useful);
        if earned {
            self.strikes = 0;
            self.last = Some(now);
        }
        earned
    }

    /// Whether another ping of the peer is within the policy.
    fn tolerate(&mut self, idle: bool, now: Time) -> bool {
        let Some(policy) = self.policy else {
            return true;
        };
        let last = self.last.replace(now);
        let least = if idle {
            policy.min_interval_idle
        } else {
            policy.min_interval
        };
        if last.is_some_and(|last| now < last.after(least)) {
            self.strikes += 1;
        }
        self.strikes <= policy.strikes
    }
}

impl Session {
    /// Sends a PING; [`pong`](crate::Handler::pong) follows with the same
    /// number.
    ///
    /// # Errors
    ///
    /// [`SendError::Closed`] when the connection is over, and
    /// [`SendError::Full`] when the output is.
    pub fn ping(&mut self, payload: u64) -> Result<(), SendError> {
        if self.failed.is_some() {
            return Err(SendError::Closed);
        }
        if self.is_choked() {
            return Err(SendError::Full);
        }
        frame::ping(self.out.run(), false, payload.to_be_bytes());
        Ok(())
    }

    /// A PING of the peer.
    pub(crate) fn answer_ping(&mut self, payload: [u8; 8]) -> Result<(), Cause> {
        let idle = self.streams.live() == 0;
        let within = self.pings.earned(self.now)
            || (self.budgets.pings.take(1, self.now) && self.pings.tolerate(idle, self.now));
        if !within {
            return Err(Cause::TooManyPings);
        }
        frame::ping(self.out.run(), true, payload);
        Ok(())
    }

    /// Sends a keepalive ping when it is time, and gives up when none was
    /// answered.
    pub(super) fn keepalive(&mut self) -> Result<(), Cause> {
        let Some(keepalive) = self.pings.keepalive else {
            return Ok(());
        };
        if let Some(since) = self.pings.probing {
            return if self.now < since.after(keepalive.timeout) {
                Ok(())
            } else {
                Err(Cause::KeepaliveTimeout)
            };
        }
        let wanted = keepalive.while_idle || self.streams.live() > 0;
        if wanted && self.now >= self.pings.heard.after(keepalive.interval) {
            self.pings.probing = Some(self.now);
            self.send_opaque(OpaquePing::Keepalive);
        }
        Ok(())
    }

    /// When [`keepalive`](Self::keepalive) has something to do next.
    pub(super) fn keepalive_deadline(&self) -> Option<Time> {
        let keepalive = self.pings.keepalive?;
        if let Some(since) = self.pings.probing {
            return Some(since.after(keepalive.timeout));
        }
        let wanted = keepalive.while_idle || self.streams.live() > 0;
        wanted.then(|| self.pings.heard.after(keepalive.interval))
    }
}
