//! Handlers of `Type`.
//!
//! This file is yours: `cargo scaffold generate` does not touch it. When the
//! .proto gets another method, the compiler says which one is missing here.

use crate::pb;
use scaffold_runtime::{Request, Response, Sender, Status};

/// Answers the calls of `Type`.
#[derive(Debug, Default)]
pub struct TypeHandler {}

impl pb::r#type::Type for TypeHandler {
    async fn r#await(&self, _request: Request<()>) -> Result<Response<pb::Result>, Status> {
        Err(Status::unimplemented("Await is not written yet"))
    }

    async fn new_(
        &self,
        _request: Request<pb::a::v1::Status>,
        _responses: Sender<pb::a::v1::status::Kind>,
    ) -> Result<(), Status> {
        Err(Status::unimplemented("New is not written yet"))
    }

    async fn with_server(&self, _request: Request<pb::Result>) -> Result<Response<()>, Status> {
        Err(Status::unimplemented("withServer is not written yet"))
    }
}
