//! The life of a channel's connection: refused, lost, drained, full, half-open.

mod client_support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use client_support::*;
use scaffold_runtime::{
    Caller, Channel, ChannelConfig, Code, ConnectivityState, KeepaliveConfig, Request, Response,
    Status,
};
use tokio::net::TcpListener;
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(20);

async fn ping(channel: &Channel) -> Result<Response<Note>, Status> {
    timeout(PATIENCE, channel.unary(&UNARY, Request::new(note("hi", 0))))
        .await
        .expect("a hanging call")
}

async fn ping_patiently(channel: &Channel) -> Result<Response<Note>, Status> {
    let mut request = Request::new(note("hi", 0));
    request.set_wait_for_ready(true);
    timeout(PATIENCE, channel.unary(&UNARY, request))
        .await
        .expect("a hanging call")
}

fn quick() -> ChannelConfig {
    let mut config = ChannelConfig::default();
    config.backoff.initial = Duration::from_millis(20);
    config.backoff.max = Duration::from_millis(50);
    config
}

#[tokio::test]
async fn targets_that_cannot_be_used() {
    let status = Channel::lazy("https://users:443").err().unwrap();
    assert_eq!(status.code(), Code::InvalidArgument);
    assert!(status.message().to_lowercase().contains("tls"), "{status}");
    assert_eq!(
        Channel::connect("nonsense").await.err().unwrap().code(),
        Code::InvalidArgument
    );
}

#[tokio::test]
async fn connect_says_who_refused() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let target = listener.local_addr().unwrap().to_string();
    drop(listener);
    let status = Channel::connect(&target).await.err().unwrap();
    assert_eq!(status.code(), Code::Unavailable);
    assert!(status.message().contains(&target), "{status}");
    assert!(status.message().contains("refused"), "{status}");
}

#[tokio::test]
async fn refused_then_up() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let channel = Channel::with_config(address.to_string(), quick()).unwrap();
    assert_eq!(channel.state(), ConnectivityState::Idle);
    assert_eq!(ping(&channel).await.unwrap_err().code(), Code::Unavailable);
    assert_eq!(channel.state(), ConnectivityState::TransientFailure);
    // Fails fast: the message still says why.
    assert!(
        ping(&channel)
            .await
            .unwrap_err()
            .message()
            .contains("refused")
    );

    let patient = tokio::spawn({
        let channel = channel.clone();
        async move { ping_patiently(&channel).await }
    });
    let listener = TcpListener::bind(address).await.unwrap();
    tokio::spawn(async move {
        let (socket, _) = listener.accept().await.unwrap();
        let mut connection = h2::server::handshake(socket).await.unwrap();
        while let Some(Ok((_, mut respond))) = connection.accept().await {
            answer(&mut respond, &note("up", 0));
        }
    });
    assert_eq!(patient.await.unwrap().unwrap().text, "up");
    assert_eq!(channel.state(), ConnectivityState::Ready);
    assert_eq!(ping(&channel).await.unwrap().text, "up");
}

#[tokio::test]
async fn a_lost_connection_is_made_again() {
    let made = Arc::new(AtomicUsize::new(0));
    let target = connections({
        let made = made.clone();
        move |_, socket| {
            made.fetch_add(1, Ordering::SeqCst);
            async move {
                let mut connection = h2::server::handshake(socket).await.unwrap();
                let (_, mut respond) = connection.accept().await.unwrap().unwrap();
                answer(&mut respond, &note("one", 0));
                connection.graceful_shutdown();
                while connection.accept().await.is_some() {}
            }
        }
    })
    .await;
    let channel = Channel::lazy(&target).unwrap();
    for _ in 0..10 {
        assert_eq!(ping(&channel).await.unwrap().text, "one");
    }
    assert!(made.load(Ordering::SeqCst) >= 10);
}

#[tokio::test]
async fn a_connection_that_breaks_fails_its_calls() {
    let target = connections(|_, socket| async move {
        let mut connection = h2::server::handshake::<_>(socket).await.unwrap();
        let _call = connection.accept().await;
        // The socket closes under the call.
    })
    .await;
    let channel = Channel::connect(&target).await.unwrap();
    assert_eq!(ping(&channel).await.unwrap_err().code(), Code::Unavailable);
}

#[tokio::test]
async fn a_peer_that_is_silent_is_found_out() {
    // Answers SETTINGS, then reads nothing and writes nothing, like a host that
    // has lost power. The keepalive interval has a floor of 10 s, so the clock
    // is turned forward.
    let target = connections(|_, mut socket| async move {
        use tokio::io::AsyncWriteExt;
        socket
            .write_all(&[0, 0, 0, 4, 0, 0, 0, 0, 0])
            .await
            .unwrap();
        std::future::pending::<()>().await;
    })
    .await;
    let keepalive = KeepaliveConfig {
        interval: Duration::from_secs(1),
        timeout: Duration::from_secs(5),
        ..Default::default()
    };
    let config = ChannelConfig {
        keepalive: Some(keepalive),
        ..Default::default()
    };
    let channel = Channel::with_config(&target, config).unwrap();
    channel.ready().await.unwrap();
    tokio::time::pause();
    let begun = tokio::time::Instant::now();
    let status = channel
        .unary::<Note, Note>(&UNARY, Request::new(note("", 0)))
        .await
        .err()
        .unwrap();
    assert_eq!(status.code(), Code::Unavailable, "{status}");
    assert!(status.message().contains("keepalive"), "{status}");
    let waited = begun.elapsed();
    assert!(
        waited >= Duration::from_secs(15) && waited < Duration::from_secs(60),
        "{waited:?}"
    );
}

#[tokio::test]
async fn connecting_takes_no_longer_than_allowed() {
    // Accepts the socket and never says SETTINGS.
    let target = connections(|_, socket| async move {
        std::future::pending::<()>().await;
        drop(socket);
    })
    .await;
    let mut config = quick();
    config.connect_timeout = Duration::from_millis(100);
    let channel = Channel::with_config(&target, config).unwrap();
    let status = timeout(PATIENCE, channel.ready())
        .await
        .unwrap()
        .unwrap_err();
    assert_eq!(status.code(), Code::Unavailable);
    assert!(status.message().contains(&target), "{status}");
}

#[tokio::test]
async fn a_peer_that_speaks_no_http2() {
    let target = connections(|_, mut socket| async move {
        use tokio::io::AsyncWriteExt;
        let _ = socket
            .write_all(b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n")
            .await;
    })
    .await;
    let channel = Channel::with_config(&target, quick()).unwrap();
    assert_eq!(
        timeout(PATIENCE, channel.ready())
            .await
            .unwrap()
            .unwrap_err()
            .code(),
        Code::Unavailable
    );
}
