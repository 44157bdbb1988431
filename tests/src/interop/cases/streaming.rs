//! Streams in one direction and in both.

use super::super::target::{Target, Verdict, comes, ends, is_zeros, same, zeros};
use crate::pb::grpc::testing::{
    ResponseParameters, StreamingInputCallRequest, StreamingOutputCallRequest,
};

const REQUESTS: [usize; 4] = [27_182, 8, 1_828, 45_904];
const RESPONSES: [usize; 4] = [31_415, 9, 2_653, 58_979];

/// A request of this size for one answer of each of those.
pub(super) fn request(size: usize, responses: &[usize]) -> StreamingOutputCallRequest {
    let asked = |size: &usize| ResponseParameters {
        size: *size as i32,
        ..ResponseParameters::default()
    };
    StreamingOutputCallRequest {
        response_parameters: responses.iter().map(asked).collect(),
        payload: zeros(size),
        ..StreamingOutputCallRequest::default()
    }
}

pub(super) async fn client(target: &Target) -> Verdict {
    let mut call = target.client().streaming_input_call(()).await?;
    for size in REQUESTS {
        call.send(StreamingInputCallRequest {
            payload: zeros(size),
            ..StreamingInputCallRequest::default()
        })
        .await?;
    }
    let answer = call.finish().await?;
    same("the sum", answer.aggregated_payload_size, 74_922)
}

pub(super) async fn server(target: &Target) -> Verdict {
    let request = request(0, &RESPONSES);
    let mut answers = target.client().streaming_output_call(request).await?;
    for size in RESPONSES {
        let answer = comes(answers.message().await?)?;
        is_zeros(answer.payload.as_ref(), size)?;
    }
    ends(answers.message().await?)
}

pub(super) async fn ping_pong(target: &Target) -> Verdict {
    let mut call = target.client().full_duplex_call(()).await?;
    for (size, response) in REQUESTS.into_iter().zip(RESPONSES) {
        call.send(request(size, &[response])).await?;
        let answer = comes(call.message().await?)?;
        is_zeros(answer.payload.as_ref(), response)?;
    }
    call.close_send().await?;
    ends(call.message().await?)
}

pub(super) async fn empty(target: &Target) -> Verdict {
    let mut call = target.client().full_duplex_call(()).await?;
    call.close_send().await?;
    ends(call.message().await?)
}
