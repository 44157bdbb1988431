//! The end of a server: in good order if peers let it, and in time if not.

mod server_support;

use std::time::{Duration, Instant};

use scaffold_runtime::{Server, ServerConfig};
use server_support::raw::{frame, headers};
use server_support::*;
use tokio::net::TcpStream;
use tokio::time::timeout;

#[tokio::test]
async fn calls_in_progress_end_well() {
    let server = start(config()).await;
    let client = server.client().await;
    let mut open = client.open("/test.Echo/Chat", headers(&[])).await;
    open.body.send_data(frame(&note("a", 1)), false).unwrap();
    let (_, mut stream, mut body) = open.head().await;
    server.handle.shutdown();
    until("no more is accepted", || {
        std::net::TcpStream::connect(server.address).is_err()
    })
    .await;
    body.send_data(frame(&note("b", 2)), true).unwrap();
    let mut received = Vec::new();
    while let Some(piece) = timeout(PATIENCE, stream.data()).await.unwrap() {
        received.extend_from_slice(&piece.unwrap());
    }
    assert_eq!(
        received,
        [frame(&note("a", 2)), frame(&note("b", 4))].concat()
    );
    assert_eq!(
        stream.trailers().await.unwrap().unwrap()["grpc-status"],
        "0"
    );
    timeout(PATIENCE, server.done)
        .await
        .expect("the server ends")
        .unwrap()
        .unwrap();
    timeout(PATIENCE, client.connection)
        .await
        .expect("closed")
        .unwrap()
        .unwrap();
}

/// Answers that wait for the client's window, with and without a pipe: calls
/// whose handlers have ended.
#[tokio::test]
async fn answers_that_wait_for_room_end_well() {
    let server = start(config()).await;
    let mut builder = h2::client::Builder::new();
    builder.initial_window_size(1_000);
    let client = Client::connect_with(server.address, &mut builder).await;
    let mut heads = Vec::new();
    for (path, text) in [
        ("/test.Echo/Say", "big"),
        ("/test.Echo/Repeat", ""),
        ("/test.Echo/Repeat", "fail"),
    ] {
        let mut open = client.open(path, headers(&[])).await;
        let number = if text == "big" { 200_000 } else { 600 };
        open.body
            .send_data(frame(&note(text, number)), true)
            .unwrap();
        heads.push(open.head().await);
    }
    until("the handlers have ended", || server.hooks.dropped() == 3).await;
    server.handle.shutdown();
    until("no more is accepted", || {
        std::net::TcpStream::connect(server.address).is_err()
    })
    .await;
    for ((_, mut stream, _), status) in heads.into_iter().zip(["0", "0", "15"]) {
        let mut received = 0;
        while let Some(piece) = timeout(PATIENCE, stream.data()).await.unwrap() {
            received += piece.as_ref().unwrap().len();
            let _ = stream.flow_control().release_capacity(piece.unwrap().len());
        }
        assert!(received > 1_000);
        let trailers = stream.trailers().await.unwrap().unwrap();
        assert_eq!(trailers["grpc-status"], status);
    }
    timeout(PATIENCE, server.done)
        .await
        .expect("the server ends")
        .unwrap()
        .unwrap();
    timeout(PATIENCE, client.connection)
        .await
        .expect("closed")
        .unwrap()
        .unwrap();
}

#[tokio::test]
async fn a_stuck_stream_is_cut_in_time() {
    let server = start(ServerConfig {
        drain: Duration::from_millis(300),
        ..config()
    })
    .await;
    let client = server.client().await;
    let mut open = client.open("/test.Echo/Repeat", headers(&[])).await;
    open.body.send_data(frame(&note("hang", 1)), true).unwrap();
    // And a peer that says nothing at all.
    let _silent = TcpStream::connect(server.address).await.unwrap();
    until("all are there", || {
        server.hooks.begun() == 1 && server.handle.connections() == 2
    })
    .await;
    let begun = Instant::now();
    server.handle.shutdown();
    timeout(PATIENCE, server.done)
        .await
        .expect("the server ends")
        .unwrap()
        .unwrap();
    assert!(begun.elapsed() >= Duration::from_millis(300));
    assert_eq!(
        (server.hooks.dropped(), server.handle.connections()),
        (1, 0)
    );
    assert!(open.try_reply().await.is_err());
}

#[tokio::test]
async fn nothing_to_do_ends_at_once() {
    let server = start(config()).await;
    let client = server.client().await;
    assert_eq!(client.say(&note("", 1)).await.code(), 0);
    server.handle.shutdown();
    server.handle.shutdown();
    timeout(Duration::from_secs(5), server.done)
        .await
        .expect("the server ends")
        .unwrap()
        .unwrap();
}

#[test]
fn run_has_threads_of_its_own_and_ends_whatever_handlers_do() {
    let hooks = Hooks::default();
    let limits = ServerConfig {
        workers: 2,
        drain: Duration::from_millis(200),
        ..config()
    };
    let server = Server::new(limits)
        .add_service(EchoServer::new(hooks.clone()))
        .bind()
        .unwrap();
    let (address, handle) = (server.local_addr().socket_addr().unwrap(), server.handle());
    let done = std::thread::spawn(move || server.run());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let clients = [
            Client::connect(address).await,
            Client::connect(address).await,
            Client::connect(address).await,
        ];
        for client in &clients {
            assert_eq!(client.say(&note("", 1)).await.code(), 0);
        }
        // Blocks one worker; a connection on the other is served meanwhile.
        let mut blocked = clients[0].open("/test.Echo/Say", headers(&[])).await;
        blocked
            .body
            .send_data(frame(&note("block", 10_000)), true)
            .unwrap();
        until("it blocks", || hooks.begun() == 4).await;
        let fourth = Client::connect(address).await;
        let reply = timeout(PATIENCE, fourth.say(&note("", 1)))
            .await
            .expect("the other worker answers");
        assert_eq!(reply.code(), 0);
        handle.shutdown();
        let begun = Instant::now();
        until("it ends", || done.is_finished()).await;
        assert!(
            begun.elapsed() < Duration::from_secs(8),
            "did not wait for the handler"
        );
    });
    done.join().unwrap().unwrap();
}

#[tokio::test]
async fn an_address_in_use_is_an_error_that_says_so() {
    let server = start(config()).await;
    let error = Server::new(ServerConfig {
        address: server.address.into(),
        ..config()
    })
    .bind()
    .unwrap_err();
    assert!(
        format!("{error:?}").starts_with(&format!("cannot listen on {}: ", server.address)),
        "{error:?}"
    );
}
