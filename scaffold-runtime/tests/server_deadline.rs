//! Deadlines: read strictly, enforced on every shape, handed on.

mod server_support;

use std::time::Duration;

use scaffold_runtime::interceptors::Deadline;
use server_support::raw::{frame, headers};
use server_support::*;

#[tokio::test]
async fn malformed_timeouts_are_refused() {
    let server = start(config()).await;
    let client = server.client().await;
    for value in ["-1S", "+5S", "123456789S", "5", "S", "", "1s", "1.5S"] {
        let reply = client
            .call(
                "/test.Echo/Say",
                headers(&[("grpc-timeout", value)]),
                &[frame(&note("", 1))],
            )
            .await;
        assert_eq!((reply.code(), reply.trailers_only), (13, true), "{value:?}");
    }
    let twice = headers(&[("grpc-timeout", "5S"), ("grpc-timeout", "6S")]);
    assert_eq!(
        client
            .call("/test.Echo/Say", twice, &[frame(&note("", 1))])
            .await
            .code(),
        13
    );
    assert_eq!(server.hooks.begun(), 0);
    let far = headers(&[("grpc-timeout", "99999999H")]);
    assert_eq!(
        client
            .call("/test.Echo/Say", far, &[frame(&note("", 1))])
            .await
            .code(),
        0
    );
    let none = headers(&[("grpc-timeout", "0n")]);
    assert_eq!(
        client
            .call("/test.Echo/Say", none, &[frame(&note("", 1))])
            .await
            .code(),
        4
    );
    assert_eq!(server.hooks.begun(), 1);
}

#[tokio::test]
async fn a_call_that_hangs_ends_at_its_deadline() {
    let server = start(config()).await;
    let client = server.client().await;
    for (index, path) in ["/test.Echo/Say", "/test.Echo/Repeat"]
        .into_iter()
        .enumerate()
    {
        let reply = client
            .call(
                path,
                headers(&[("grpc-timeout", "50m")]),
                &[frame(&note("hang", 1))],
            )
            .await;
        assert_eq!(reply.code(), 4, "{path}");
        assert_eq!(
            (server.hooks.begun(), server.hooks.dropped()),
            (index + 1, index + 1)
        );
    }
    // What was sent before the deadline arrives.
    let reply = client
        .call(
            "/test.Echo/Repeat",
            headers(&[("grpc-timeout", "200m")]),
            &[frame(&note("hang", 3))],
        )
        .await;
    assert_eq!((reply.code(), reply.notes().len()), (4, 3));
}

#[tokio::test]
async fn a_request_that_never_comes_ends_at_its_deadline() {
    let server = start(config()).await;
    let client = server.client().await;
    for path in [
        "/test.Echo/Say",
        "/test.Echo/Repeat",
        "/test.Echo/Gather",
        "/test.Echo/Chat",
    ] {
        let mut open = client.open(path, headers(&[("grpc-timeout", "50m")])).await;
        open.body
            .send_data(frame(&note("", 1)).slice(..3), false)
            .unwrap();
        assert_eq!(open.reply().await.code(), 4, "{path}");
    }
}

#[tokio::test]
async fn handlers_see_what_is_left() {
    let server = start(config()).await;
    let client = server.client().await;
    let reply = client
        .call(
            "/test.Echo/Say",
            headers(&[("grpc-timeout", "1H")]),
            &[frame(&note("deadline", 0))],
        )
        .await;
    let left = reply.notes()[0].number;
    assert!((3_500_000..=3_600_000).contains(&left), "{left}");
    assert_eq!(client.say(&note("deadline", 0)).await.notes()[0].number, 0);
}

#[tokio::test]
async fn an_interceptor_can_bring_it_closer() {
    let deadline = Deadline::new()
        .default_timeout(Duration::from_millis(50))
        .max_timeout(Duration::from_millis(80));
    let server = start_with(config(), deadline).await;
    let client = server.client().await;
    assert_eq!(client.say(&note("hang", 0)).await.code(), 4);
    let reply = client
        .call(
            "/test.Echo/Say",
            headers(&[("grpc-timeout", "1H")]),
            &[frame(&note("hang", 0))],
        )
        .await;
    assert_eq!(reply.code(), 4);
    assert_eq!(server.hooks.dropped(), 2);
}
