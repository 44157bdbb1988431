//! gRPC's interop suite: the test service, and the cases that a client runs
//! against any server of it (grpc/doc/interop-test-descriptions.md).

pub mod answers;
pub mod cases;
pub mod flags;
pub mod load;
pub mod peers;
pub mod service;
pub mod target;
pub mod wire;

/// Request metadata that comes back as initial metadata.
pub const ECHO_INITIAL: &str = "x-grpc-test-echo-initial";

/// Request metadata that comes back as trailing metadata.
pub const ECHO_TRAILING: &str = "x-grpc-test-echo-trailing-bin";

/// The trailer with the load of one call (gRFC A51).
pub const LOAD_TRAILER: &str = "endpoint-load-metrics-bin";
