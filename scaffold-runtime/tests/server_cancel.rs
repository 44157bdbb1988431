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
    for (server, counted) in [
        (start(config()).await, 3),
        (start_with(config(), Recover::new()).await, 0),
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
        // What an interceptor makes an answer of is its own to count.
        let panics = || server.handle.counters().get("handler_panic");
        until("they are counted", || panics() == counted).await;
    }
}

/// Every byte of a request is given back to the connection's window, however
/// its call ends: else the last of these would wait for ever.
#[tokio::test]
async fn uploads_that_come_to_nothing_leave_the_window_as_it_was() {
    let server = start(config()).await;
    let client = server.client().await;
    let part = frame(&Note {
        payload: vec![1; 15_000].into(),
        ..note("", 1)
    });
    let enough = frame(&note("enough", 0));
    let too_long = bytes::Bytes::from_static(b"\0\xff\xff\xff\xff");
    for round in 0..40 {
        for (path, last, expected) in [
            ("/test.Echo/Gather", None, None),
            ("/test.Echo/Say", None, None),
            ("/test.Echo/Gather", Some(&enough), Some(11)),
            ("/test.Echo/Gather", Some(&too_long), Some(8)),
            ("/test.Echo/Say", Some(&part), Some(12)),
            ("/test.Echo/Unknown", Some(&part), Some(12)),
        ] {
            let mut open = client.open(path, headers(&[])).await;
            // Refused before it has ended, a stream takes no more: no fault.
            let _ = open.body.send_data(part.clone(), false);
            let _ = last.map(|last| open.body.send_data(last.clone(), false));
            match expected {
                Some(code) => assert_eq!(open.reply().await.code(), code, "{path} {round}"),
                None => open.body.send_reset(Reason::CANCEL),
            }
        }
    }
    let sum = client
        .call("/test.Echo/Gather", headers(&[]), &vec![part; 100])
        .await;
    assert_eq!((sum.code(), sum.notes()[0].number), (0, 100));
    assert_eq!(server.hooks.dropped(), server.hooks.begun());
}
