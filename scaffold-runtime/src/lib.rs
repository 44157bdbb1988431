//! The gRPC runtime that scaffold's generated code calls.
//!
//! A server is [`Server::new`](Server) with services and interceptors; a client
//! is a generated stub over a [`Channel`]. Messages are prost's. Durations are
//! `std::time::Duration`, sizes are bytes, and no limit is without a bound.

#![forbid(unsafe_code)]

pub mod blocking;
mod caller;
mod channel;
mod client_stream;
mod clock;
mod code;
#[doc(hidden)]
pub mod codegen;
mod compression;
#[cfg(feature = "config")]
pub mod config;
mod counters;
pub mod deadline;
mod error;
mod extensions;
mod framing;
mod interceptor;
pub mod interceptors;
mod metadata;
mod mount;
pub mod net;
#[rustfmt::skip] // machine-owned
#[path = "gen/mod.rs"]
mod pb;
mod peer;
pub mod pool;
mod request;
mod response;
mod server;
pub mod services;
mod spec;
pub mod status;
mod stream;
#[cfg(feature = "tonic")]
mod tonic;

pub use caller::{Caller, Intercepted};
pub use channel::{BackoffConfig, Channel, ChannelConfig, ConnectivityState, KeepaliveConfig};
pub use client_stream::{BidiStreaming, ClientStreaming, RequestSender};
pub use code::Code;
pub use compression::{CompressionConfig, Encoding, Encodings, Level};
pub use counters::Counters;
pub use error::Error;
pub use extensions::Extensions;
pub use interceptor::{Call, Chain, Identity, Interceptor, Next, Outcome, Side};
pub use metadata::{InvalidMetadata, Iter as MetadataIter, Metadata};
pub use peer::{Peer, PeerAddress, TlsInfo};
pub use request::{IntoRequest, Request};
pub use response::Response;
#[cfg(feature = "tower")]
pub use server::tower;
pub use server::{
    BoundServer, CallBound, ConnectionBound, MemoryBound, NamedService, ProcessBound, Server,
    ServerConfig, ServerHandle, Service,
};
pub use spec::{
    CallShape, Descriptors, HedgePolicy, Idempotency, MethodSpec, Priority, RateLimit, RetryPolicy,
    ServiceSpec, Slo,
};
pub use status::{ErrorDetails, Status};
pub use stream::{Sender, Streaming};

/// Mounts the generated files that lie beside the file of the call, as modules.
#[cfg(feature = "mount")]
pub use scaffold_mount::mount;
