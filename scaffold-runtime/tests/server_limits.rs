//! Limits: of messages, of the process, of streams, connections and time.

mod server_support;

use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::Bytes;
use scaffold_runtime::ServerConfig;
use server_support::raw::{frame, headers};
use server_support::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

#[tokio::test]
async fn long_messages_are_refused_by_their_prefix() {
    let server = start(config()).await;
    let client = server.client().await;
    for prefix in [&b"\0\xff\xff\xff\xff"[..], b"\0\0\x40\0\x01"] {
        for path in ["/test.Echo/Say", "/test.Echo/Gather"] {
            let mut open = client.open(path, headers(&[])).await;
            open.body
                .send_data(Bytes::copy_from_slice(prefix), false)
                .unwrap();
            assert_eq!(open.reply().await.code(), 8, "{path}");
        }
    }
    let reply = client.say(&note("big", 4 << 20)).await;
    assert_eq!((reply.code(), reply.trailers_only), (8, true));
}

#[tokio::test]
async fn messages_of_very_many_elements_are_refused() {
    let server = start(config()).await;
    let client = server.client().await;
    let body = [0x22, 0x00].repeat(2_000_000);
    let reply = client
        .call("/test.Echo/Say", headers(&[]), &[raw::raw_frame(0, &body)])
        .await;
    assert_eq!(reply.code(), 8);
}

#[tokio::test]
async fn requests_share_a_budget() {
    let server = start(ServerConfig {
        in_flight_request_bytes: 300_000,
        ..config()
    })
    .await;
    let client = server.client().await;
    let message = frame(&Note {
        payload: vec![1; 200_000].into(),
        ..note("", 1)
    });
    let mut first = client.open("/test.Echo/Say", headers(&[])).await;
    first
        .body
        .send_data(message.slice(..190_000), false)
        .unwrap();
    // Sent before the next, on one connection: held when the next comes.
    let mut second = client.open("/test.Echo/Say", headers(&[])).await;
    second
        .body
        .send_data(message.slice(..190_000), false)
        .unwrap();
    let replies = [&mut first, &mut second];
    let mut refused = 0;
    // One of the two does not fit.
    for open in replies {
        let mut response = std::pin::pin!(&mut open.response);
        if let Ok(response) = timeout(Duration::from_millis(500), response.as_mut()).await {
            assert_eq!(response.unwrap().headers()["grpc-status"], "8");
            refused += 1;
        }
    }
    assert_eq!(refused, 1);
    drop((first, second));
    let all = async {
        while client
            .call(
                "/test.Echo/Say",
                headers(&[]),
                std::slice::from_ref(&message),
            )
            .await
            .code()
            != 0
        {}
    };
    timeout(PATIENCE, all)
        .await
        .expect("the memory is given back");
}

#[tokio::test]
async fn a_slow_reader_slows_the_handler() {
    let server = start(config()).await;
    let mut builder = h2::client::Builder::new();
    builder.initial_window_size(10_000);
    let client = Client::connect_with(server.address, &mut builder).await;
    let request = Note {
        payload: vec![0; 4_000].into(),
        ..note("", 1_000)
    };
    let mut open = client.open("/test.Echo/Repeat", headers(&[])).await;
    open.body.send_data(frame(&request), true).unwrap();
    let sent = server.hooks.sent.clone();
    until("the handler sends", || sent.load(Ordering::SeqCst) > 0).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    // What the window, the buffers of the server and the kernel's take.
    assert!(sent.load(Ordering::SeqCst) <= 40, "{sent:?}");
    assert_eq!(open.reply().await.notes().len(), 1_000);
}

#[tokio::test]
async fn a_reader_that_has_stopped_is_reset() {
    let server = start(ServerConfig {
        write_stall_timeout: Duration::from_millis(100),
        ..config()
    })
    .await;
    let mut builder = h2::client::Builder::new();
    builder.initial_window_size(0);
    let client = Client::connect_with(server.address, &mut builder).await;
    for (path, text) in [("/test.Echo/Say", "x"), ("/test.Echo/Repeat", "x")] {
        let mut open = client.open(path, headers(&[])).await;
        open.body.send_data(frame(&note(text, 5)), true).unwrap();
        let (_, mut stream, _) = open.head().await;
        let error = timeout(PATIENCE, stream.data())
            .await
            .unwrap()
            .unwrap()
            .unwrap_err();
        assert!(error.is_reset(), "{path}: {error}");
    }
    assert_eq!(server.hooks.dropped(), 2);
}

