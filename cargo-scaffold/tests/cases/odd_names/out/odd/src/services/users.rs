//! Handlers of `a.v1.Users`.
//!
//! This file is yours: `cargo scaffold generate` does not touch it. When the
//! .proto gets another method, the compiler says which one is missing here.

use crate::pb::a::v1 as pb;
use scaffold_runtime::{Request, Response, Status};

/// Answers the calls of `a.v1.Users`.
#[derive(Debug, Default)]
pub struct UsersHandler {}

impl pb::users::Users for UsersHandler {
    async fn get(&self, _request: Request<pb::Status>) -> Result<Response<pb::Status>, Status> {
        Err(Status::unimplemented("Get is not written yet"))
    }
}
