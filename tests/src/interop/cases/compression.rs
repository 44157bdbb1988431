//! Messages that are compressed, or not, one by one.

use scaffold_runtime::{Code, Encoding, Request};

use super::super::target::{Target, Verdict, comes, ends, fails, is_zeros, same, zeros};
use super::{streaming, unary};
use crate::pb::grpc::testing::{
    BoolValue, SimpleRequest, StreamingInputCallRequest, StreamingOutputCallRequest,
};

/// The sizes of a compressed message and of one that is not.
const REQUESTS: [usize; 2] = [27_182, 45_904];
const RESPONSES: [usize; 2] = [31_415, 92_653];

fn flag(value: bool) -> Option<BoolValue> {
    Some(BoolValue { value })
}

/// A call that may compress, with its first message.
fn asked<T>(message: T, compressed: bool) -> Request<T> {
    let mut request = Request::new(message);
    request.set_encoding(Encoding::Gzip);
    request.set_compressed(compressed);
    request
}

fn expecting(compressed: bool) -> SimpleRequest {
    SimpleRequest {
        expect_compressed: flag(compressed),
        ..unary::request(271_828, 314_159)
    }
}

pub(super) async fn client_unary(target: &Target) -> Verdict {
    // A server that does not look would pass the rest.
    let client = target.client();
    let lie = client.unary_call(asked(expecting(true), false)).await;
    fails(lie, Code::InvalidArgument)?;
    for compressed in [true, false] {
        let request = asked(expecting(compressed), compressed);
        let answer = client.unary_call(request).await?;
        is_zeros(answer.payload.as_ref(), 314_159)?;
    }
    Ok(())
}

pub(super) async fn server_unary(target: &Target) -> Verdict {
    for compressed in [true, false] {
        let request = SimpleRequest {
            response_compressed: flag(compressed),
            ..unary::request(271_828, 314_159)
        };
        let answer = target.client().unary_call(request).await?;
        same("compressed", answer.was_compressed(), compressed)?;
        is_zeros(answer.payload.as_ref(), 314_159)?;
    }
    Ok(())
}

pub(super) async fn client_streaming(target: &Target) -> Verdict {
    let message = |compressed, size| StreamingInputCallRequest {
        expect_compressed: flag(compressed),
        payload: zeros(size),
    };
    let client = target.client();
    let mut lie = client.streaming_input_call(asked((), false)).await?;
    // The server may refuse before it is sent whole.
    let _ = lie.send(message(true, REQUESTS[0])).await;
    fails(lie.finish().await, Code::InvalidArgument)?;
    let mut call = client.streaming_input_call(asked((), true)).await?;
    call.send(message(true, REQUESTS[0])).await?;
    call.set_compressed(false);
    call.send(message(false, REQUESTS[1])).await?;
    let answer = call.finish().await?;
    same("the sum", answer.aggregated_payload_size, 73_086)
}

pub(super) async fn server_streaming(target: &Target) -> Verdict {
    let mut request: StreamingOutputCallRequest = streaming::request(0, &RESPONSES);
    let flags = [true, false];
    for (parameters, compressed) in request.response_parameters.iter_mut().zip(flags) {
        parameters.compressed = flag(compressed);
    }
    let mut answers = target.client().streaming_output_call(request).await?;
    for (size, compressed) in RESPONSES.into_iter().zip(flags) {
        let answer = comes(answers.message().await?)?;
        same("compressed", answers.was_compressed(), compressed)?;
        is_zeros(answer.payload.as_ref(), size)?;
    }
    ends(answers.message().await?)
}
