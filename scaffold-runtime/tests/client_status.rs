//! How a call ends, for every way in which a server can end it.

mod client_support;

use client_support::*;
use scaffold_runtime::Code;

#[tokio::test]
async fn trailers_only() {
    let status = fails(|mut respond| {
        let head = headers(
            200,
            &[
                ("content-type", "application/grpc"),
                ("grpc-status", "5"),
                ("grpc-message", "no%20such%20n%C3%B6te"),
                ("grpc-status-details-bin", "CAUSAXg"),
                ("x-why", "gone"),
            ],
        );
        respond.send_response(head, true).unwrap();
    })
    .await;
    assert_eq!(status.code(), Code::NotFound);
    assert_eq!(status.message(), "no such nöte");
    assert_eq!(status.details(), b"\x08\x05\x12\x01x");
    assert_eq!(status.metadata().get("x-why"), Some("gone"));
}

#[tokio::test]
async fn status_after_a_message_counts() {
    let status = fails(|mut respond| {
        let mut body = respond.send_response(ok_headers(), false).unwrap();
        body.send_data(frame(&note("never mind", 0)), false)
            .unwrap();
        body.send_trailers(trailers(&[
            ("grpc-status", "10"),
            ("grpc-message", "later"),
        ]))
        .unwrap();
    })
    .await;
    assert_eq!((status.code(), status.message()), (Code::Aborted, "later"));
}

#[tokio::test]
async fn numbers_that_are_no_status_are_unknown() {
    for number in ["99", "-1", "x", ""] {
        let status = fails(move |mut respond| {
            let head = headers(
                200,
                &[
                    ("content-type", "application/grpc"),
                    ("grpc-status", number),
                ],
            );
            respond.send_response(head, true).unwrap();
        })
        .await;
        assert_eq!(status.code(), Code::Unknown, "{number:?}");
    }
}

#[tokio::test]
async fn missing_trailers() {
    // The stream ends with DATA, and with HEADERS that hold no status.
    let status = fails(|mut respond| {
        let mut body = respond.send_response(ok_headers(), false).unwrap();
        body.send_data(frame(&note("", 0)), true).unwrap();
    })
    .await;
    assert_eq!(status.code(), Code::Internal, "{status}");
    let status = fails(|mut respond| {
        let mut body = respond.send_response(ok_headers(), false).unwrap();
        body.send_trailers(trailers(&[("x-a", "b")])).unwrap();
    })
    .await;
    assert_eq!(status.code(), Code::Unknown, "{status}");
    let status = fails(|mut respond| {
        respond.send_response(ok_headers(), true).unwrap();
    })
    .await;
    assert_eq!(status.code(), Code::Unknown, "{status}");
}

#[tokio::test]
async fn answers_of_something_that_is_not_grpc() {
    for (http, code) in [
        (400, Code::Internal),
        (401, Code::Unauthenticated),
        (403, Code::PermissionDenied),
        (404, Code::Unimplemented),
        (429, Code::Unavailable),
        (500, Code::Unknown),
        (502, Code::Unavailable),
        (503, Code::Unavailable),
        (504, Code::Unavailable),
        (418, Code::Unknown),
    ] {
        let status = fails(move |mut respond| {
            let head = headers(http, &[("content-type", "text/html")]);
            let mut body = respond.send_response(head, false).unwrap();
            body.send_data("<h1>no</h1>".into(), true).unwrap();
        })
        .await;
        assert_eq!(status.code(), code, "{http}");
        assert!(status.message().contains(&http.to_string()), "{status}");
    }
    for head in [
        headers(200, &[("content-type", "text/html")]),
        headers(200, &[]),
    ] {
        let status = fails(move |mut respond| {
            let mut body = respond.send_response(head.clone(), false).unwrap();
            body.send_data("<h1>yes?</h1>".into(), true).unwrap();
        })
        .await;
        assert_eq!(status.code(), Code::Unknown, "{status}");
        assert!(status.message().contains("content-type"), "{status}");
    }
}

#[tokio::test]
async fn a_grpc_status_beats_the_http_status() {
    let status = fails(|mut respond| {
        let head = headers(
            503,
            &[("content-type", "application/grpc"), ("grpc-status", "7")],
        );
        respond.send_response(head, true).unwrap();
    })
    .await;
    assert_eq!(status.code(), Code::PermissionDenied);
}

#[tokio::test]
async fn reset_reasons_have_codes() {
    use h2::Reason;
    for (reason, code) in [
        (Reason::NO_ERROR, Code::Internal),
        (Reason::PROTOCOL_ERROR, Code::Internal),
        (Reason::INTERNAL_ERROR, Code::Internal),
        (Reason::FLOW_CONTROL_ERROR, Code::Internal),
        (Reason::REFUSED_STREAM, Code::Unavailable),
        (Reason::CANCEL, Code::Cancelled),
        (Reason::ENHANCE_YOUR_CALM, Code::ResourceExhausted),
        (Reason::INADEQUATE_SECURITY, Code::PermissionDenied),
    ] {
        for after_headers in [false, true] {
            if after_headers && reason == Reason::NO_ERROR {
                continue;
            }
            let status = fails(move |mut respond| {
                if after_headers {
                    let mut body = respond.send_response(ok_headers(), false).unwrap();
                    body.send_reset(reason);
                } else {
                    respond.send_reset(reason);
                }
            })
            .await;
            assert_eq!(status.code(), code, "{reason:?} {status}");
        }
    }
}

#[tokio::test]
async fn ten_thousand_trailers_are_bounded() {
    let status = fails(|mut respond| {
        let mut body = respond.send_response(ok_headers(), false).unwrap();
        let mut map = trailers(&[("grpc-status", "0")]);
        for index in 0..10_000 {
            map.append("x-flood", format!("{index}").parse().unwrap());
        }
        body.send_trailers(map).unwrap();
    })
    .await;
    assert!(
        matches!(
            status.code(),
            Code::Internal | Code::ResourceExhausted | Code::Unavailable | Code::Unknown
        ),
        "{status}"
    );
}
