//! What a call starts with: its header block, and the deadline in it.

use std::time::{Duration, Instant};

use bytes::Bytes;

use crate::request::Parts;
use crate::{Metadata, MethodSpec, Status};

/// Everything of a call but its messages; kept to start the call again.
#[derive(Debug, Clone)]
pub(crate) struct CallHead {
    pub(crate) path: &'static str,
    pub(crate) deadline: Option<Instant>,
    pub(crate) wait_for_ready: bool,
    metadata: Metadata,
}

// === impl CallHead ===

impl CallHead {
    /// Takes a request's parts; the deadline is the soonest of the request's (or
    /// else the method's) and that of the call that is being served here.
    pub(crate) fn new(spec: &'static MethodSpec, parts: Parts) -> Self {
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
        Self {
            path: spec.path,
            deadline,
            wait_for_ready: parts.wait_for_ready,
            metadata: parts.metadata,
        }
    }

    /// The header block for an attempt that starts now.
    ///
    /// Fails with `DEADLINE_EXCEEDED` if there is no time left for one.
    pub(super) fn block(&self, user_agent: &Bytes) -> Result<Metadata, Status> {
        let mut block = Metadata::new();
        if let Some(deadline) = self.deadline {
            let left = deadline.saturating_duration_since(crate::clock::now());
            if left.is_zero() {
                return Err(deadline_exceeded());
            }
            block.push_static("grpc-timeout", timeout(left));
        }
        // `te` is first of all a probe for proxies that drop trailers.
        block.push_static("te", Bytes::from_static(b"trailers"));
        block.push_static("content-type", Bytes::from_static(b"application/grpc"));
        let mut user = self.metadata.clone();
        match user.get("user-agent") {
            // The caller's name goes first, ours stays for those who debug.
            Some(own) => {
                let ours = String::from_utf8_lossy(user_agent);
                block.push_static("user-agent", format!("{own} {ours}"));
                user.remove("user-agent");
            }
            None => block.push_static("user-agent", user_agent.clone()),
        }
        block.push_user(user);
        Ok(block)
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
fn timeout(left: Duration) -> String {
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
            return format!("{}{letter}", count.max(1));
        }
    }
    format!("{}H", (nanos / 3_600_000_000_000).min(MOST))
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
            assert_eq!(timeout(duration), text, "{duration:?}");
        }
    }

    #[test]
    fn agents_are_visible_ascii() {
        let agent = user_agent(Some("my\r\nnäme/1"));
        assert!(agent.starts_with(b"mynme/1 grpc-rust-scaffold/"));
        assert!(user_agent(None).starts_with(b"grpc-rust-scaffold/"));
    }
}
