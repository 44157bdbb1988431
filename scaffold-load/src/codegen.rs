//! What generated drivers call: one function for each call shape, from the
//! stub's future to a sample.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use scaffold_runtime::codegen::prost::Message;
use scaffold_runtime::{BidiStreaming, ClientStreaming, Response, Status, Streaming};

use crate::driver::Sample;

/// One request, one response.
pub async fn unary<Res>(call: impl Future<Output = Result<Response<Res>, Status>>) -> Sample {
    let mut sample = Sample::begin();
    sample.sent = 1;
    let result = call.await.map(|_| sample.message_received());
    sample.end(result)
}

/// One request, responses until the server ends the call.
pub async fn server_streaming<Res: Message + Default + 'static>(
    call: impl Future<Output = Result<Streaming<Res>, Status>>,
) -> Sample {
    let mut sample = Sample::begin();
    sample.sent = 1;
    let result = match call.await {
        Ok(mut responses) => drain(&mut responses, &mut sample).await,
        Err(status) => Err(status),
    };
    sample.end(result)
}

/// All of `requests`, then one response.
pub async fn client_streaming<Req: Message + 'static, Res: Message + Default + 'static>(
    call: impl Future<Output = Result<ClientStreaming<Req, Res>, Status>>,
    requests: impl IntoIterator<Item = Req>,
) -> Sample {
    let mut sample = Sample::begin();
    let result = match call.await {
        Ok(mut stream) => {
            for request in requests {
                // A server may answer before it has read everything: the
                // answer, not the failed send, says how the call ended.
                if stream.send(request).await.is_err() {
                    break;
                }
                sample.sent += 1;
            }
            stream.finish().await.map(|_| sample.message_received())
        }
        Err(status) => Err(status),
    };
    sample.end(result)
}

/// All of `requests`, and at the same time responses until the server ends the
/// call.
pub async fn bidi_streaming<Req: Message + 'static, Res: Message + Default + 'static>(
    call: impl Future<Output = Result<BidiStreaming<Req, Res>, Status>>,
    requests: impl IntoIterator<Item = Req>,
) -> Sample {
    let mut sample = Sample::begin();
    let result = match call.await {
        Ok(stream) => {
            let (mut sender, mut responses) = stream.split();
            let mut sent = 0;
            let send = async {
                for request in requests {
                    if sender.send(request).await.is_err() {
                        break;
                    }
                    sent += 1;
                }
                // Dropped here, not after the answers: the server waits for
                // the end of the requests.
                drop(sender);
            };
            let result = beside(send, drain(&mut responses, &mut sample)).await;
            sample.sent = sent;
            result
        }
        Err(status) => Err(status),
    };
    sample.end(result)
}

async fn drain<Res: Message + Default + 'static>(
    responses: &mut Streaming<Res>,
    sample: &mut Sample,
) -> Result<(), Status> {
    while responses.message().await?.is_some() {
        sample.message_received();
    }
    Ok(())
}

/// Runs `side` while `main` runs, and is over when `main` is. Stands in for
/// `tokio::join!`, which would bring a procedural macro into every project.
async fn beside<T>(side: impl Future<Output = ()>, main: impl Future<Output = T>) -> T {
    let mut side = pin!(side);
    let mut main = pin!(main);
    let mut side_runs = true;
    poll_fn(move |cx| {
        if side_runs && side.as_mut().poll(cx).is_ready() {
            side_runs = false;
        }
        match main.as_mut().poll(cx) {
            Poll::Ready(value) => Poll::Ready(value),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}
