//! One request, one answer.

use super::super::target::{Target, Verdict, is_zeros, zeros};
use crate::pb::grpc::testing::{Empty, SimpleRequest};

/// A request of this size for an answer of that.
pub(super) fn request(size: usize, response_size: i32) -> SimpleRequest {
    SimpleRequest {
        response_size,
        payload: zeros(size),
        ..SimpleRequest::default()
    }
}

pub(super) async fn empty(target: &Target) -> Verdict {
    target.client().empty_call(Empty {}).await?;
    Ok(())
}

pub(super) async fn large(target: &Target) -> Verdict {
    let answer = target
        .client()
        .unary_call(request(271_828, 314_159))
        .await?;
    is_zeros(answer.payload.as_ref(), 314_159)
}
