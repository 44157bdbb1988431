//! Unary calls against a raw HTTP/2 server: what goes out, and what each kind
//! of answer becomes.

mod client_support;

use client_support::*;
use scaffold_runtime::{Caller, Channel, ChannelConfig, Code, Request, Response};

#[tokio::test]
async fn request_is_written_by_the_book() {
    let (seen, mut saw) = tokio::sync::mpsc::channel(1);
    let target = calls(move |_, request, mut respond| {
        let seen = seen.clone();
        async move {
            let (head, body) = request.into_parts();
            let body = read_all(body).await.unwrap();
            seen.send((head, body)).await.unwrap();
            answer(&mut respond, &note("yes", 2));
        }
    })
    .await;
    let channel = Channel::connect(&target).await.unwrap();
    let mut request = Request::new(note("hi", 1));
    request.set_timeout(std::time::Duration::from_secs(60));
    request.metadata_mut().append("x-multi", "a").unwrap();
    request.metadata_mut().append("x-multi", "b").unwrap();
    request
        .metadata_mut()
        .append_bin("x-raw-bin", [0u8, 255, 7])
        .unwrap();
    let response: Response<Note> = channel.unary(&UNARY, request).await.unwrap();
    assert_eq!(*response, note("yes", 2));

    let (head, body) = saw.recv().await.unwrap();
    assert_eq!(head.method, http::Method::POST);
    assert_eq!(head.uri.path(), "/test.Notes/Unary");
    assert_eq!(head.uri.authority().unwrap().as_str(), target);
    assert_eq!(head.uri.scheme_str(), Some("http"));
    assert_eq!(head.headers["te"], "trailers");
    assert_eq!(head.headers["content-type"], "application/grpc");
    let agent = head.headers["user-agent"].to_str().unwrap();
    assert_eq!(
        agent,
        concat!("grpc-rust-scaffold/", env!("CARGO_PKG_VERSION"))
    );
    let timeout = head.headers["grpc-timeout"].to_str().unwrap();
    assert!(timeout.len() <= 9, "{timeout}");
    let nanos: u128 = timeout[..timeout.len() - 1].parse().unwrap();
    assert!(timeout.ends_with('u') && nanos > 10_000_000, "{timeout}");
    let multi: Vec<_> = head.headers.get_all("x-multi").iter().collect();
    assert_eq!(multi, ["a", "b"]);
    assert_eq!(
        head.headers["x-raw-bin"]
            .to_str()
            .unwrap()
            .trim_end_matches('='),
        "AP8H"
    );
    assert_eq!(unframe(&body), [note("hi", 1)]);
}

#[tokio::test]
async fn response_metadata_and_trailers_arrive() {
    let target = calls(|_, _, mut respond| async move {
        let head = headers(
            200,
            &[
                ("content-type", "application/grpc+proto"),
                ("x-a", "1"),
                ("x-a", "2"),
                ("x-b-bin", "AP8H"),
            ],
        );
        let mut body = respond.send_response(head, false).unwrap();
        body.send_data(frame(&note("yes", 2)), false).unwrap();
        body.send_trailers(trailers(&[
            ("grpc-status", "0"),
            ("x-end", "z"),
            ("x-end-bin", "AQ=="),
        ]))
        .unwrap();
    })
    .await;
    let response = call(&target).await.unwrap();
    let metadata = response.metadata();
    assert_eq!(metadata.get_all("x-a").collect::<Vec<_>>(), ["1", "2"]);
    assert_eq!(metadata.get_bin("x-b-bin").unwrap(), [0u8, 255, 7][..]);
    assert!(!metadata.contains("content-type"));
    assert_eq!(response.trailers().get("x-end"), Some("z"));
    assert_eq!(response.trailers().get_bin("x-end-bin").unwrap(), [1u8][..]);
    assert!(!response.trailers().contains("grpc-status"));
}

#[tokio::test]
async fn message_may_come_in_pieces() {
    let target = calls(|_, _, mut respond| async move {
        let mut body = respond.send_response(ok_headers(), false).unwrap();
        for byte in frame(&note("in pieces", 3)) {
            body.send_data(bytes::Bytes::copy_from_slice(&[byte]), false)
                .unwrap();
            tokio::task::yield_now().await;
        }
        body.send_trailers(trailers(&[("grpc-status", "0")]))
            .unwrap();
    })
    .await;
    assert_eq!(*call(&target).await.unwrap(), note("in pieces", 3));
}

#[tokio::test]
async fn count_of_messages_must_be_one() {
    for count in [0, 2, 3] {
        let status = fails(move |mut respond| {
            let mut body = respond.send_response(ok_headers(), false).unwrap();
            for _ in 0..count {
                body.send_data(frame(&note("x", 0)), false).unwrap();
            }
            body.send_trailers(trailers(&[("grpc-status", "0")]))
                .unwrap();
        })
        .await;
        assert_eq!(status.code(), Code::Internal, "{count}: {status}");
    }
}

