//! A deadline for every call.

use std::time::Duration;

use crate::{Call, Interceptor, Next, Outcome};

/// Gives every call a deadline, and none a far one.
///
/// A caller's deadline stands if it is nearer than the maximum. A call without
/// one gets the method's own timeout (`timeout` in the `.proto`), and a method
/// without one the default. The runtime enforces the result with
/// DEADLINE_EXCEEDED, and hands what is left of it to calls that the handler
/// makes.
///
/// # Examples
///
/// ```no_run
/// use std::time::Duration;
///
/// use scaffold_runtime::interceptors::Deadline;
/// use scaffold_runtime::{Server, ServerConfig};
///
/// let deadline = Deadline::new().default_timeout(Duration::from_secs(5));
/// let server = Server::new(ServerConfig::default()).intercept(deadline);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Deadline {
    default: Option<Duration>,
    max: Option<Duration>,
}

impl Deadline {
    /// 30 seconds where neither caller nor method says, five minutes at most,
    /// on unary and client-streaming calls. Calls that stream responses have
    /// no default (watching is their purpose), but the deadlines that callers
    /// and methods set.
    #[must_use]
    pub fn new() -> Deadline {
        Deadline {
            default: Some(Duration::from_secs(30)),
            max: Some(Duration::from_secs(300)),
        }
    }

    /// The timeout where neither caller nor method sets one.
    #[must_use]
    pub fn default_timeout(mut self, timeout: Duration) -> Deadline {
        self.default = Some(timeout);
        self
    }

    /// The longest that a caller may ask for.
    #[must_use]
    pub fn max_timeout(mut self, timeout: Duration) -> Deadline {
        self.max = Some(timeout);
        self
    }
}

impl Default for Deadline {
    fn default() -> Deadline {
        Deadline::new()
    }
}

impl Interceptor for Deadline {
    fn intercept<N: Next>(&self, mut call: Call, next: N) -> impl Future<Output = Outcome> + Send {
        let spec = call.spec();
        let watching = spec.shape.streams_responses();
        let default = self.default.filter(|_| !watching);
        let max = self.max.filter(|_| !watching);
        let now = crate::clock::now();
        let asked = call
            .deadline()
            .map(|deadline| deadline.saturating_duration_since(now));
        let timeout = asked.or(spec.timeout()).or(default);
        let timeout = match (timeout, max) {
            (Some(timeout), Some(max)) => Some(timeout.min(max)),
            (timeout, _) => timeout,
        };
        if let Some(deadline) = timeout.and_then(|timeout| now.checked_add(timeout)) {
            call.set_deadline(deadline);
        }
        next.run(call)
    }
}
