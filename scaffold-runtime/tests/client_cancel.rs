//! What the server sees when the client walks away.

mod client_support;

use std::time::Duration;

use client_support::*;
use h2::{Reason, RecvStream};
use scaffold_runtime::{BidiStreaming, Caller, Channel, ClientStreaming, Code, Request, Streaming};
use tokio::sync::mpsc;
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(20);

/// Waits until the client resets the stream.
async fn reset_of(body: &mut RecvStream) -> Option<Reason> {
    while let Some(chunk) = body.data().await {
        match chunk {
            Ok(chunk) => body.flow_control().release_capacity(chunk.len()).unwrap(),
            Err(error) => return error.reason(),
        }
    }
    None
}

#[tokio::test]
async fn dropping_a_server_stream_cancels_it() {
    let (seen, mut saw) = mpsc::channel(1);
    let target = calls(move |_, _, mut respond| {
        let seen = seen.clone();
        async move {
            let mut body = respond.send_response(ok_headers(), false).unwrap();
            body.send_data(frame(&note("n", 0)), false).unwrap();
            let reason = std::future::poll_fn(|cx| body.poll_reset(cx)).await;
            seen.send(reason.ok()).await.unwrap();
        }
    })
    .await;
    let channel = Channel::connect(&target).await.unwrap();
    let mut stream: Streaming<Note> = channel
        .server_streaming(&SERVER, Request::new(note("", 1)))
        .await
        .unwrap();
    assert!(stream.message().await.unwrap().is_some());
    drop(stream);
    assert_eq!(
        timeout(PATIENCE, saw.recv()).await.unwrap(),
        Some(Some(Reason::CANCEL))
    );
}

#[tokio::test]
async fn dropping_a_unary_future_cancels_the_call() {
    let (seen, mut saw) = mpsc::channel(2);
    let target = calls(move |_, _, mut respond| {
        let seen = seen.clone();
        async move {
            seen.send(None).await.unwrap();
            let reason = std::future::poll_fn(|cx| respond.poll_reset(cx)).await;
            seen.send(reason.ok()).await.unwrap();
        }
    })
    .await;
    let channel = Channel::connect(&target).await.unwrap();
    tokio::select! {
        _ = channel.unary::<Note, Note>(&UNARY, Request::new(note("", 1))) => panic!("nobody answers"),
        begun = saw.recv() => assert_eq!(begun, Some(None)),
    }
    assert_eq!(
        timeout(PATIENCE, saw.recv()).await.unwrap(),
        Some(Some(Reason::CANCEL))
    );
}

#[tokio::test]
async fn dropping_a_client_stream_cancels_rather_than_ends_it() {
    let (seen, mut saw) = mpsc::channel(1);
    let target = calls(move |_, request, _respond| {
        let seen = seen.clone();
        async move {
            let mut body = request.into_body();
            seen.send(reset_of(&mut body).await).await.unwrap();
        }
    })
    .await;
    let channel = Channel::connect(&target).await.unwrap();
    let mut call: ClientStreaming<Note, Note> = channel
        .client_streaming(&CLIENT, Request::new(()))
        .await
        .unwrap();
    call.send(note("", 1)).await.unwrap();
    drop(call);
    assert_eq!(
        timeout(PATIENCE, saw.recv()).await.unwrap(),
        Some(Some(Reason::CANCEL))
    );
}

#[tokio::test]
async fn dropping_a_bidi_call_cancels_it() {
    for split in [false, true] {
        let (seen, mut saw) = mpsc::channel(1);
        let target = calls(move |_, request, mut respond| {
            let seen = seen.clone();
            async move {
                // The reset may come together with the request.
                let _body = respond.send_response(ok_headers(), false);
                let mut body = request.into_body();
                seen.send(reset_of(&mut body).await).await.unwrap();
            }
        })
        .await;
        let channel = Channel::connect(&target).await.unwrap();
        let mut call: BidiStreaming<Note, Note> = channel
            .bidi_streaming(&BIDI, Request::new(()))
            .await
            .unwrap();
        call.send(note("", 1)).await.unwrap();
        if split {
            let (mut sender, responses) = call.split();
            drop(responses);
            let failed = timeout(PATIENCE, async {
                loop {
                    if let Err(status) = sender.send(note("", 2)).await {
                        break status;
                    }
                    tokio::task::yield_now().await;
                }
            });
            assert_eq!(failed.await.unwrap().code(), Code::Cancelled);
        } else {
            drop(call);
        }
        assert_eq!(
            timeout(PATIENCE, saw.recv()).await.unwrap(),
            Some(Some(Reason::CANCEL)),
            "split: {split}"
        );
    }
}
