//! The three streaming shapes against a raw HTTP/2 server: order, half-close,
//! early ends, and what the server sees when the client walks away.

mod client_support;

use std::time::Duration;

use client_support::*;
use scaffold_runtime::{BidiStreaming, Caller, Channel, ClientStreaming, Code, Request, Streaming};
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(20);

/// Answers each message with its double, in turn.
async fn doubling() -> String {
    calls(|_, request, mut respond| async move {
        let mut body = request.into_body();
        let mut out = respond
            .send_response(
                headers(200, &[("content-type", "application/grpc"), ("x-a", "b")]),
                false,
            )
            .unwrap();
        let mut buffer = Vec::new();
        while let Some(Ok(chunk)) = body.data().await {
            body.flow_control().release_capacity(chunk.len()).unwrap();
            buffer.extend_from_slice(&chunk);
            while buffer.len() >= 5 {
                let end = 5 + u32::from_be_bytes(buffer[1..5].try_into().unwrap()) as usize;
                if buffer.len() < end {
                    break;
                }
                let message: Vec<u8> = buffer.drain(..end).collect();
                let got = unframe(&message).remove(0);
                out.send_data(frame(&note(&got.text, got.number * 2)), false)
                    .unwrap();
            }
        }
        let _ = out.send_trailers(trailers(&[("grpc-status", "0"), ("x-end", "z")]));
    })
    .await
}

#[tokio::test]
async fn server_streaming_to_the_end() {
    let target = calls(|_, request, mut respond| async move {
        let asked = unframe(&read_all(request.into_body()).await.unwrap());
        let head = headers(200, &[("content-type", "application/grpc"), ("x-a", "b")]);
        let mut body = respond.send_response(head, false).unwrap();
        for number in 0..asked[0].number {
            body.send_data(frame(&note("n", number)), false).unwrap();
        }
        body.send_trailers(trailers(&[("grpc-status", "0"), ("x-end", "z")]))
            .unwrap();
    })
    .await;
    let channel = Channel::connect(&target).await.unwrap();
    let mut stream: Streaming<Note> = channel
        .server_streaming(&SERVER, Request::new(note("", 100)))
        .await
        .unwrap();
    assert_eq!(stream.metadata().get("x-a"), Some("b"));
    assert!(stream.trailers().is_none());
    for number in 0..100 {
        assert_eq!(stream.message().await.unwrap(), Some(note("n", number)));
    }
    assert_eq!(stream.message().await.unwrap(), None);
    assert_eq!(stream.message().await.unwrap(), None);
    assert_eq!(stream.trailers().unwrap().get("x-end"), Some("z"));
}

#[tokio::test]
async fn server_streaming_fails_in_the_middle() {
    let target = calls(|_, _, mut respond| async move {
        let mut body = respond.send_response(ok_headers(), false).unwrap();
        body.send_data(frame(&note("n", 0)), false).unwrap();
        body.send_trailers(trailers(&[("grpc-status", "15"), ("grpc-message", "lost")]))
            .unwrap();
    })
    .await;
    let channel = Channel::connect(&target).await.unwrap();
    let mut stream: Streaming<Note> = channel
        .server_streaming(&SERVER, Request::new(note("", 1)))
        .await
        .unwrap();
    assert_eq!(stream.message().await.unwrap(), Some(note("n", 0)));
    let status = stream.message().await.unwrap_err();
    assert_eq!((status.code(), status.message()), (Code::DataLoss, "lost"));
}

#[tokio::test]
async fn server_streaming_refused_at_once() {
    let target = calls(|_, _, mut respond| async move {
        let head = headers(
            200,
            &[("content-type", "application/grpc"), ("grpc-status", "16")],
        );
        respond.send_response(head, true).unwrap();
    })
    .await;
    let channel = Channel::connect(&target).await.unwrap();
    let result = channel
        .server_streaming::<Note, Note>(&SERVER, Request::new(note("", 1)))
        .await;
    assert_eq!(result.err().unwrap().code(), Code::Unauthenticated);
}

