//! Calls beyond the server's limit of streams: in turn, within their
//! deadlines, bounded; and readers that hold the server back.

mod client_support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use client_support::*;
use scaffold_runtime::{Caller, Channel, ChannelConfig, Code, Request, Response, Status};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(20);

/// One stream at a time; tells of each call, and answers all but number 0.
async fn one_at_a_time() -> (String, mpsc::UnboundedReceiver<i64>) {
    let (tell, told) = mpsc::unbounded_channel();
    let mut builder = h2::server::Builder::new();
    builder.max_concurrent_streams(1);
    let target = calls_with(builder, move |_, request, mut respond| {
        let tell = tell.clone();
        async move {
            let asked = unframe(&read_all(request.into_body()).await.unwrap());
            tell.send(asked[0].number).unwrap();
            if asked[0].number == 0 {
                let _ = std::future::poll_fn(|cx| respond.poll_reset(cx)).await;
            } else {
                answer(&mut respond, &asked[0]);
            }
        }
    })
    .await;
    (target, told)
}

fn call(channel: &Channel, number: i64) -> JoinHandle<Result<Response<Note>, Status>> {
    let channel = channel.clone();
    tokio::spawn(async move { channel.unary(&UNARY, Request::new(note("", number))).await })
}

#[tokio::test]
async fn a_call_that_waits_keeps_its_deadline_and_its_place_is_free_after() {
    let (target, mut told) = one_at_a_time().await;
    let channel = Channel::connect(&target).await.unwrap();
    let first = call(&channel, 0);
    assert_eq!(told.recv().await, Some(0));
    let mut request = Request::new(note("", 1));
    request.set_timeout(Duration::from_millis(50));
    let late = channel.unary::<Note, Note>(&UNARY, request).await;
    assert_eq!(late.unwrap_err().code(), Code::DeadlineExceeded);
    // Cancelling the first frees its stream for the next.
    let next = call(&channel, 2);
    tokio::task::yield_now().await;
    first.abort();
    let next = timeout(PATIENCE, next).await.unwrap().unwrap();
    assert_eq!(next.unwrap().number, 2);
    assert_eq!(told.recv().await, Some(2), "the late one was never sent");
}

#[tokio::test]
async fn first_come_first_served() {
    let (target, mut told) = one_at_a_time().await;
    let channel = Channel::connect(&target).await.unwrap();
    let first = call(&channel, 0);
    assert_eq!(told.recv().await, Some(0));
    let mut waiting = Vec::new();
    for number in 1..=20 {
        waiting.push(call(&channel, number));
        tokio::task::yield_now().await;
    }
    // Some give up while they wait.
    waiting[4].abort();
    waiting[9].abort();
    first.abort();
    let order: Vec<_> = (1..=20)
        .filter(|number| ![5, 10].contains(number))
        .collect();
    for number in order {
        let next = timeout(PATIENCE, told.recv()).await.unwrap();
        assert_eq!(next, Some(number));
    }
}

#[tokio::test]
async fn the_queue_has_an_end() {
    let (target, mut told) = one_at_a_time().await;
    let config = ChannelConfig {
        max_waiting_calls: 2,
        ..Default::default()
    };
    let channel = Channel::with_config(&target, config).unwrap();
    let _first = call(&channel, 0);
    assert_eq!(told.recv().await, Some(0));
    let _waiting = [call(&channel, 1), call(&channel, 2)];
    tokio::task::yield_now().await;
    tokio::task::yield_now().await;
    let status = call(&channel, 3).await.unwrap().unwrap_err();
    assert_eq!(status.code(), Code::ResourceExhausted, "{status}");
}

#[tokio::test]
async fn our_own_limit_holds_too() {
    let open = Arc::new(AtomicUsize::new(0));
    let most = Arc::new(AtomicUsize::new(0));
    let target = calls({
        let (open, most) = (open.clone(), most.clone());
        move |_, request, mut respond| {
            let (open, most) = (open.clone(), most.clone());
            async move {
                most.fetch_max(open.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                read_all(request.into_body()).await.unwrap();
                open.fetch_sub(1, Ordering::SeqCst);
                answer(&mut respond, &note("ok", 0));
            }
        }
    })
    .await;
    let config = ChannelConfig {
        max_concurrent_calls: 2,
        ..Default::default()
    };
    let channel = Channel::with_config(&target, config).unwrap();
    let calls: Vec<_> = (0..30).map(|number| call(&channel, number)).collect();
    for call in calls {
        timeout(PATIENCE, call).await.unwrap().unwrap().unwrap();
    }
    assert!(most.load(Ordering::SeqCst) <= 2);
}

#[tokio::test]
async fn a_reader_that_is_slow_holds_the_server_back() {
    const PIECE: usize = 10_000;
    const PIECES: usize = 100;
    let sent = Arc::new(AtomicUsize::new(0));
    let target = calls({
        let sent = sent.clone();
        move |_, _, mut respond| {
            let sent = sent.clone();
            async move {
                let mut body = respond.send_response(ok_headers(), false).unwrap();
                for number in 0..PIECES {
                    let mut piece = frame(&note(&"x".repeat(PIECE), number as i64));
                    while !piece.is_empty() {
                        body.reserve_capacity(piece.len());
                        let room = std::future::poll_fn(|cx| body.poll_capacity(cx)).await;
                        let room = room.unwrap().unwrap().min(piece.len());
                        sent.fetch_add(room, Ordering::SeqCst);
                        body.send_data(piece.split_to(room), false).unwrap();
                    }
                }
                body.send_trailers(trailers(&[("grpc-status", "0")]))
                    .unwrap();
            }
        }
    })
    .await;
    let config = ChannelConfig {
        stream_window: 65_535,
        ..Default::default()
    };
    let channel = Channel::with_config(&target, config).unwrap();
    let mut stream = channel
        .server_streaming::<Note, Note>(&SERVER, Request::new(note("", 0)))
        .await
        .unwrap();
    // As long as nothing is read, one window is all that comes.
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(sent.load(Ordering::SeqCst), 65_535);
    for number in 0..PIECES {
        let next = timeout(PATIENCE, stream.message()).await.unwrap().unwrap();
        assert_eq!(next.unwrap().number, number as i64);
    }
    assert_eq!(stream.message().await.unwrap(), None);
}