#[tokio::test]
async fn an_endless_answer_ends_at_the_second_message() {
    let (stopped, mut saw) = tokio::sync::mpsc::channel(1);
    let target = calls(move |_, _, mut respond| {
        let stopped = stopped.clone();
        async move {
            let mut body = respond.send_response(ok_headers(), false).unwrap();
            while body.send_data(frame(&note("again", 0)), false).is_ok() {
                tokio::task::yield_now().await;
            }
            stopped.send(()).await.unwrap();
        }
    })
    .await;
    assert_eq!(call(&target).await.unwrap_err().code(), Code::Internal);
    saw.recv().await.unwrap();
}

#[tokio::test]
async fn broken_frames() {
    let cases: [(&str, bytes::Bytes, Code); 5] = [
        (
            "a flag that means nothing",
            frame_raw(7, b""),
            Code::Internal,
        ),
        (
            "compressed without an encoding",
            frame_raw(1, b"zz"),
            Code::Internal,
        ),
        ("not protobuf", frame_raw(0, &[0xff, 0xff]), Code::Internal),
        (
            "cut in the header",
            bytes::Bytes::from_static(&[0, 0, 0]),
            Code::Internal,
        ),
        (
            "cut in the message",
            bytes::Bytes::from_static(&[0, 0, 0, 0, 9, 1, 2]),
            Code::Internal,
        ),
    ];
    for (what, bytes, code) in cases {
        let status = fails(move |mut respond| {
            let mut body = respond.send_response(ok_headers(), false).unwrap();
            body.send_data(bytes.clone(), false).unwrap();
            body.send_trailers(trailers(&[("grpc-status", "0")]))
                .unwrap();
        })
        .await;
        assert_eq!(status.code(), code, "{what}: {status}");
    }
}

#[tokio::test]
async fn an_encoding_that_was_not_offered() {
    let status = fails(|mut respond| {
        let head = headers(
            200,
            &[
                ("content-type", "application/grpc"),
                ("grpc-encoding", "foo"),
            ],
        );
        let mut body = respond.send_response(head, false).unwrap();
        body.send_data(frame_raw(1, b"zz"), false).unwrap();
        body.send_trailers(trailers(&[("grpc-status", "0")]))
            .unwrap();
    })
    .await;
    assert_eq!(status.code(), Code::Internal, "{status}");
    assert!(status.message().contains("foo"), "{status}");
}

#[tokio::test]
async fn sizes_have_limits_both_ways() {
    // A prefix that says 4 GiB - 1: nothing may be allocated for it.
    let status = fails(|mut respond| {
        let mut body = respond.send_response(ok_headers(), false).unwrap();
        body.send_data(bytes::Bytes::from_static(&[0, 255, 255, 255, 255]), false)
            .unwrap();
    })
    .await;
    assert_eq!(status.code(), Code::ResourceExhausted, "{status}");

    let target = calls(|_, request, mut respond| async move {
        let body = read_all(request.into_body()).await.unwrap();
        answer(&mut respond, &unframe(&body)[0]);
    })
    .await;
    let config = ChannelConfig {
        max_send_message_size: 100,
        max_receive_message_size: 50,
        ..Default::default()
    };
    let channel = Channel::with_config(&target, config).unwrap();
    for (size, code) in [
        (20, None),
        (70, Some(Code::ResourceExhausted)),
        (200, Some(Code::ResourceExhausted)),
    ] {
        let request = Request::new(note(&"x".repeat(size), 0));
        let result = channel.unary::<Note, Note>(&UNARY, request).await;
        assert_eq!(result.err().map(|status| status.code()), code, "{size}");
    }
}

#[tokio::test]
async fn a_large_message_passes_the_windows() {
    let target = calls(|_, request, mut respond| async move {
        let body = read_all(request.into_body()).await.unwrap();
        answer(&mut respond, &unframe(&body)[0]);
    })
    .await;
    let channel = Channel::connect(&target).await.unwrap();
    let large = note(&"x".repeat(3 << 20), 0);
    let response: Response<Note> = channel
        .unary(&UNARY, Request::new(large.clone()))
        .await
        .unwrap();
    assert!(*response == large);
}

#[tokio::test]
async fn reserved_names_do_not_reach_the_wire() {
    let (seen, mut saw) = tokio::sync::mpsc::channel(1);
    let target = calls(move |_, request, mut respond| {
        let seen = seen.clone();
        async move {
            seen.send(request.headers().clone()).await.unwrap();
            answer(&mut respond, &note("", 0));
        }
    })
    .await;
    let channel = Channel::connect(&target).await.unwrap();
    for name in [
        "grpc-timeout",
        "content-type",
        "te",
        "grpc-status",
        "grpc-encoding",
    ] {
        let mut request = Request::new(note("", 0));
        // Refused where it is set, or else where it would be sent.
        if request.metadata_mut().append(name, "evil").is_err() {
            continue;
        }
        match channel.unary::<Note, Note>(&UNARY, request).await {
            Err(status) => assert_eq!(status.code(), Code::InvalidArgument, "{name}: {status}"),
            Ok(_) => {
                let sent = saw.recv().await.unwrap();
                assert!(
                    sent.get_all(name).iter().all(|value| value != "evil"),
                    "{name}"
                );
            }
        }
    }
}
