//! One call of each shape, from its stream to its end.

use std::rc::Rc;
use std::time::Instant;

use scaffold_runtime::codegen::bytes::Bytes;
use scaffold_runtime::{CallShape, Caller, Status};

use super::context::{Context, Running};
use super::lanes::Lane;
use super::{Due, streams};
use crate::raw::{Answer, Kept, Raw, Skimmed};
use crate::record::End;

/// Makes a call on `lane`; `waited` says since when it has waited for it.
pub(crate) async fn call(
    context: Rc<Context>,
    lane: Rc<Lane>,
    mut due: Due,
    waited: Option<Instant>,
) {
    let mut requests = context.requests(&mut due);
    let broken = requests.take_broken();
    let shape = context.methods[due.method].spec.shape;
    let verify = context.verifies();
    let mut call = Running::new(context, lane, due, broken);
    match shape {
        CallShape::Unary => {
            let request = requests.first();
            call.note(|record| {
                record.sent += 1;
                record.sent_bytes += request.len() as u64;
            });
            call.send(waited);
            if verify {
                unary::<Kept>(call, request).await;
            } else {
                unary::<Skimmed>(call, request).await;
            }
        }
        CallShape::ServerStreaming => {
            call.send(waited);
            if verify {
                streams::server::<Kept>(call, requests.first()).await;
            } else {
                streams::server::<Skimmed>(call, requests.first()).await;
            }
        }
        CallShape::ClientStreaming => {
            call.send(waited);
            if verify {
                streams::client::<Kept>(call, requests).await;
            } else {
                streams::client::<Skimmed>(call, requests).await;
            }
        }
        CallShape::BidiStreaming => {
            call.send(waited);
            if verify {
                streams::bidi::<Kept>(call, requests).await;
            } else {
                streams::bidi::<Skimmed>(call, requests).await;
            }
        }
    }
}

async fn unary<A: Answer>(call: Running, request: Bytes) {
    let request = call.context.request(&call.due, Raw(request));
    let spec = call.method().spec;
    let result = call.lane.channel.unary::<Raw, A>(spec, request).await;
    let finish = Instant::now();
    match result {
        Ok(response) => {
            let answer = response.get_ref();
            call.note(|record| {
                record.received += 1;
                record.received_bytes += answer.size() as u64;
            });
            let end = match call.context.verify(&call.due, answer.bytes()) {
                Ok(()) => End::Ok,
                Err(why) => End::Unverified(why),
            };
            call.end(finish, &end);
        }
        Err(status) => call.end(finish, &End::Failed(status)),
    }
}

/// How a call ended whose answers were read to the end, and verified.
pub(super) fn end(result: Result<(), Status>, unverified: Option<String>) -> End {
    match (result, unverified) {
        (Err(status), _) => End::Failed(status),
        (Ok(()), Some(why)) => End::Unverified(why),
        (Ok(()), None) => End::Ok,
    }
}