#[tokio::test]
async fn client_streaming_to_the_end() {
    let target = calls(|_, request, mut respond| async move {
        let notes = unframe(&read_all(request.into_body()).await.unwrap());
        answer(
            &mut respond,
            &note("sum", notes.iter().map(|note| note.number).sum()),
        );
    })
    .await;
    let channel = Channel::connect(&target).await.unwrap();
    let mut call: ClientStreaming<Note, Note> = channel
        .client_streaming(&CLIENT, Request::new(()))
        .await
        .unwrap();
    for number in 0..100 {
        call.send(note("", number)).await.unwrap();
    }
    assert_eq!(*call.finish().await.unwrap(), note("sum", 4950));
    // Without a single message.
    let call: ClientStreaming<Note, Note> = channel
        .client_streaming(&CLIENT, Request::new(()))
        .await
        .unwrap();
    assert_eq!(*call.finish().await.unwrap(), note("sum", 0));
}

#[tokio::test]
async fn client_streaming_answered_early() {
    for (number, code) in [("0", None), ("3", Some(Code::InvalidArgument))] {
        let target = calls(move |_, _request, mut respond| async move {
            let mut body = respond.send_response(ok_headers(), false).unwrap();
            body.send_data(frame(&note("enough", 0)), false).unwrap();
            body.send_trailers(trailers(&[("grpc-status", number)]))
                .unwrap();
            // Beyond the scope the request body is dropped: RST_STREAM NO_ERROR.
        })
        .await;
        let channel = Channel::connect(&target).await.unwrap();
        let mut call: ClientStreaming<Note, Note> = channel
            .client_streaming(&CLIENT, Request::new(()))
            .await
            .unwrap();
        let mut sent = 0;
        timeout(PATIENCE, async {
            while call.send(note(&"x".repeat(1000), 0)).await.is_ok() {
                sent += 1;
                tokio::task::yield_now().await;
            }
        })
        .await
        .expect("sending must fail once the server has answered");
        let result = call.finish().await;
        assert_eq!(
            result.err().map(|status| status.code()),
            code,
            "after {sent}"
        );
    }
}

#[tokio::test]
async fn a_full_window_is_back_pressure() {
    let (go, wait) = tokio::sync::watch::channel(false);
    let target = calls(move |_, request, mut respond| {
        let mut wait = wait.clone();
        async move {
            wait.wait_for(|go| *go).await.unwrap();
            let notes = unframe(&read_all(request.into_body()).await.unwrap());
            answer(&mut respond, &note("count", notes.len() as i64));
        }
    })
    .await;
    let channel = Channel::connect(&target).await.unwrap();
    let mut call: ClientStreaming<Note, Note> = channel
        .client_streaming(&CLIENT, Request::new(()))
        .await
        .unwrap();
    let mut sent = 0;
    // The window is 64 KiB: nearly 7 of these fit, and one more may wait inside.
    while timeout(
        Duration::from_millis(300),
        call.send(note(&"x".repeat(10_000), 0)),
    )
    .await
    .is_ok()
    {
        sent += 1;
        assert!(sent < 20, "sending never waits");
    }
    go.send(true).unwrap();
    let count = call.finish().await.unwrap().number;
    // The send that was given up may or may not have been taken, never in part.
    assert!(count == sent || count == sent + 1, "{count} of {sent}");
}

#[tokio::test]
async fn bidi_in_turns() {
    let channel = Channel::connect(&doubling().await).await.unwrap();
    let mut call: BidiStreaming<Note, Note> = channel
        .bidi_streaming(&BIDI, Request::new(()))
        .await
        .unwrap();
    for number in 0..100 {
        call.send(note("n", number)).await.unwrap();
        assert_eq!(call.message().await.unwrap(), Some(note("n", number * 2)));
    }
    call.close_send().await.unwrap();
    assert_eq!(call.message().await.unwrap(), None);
    assert!(call.send(note("late", 0)).await.is_err());
}

