//! Deadlines of calls: where they come from, and that they hold on the client
//! even if the server never answers.

mod client_support;

use std::time::{Duration, Instant};

use client_support::*;
use h2::Reason;
use scaffold_runtime::{
    BidiStreaming, CallShape, Caller, Channel, ClientStreaming, Code, MethodSpec, Request,
    Streaming,
};
use tokio::sync::mpsc;
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(20);
const SHORT: Duration = Duration::from_millis(50);

fn short<T>(message: T) -> Request<T> {
    let mut request = Request::new(message);
    request.set_timeout(SHORT);
    request
}

/// Sends headers (if asked), then nothing; reports the client's reset.
async fn silent(headers: bool) -> (String, mpsc::Receiver<Option<Reason>>) {
    let (seen, saw) = mpsc::channel(4);
    let target = calls(move |_, request, mut respond| {
        let seen = seen.clone();
        async move {
            let _body = request.into_body();
            let reason = if headers {
                let mut body = respond.send_response(ok_headers(), false).unwrap();
                std::future::poll_fn(|cx| body.poll_reset(cx)).await
            } else {
                std::future::poll_fn(|cx| respond.poll_reset(cx)).await
            };
            seen.send(reason.ok()).await.unwrap();
        }
    })
    .await;
    (target, saw)
}

#[tokio::test]
async fn unary() {
    for headers in [false, true] {
        let (target, mut saw) = silent(headers).await;
        let channel = Channel::connect(&target).await.unwrap();
        let begun = Instant::now();
        let result = channel
            .unary::<Note, Note>(&UNARY, short(note("", 0)))
            .await;
        assert_eq!(result.err().unwrap().code(), Code::DeadlineExceeded);
        assert!(begun.elapsed() >= SHORT);
        assert_eq!(
            timeout(PATIENCE, saw.recv()).await.unwrap(),
            Some(Some(Reason::CANCEL))
        );
    }
}

#[tokio::test]
async fn streams() {
    let (target, mut saw) = silent(true).await;
    let channel = Channel::connect(&target).await.unwrap();
    let mut stream: Streaming<Note> = channel
        .server_streaming(&SERVER, short(note("", 0)))
        .await
        .unwrap();
    assert_eq!(
        stream.message().await.unwrap_err().code(),
        Code::DeadlineExceeded
    );
    assert_eq!(
        timeout(PATIENCE, saw.recv()).await.unwrap(),
        Some(Some(Reason::CANCEL))
    );

    let call: ClientStreaming<Note, Note> =
        channel.client_streaming(&CLIENT, short(())).await.unwrap();
    assert_eq!(
        call.finish().await.unwrap_err().code(),
        Code::DeadlineExceeded
    );
    assert_eq!(
        timeout(PATIENCE, saw.recv()).await.unwrap(),
        Some(Some(Reason::CANCEL))
    );

    let mut call: BidiStreaming<Note, Note> =
        channel.bidi_streaming(&BIDI, short(())).await.unwrap();
    assert_eq!(
        call.message().await.unwrap_err().code(),
        Code::DeadlineExceeded
    );
    assert_eq!(
        timeout(PATIENCE, saw.recv()).await.unwrap(),
        Some(Some(Reason::CANCEL))
    );
}

#[tokio::test]
async fn sending_into_a_full_window() {
    let (target, mut saw) = silent(true).await;
    let channel = Channel::connect(&target).await.unwrap();
    let mut call: ClientStreaming<Note, Note> =
        channel.client_streaming(&CLIENT, short(())).await.unwrap();
    let status = timeout(PATIENCE, async {
        loop {
            if let Err(status) = call.send(note(&"x".repeat(50_000), 0)).await {
                break status;
            }
        }
    });
    assert_eq!(status.await.unwrap().code(), Code::DeadlineExceeded);
    assert_eq!(
        timeout(PATIENCE, saw.recv()).await.unwrap(),
        Some(Some(Reason::CANCEL))
    );
}

#[tokio::test]
async fn of_the_method_when_the_request_has_none() {
    static QUICK: MethodSpec =
        MethodSpec::new("/test.Notes/Unary", CallShape::Unary).timeout_nanos(50_000_000);
    let (target, _saw) = silent(false).await;
    let channel = Channel::connect(&target).await.unwrap();
    let result = timeout(
        PATIENCE,
        channel.unary::<Note, Note>(&QUICK, Request::new(note("", 0))),
    )
    .await
    .unwrap();
    assert_eq!(result.err().unwrap().code(), Code::DeadlineExceeded);
}

#[tokio::test]
async fn already_past() {
    let (target, _saw) = silent(false).await;
    let channel = Channel::connect(&target).await.unwrap();
    let mut request = Request::new(note("", 0));
    request.set_timeout(Duration::ZERO);
    let result = timeout(PATIENCE, channel.unary::<Note, Note>(&UNARY, request))
        .await
        .unwrap();
    assert_eq!(result.err().unwrap().code(), Code::DeadlineExceeded);
}

#[tokio::test]
async fn while_waiting_for_a_connection() {
    // Accepts and then says nothing: the connection never becomes ready.
    let target = connections(|_, socket| async move {
        tokio::time::sleep(Duration::from_secs(600)).await;
        drop(socket);
    })
    .await;
    let channel = Channel::lazy(&target).unwrap();
    let result = timeout(
        PATIENCE,
        channel.unary::<Note, Note>(&UNARY, short(note("", 0))),
    )
    .await
    .unwrap();
    assert_eq!(result.err().unwrap().code(), Code::DeadlineExceeded);
}

#[tokio::test]
async fn of_the_call_that_is_being_served_is_inherited() {
    let (seen, mut saw) = mpsc::channel(8);
    let target = calls(move |_, request, mut respond| {
        let seen = seen.clone();
        async move {
            let timeout = request.headers().get("grpc-timeout").cloned();
            seen.send(timeout).await.unwrap();
            answer(&mut respond, &note("", 0));
        }
    })
    .await;
    let channel = Channel::connect(&target).await.unwrap();
    // (served for, asked for, unit of what is sent)
    for (serving, own, unit) in [
        (None, None, None),
        (Some(50), None, Some('u')),
        (Some(50), Some(5000), Some('u')),
        (Some(5000), Some(50), Some('u')),
        (Some(5000), Some(5000), Some('m')),
    ] {
        let serving = serving.map(|seconds| Instant::now() + Duration::from_secs(seconds));
        let call = scaffold_runtime::deadline::scope(serving, async {
            let mut request = Request::new(note("", 0));
            if let Some(seconds) = own {
                request.set_timeout(Duration::from_secs(seconds));
            }
            channel.unary::<Note, Note>(&UNARY, request).await
        });
        call.await.unwrap();
        let sent = saw.recv().await.unwrap();
        let sent = sent.map(|value| value.to_str().unwrap().chars().last().unwrap());
        assert_eq!(sent, unit, "{serving:?} {own:?}");
    }
}
