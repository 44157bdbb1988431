//! `scaffold/v1/annotations.proto`, whose extensions are declared as ordinary
//! fields of the options messages: decoding then loses nothing of ours.
#![allow(missing_docs, reason = "documented in scaffold/v1/annotations.proto")]

/// The number of all our extensions, in each options message they extend.
pub const EXTENSION_NUMBER: u32 = 50761;

#[derive(Clone, PartialEq, prost::Message)]
pub struct Policy {
    #[prost(string, optional, tag = "1")]
    pub timeout: Option<String>,
    #[prost(enumeration = "Idempotency", optional, tag = "2")]
    pub idempotency: Option<i32>,
    #[prost(message, optional, tag = "3")]
    pub retry: Option<Retry>,
    #[prost(message, optional, tag = "4")]
    pub hedge: Option<Hedge>,
    #[prost(message, optional, tag = "5")]
    pub rate: Option<Rate>,
    #[prost(uint32, optional, tag = "6")]
    pub concurrency: Option<u32>,
    #[prost(string, repeated, tag = "7")]
    pub auth_scopes: Vec<String>,
    #[prost(enumeration = "Priority", optional, tag = "8")]
    pub priority: Option<i32>,
    #[prost(message, optional, tag = "9")]
    pub slo: Option<Slo>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, prost::Enumeration)]
#[repr(i32)]
pub enum Idempotency {
    Unspecified = 0,
    NoSideEffects = 1,
    Idempotent = 2,
    NotIdempotent = 3,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct Retry {
    #[prost(uint32, tag = "1")]
    pub max_attempts: u32,
    #[prost(string, tag = "2")]
    pub initial_backoff: String,
    #[prost(string, tag = "3")]
    pub max_backoff: String,
    #[prost(double, optional, tag = "4")]
    pub backoff_multiplier: Option<f64>,
    #[prost(string, repeated, tag = "5")]
    pub retryable_codes: Vec<String>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct Hedge {
    #[prost(uint32, tag = "1")]
    pub max_attempts: u32,
    #[prost(string, tag = "2")]
    pub delay: String,
    #[prost(string, repeated, tag = "3")]
    pub non_fatal_codes: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, prost::Message)]
pub struct Rate {
    #[prost(double, tag = "1")]
    pub per_second: f64,
    #[prost(uint32, optional, tag = "2")]
    pub burst: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, prost::Enumeration)]
#[repr(i32)]
pub enum Priority {
    Unspecified = 0,
    Sheddable = 1,
    Normal = 2,
    High = 3,
    Critical = 4,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct Slo {
    #[prost(double, optional, tag = "1")]
    pub availability: Option<f64>,
    #[prost(string, optional, tag = "2")]
    pub latency: Option<String>,
    #[prost(double, optional, tag = "3")]
    pub latency_quantile: Option<f64>,
}

#[derive(Clone, Copy, PartialEq, Eq, prost::Message)]
pub struct FieldPolicy {
    #[prost(bool, optional, tag = "1")]
    pub sensitive: Option<bool>,
}