#[tokio::test]
async fn bidi_in_two_halves() {
    let channel = Channel::connect(&doubling().await).await.unwrap();
    let call: BidiStreaming<Note, Note> = channel
        .bidi_streaming(&BIDI, Request::new(()))
        .await
        .unwrap();
    let (mut sender, mut responses) = call.split();
    let sending = tokio::spawn(async move {
        for number in 0..1000 {
            sender.send(note("n", number)).await.unwrap();
        }
        // Dropping the sender ends the requests.
    });
    for number in 0..1000 {
        assert_eq!(
            responses.message().await.unwrap(),
            Some(note("n", number * 2))
        );
    }
    assert_eq!(responses.message().await.unwrap(), None);
    assert_eq!(responses.metadata().get("x-a"), Some("b"));
    assert_eq!(responses.trailers().unwrap().get("x-end"), Some("z"));
    sending.await.unwrap();
}

#[tokio::test]
async fn a_slow_reader_of_small_messages_is_no_attack() {
    let target = calls(|_, _, mut respond| async move {
        let mut body = respond.send_response(ok_headers(), false).unwrap();
        for number in 0..20_000 {
            body.send_data(frame(&note("", number)), false).unwrap();
        }
        body.send_trailers(trailers(&[("grpc-status", "0")]))
            .unwrap();
    })
    .await;
    let channel = Channel::connect(&target).await.unwrap();
    let mut stream: Streaming<Note> = channel
        .server_streaming(&SERVER, Request::new(note("", 0)))
        .await
        .unwrap();
    // All of it comes before any of it is read.
    tokio::time::sleep(Duration::from_millis(300)).await;
    for number in 0..20_000 {
        assert_eq!(stream.message().await.unwrap(), Some(note("", number)));
    }
    assert_eq!(stream.message().await.unwrap(), None);
}

#[tokio::test]
async fn small_messages_share_frames() {
    let target = calls(|_, request, mut respond| async move {
        let mut body = request.into_body();
        let (mut frames, mut all) = (0, Vec::new());
        while let Some(chunk) = body.data().await {
            let chunk = chunk.unwrap();
            body.flow_control().release_capacity(chunk.len()).unwrap();
            frames += 1;
            all.extend_from_slice(&chunk);
        }
        assert_eq!(unframe(&all).len(), 1000);
        answer(&mut respond, &note("frames", frames));
    })
    .await;
    let channel = Channel::connect(&target).await.unwrap();
    let mut call: ClientStreaming<Note, Note> = channel
        .client_streaming(&CLIENT, Request::new(()))
        .await
        .unwrap();
    for number in 0..1000 {
        call.send(note("", number)).await.unwrap();
    }
    let frames = call.finish().await.unwrap().number;
    assert!(frames < 100, "{frames} frames");
}

#[tokio::test]
async fn an_answer_ends_a_send_that_waits() {
    for (number, code) in [("0", Code::Cancelled), ("3", Code::InvalidArgument)] {
        // Answers in full, reads nothing, and never resets the stream.
        let target = calls(move |_, request, mut respond| async move {
            tokio::time::sleep(Duration::from_millis(50)).await;
            let mut body = respond.send_response(ok_headers(), false).unwrap();
            body.send_data(frame(&note("enough", 0)), false).unwrap();
            body.send_trailers(trailers(&[("grpc-status", number)]))
                .unwrap();
            std::future::pending::<()>().await;
            drop(request);
        })
        .await;
        let channel = Channel::connect(&target).await.unwrap();
        let mut call = channel
            .client_streaming::<Note, Note>(&CLIENT, Request::new(()))
            .await
            .unwrap();
        let status = timeout(PATIENCE, async {
            loop {
                if let Err(status) = call.send(note(&"x".repeat(50_000), 0)).await {
                    break status;
                }
            }
        });
        assert_eq!(status.await.unwrap().code(), code);
        let result = call.finish().await;
        assert_eq!(result.is_ok(), number == "0");
    }
}
