//! Handlers of `a.Z`.
//!
//! This file is yours: `cargo scaffold generate` does not touch it. When the
//! .proto gets another method, the compiler says which one is missing here.

use crate::pb::a as pb;
use scaffold_runtime::{Request, Response, Status};

/// Answers the calls of `a.Z`.
#[derive(Debug, Default)]
pub struct ZHandler {}

impl pb::z::Z for ZHandler {
    async fn b(&self, _request: Request<pb::M>) -> Result<Response<pb::M>, Status> {
        Err(Status::unimplemented("B is not written yet"))
    }
}
