//! What a connection does while nothing goes wrong: keepalive, idleness, states.

mod client_support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use client_support::*;
use scaffold_runtime::{
    Caller, Channel, ChannelConfig, Code, ConnectivityState, KeepaliveConfig, Request,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

const SETTINGS: [u8; 9] = [0, 0, 0, 4, 0, 0, 0, 0, 0];

fn keepalive(without_calls: bool) -> ChannelConfig {
    let keepalive = KeepaliveConfig {
        interval: Duration::from_secs(1),
        timeout: Duration::from_secs(5),
        without_calls,
    };
    ChannelConfig {
        keepalive: Some(keepalive),
        idle_timeout: Duration::from_secs(100_000),
        ..Default::default()
    }
}

#[tokio::test]
async fn idle_connections_close_and_open_again() {
    let made = Arc::new(AtomicUsize::new(0));
    let target = connections({
        let made = made.clone();
        move |_, socket| {
            made.fetch_add(1, Ordering::SeqCst);
            async move {
                let mut connection = h2::server::handshake(socket).await.unwrap();
                while let Some(Ok((_, mut respond))) = connection.accept().await {
                    answer(&mut respond, &note("ok", 0));
                }
            }
        }
    })
    .await;
    let config = ChannelConfig {
        idle_timeout: Duration::from_millis(50),
        ..Default::default()
    };
    let channel = Channel::with_config(&target, config).unwrap();
    for round in 1..=2 {
        let call = channel.unary::<Note, Note>(&UNARY, Request::new(note("", 0)));
        assert_eq!(call.await.unwrap().text, "ok");
        assert_eq!(made.load(Ordering::SeqCst), round);
        let idle = channel.state_changed(ConnectivityState::Ready);
        assert_eq!(idle.await, ConnectivityState::Idle);
    }
}

#[tokio::test]
async fn a_call_in_progress_is_not_idle() {
    let target = calls(|_, _, mut respond| async move {
        tokio::time::sleep(Duration::from_millis(400)).await;
        answer(&mut respond, &note("late", 0));
    })
    .await;
    let config = ChannelConfig {
        idle_timeout: Duration::from_millis(20),
        ..Default::default()
    };
    let channel = Channel::with_config(&target, config).unwrap();
    let call = channel.unary::<Note, Note>(&UNARY, Request::new(note("", 0)));
    assert_eq!(call.await.unwrap().text, "late");
}

#[tokio::test]
async fn pings_only_with_calls_unless_told_otherwise() {
    // A peer that reads everything and answers nothing after its SETTINGS: only
    // a channel that pings finds out.
    for without_calls in [false, true] {
        let target = connections(|_, mut socket| async move {
            socket.write_all(&SETTINGS).await.unwrap();
            let mut chunk = [0; 1024];
            while !matches!(socket.read(&mut chunk).await, Ok(0) | Err(_)) {}
        })
        .await;
        let channel = Channel::with_config(&target, keepalive(without_calls)).unwrap();
        channel.ready().await.unwrap();
        tokio::time::pause();
        let lost = channel.state_changed(ConnectivityState::Ready);
        let lost = tokio::time::timeout(Duration::from_secs(600), lost).await;
        assert_eq!(lost.is_ok(), without_calls);
        tokio::time::resume();
    }
}

#[tokio::test]
async fn a_server_that_complains_of_pings_gets_fewer() {
    // Each connection says ENHANCE_YOUR_CALM "too_many_pings" to its first ping,
    // and tells how long after its SETTINGS that was.
    let (seen, mut saw) = tokio::sync::mpsc::unbounded_channel();
    let target = connections(move |_, mut socket| {
        let seen = seen.clone();
        async move {
            socket.write_all(&SETTINGS).await.unwrap();
            let begun = tokio::time::Instant::now();
            let (mut all, mut chunk) = (Vec::new(), [0; 1024]);
            // A PING frame: 8 bytes, type 6, no flags, stream 0.
            while !all
                .windows(9)
                .any(|head| head == [0, 0, 8, 6, 0, 0, 0, 0, 0])
            {
                match socket.read(&mut chunk).await {
                    Ok(0) | Err(_) => return,
                    Ok(count) => all.extend_from_slice(&chunk[..count]),
                }
            }
            seen.send(begun.elapsed()).unwrap();
            let text = b"too_many_pings";
            let mut goaway = vec![0, 0, 8 + text.len() as u8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0];
            goaway.extend_from_slice(&11u32.to_be_bytes());
            goaway.extend_from_slice(text);
            let _ = socket.write_all(&goaway).await;
        }
    })
    .await;
    let channel = Channel::with_config(&target, keepalive(true)).unwrap();
    let mut waits = Vec::new();
    for _ in 0..3 {
        channel.ready().await.unwrap();
        tokio::time::pause();
        waits.push(saw.recv().await.unwrap());
        tokio::time::resume();
        // The complaint is counted once the connection is gone for good.
        while channel.state() == ConnectivityState::Ready {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    // A second is raised to the floor of ten.
    for (wait, seconds) in waits.iter().zip([10, 20, 40]) {
        let seconds = Duration::from_secs(seconds);
        assert!(*wait >= seconds - Duration::from_secs(1), "{waits:?}");
        assert!(*wait < seconds + Duration::from_secs(5), "{waits:?}");
    }
}

#[tokio::test]
async fn attempts_while_the_server_is_down_are_few() {
    // A listener that accepts and closes: each attempt is one connection.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let target = listener.local_addr().unwrap().to_string();
    let attempts = Arc::new(AtomicUsize::new(0));
    tokio::spawn({
        let attempts = attempts.clone();
        async move {
            loop {
                let _ = listener.accept().await;
                attempts.fetch_add(1, Ordering::SeqCst);
            }
        }
    });
    let channel = Channel::lazy(&target).unwrap();
    for _ in 0..200 {
        let call = channel.unary::<Note, Note>(&UNARY, Request::new(note("", 0)));
        assert_eq!(call.await.err().unwrap().code(), Code::Unavailable);
    }
    // The first delay is at least 0.8 s, and 200 failures at once take less.
    assert!(attempts.load(Ordering::SeqCst) <= 2);
    // The attempts end with the channel.
    drop(channel);
}
