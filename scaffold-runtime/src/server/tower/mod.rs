//! gRPC services as `tower::Service`s over `http` types, both ways (feature
//! `tower`).
//!
//! [`GrpcService`] makes one of a generated service, to be mounted in a server of
//! axum, hyper or tonic, or wrapped in layers of tower.
//! [`Server::add_tower_service`](crate::Server::add_tower_service) takes one
//! made by others, tonic's health for instance, into our server.
//!
//! ```
//! use scaffold_runtime::Service;
//! use scaffold_runtime::tower::{GrpcService, Limits};
//! use scaffold_runtime::interceptors::Recover;
//!
//! fn mount(users: impl Service) {
//!     let users = GrpcService::builder()
//!         .limits(Limits { max_receive_message_size: 64 << 10, ..Limits::default() })
//!         .intercept(Recover::new())
//!         .service(users);
//!     // axum::Router::new().route_service(&users.route(), users)
//!     // tonic::service::Routes::new(users)
//! }
//! ```

mod body;
mod drive;
mod head;
mod inbound;
mod limits;
mod mounted;
mod request_body;
mod response;
mod service;

pub use body::ResponseBody;
pub use limits::Limits;
pub use mounted::Mounted;
pub use request_body::RequestBody;
pub use response::ResponseFuture;
pub use service::{Builder, GrpcService};

pub(super) use mounted::note_uri;

/// What a service, its body or its layers may fail with.
pub(crate) type BoxError = Box<dyn std::error::Error + Send + Sync>;
