//! What is to be generated, as plain data: every name, order and relation is
//! decided here, and emitters only print it.

mod package;
mod policy;
mod service;

pub use package::{Descriptors, Model, Mounted, Package, Place};
pub use policy::{Hedge, Idempotency, Policy, Priority, Rate, Retry, Slo};
pub use service::{Method, MethodNames, Name, Service, ServiceNames, Shape};