#[tokio::test]
async fn streams_beyond_the_limit_are_refused() {
    let server = start(ServerConfig {
        max_concurrent_streams: 2,
        ..config()
    })
    .await;
    let client = server.client().await;
    // The first answer comes after the server's SETTINGS: from then on h2 keeps
    // the limit by itself, and the third call waits.
    assert_eq!(client.say(&note("", 1)).await.code(), 0);
    let mut calls = Vec::new();
    for _ in 0..2 {
        let mut open = client.open("/test.Echo/Say", headers(&[])).await;
        open.body.send_data(frame(&note("hang", 1)), true).unwrap();
        calls.push(open);
    }
    until("two begin", || server.hooks.begun() == 3).await;
    assert_eq!(server.hooks.begun(), 3);
}

#[tokio::test]
async fn connections_beyond_the_limit_are_closed() {
    let server = start(ServerConfig {
        max_connections: 1,
        ..config()
    })
    .await;
    let client = server.client().await;
    assert_eq!(client.say(&note("", 1)).await.code(), 0);
    let mut other = TcpStream::connect(server.address).await.unwrap();
    let closed = timeout(PATIENCE, other.read(&mut [0; 1])).await.unwrap();
    assert!(matches!(closed, Ok(0) | Err(_)));
    assert_eq!(client.say(&note("", 1)).await.code(), 0);
}

#[tokio::test]
async fn a_connection_that_does_not_talk_is_closed() {
    let server = start(ServerConfig {
        handshake_timeout: Duration::from_millis(100),
        ..config()
    })
    .await;
    for hello in [
        &b""[..],
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        &[0x16, 3, 1],
    ] {
        let mut socket = TcpStream::connect(server.address).await.unwrap();
        socket.write_all(hello).await.unwrap();
        let mut rest = Vec::new();
        let _ = timeout(PATIENCE, socket.read_to_end(&mut rest))
            .await
            .expect("closed");
    }
    until("all are gone", || server.handle.connections() == 0).await;
}

#[tokio::test]
async fn an_idle_connection_is_closed_in_good_order() {
    let server = start(ServerConfig {
        max_connection_idle: Duration::from_millis(100),
        ..config()
    })
    .await;
    let client = server.client().await;
    assert_eq!(client.say(&note("", 1)).await.code(), 0);
    timeout(PATIENCE, client.connection)
        .await
        .expect("closed")
        .unwrap()
        .unwrap();
}

#[tokio::test]
async fn an_old_connection_drains_and_is_cut() {
    let limits = ServerConfig {
        max_connection_age: Duration::from_millis(200),
        max_connection_age_grace: Duration::from_millis(200),
        ..config()
    };
    let server = start(limits).await;
    let client = server.client().await;
    let mut open = client.open("/test.Echo/Say", headers(&[])).await;
    open.body.send_data(frame(&note("hang", 1)), true).unwrap();
    let cut = timeout(PATIENCE, open.try_reply()).await.unwrap();
    assert!(cut.is_err());
    until("the handler is dropped", || server.hooks.dropped() == 1).await;
}

#[tokio::test]
async fn a_peer_that_does_not_answer_pings_is_closed() {
    let limits = ServerConfig {
        keepalive_interval: Duration::from_millis(50),
        keepalive_timeout: Duration::from_millis(100),
        ..config()
    };
    let server = start(limits).await;
    // Answers pings: lives.
    let client = server.client().await;
    // Says hello and no more: is closed.
    let mut mute = TcpStream::connect(server.address).await.unwrap();
    mute.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0")
        .await
        .unwrap();
    until("both are there", || server.handle.connections() == 2).await;
    until("one is gone", || server.handle.connections() == 1).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(client.say(&note("", 1)).await.code(), 0);
}

/// Calls that last are counted over all connections; those that are answered at
/// once are not.
#[tokio::test]
async fn calls_share_a_limit() {
    let server = start(ServerConfig {
        max_concurrent_calls: 2,
        ..config()
    })
    .await;
    let (one, other) = (server.client().await, server.client().await);
    for number in 0..10 {
        assert_eq!(one.say(&note("", number)).await.code(), 0);
    }
    let mut hanging = Vec::new();
    for client in [&one, &other] {
        let mut open = client.open("/test.Echo/Say", headers(&[])).await;
        open.body.send_data(frame(&note("hang", 1)), true).unwrap();
        hanging.push(open);
        let begun = 10 + hanging.len();
        until("it begins", || server.hooks.begun() == begun).await;
    }
    for client in [&one, &other] {
        // The other's turn may just be ending.
        let mut refused = client.say(&note("", 1)).await;
        for _ in 0..50 {
            if refused.code() == 8 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
            refused = client.say(&note("", 1)).await;
        }
        assert_eq!((refused.code(), refused.trailers_only), (8, true));
    }
    assert!(server.handle.counters().get("call_limit") >= 2);
    hanging.clear();
    let mut again = one.say(&note("", 1)).await;
    for _ in 0..200 {
        if again.code() == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
        again = one.say(&note("", 1)).await;
    }
    assert_eq!(again.code(), 0);
}
