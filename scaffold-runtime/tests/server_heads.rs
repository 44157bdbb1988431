//! Heads: metadata both ways, and requests that no gRPC client sends.

mod server_support;

use std::future::poll_fn;
use std::time::{Duration, Instant};

use http::Method;
use server_support::raw::{Reply, frame, headers};
use server_support::*;

#[tokio::test]
async fn metadata_goes_both_ways() {
    let server = start(config()).await;
    let sent = headers(&[
        ("x-text", "one"),
        ("x-text", "two"),
        ("x-data-bin", "AAE="),
        ("x-data-bin", "AAEC,AAE"),
        ("x-broken-bin", "!"),
        ("grpc-foo", "mine"),
    ]);
    let reply = server
        .client()
        .await
        .call("/test.Echo/Say", sent, &[frame(&note("", 1))])
        .await;
    let all = |name| {
        reply
            .headers
            .get_all(name)
            .iter()
            .map(|value| value.to_str().unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(all("x-text"), ["one", "two"]);
    // Echoed once for each time the name comes.
    assert_eq!(all("x-data-bin")[..3], ["AAE", "AAEC", "AAE"]);
    assert!(all("x-broken-bin").is_empty() && all("grpc-foo").is_empty());
}

/// Sections of requests are remembered; what they say of one caller must never
/// be told of another.
#[tokio::test]
async fn no_call_has_the_metadata_of_another() {
    let server = start(config()).await;
    let client = server.client().await;
    for round in 0..60 {
        // The same value twice, the same name with another value, a value that
        // comes back, and one of another length.
        let value = match round % 4 {
            0 | 1 => format!("tenant-{}", round / 4),
            2 => "tenant".to_owned(),
            _ => format!("tenant-{round}-of-many"),
        };
        let sent = headers(&[("x-text", &value), ("authorization", &value)]);
        let reply = client
            .call("/test.Echo/Say", sent, &[frame(&note("", 1))])
            .await;
        assert_eq!(reply.headers["x-text"], value.as_str(), "call {round}");
    }
}

#[tokio::test]
async fn handlers_do_not_see_the_protocols_headers() {
    let server = start(config()).await;
    let sent = headers(&[
        ("grpc-timeout", "10S"),
        ("user-agent", "test"),
        ("x-mine", "1"),
    ]);
    let reply = server
        .client()
        .await
        .call("/test.Echo/Say", sent, &[frame(&note("names", 0))])
        .await;
    assert_eq!(reply.notes()[0].text, "user-agent,x-mine");
}

#[tokio::test]
async fn failures_are_trailers_only_and_encoded() {
    let server = start(config()).await;
    let client = server.client().await;
    let reply = client.say(&note("fail", 0)).await;
    assert_eq!(
        (reply.http, reply.code(), reply.trailers_only),
        (200, 10, true)
    );
    assert_eq!(reply.message(), "%C3%BCber%0D%0A100%25");
    assert_eq!(reply.text("x-why").unwrap(), "because");
    let reply = client.say(&note("long failure", 0)).await;
    assert_eq!(reply.code(), 13);
    assert!(reply.message().len() <= 4096 && reply.message().starts_with("%F0%9F%A6%80%0D%0A%00"));
    assert_eq!(client.say(&note("ok as failure", 0)).await.code(), 13);
}

#[tokio::test]
async fn only_grpc_is_answered() {
    let server = start(config()).await;
    let client = server.client().await;
    for content_type in [
        "text/html",
        "application/grpc+foo",
        "application/grpc-web",
        "application/grpcx",
        "",
    ] {
        let mut sent = headers(&[]);
        sent.insert("content-type", content_type.parse().unwrap());
        let reply = client
            .call("/test.Echo/Say", sent, &[frame(&note("", 1))])
            .await;
        assert_eq!(reply.http, 415, "{content_type:?}");
        says(
            &reply,
            "the content-type of a request must be application/grpc",
        );
    }
    let mut sent = headers(&[]);
    sent.remove("content-type");
    assert_eq!(client.call("/test.Echo/Say", sent, &[]).await.http, 415);
    for content_type in [
        "application/grpc+proto",
        "application/grpc;charset=utf-8",
        "Application/gRPC",
    ] {
        let mut sent = headers(&[]);
        sent.insert("content-type", content_type.parse().unwrap());
        let reply = client
            .call("/test.Echo/Say", sent, &[frame(&note("", 1))])
            .await;
        assert_eq!((reply.http, reply.code()), (200, 0), "{content_type:?}");
    }
    for method in [Method::GET, Method::DELETE, Method::PUT] {
        let open = client
            .open_as(method, "/test.Echo/Say", headers(&[]))
            .await
            .unwrap();
        let reply = open.reply().await;
        assert_eq!(
            (reply.http, reply.headers["allow"].to_str().unwrap()),
            (405, "POST")
        );
        says(&reply, "it takes POST requests alone");
    }
    let open = client
        .open_as(Method::HEAD, "/test.Echo/Say", headers(&[]))
        .await
        .unwrap();
    let reply = open.reply().await;
    assert_eq!((reply.http, reply.body.len()), (405, 0));
}

/// What is not gRPC is answered so that people can read it.
fn says(reply: &Reply, what: &str) {
    assert_eq!(reply.headers["content-type"], "text/plain; charset=utf-8");
    let text = String::from_utf8(reply.body.to_vec()).unwrap();
    assert!(text.contains(what), "{text}");
    assert!(!reply.headers.contains_key("grpc-status"));
}

/// What is no call is answered at once, and not cut off at once: the rest of the
/// request has some time to come, and some room.
#[tokio::test]
async fn refused_requests_may_end() {
    let server = start(config()).await;
    let client = server.client().await;
    let mut ends = Vec::new();
    for body in [0, 64 << 10] {
        let open = client
            .open_as(Method::PUT, "/", headers(&[]))
            .await
            .unwrap();
        let (head, _body, mut request) = open.head().await;
        assert_eq!(head.status, 405);
        let began = Instant::now();
        if body > 0 {
            request.send_data(vec![0; body].into(), false).unwrap();
        }
        ends.push(tokio::spawn(async move {
            let reset = poll_fn(|cx| request.poll_reset(cx));
            let code = tokio::time::timeout(PATIENCE, reset).await.unwrap();
            assert_eq!(code.unwrap(), h2::Reason::NO_ERROR);
            began.elapsed()
        }));
    }
    let waited = ends.remove(0).await.unwrap();
    assert!(waited > Duration::from_secs(1), "{waited:?}");
    ends.remove(0).await.unwrap();
    assert_eq!(client.say(&note("", 1)).await.code(), 0);
}

/// The sentence is a body like any other: it waits for the client's window.
#[tokio::test]
async fn refusals_keep_to_the_window() {
    let server = start(config()).await;
    let mut builder = h2::client::Builder::new();
    let client = Client::connect_with(server.address, builder.initial_window_size(5)).await;
    let open = client
        .open_as(Method::GET, "/", headers(&[]))
        .await
        .unwrap();
    let (head, mut body, _request) = open.head().await;
    assert_eq!(head.status, 405);
    let mut text = Vec::new();
    while let Some(piece) = body.data().await {
        let piece = piece.unwrap();
        assert!(piece.len() <= 5);
        body.flow_control().release_capacity(piece.len()).unwrap();
        text.extend_from_slice(&piece);
    }
    assert!(text.starts_with(b"This is a gRPC server: "));
    assert_eq!(client.say(&note("", 1)).await.code(), 0);
}

#[tokio::test]
async fn unknown_methods_are_unimplemented() {
    let server = start(config()).await;
    let client = server.client().await;
    for path in [
        "/test.Echo/Shout",
        "/test.Other/Say",
        "/",
        "/test.Echo",
        "/test.Echo/Say/",
        "/TEST.echo/say",
    ] {
        let reply = client.call(path, headers(&[]), &[]).await;
        assert_eq!(
            (reply.http, reply.code(), reply.trailers_only),
            (200, 12, true),
            "{path}"
        );
    }
}

#[tokio::test]
async fn encodings_that_we_do_not_know_are_named() {
    let server = start(config()).await;
    let client = server.client().await;
    let read = scaffold_runtime::Encodings::all().to_string();
    for encoding in ["br", "foo"] {
        let sent = headers(&[("grpc-encoding", encoding)]);
        let reply = client
            .call("/test.Echo/Say", sent, &[frame(&note("", 1))])
            .await;
        assert_eq!(
            (reply.code(), reply.text("grpc-accept-encoding").as_deref()),
            (12, Some(&*read))
        );
    }
    let sent = headers(&[
        ("grpc-encoding", "identity"),
        ("grpc-accept-encoding", "gzip"),
    ]);
    assert_eq!(
        client
            .call("/test.Echo/Say", sent, &[frame(&note("", 1))])
            .await
            .code(),
        0
    );
}

#[tokio::test]
async fn header_lists_have_a_limit() {
    let server = start(config()).await;
    let client = server.client().await;
    let long = "x".repeat(20_000);
    let open = client
        .open("/test.Echo/Say", headers(&[("x-long", &long)]))
        .await;
    assert_eq!(open.reply().await.http, 431);
    assert_eq!(client.say(&note("", 1)).await.code(), 0);
}
