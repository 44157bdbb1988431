//! One line for each call.

use std::time::{Duration, Instant};

use crate::{Call, Code, Interceptor, Next, Outcome, Side};

/// Logs every call when it ends: method, code, duration, peer, how many
/// messages went each way, and a failure's text.
///
/// Events are [`tracing`]'s, with target `scaffold::access`: level INFO for
/// success and for what the caller did wrong, WARN for what the server did
/// (UNKNOWN, DEADLINE_EXCEEDED, UNIMPLEMENTED, INTERNAL, UNAVAILABLE,
/// DATA_LOSS), and for calls slower than a threshold. Metadata and messages are
/// never logged, and a failure's text is escaped, so that one call is one line.
/// A call that is dropped, because its client went away, is logged as CANCELLED.
///
/// # Examples
///
/// ```no_run
/// use std::time::Duration;
///
/// use scaffold_runtime::interceptors::AccessLog;
/// use scaffold_runtime::{Server, ServerConfig};
///
/// let log = AccessLog::new().slower_than(Duration::from_millis(500));
/// let server = Server::new(ServerConfig::default()).intercept(log);
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct AccessLog {
    slow: Option<Duration>,
}

impl AccessLog {
    /// Logs every call.
    #[must_use]
    pub fn new() -> AccessLog {
        AccessLog::default()
    }

    /// Logs calls that took longer at level WARN.
    #[must_use]
    pub fn slower_than(mut self, slow: Duration) -> AccessLog {
        self.slow = Some(slow);
        self
    }
}

impl Interceptor for AccessLog {
    async fn intercept<N: Next>(&self, call: Call, next: N) -> Outcome {
        let mut line = Line {
            method: call.spec().path,
            side: call.side(),
            peer: call.peer().map(ToString::to_string),
            began: crate::clock::now(),
            slow: self.slow,
            ended: false,
        };
        let outcome = next.run(call).await;
        line.ended = true;
        line.write(
            outcome.code(),
            outcome.status().err().map(|status| status.message()),
            outcome.messages_received(),
            outcome.messages_sent(),
        );
        outcome
    }
}

/// What is known when a call begins; written when it ends, or is dropped.
struct Line {
    method: &'static str,
    side: Side,
    peer: Option<String>,
    began: Instant,
    slow: Option<Duration>,
    ended: bool,
}

impl Line {
    fn write(&self, code: Code, error: Option<&str>, received: u64, sent: u64) {
        let elapsed = self.began.elapsed();
        let side = match self.side {
            Side::Client => "client",
            Side::Server => "server",
        };
        let ms = elapsed.as_secs_f64() * 1e3;
        let (method, peer, code_name) = (self.method, self.peer.as_deref(), code.name());
        // Escaped: a peer may have written it.
        let error = error.map(|text| text.escape_debug().to_string());
        let error = error.as_deref();
        if fault(code) || self.slow.is_some_and(|slow| elapsed > slow) {
            tracing::warn!(target: "scaffold::access", side, method, code = code_name, ms, peer, received, sent, error);
        } else {
            tracing::info!(target: "scaffold::access", side, method, code = code_name, ms, peer, received, sent, error);
        }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        if !self.ended {
            self.write(Code::Cancelled, None, 0, 0);
        }
    }
}

/// Codes that speak of the server, not of the call.
fn fault(code: Code) -> bool {
    matches!(
        code,
        Code::Unknown
            | Code::DeadlineExceeded
            | Code::Unimplemented
            | Code::Internal
            | Code::Unavailable
            | Code::DataLoss
    )
}
