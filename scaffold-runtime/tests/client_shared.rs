//! Many calls on one connection: drained, refused, queued and given up.

mod client_support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use client_support::*;
use h2::Reason;
use scaffold_runtime::{Caller, Channel, Code, Request, Response, Status};
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(20);

async fn ping(channel: &Channel) -> Result<Response<Note>, Status> {
    timeout(PATIENCE, channel.unary(&UNARY, Request::new(note("hi", 0))))
        .await
        .expect("a hanging call")
}

#[tokio::test]
async fn goaway_in_a_burst_fails_no_call() {
    // Each connection answers a few calls and then drains.
    let target = connections(|_, socket| async move {
        let Ok(mut connection) = h2::server::handshake(socket).await else {
            return;
        };
        let mut answered = 0;
        while let Some(Ok((_, mut respond))) = connection.accept().await {
            answer(&mut respond, &note("ok", 0));
            answered += 1;
            if answered == 7 {
                connection.graceful_shutdown();
            }
        }
    })
    .await;
    let channel = Channel::connect(&target).await.unwrap();
    let calls: Vec<_> = (0..200)
        .map(|_| {
            let channel = channel.clone();
            tokio::spawn(async move { ping(&channel).await })
        })
        .collect();
    for call in calls {
        assert_eq!(call.await.unwrap().unwrap().text, "ok");
    }
}

