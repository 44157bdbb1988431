//! What a call starts with: its header block, and the deadline in it.

use std::time::{Duration, Instant};

use bytes::Bytes;

use super::engine::{Frame, Start, Timeout};
use super::link::Link;
use crate::compression::Fault;
use crate::framing::Rules;
use crate::request::Parts;
use crate::{Metadata, MethodSpec, Status};

/// Everything of a call but its messages; kept to start the call again.
#[derive(Debug, Clone)]
pub(crate) struct CallHead {
    spec: &'static MethodSpec,
    pub(crate) deadline: Option<Instant>,
    pub(crate) wait_for_ready: bool,
    /// How its messages are sent.
    pub(super) rules: Rules,
    metadata: Metadata,
    /// The caller's `user-agent` with ours behind it.
    user_agent: Option<String>,
}

// === impl CallHead ===

impl CallHead {
    /// Takes a request's parts; the deadline is the soonest of the request's (or
    /// else the method's) and that of the call that is being served here.
    ///
    /// # Errors
    ///
    /// `UNIMPLEMENTED` if the request asks for an encoding that is not built in.
    pub(super) fn new(
        spec: &'static MethodSpec,
        parts: Parts,
        link: &Link,
    ) -> Result<Self, Status> {
        let mut rules = link.rules.asked(parts.asked);
        if let Some(encoding) = parts.encoding {
            if !encoding.is_built_in() {
                return Err(Fault::NotBuiltIn(encoding).into());
            }
            rules = rules.settled(encoding);
        }
        let of_method = || {
            spec.timeout()
                .and_then(|timeout| crate::clock::now().checked_add(timeout))
        };
        let own = parts.deadline.or_else(of_method);
        let inherited = crate::deadline::current();
        let deadline = match (own, inherited) {
            (Some(own), Some(inherited)) => Some(own.min(inherited)),
            (own, inherited) => own.or(inherited),
        };
        let head = Self {
            spec,
            deadline,
            wait_for_ready: parts.wait_for_ready,
            rules,
            user_agent: None,
            metadata: parts.metadata,
        };
        Ok(head.with_agent(&link.names.user_agent))
    }

    /// The caller's name goes first, ours stays for those who debug.
    fn with_agent(mut self, ours: &Bytes) -> Self {
        if let Some(own) = self.metadata.get("user-agent") {
            let ours = String::from_utf8_lossy(ours);
            self.user_agent = Some(format!("{own} {ours}"));
        }
        self
    }

    pub(super) fn path(&self) -> &'static str {
        self.spec.path
    }

    /// Whether there is no time left.
    pub(super) fn is_late(&self) -> bool {
        self.deadline
            .is_some_and(|deadline| deadline <= crate::clock::now())
    }

    /// What an attempt that starts now sends.
    ///
    /// Fails with `DEADLINE_EXCEEDED` if there is no time left for one.
    pub(super) fn start<'a>(
        &'a self,
        quick: bool,
        request: Option<Frame<'a>>,
    ) -> Result<Start<'a>, Status> {
        let timeout = match self.deadline {
            None => None,
            Some(deadline) => {
                let left = deadline.saturating_duration_since(crate::clock::now());
                if left.is_zero() {
                    return Err(deadline_exceeded());
                }
                Some(timeout(left))
            }
        };
        Ok(Start {
            spec: self.spec,
            encoding: self.rules.encoding,
            metadata: &self.metadata,
            timeout,
            user_agent: self.user_agent.as_deref(),
            quick,
            request,
        })
    }
}

/// The `user-agent` of a channel.
pub(super) fn user_agent(prefix: Option<&str>) -> Bytes {
    const OURS: &str = concat!("grpc-rust-scaffold/", env!("CARGO_PKG_VERSION"));
    match prefix {
        None => Bytes::from_static(OURS.as_bytes()),
        Some(prefix) => {
            let visible = prefix.chars().filter(|c| matches!(c, ' '..='~'));
            Bytes::from(format!("{} {OURS}", visible.collect::<String>().trim()))
        }
    }
}

/// What every call past its deadline fails with.
pub(crate) fn deadline_exceeded() -> Status {
    Status::deadline_exceeded("the call's deadline has passed")
}

/// `grpc-timeout`: at most eight digits and a unit, as precise as they allow,
/// never more than the time there is and never nothing.
fn timeout(left: Duration) -> Timeout {
    const MOST: u128 = 99_999_999;
    let nanos = left.as_nanos();
    let units: [(u128, char); 5] = [
        (1, 'n'),
        (1_000, 'u'),
        (1_000_000, 'm'),
        (1_000_000_000, 'S'),
        (60_000_000_000, 'M'),
    ];
    for (unit, letter) in units {
        let count = nanos / unit;
        if count <= MOST {
            return Timeout::new(count.max(1), letter);
        }
    }
    Timeout::new((nanos / 3_600_000_000_000).min(MOST), 'H')
}

#[cfg(test)]
mod tests {
    use super::{timeout, user_agent};
    use std::time::Duration;

    #[test]
    fn timeouts_use_the_finest_unit_that_fits() {
        for (duration, text) in [
            (Duration::from_nanos(1), "1n"),
            (Duration::from_nanos(99_999_999), "99999999n"),
            (Duration::from_nanos(100_000_000), "100000u"),
            (Duration::from_secs(60), "60000000u"),
            (Duration::from_secs(100), "100000m"),
            (Duration::from_secs(100_000), "100000S"),
            (Duration::from_secs(100_000_000), "1666666M"),
            (Duration::from_secs(60 * 100_000_000), "1666666H"),
            (Duration::MAX, "99999999H"),
        ] {
            assert_eq!(
                timeout(duration).as_bytes(),
                text.as_bytes(),
                "{duration:?}"
            );
        }
    }

    #[test]
    fn agents_are_visible_ascii() {
        let agent = user_agent(Some("my\r\nnäme/1"));
        assert!(agent.starts_with(b"mynme/1 grpc-rust-scaffold/"));
        assert!(user_agent(None).starts_with(b"grpc-rust-scaffold/"));
    }
}
