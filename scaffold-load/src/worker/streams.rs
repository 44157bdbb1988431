//! Streams, message by message.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::{Duration, Instant};

use scaffold_runtime::codegen::bytes::Bytes;
use scaffold_runtime::{Caller, Status, Streaming};

use super::calls::end;
use super::context::Running;
use crate::clock::nanos;
use crate::pool::Call;
use crate::raw::{Answer, Raw};

/// One request; responses to the end, or until the plan has enough of them.
pub(super) async fn server<A: Answer>(call: Running, request: Bytes) {
    call.note(|record| {
        record.sent += 1;
        record.sent_bytes += request.len() as u64;
    });
    let request = call.context.request(&call.due, Raw(request));
    let spec = call.method().spec;
    let mut unverified = None;
    let result = match call
        .lane
        .channel
        .server_streaming::<Raw, A>(spec, request)
        .await
    {
        Ok(mut responses) => {
            let now = Instant::now();
            call.note(|record| record.headers.record(nanos(call.sent(), now)));
            drain(&call, &mut responses, &mut unverified, |_| {}).await
        }
        Err(status) => Err(status),
    };
    call.end(Instant::now(), &end(result, unverified));
}

/// All requests, then one response.
pub(super) async fn client<A: Answer>(call: Running, requests: Call) {
    let request = call.context.request(&call.due, ());
    let spec = call.method().spec;
    let opened = call
        .lane
        .channel
        .client_streaming::<Raw, A>(spec, request)
        .await;
    let mut unverified = None;
    let result = match opened {
        Ok(mut stream) => {
            for (number, message) in requests.messages().enumerate() {
                pace(&call, number).await;
                let (len, begun) = (message.len(), Instant::now());
                // A server may answer before it has read everything: the
                // answer, not the failed send, says how the call ended.
                if stream.send(Raw(message)).await.is_err() {
                    break;
                }
                uploaded(&call, len, begun);
            }
            let closed = Instant::now();
            let answer = stream.finish().await;
            let now = Instant::now();
            answer.map(|response| {
                let answer = response.get_ref();
                call.note(|record| {
                    record.close.record(nanos(closed, now));
                    record.received += 1;
                    record.received_bytes += answer.size() as u64;
                });
                unverified = call.context.verify(&call.due, answer.bytes()).err();
            })
        }
        Err(status) => Err(status),
    };
    call.end(Instant::now(), &end(result, unverified));
}

/// All requests, and at the same time responses to the end. The n-th response
/// is taken for the answer to the n-th request.
pub(super) async fn bidi<A: Answer>(call: Running, requests: Call) {
    let request = call.context.request(&call.due, ());
    let spec = call.method().spec;
    let opened = call
        .lane
        .channel
        .bidi_streaming::<Raw, A>(spec, request)
        .await;
    let mut unverified = None;
    let result = match opened {
        Ok(stream) => {
            let (mut sender, mut responses) = stream.split();
            let flying = RefCell::new(VecDeque::new());
            let (call, flying) = (&call, &flying);
            let send = async move {
                for (number, message) in requests.messages().enumerate() {
                    pace(call, number).await;
                    let (len, begun) = (message.len(), Instant::now());
                    flying.borrow_mut().push_back(begun);
                    if sender.send(Raw(message)).await.is_err() {
                        break;
                    }
                    uploaded(call, len, begun);
                }
                // Dropped here, not after the answers: the server waits for
                // the end of the requests.
                drop(sender);
            };
            let answered = |now| {
                if let Some(sent) = flying.borrow_mut().pop_front() {
                    call.note(|record| record.round_trip.record(nanos(sent, now)));
                }
            };
            beside(send, drain(call, &mut responses, &mut unverified, answered)).await
        }
        Err(status) => Err(status),
    };
    call.end(Instant::now(), &end(result, unverified));
}

/// Reads responses to the end, or until the plan has enough of them: then the
/// stream is cancelled, and the call has ended well.
async fn drain<A: Answer>(
    call: &Running,
    responses: &mut Streaming<A>,
    unverified: &mut Option<String>,
    answered: impl Fn(Instant),
) -> Result<(), Status> {
    let stop_at = call.stop_at();
    let most = call.context.plan.stream_messages.unwrap_or(u64::MAX);
    let (mut count, mut last) = (0, None);
    while count < most {
        let next = match stop_at {
            None => responses.message().await?,
            Some(at) => match tokio::time::timeout_at(at.into(), responses.message()).await {
                Ok(next) => next?,
                Err(_) => break,
            },
        };
        let Some(answer) = next else {
            break;
        };
        let now = Instant::now();
        count += 1;
        call.note(|record| {
            record.received += 1;
            record.received_bytes += answer.size() as u64;
            match last {
                None => record.first_message.record(nanos(call.sent(), now)),
                Some(last) => record.gap.record(nanos(last, now)),
            }
        });
        last = Some(now);
        answered(now);
        if unverified.is_none() {
            *unverified = call.context.verify(&call.due, answer.bytes()).err();
        }
    }
    Ok(())
}

/// Waits until a message of a request stream is due. The runtime's timer has
/// the precision of a millisecond; late messages do not make later ones late.
async fn pace(call: &Running, number: usize) {
    if let Some(rate) = call.context.plan.message_rate {
        let at = call.sent() + Duration::from_secs_f64(number as f64 / rate);
        tokio::time::sleep_until(at.into()).await;
    }
}

fn uploaded(call: &Running, len: usize, begun: Instant) {
    let now = Instant::now();
    call.note(|record| {
        record.stall.record(nanos(begun, now));
        record.sent += 1;
        record.sent_bytes += len as u64;
    });
}

/// Runs `side` while `main` runs, and is over when `main` is. Stands in for
/// `tokio::join!`, which would bring a procedural macro into every project.
pub(super) async fn beside<T>(side: impl Future<Output = ()>, main: impl Future<Output = T>) -> T {
    let (mut side, mut main) = (pin!(side), pin!(main));
    let side_runs = Cell::new(true);
    poll_fn(move |cx| {
        if side_runs.get() && side.as_mut().poll(cx).is_ready() {
            side_runs.set(false);
        }
        match main.as_mut().poll(cx) {
            Poll::Ready(value) => Poll::Ready(value),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}