#[tokio::test]
async fn goaway_that_cuts_off_calls_sends_them_again() {
    // The first connection takes calls and drops all but the first few with a
    // GOAWAY that names the last one processed: h2 does this when it shuts down
    // abruptly after accepting nothing more.
    let target = connections(|index, mut socket| async move {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        if index > 0 {
            let Ok(mut connection) = h2::server::handshake(socket).await else {
                return;
            };
            while let Some(Ok((_, mut respond))) = connection.accept().await {
                answer(&mut respond, &note("second", 0));
            }
            return;
        }
        // SETTINGS, then GOAWAY(last stream 0, NO_ERROR) once a request is there.
        socket
            .write_all(&[0, 0, 0, 4, 0, 0, 0, 0, 0])
            .await
            .unwrap();
        let mut seen = Vec::new();
        let mut chunk = [0; 4096];
        // Preface 24, and at least SETTINGS and HEADERS: wait for the path's bytes.
        while seen.len() < 200 {
            let count = socket.read(&mut chunk).await.unwrap();
            seen.extend_from_slice(&chunk[..count]);
            if count == 0 {
                return;
            }
        }
        socket
            .write_all(&[0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
            .await
            .unwrap();
        while !matches!(socket.read(&mut chunk).await, Ok(0) | Err(_)) {}
    })
    .await;
    let channel = Channel::connect(&target).await.unwrap();
    let calls: Vec<_> = (0..20)
        .map(|_| {
            let channel = channel.clone();
            tokio::spawn(async move { ping(&channel).await })
        })
        .collect();
    for call in calls {
        assert_eq!(call.await.unwrap().unwrap().text, "second");
    }
}

#[tokio::test]
async fn a_refused_call_is_sent_again_once() {
    for refusals in [1, 2] {
        let seen = Arc::new(AtomicUsize::new(0));
        let target = calls({
            let seen = seen.clone();
            move |index, _, mut respond| {
                seen.fetch_add(1, Ordering::SeqCst);
                async move {
                    if index < refusals {
                        respond.send_reset(Reason::REFUSED_STREAM);
                    } else {
                        answer(&mut respond, &note("at last", 0));
                    }
                }
            }
        })
        .await;
        let channel = Channel::connect(&target).await.unwrap();
        let result = ping(&channel).await;
        assert_eq!(seen.load(Ordering::SeqCst), 2);
        match refusals {
            1 => assert_eq!(result.unwrap().text, "at last"),
            _ => assert_eq!(result.unwrap_err().code(), Code::Unavailable),
        }
    }
}

#[tokio::test]
async fn refused_streams_are_sent_again_too() {
    let target = calls(|index, request, mut respond| async move {
        if index == 0 {
            respond.send_reset(Reason::REFUSED_STREAM);
            return;
        }
        let notes = unframe(&read_all(request.into_body()).await.unwrap());
        answer(&mut respond, &note("count", notes.len() as i64));
    })
    .await;
    let channel = Channel::connect(&target).await.unwrap();
    let mut call = channel
        .client_streaming::<Note, Note>(&CLIENT, Request::new(()))
        .await
        .unwrap();
    for number in 0..3 {
        call.send(note("", number)).await.unwrap();
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(
        *timeout(PATIENCE, call.finish()).await.unwrap().unwrap(),
        note("count", 3)
    );
}

#[tokio::test]
async fn calls_beyond_the_peers_limit_wait() {
    let open = Arc::new(AtomicUsize::new(0));
    let most = Arc::new(AtomicUsize::new(0));
    let mut builder = h2::server::Builder::new();
    builder.max_concurrent_streams(3);
    let target = calls_with(builder, {
        let (open, most) = (open.clone(), most.clone());
        move |_, request, mut respond| {
            let now = open.fetch_add(1, Ordering::SeqCst) + 1;
            most.fetch_max(now, Ordering::SeqCst);
            let open = open.clone();
            async move {
                read_all(request.into_body()).await.unwrap();
                tokio::time::sleep(Duration::from_millis(2)).await;
                open.fetch_sub(1, Ordering::SeqCst);
                answer(&mut respond, &note("ok", 0));
            }
        }
    })
    .await;
    let channel = Channel::connect(&target).await.unwrap();
    let calls: Vec<_> = (0..60)
        .map(|_| {
            let channel = channel.clone();
            tokio::spawn(async move { ping(&channel).await })
        })
        .collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert!(most.load(Ordering::SeqCst) <= 3);
}

#[tokio::test]
async fn calls_given_up_do_not_wear_the_connection_out() {
    // The server goes on sending to streams that are reset: h2's own limits would
    // end the connection after about a thousand.
    let made = Arc::new(AtomicUsize::new(0));
    let target = connections({
        let made = made.clone();
        move |_, socket| {
            made.fetch_add(1, Ordering::SeqCst);
            async move {
                let mut connection = h2::server::handshake(socket).await.unwrap();
                while let Some(Ok((request, mut respond))) = connection.accept().await {
                    if request.uri().path().ends_with("/Unary") {
                        answer(&mut respond, &note("still here", 0));
                        continue;
                    }
                    tokio::spawn(async move {
                        let mut body = respond.send_response(ok_headers(), false).unwrap();
                        while body.send_data(frame(&note("more", 0)), false).is_ok() {
                            tokio::task::yield_now().await;
                        }
                    });
                }
            }
        }
    })
    .await;
    let channel = Channel::connect(&target).await.unwrap();
    for _ in 0..3000 {
        let mut stream = channel
            .server_streaming::<Note, Note>(&SERVER, Request::new(note("", 0)))
            .await
            .unwrap();
        assert!(stream.message().await.unwrap().is_some());
    }
    assert_eq!(ping(&channel).await.unwrap().text, "still here");
    assert_eq!(made.load(Ordering::SeqCst), 1);
}

#[test]
fn one_channel_serves_runtimes_of_many_threads() {
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let target = calls(|_, request, mut respond| async move {
                let notes = unframe(&read_all(request.into_body()).await.unwrap());
                let sum = notes.iter().map(|note| note.number).sum();
                answer(&mut respond, &note("sum", sum));
            });
            tell.send(target.await).unwrap();
            std::future::pending::<()>().await;
        });
    });
    let target = told.recv().unwrap();
    // The connection lives in the background, apart from all that use it.
    let channel = Channel::connect_blocking(target).unwrap();
    let threads: Vec<_> = (0..4)
        .map(|thread| {
            let channel = channel.clone();
            std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .unwrap();
                runtime.block_on(async {
                    let mut tasks = Vec::new();
                    for number in 0..50 {
                        let channel = channel.clone();
                        tasks.push(tokio::spawn(async move {
                            let mut call = channel
                                .client_streaming::<Note, Note>(&CLIENT, Request::new(()))
                                .await
                                .unwrap();
                            for _ in 0..100 {
                                call.send(note("", number)).await.unwrap();
                            }
                            assert_eq!(call.finish().await.unwrap().number, number * 100);
                            let request = Request::new(note("", thread));
                            let response = channel.unary::<Note, Note>(&UNARY, request).await;
                            assert_eq!(response.unwrap().number, thread);
                        }));
                    }
                    for task in tasks {
                        timeout(PATIENCE, task).await.unwrap().unwrap();
                    }
                });
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
}
