//! `MethodSpec`: what the `.proto` says about a method.

use super::{HedgePolicy, Priority, RateLimit, RetryPolicy, Slo};

/// How many messages go each way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CallShape {
    /// One request, one response.
    Unary,
    /// One request, many responses.
    ServerStreaming,
    /// Many requests, one response.
    ClientStreaming,
    /// Many requests, many responses.
    BidiStreaming,
}

/// The option `idempotency_level` of a method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Idempotency {
    /// The `.proto` does not say.
    Unknown,
    /// Reads only.
    NoSideEffects,
    /// Twice does the same as once.
    Idempotent,
    /// Twice is not once.
    NotIdempotent,
}

/// A method: path, shape, and the policy written in the `.proto`.
///
/// Generated code holds one as a constant for each method. Server, client,
/// interceptors and load drivers read the same table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MethodSpec {
    /// `/package.Service/Method`.
    pub path: &'static str,
    /// How many messages go each way.
    pub shape: CallShape,
    /// Whether a call may be made twice.
    pub idempotency: Idempotency,
    /// The deadline of a call that sets none, in nanoseconds.
    pub timeout_nanos: Option<u64>,
    /// When a client tries again.
    pub retry: Option<RetryPolicy>,
    /// When a client tries twice at once.
    pub hedge: Option<HedgePolicy>,
    /// How many calls a second a server takes.
    pub rate: Option<RateLimit>,
    /// How many calls at once a server takes.
    pub concurrency: Option<u32>,
    /// The scopes that a caller needs.
    pub auth_scopes: &'static [&'static str],
    /// Which calls go first when there are too many.
    pub priority: Priority,
    /// What the service promises.
    pub slo: Option<Slo>,
    /// Dotted paths of fields of the request that no log may show.
    pub sensitive_request: &'static [&'static str],
    /// Dotted paths of fields of the response that no log may show.
    pub sensitive_response: &'static [&'static str],
}

// === impl CallShape ===

impl CallShape {
    /// Whether the client sends a stream.
    pub const fn streams_requests(self) -> bool {
        matches!(self, CallShape::ClientStreaming | CallShape::BidiStreaming)
    }

    /// Whether the server sends a stream.
    pub const fn streams_responses(self) -> bool {
        matches!(self, CallShape::ServerStreaming | CallShape::BidiStreaming)
    }
}

// === impl MethodSpec ===

macro_rules! setters {
    ($($(#[$doc:meta])* $field:ident: $type:ty => $value:expr;)*) => {$(
        $(#[$doc])*
        #[must_use]
        pub const fn $field(mut self, $field: $type) -> MethodSpec {
            self.$field = $value;
            self
        }
    )*};
}

impl MethodSpec {
    /// A method without policy. `path` is `/package.Service/Method`.
    pub const fn new(path: &'static str, shape: CallShape) -> MethodSpec {
        MethodSpec {
            path,
            shape,
            idempotency: Idempotency::Unknown,
            timeout_nanos: None,
            retry: None,
            hedge: None,
            rate: None,
            concurrency: None,
            auth_scopes: &[],
            priority: Priority::Normal,
            slo: None,
            sensitive_request: &[],
            sensitive_response: &[],
        }
    }

    setters! {
        /// Sets [`idempotency`](MethodSpec#structfield.idempotency).
        idempotency: Idempotency => idempotency;
        /// Sets [`timeout_nanos`](MethodSpec#structfield.timeout_nanos).
        timeout_nanos: u64 => Some(timeout_nanos);
        /// Sets [`retry`](MethodSpec#structfield.retry).
        retry: RetryPolicy => Some(retry);
        /// Sets [`hedge`](MethodSpec#structfield.hedge).
        hedge: HedgePolicy => Some(hedge);
        /// Sets [`rate`](MethodSpec#structfield.rate).
        rate: RateLimit => Some(rate);
        /// Sets [`concurrency`](MethodSpec#structfield.concurrency).
        concurrency: u32 => Some(concurrency);
        /// Sets [`auth_scopes`](MethodSpec#structfield.auth_scopes).
        auth_scopes: &'static [&'static str] => auth_scopes;
        /// Sets [`priority`](MethodSpec#structfield.priority).
        priority: Priority => priority;
        /// Sets [`slo`](MethodSpec#structfield.slo).
        slo: Slo => Some(slo);
        /// Sets [`sensitive_request`](MethodSpec#structfield.sensitive_request).
        sensitive_request: &'static [&'static str] => sensitive_request;
        /// Sets [`sensitive_response`](MethodSpec#structfield.sensitive_response).
        sensitive_response: &'static [&'static str] => sensitive_response;
    }

    /// The service's full name: `package.Service`.
    pub fn service(&self) -> &'static str {
        self.split().0
    }

    /// The method's name: `Method`.
    pub fn name(&self) -> &'static str {
        self.split().1
    }

    /// The timeout of the `.proto`, as a duration.
    pub fn timeout(&self) -> Option<std::time::Duration> {
        self.timeout_nanos.map(std::time::Duration::from_nanos)
    }

    fn split(&self) -> (&'static str, &'static str) {
        let path = self.path.strip_prefix('/').unwrap_or(self.path);
        path.split_once('/').unwrap_or((path, ""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_built_in_a_constant() {
        const SPEC: MethodSpec = MethodSpec::new("/a.v1.S/Get", CallShape::Unary)
            .timeout_nanos(250)
            .idempotency(Idempotency::NoSideEffects)
            .auth_scopes(&["read"]);
        assert_eq!((SPEC.service(), SPEC.name()), ("a.v1.S", "Get"));
        assert_eq!(SPEC.timeout(), Some(std::time::Duration::from_nanos(250)));
        assert_eq!(SPEC.auth_scopes, ["read"]);
    }
}
