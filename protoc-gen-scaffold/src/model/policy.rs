//! The policy of a method, checked and in the units that the runtime takes.

/// What is not set is the runtime's to decide.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Policy {
    /// The client's deadline.
    pub timeout_nanos: Option<u64>,
    /// Whether a call may be sent twice.
    pub idempotency: Idempotency,
    /// gRFC A6 retry.
    pub retry: Option<Retry>,
    /// gRFC A6 hedging.
    pub hedge: Option<Hedge>,
    /// Token bucket.
    pub rate: Option<Rate>,
    /// Calls running at one time.
    pub concurrency: Option<u32>,
    /// Scopes that the caller must hold.
    pub auth_scopes: Vec<String>,
    /// Order of shedding.
    pub priority: Option<Priority>,
    /// Objective.
    pub slo: Option<Slo>,
    /// Dotted paths of fields of the request that never reach a log.
    pub sensitive_request: Vec<String>,
    /// The same, of the response.
    pub sensitive_response: Vec<String>,
}

/// May a call be sent twice?
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Idempotency {
    /// Nothing is said.
    #[default]
    Unknown,
    /// Changes nothing.
    NoSideEffects,
    /// Twice is once.
    Idempotent,
    /// Twice is twice.
    NotIdempotent,
}

/// Order of shedding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Priority {
    /// First to go.
    Sheddable,
    /// The usual.
    Normal,
    /// A person waits.
    High,
    /// Never by choice.
    Critical,
}

/// gRFC A6 `retryPolicy`.
#[derive(Clone, Debug, PartialEq)]
pub struct Retry {
    /// 2 to 5.
    pub max_attempts: u32,
    /// Above zero.
    pub initial_backoff_nanos: u64,
    /// Above zero.
    pub max_backoff_nanos: u64,
    /// Above zero.
    pub backoff_multiplier: f64,
    /// Variants of the runtime's `Code`.
    pub retryable_codes: Vec<&'static str>,
}

/// gRFC A6 `hedgingPolicy`.
#[derive(Clone, Debug, PartialEq)]
pub struct Hedge {
    /// 2 to 5.
    pub max_attempts: u32,
    /// Zero sends all at once.
    pub delay_nanos: u64,
    /// Variants of the runtime's `Code`.
    pub non_fatal_codes: Vec<&'static str>,
}

/// A token bucket.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    /// Above zero.
    pub per_second: f64,
    /// At least 1.
    pub burst: u32,
}

/// A service level objective.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Slo {
    /// Above 0, at most 1.
    pub availability: Option<f64>,
    /// Latency at the quantile.
    pub latency_nanos: Option<u64>,
    /// Above 0 and below 1.
    pub latency_quantile: f64,
}
