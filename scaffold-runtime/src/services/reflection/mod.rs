//! `grpc.reflection.v1` and `v1alpha`: what a server serves, as descriptors.
//!
//! See the [gRPC server reflection protocol]. The descriptors are those that
//! the generator put beside each service; a service generated without the part
//! `descriptors` is listed, and its files are not found.
//!
//! [gRPC server reflection protocol]: https://github.com/grpc/grpc/blob/master/doc/server-reflection.md

mod answer;
mod handler;
mod index;

pub use handler::{Reflection, ReflectionV1Alpha};
