//! Handlers of `a.v1.Request`.
//!
//! This file is yours: `cargo scaffold generate` does not touch it. When the
//! .proto gets another method, the compiler says which one is missing here.

use crate::pb::a::v1 as pb;
use scaffold_runtime::{Request, Sender, Status, Streaming};

/// Answers the calls of `a.v1.Request`.
#[derive(Debug, Default)]
pub struct RequestHandler {}

impl pb::request::Request for RequestHandler {
    async fn clone_(
        &self,
        _requests: Request<Streaming<pb::Status>>,
        _responses: Sender<pb::Option>,
    ) -> Result<(), Status> {
        Err(Status::unimplemented("Clone is not written yet"))
    }
}
