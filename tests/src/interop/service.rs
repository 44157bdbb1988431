//! The test service, as the official description has it.

use std::time::SystemTime;

use scaffold_runtime::{Metadata, Request, Response, Sender, Status, Streaming};

use super::load::{self, Load, Turn};
use super::{ECHO_TRAILING, answers};
use crate::pb::grpc::testing::test_service::TestService;
use crate::pb::grpc::testing::{
    BoolValue, Empty, Payload, PayloadType, SimpleRequest, SimpleResponse,
    StreamingInputCallRequest, StreamingInputCallResponse, StreamingOutputCallRequest,
    StreamingOutputCallResponse,
};

/// Requests that a half duplex call may make the server keep.
const MAX_KEPT: usize = 1024;

/// The service, with the load that its clients make it report.
#[derive(Debug, Default)]
pub struct Tested {
    load: Load,
}

/// Compares how a request came with how its client says that it should.
fn expected(found: bool, asked: Option<&BoolValue>) -> Result<(), Status> {
    match asked {
        Some(asked) if asked.value != found => Err(Status::invalid_argument(format!(
            "compressed: {found}, expected: {}",
            asked.value
        ))),
        _ => Ok(()),
    }
}

fn peer<T>(request: &Request<T>) -> Option<String> {
    request.peer().map(ToString::to_string)
}

/// A failure with the echo of a call that fails.
fn with_echo(mut status: Status, trailing: &Metadata) -> Status {
    if let Some(value) = trailing.get_bin(ECHO_TRAILING) {
        // What came as metadata is good metadata.
        let _ = status.metadata_mut().insert_bin(ECHO_TRAILING, value);
    }
    status
}

/// Sends what one request asks for.
async fn answer(
    request: &StreamingOutputCallRequest,
    peer: Option<&String>,
    responses: &mut Sender<StreamingOutputCallResponse>,
) -> Result<(), Status> {
    for asked in &request.response_parameters {
        let answer = answers::streamed(request.response_type, asked, peer.cloned()).await?;
        if let Some(compressed) = &asked.compressed {
            responses.set_compressed(compressed.value);
        }
        responses.send(answer).await?;
    }
    Ok(())
}

// === impl Tested ===

impl Tested {
    /// A service that reports to `load`.
    pub fn new(load: Load) -> Tested {
        Tested { load }
    }
}

impl TestService for Tested {
    async fn empty_call(&self, _: Request<Empty>) -> Result<Response<Empty>, Status> {
        Ok(Response::new(Empty {}))
    }

    async fn unary_call(
        &self,
        request: Request<SimpleRequest>,
    ) -> Result<Response<SimpleResponse>, Status> {
        let (initial, mut trailing) = answers::echo(request.metadata())?;
        let compressed = request.was_compressed();
        expected(compressed, request.expect_compressed.as_ref())?;
        answers::status(request.response_status.as_ref())
            .map_err(|status| with_echo(status, &trailing))?;
        if let Some(report) = &request.orca_per_query_report {
            load::write(report, &mut trailing)?;
        }
        let mut response = Response::new(SimpleResponse {
            payload: Some(answers::payload(
                request.response_type,
                request.response_size,
            )?),
            server_id: if request.fill_server_id {
                format!("scaffold-{}", std::process::id())
            } else {
                String::new()
            },
            ..SimpleResponse::default()
        });
        if let Some(compressed) = &request.response_compressed {
            response.set_compressed(compressed.value);
        }
        *response.metadata_mut() = initial;
        *response.trailers_mut() = trailing;
        Ok(response)
    }

    async fn cacheable_unary_call(
        &self,
        _: Request<SimpleRequest>,
    ) -> Result<Response<SimpleResponse>, Status> {
        // Another body each time, so that one from a cache can be told.
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let body = now.unwrap_or_default().as_nanos().to_string().into_bytes();
        let mut response = Response::new(SimpleResponse {
            payload: Some(Payload {
                r#type: PayloadType::Compressable as i32,
                body,
            }),
            ..SimpleResponse::default()
        });
        response
            .metadata_mut()
            .insert("cache-control", "max-age=60, public")?;
        Ok(response)
    }

    async fn streaming_output_call(
        &self,
        request: Request<StreamingOutputCallRequest>,
        mut responses: Sender<StreamingOutputCallResponse>,
    ) -> Result<(), Status> {
        let peer = peer(&request);
        let (initial, trailing) = answers::echo(request.metadata())?;
        *responses.metadata_mut() = initial;
        *responses.trailers_mut() = trailing;
        answer(&request, peer.as_ref(), &mut responses).await?;
        answers::status(request.response_status.as_ref())
    }

    async fn streaming_input_call(
        &self,
        requests: Request<Streaming<StreamingInputCallRequest>>,
    ) -> Result<Response<StreamingInputCallResponse>, Status> {
        let mut requests = requests.into_inner();
        let mut sum = 0_usize;
        while let Some(request) = requests.message().await? {
            let compressed = requests.was_compressed();
            expected(compressed, request.expect_compressed.as_ref())?;
            sum += request.payload.map_or(0, |payload| payload.body.len());
        }
        let aggregated_payload_size = i32::try_from(sum)
            .map_err(|_| Status::out_of_range("the payloads' sizes are no int32 together"))?;
        Ok(Response::new(StreamingInputCallResponse {
            aggregated_payload_size,
        }))
    }

    async fn full_duplex_call(
        &self,
        requests: Request<Streaming<StreamingOutputCallRequest>>,
        mut responses: Sender<StreamingOutputCallResponse>,
    ) -> Result<(), Status> {
        let peer = peer(&requests);
        let (initial, trailing) = answers::echo(requests.metadata())?;
        *responses.metadata_mut() = initial;
        *responses.trailers_mut() = trailing;
        // Clients may wait for it before they send.
        responses.send_metadata().await?;
        let mut turn = Turn::default();
        let mut requests = requests.into_inner();
        while let Some(request) = requests.message().await? {
            answers::status(request.response_status.as_ref())?;
            if let Some(report) = &request.orca_oob_report {
                self.load.set(report, &mut turn).await;
            }
            answer(&request, peer.as_ref(), &mut responses).await?;
        }
        Ok(())
    }

    async fn half_duplex_call(
        &self,
        requests: Request<Streaming<StreamingOutputCallRequest>>,
        mut responses: Sender<StreamingOutputCallResponse>,
    ) -> Result<(), Status> {
        let peer = peer(&requests);
        let mut requests = requests.into_inner();
        let mut kept = Vec::new();
        while let Some(request) = requests.message().await? {
            if kept.len() == MAX_KEPT {
                return Err(Status::resource_exhausted(format!(
                    "more than {MAX_KEPT} requests to keep"
                )));
            }
            kept.push(request);
        }
        for request in &kept {
            answer(request, peer.as_ref(), &mut responses).await?;
        }
        Ok(())
    }

    async fn unimplemented_call(&self, _: Request<Empty>) -> Result<Response<Empty>, Status> {
        Err(Status::unimplemented("no server implements this method"))
    }
}
