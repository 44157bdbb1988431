//! Handlers of `greeter.v1.Greeter`.
//!
//! This file is yours: `cargo scaffold generate` does not touch it. When the
//! .proto gets another method, the compiler says which one is missing here.

use crate::pb::greeter::v1 as pb;
use scaffold_runtime::{Request, Response, Sender, Status, Streaming};

/// Answers the calls of `greeter.v1.Greeter`.
#[derive(Debug, Default)]
pub struct GreeterHandler {}

impl pb::greeter::Greeter for GreeterHandler {
    /// Says hello to one.
    ///
    /// NOT_FOUND for strangers; see `names` and \[docs\] in {{ templates }} "quoted".
    async fn say_hello(
        &self,
        _request: Request<pb::HelloRequest>,
    ) -> Result<Response<pb::HelloReply>, Status> {
        Err(Status::unimplemented("SayHello is not written yet"))
    }

    async fn say_hello_to_all(
        &self,
        _requests: Request<Streaming<pb::HelloRequest>>,
    ) -> Result<Response<pb::HelloReply>, Status> {
        Err(Status::unimplemented("SayHelloToAll is not written yet"))
    }

    async fn keep_saying(
        &self,
        _request: Request<pb::HelloRequest>,
        _responses: Sender<pb::HelloReply>,
    ) -> Result<(), Status> {
        Err(Status::unimplemented("KeepSaying is not written yet"))
    }

    async fn chat(
        &self,
        _requests: Request<Streaming<pb::HelloRequest>>,
        _responses: Sender<pb::HelloReply>,
    ) -> Result<(), Status> {
        Err(Status::unimplemented("Chat is not written yet"))
    }
}
