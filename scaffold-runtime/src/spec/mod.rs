//! Tables that generated code holds: methods, services, descriptors, policy.

mod descriptors;
mod method;
mod policy;
mod service;

pub use descriptors::Descriptors;
pub use method::{CallShape, Idempotency, MethodSpec};
pub use policy::{HedgePolicy, Priority, RateLimit, RetryPolicy, Slo};
pub use service::ServiceSpec;
