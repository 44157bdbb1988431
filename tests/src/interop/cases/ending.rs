//! Calls that the client ends.
//!
//! With this library a call is cancelled by dropping it, as futures are. The
//! status CANCELLED that the description asks for shows where something of the
//! call is left.

use std::time::Duration;

use scaffold_runtime::Code;

use super::super::target::{Target, Verdict, comes, fails, is_zeros, within};
use super::streaming::request;
use super::unary;

pub(super) async fn timeout(target: &Target) -> Verdict {
    let call = within(Duration::from_millis(1), ());
    let result = async {
        let mut call = target.client().full_duplex_call(call).await?;
        call.send(request(27_182, &[])).await?;
        call.message().await
    };
    fails(result.await, Code::DeadlineExceeded)?;
    Ok(())
}

pub(super) async fn cancel_after_begin(target: &Target) -> Verdict {
    let call = target.client().streaming_input_call(()).await?;
    drop(call);
    // It took nothing with it: the connection serves on.
    unary::empty(target).await
}

pub(super) async fn cancel_after_first_response(target: &Target) -> Verdict {
    let mut call = target.client().full_duplex_call(()).await?;
    call.send(request(27_182, &[31_415])).await?;
    let answer = comes(call.message().await?)?;
    is_zeros(answer.payload.as_ref(), 31_415)?;
    let (mut requests, responses) = call.split();
    drop(responses);
    fails(requests.send(request(1, &[1])).await, Code::Cancelled)?;
    unary::empty(target).await
}
