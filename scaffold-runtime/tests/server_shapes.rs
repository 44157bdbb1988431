//! The four shapes, as they look on the wire.

mod server_support;

use bytes::Bytes;
use server_support::raw::{frame, headers, raw_frame};
use server_support::*;

#[tokio::test]
async fn unary() {
    let server = start(config()).await;
    let reply = server.client().await.say(&note("hi", 1)).await;
    assert_eq!((reply.http, reply.code()), (200, 0));
    assert_eq!(reply.headers["content-type"], "application/grpc");
    assert_eq!(reply.notes(), [note("hi", 2)]);
    assert!(!reply.trailers_only);
    assert_eq!(reply.trailers["x-trailer"], "end");
    assert_eq!(reply.trailers.get_all("grpc-status").iter().count(), 1);
}

#[tokio::test]
async fn server_streaming() {
    let server = start(config()).await;
    let reply = server
        .client()
        .await
        .call("/test.Echo/Repeat", headers(&[]), &[frame(&note("", 3))])
        .await;
    assert_eq!(reply.code(), 0);
    assert_eq!(reply.headers["x-initial"], "first");
    assert_eq!(reply.trailers["x-trailer"], "last");
    assert_eq!(
        reply
            .notes()
            .iter()
            .map(|note| note.number)
            .collect::<Vec<_>>(),
        [0, 1, 2]
    );
}

#[tokio::test]
async fn server_streaming_without_a_message_or_with_a_failure() {
    let server = start(config()).await;
    let client = server.client().await;
    let reply = client
        .call("/test.Echo/Repeat", headers(&[]), &[frame(&note("", 0))])
        .await;
    assert_eq!((reply.code(), reply.notes().len()), (0, 0));
    assert_eq!(reply.headers["x-initial"], "first");
    let reply = client
        .call(
            "/test.Echo/Repeat",
            headers(&[]),
            &[frame(&note("fail", 2))],
        )
        .await;
    assert_eq!(
        (reply.code(), reply.notes().len(), reply.message().as_str()),
        (15, 2, "lost")
    );
    let reply = client
        .call(
            "/test.Echo/Repeat",
            headers(&[]),
            &[frame(&note("fail at once", 2))],
        )
        .await;
    assert_eq!((reply.code(), reply.trailers_only), (5, true));
}

#[tokio::test]
async fn client_streaming() {
    let server = start(config()).await;
    let client = server.client().await;
    let frames: Vec<Bytes> = (1..=100).map(|number| frame(&note("", number))).collect();
    let reply = client
        .call("/test.Echo/Gather", headers(&[]), &frames)
        .await;
    assert_eq!((reply.code(), reply.notes()), (0, vec![note("sum", 5050)]));
    let reply = client.call("/test.Echo/Gather", headers(&[]), &[]).await;
    assert_eq!((reply.code(), reply.notes()), (0, vec![note("sum", 0)]));
}

#[tokio::test]
async fn an_answer_before_the_requests_end_ends_the_call() {
    let server = start(config()).await;
    let client = server.client().await;
    let mut open = client.open("/test.Echo/Gather", headers(&[])).await;
    open.body
        .send_data(frame(&note("enough", 1)), false)
        .unwrap();
    let reply = open.reply().await;
    assert_eq!((reply.code(), reply.trailers_only), (11, true));
    assert_eq!(client.say(&note("", 1)).await.code(), 0);
}

#[tokio::test]
async fn bidi_streaming_in_lockstep() {
    let server = start(config()).await;
    let client = server.client().await;
    let mut open = client.open("/test.Echo/Chat", headers(&[])).await;
    open.body.send_data(frame(&note("a", 1)), false).unwrap();
    let (head, mut stream, mut body) = open.head().await;
    assert_eq!(head.status, 200);
    assert_eq!(stream.data().await.unwrap().unwrap(), frame(&note("a", 2)));
    body.send_data(frame(&note("b", 5)), true).unwrap();
    assert_eq!(stream.data().await.unwrap().unwrap(), frame(&note("b", 10)));
    assert!(stream.data().await.is_none());
    assert_eq!(
        stream.trailers().await.unwrap().unwrap()["grpc-status"],
        "0"
    );
}

#[tokio::test]
async fn messages_in_pieces_and_large_ones() {
    let server = start(config()).await;
    let client = server.client().await;
    let message = Note {
        payload: vec![3; 300_000].into(),
        ..note("x", 1)
    };
    let pieces: Vec<Bytes> = frame(&message)
        .chunks(999)
        .map(Bytes::copy_from_slice)
        .collect();
    let reply = client.call("/test.Echo/Say", headers(&[]), &pieces).await;
    assert_eq!(
        reply.notes(),
        [Note {
            number: 2,
            ..message
        }]
    );
    let reply = client.say(&note("big", 3 << 20)).await;
    assert_eq!((reply.code(), reply.notes()[0].payload.len()), (0, 3 << 20));
}

#[tokio::test]
async fn one_message_means_one() {
    let server = start(config()).await;
    let client = server.client().await;
    for path in ["/test.Echo/Say", "/test.Echo/Repeat"] {
        let none = client.call(path, headers(&[]), &[]).await;
        let two = client
            .call(
                path,
                headers(&[]),
                &[frame(&note("", 1)), frame(&note("", 2))],
            )
            .await;
        for reply in [none, two] {
            assert_eq!(
                (reply.http, reply.code(), reply.trailers_only),
                (200, 12, true),
                "{path}"
            );
        }
        // Endless messages: refused at the second, not read to the end.
        let mut open = client.open(path, headers(&[])).await;
        open.body.send_data(frame(&note("", 1)), false).unwrap();
        open.body.send_data(frame(&note("", 2)), false).unwrap();
        assert_eq!(open.reply().await.code(), 12, "{path}");
    }
    assert_eq!(server.hooks.begun(), 0);
}

#[tokio::test]
async fn broken_messages() {
    let server = start(config()).await;
    let client = server.client().await;
    let cases: [(&[u8], i32); 6] = [
        // A tag without a value; a message that ends too early; flags.
        (&raw_frame(0, b"\x0a"), 3),
        (&raw_frame(0, b"\x0a\x05ab"), 3),
        (b"\0\0\0\0\x05abc", 13),
        (b"\0\0", 13),
        (&raw_frame(1, b""), 13),
        (&raw_frame(7, b""), 13),
    ];
    for path in [
        "/test.Echo/Say",
        "/test.Echo/Repeat",
        "/test.Echo/Gather",
        "/test.Echo/Chat",
    ] {
        for (bytes, code) in cases {
            let reply = client
                .call(path, headers(&[]), &[Bytes::copy_from_slice(bytes)])
                .await;
            assert_eq!(reply.code(), code, "{path} {bytes:?}");
        }
    }
    assert_eq!(client.say(&note("", 1)).await.code(), 0);
}

#[tokio::test]
async fn deep_nesting_is_no_stack_overflow() {
    let server = start(config()).await;
    // Groups of an unknown field, opened 10 000 times.
    let reply = server
        .client()
        .await
        .call(
            "/test.Echo/Say",
            headers(&[]),
            &[raw_frame(0, &[0x5b; 10_000])],
        )
        .await;
    assert_eq!(reply.code(), 3);
}
