//! Calls that end early: given up by the client, or by a panic.

mod server_support;

use h2::Reason;
use scaffold_runtime::interceptors::Recover;
use server_support::raw::{frame, headers};
use server_support::*;

async fn hang(server: &Running, client: &Client, path: &str) -> raw::Open {
    let before = server.hooks.begun();
    let mut open = client.open(path, headers(&[])).await;
    open.body
        .send_data(
            frame(&note("hang", 1)),
            path != "/test.Echo/Gather" && path != "/test.Echo/Chat",
        )
        .unwrap();
    until("the handler begins", || server.hooks.begun() > before).await;
    open
}

const PATHS: [&str; 4] = [
    "/test.Echo/Say",
    "/test.Echo/Repeat",
    "/test.Echo/Gather",
    "/test.Echo/Chat",
];

#[tokio::test]
async fn a_reset_drops_the_handler() {
    let server = start(config()).await;
    let client = server.client().await;
    for (index, path) in PATHS.into_iter().enumerate() {
        let mut open = hang(&server, &client, path).await;
        assert_eq!(server.hooks.dropped(), index);
        open.body.send_reset(Reason::CANCEL);
        until("the handler is dropped", || {
            server.hooks.dropped() == index + 1
        })
        .await;
    }
    assert_eq!(client.say(&note("", 1)).await.code(), 0);
}

#[tokio::test]
async fn a_lost_connection_drops_the_handlers() {
    let server = start(config()).await;
    let client = server.client().await;
    let mut open = Vec::new();
    for path in PATHS {
        open.push(hang(&server, &client, path).await);
    }
    client.connection.abort();
    drop((client, open));
    until("the handlers are dropped", || server.hooks.dropped() == 4).await;
    until("the connection is gone", || {
        server.handle.connections() == 0
    })
    .await;
}

#[tokio::test]
async fn many_resets_of_calls_in_progress_do_no_harm() {
    let server = start(config()).await;
    let client = server.client().await;
    for _ in 0..2_000 {
        let mut open = client.open("/test.Echo/Say", headers(&[])).await;
        open.body.send_data(frame(&note("", 1)), false).unwrap();
        open.body.send_reset(Reason::CANCEL);
        // Paced by an answer: this is a client that changes its mind, no attack.
        assert_eq!(client.say(&note("", 1)).await.code(), 0);
    }
}

#[tokio::test]
async fn a_sender_learns_of_the_end_in_another_task() {
    let server = start(config()).await;
    let client = server.client().await;
    let reply = client
        .call(
            "/test.Echo/Repeat",
            headers(&[]),
            &[frame(&note("task", 1))],
        )
        .await;
    assert_eq!(reply.code(), 0);
    let ended = server.hooks.ended_in_task.clone();
    until("the task sees it", || {
        ended.load(std::sync::atomic::Ordering::SeqCst) == 1
    })
    .await;
}

#[tokio::test]
async fn a_panic_is_an_answer() {
    // With the interceptor, and without it.
    for server in [
        start(config()).await,
        start_with(config(), Recover::new()).await,
    ] {
        let client = server.client().await;
        for text in ["panic", "panic later"] {
            let reply = client.say(&note(text, 0)).await;
            assert_eq!((reply.http, reply.code()), (200, 13));
            assert!(!reply.message().contains("secret"));
        }
        let reply = client
            .call(
                "/test.Echo/Repeat",
                headers(&[]),
                &[frame(&note("panic", 5))],
            )
            .await;
        assert_eq!((reply.code(), reply.notes().len()), (13, 2));
        assert!(!reply.message().contains("secret"));
        assert_eq!(client.say(&note("", 1)).await.code(), 0);
        assert_eq!(server.hooks.dropped(), server.hooks.begun());
    }
}
