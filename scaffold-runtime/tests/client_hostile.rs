//! Servers that break the rules, frame by frame: each call ends with a mapped
//! code, nothing panics or grows, and the next call is served (row W16 of the
//! hostile inputs).

mod client_support;

use std::time::Duration;

use client_support::*;
use scaffold_runtime::{Caller, Channel, Code, Request, Response, Status};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(20);

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RESET: u8 = 3;
const SETTINGS: u8 = 4;
const CONTINUATION: u8 = 9;

const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

fn wire(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let mut out = (payload.len() as u32).to_be_bytes()[1..].to_vec();
    out.extend([kind, flags]);
    out.extend(stream.to_be_bytes());
    out.extend(payload);
    out
}

/// Fields, literally and without any table (RFC 7541 section 6.2.2).
fn block(fields: &[(&str, &str)]) -> Vec<u8> {
    let mut out = Vec::new();
    for (name, value) in fields {
        for text in [name, value] {
            if std::ptr::eq(text, name) {
                out.push(0);
            }
            assert!(text.len() < 127);
            out.push(text.len() as u8);
            out.extend(text.bytes());
        }
    }
    out
}

fn head(fields: &[(&str, &str)], flags: u8) -> Vec<u8> {
    wire(HEADERS, END_HEADERS | flags, 1, &block(fields))
}

fn ok_head() -> Vec<u8> {
    head(
        &[(":status", "200"), ("content-type", "application/grpc")],
        0,
    )
}

fn message() -> Vec<u8> {
    wire(DATA, 0, 1, &frame(&note("fine", 1)))
}

fn ok_trailers() -> Vec<u8> {
    head(&[("grpc-status", "0")], END_STREAM)
}

/// Whether a HEADERS frame is among what came behind the preface.
fn has_request(seen: &[u8]) -> bool {
    let mut rest = seen.get(24..).unwrap_or_default();
    while let Some(&[a, b, c, kind, ..]) = rest.get(..9) {
        if kind == HEADERS {
            return true;
        }
        let length = u32::from_be_bytes([0, a, b, c]) as usize;
        rest = rest.get(9 + length..).unwrap_or_default();
    }
    false
}

/// Says SETTINGS, waits for the first request, says `answer`, and listens on.
async fn say(mut socket: TcpStream, answer: &[u8]) {
    let _ = socket.write_all(&wire(SETTINGS, 0, 0, b"")).await;
    let (mut seen, mut chunk) = (Vec::new(), [0; 4096]);
    let mut asked = false;
    loop {
        match socket.read(&mut chunk).await {
            Ok(0) | Err(_) => return,
            Ok(count) => seen.extend_from_slice(&chunk[..count]),
        }
        if !asked && has_request(&seen) {
            asked = true;
            let _ = socket.write_all(answer).await;
        }
    }
}

/// Every connection says `answer` to its first call, but for the last, which
/// is a decent server: what becomes of the call, and of the one after it.
async fn met_with(answer: Vec<u8>) -> (Result<Response<Note>, Status>, Code) {
    let target = connections(move |index, socket| {
        let answer = answer.clone();
        async move {
            if index == 0 {
                return say(socket, &answer).await;
            }
            let Ok(mut connection) = h2::server::handshake(socket).await else {
                return;
            };
            while let Some(Ok((_, mut respond))) = connection.accept().await {
                client_support::answer(&mut respond, &note("decent", 0));
            }
        }
    })
    .await;
    let channel = Channel::connect(&target).await.unwrap();
    let first = channel.unary::<Note, Note>(&UNARY, Request::new(note("", 0)));
    let first = timeout(PATIENCE, first).await.expect("a hanging call");
    // On a connection that is good no more, or on the next one.
    let mut request = Request::new(note("", 0));
    request.set_timeout(Duration::from_millis(300));
    let second = channel.unary::<Note, Note>(&UNARY, request).await;
    (
        first,
        second.map_or_else(|status| status.code(), |_| Code::Ok),
    )
}

async fn code_of(answer: Vec<u8>) -> Code {
    let (first, _) = met_with(answer).await;
    first.expect_err("no success").code()
}

#[tokio::test]
async fn w16_a_good_answer_by_hand_is_taken() {
    let answer = [ok_head(), message(), ok_trailers()].concat();
    assert_eq!(*met_with(answer).await.0.unwrap(), note("fine", 1));
}

#[tokio::test]
async fn w16_interim_responses_are_passed_over_and_a_flood_is_not() {
    let interim = head(&[(":status", "103")], 0);
    let few = [interim.repeat(3), ok_head(), message(), ok_trailers()].concat();
    assert_eq!(*met_with(few).await.0.unwrap(), note("fine", 1));
    let (first, second) = met_with(interim.repeat(5_000)).await;
    assert_eq!(first.unwrap_err().code(), Code::Unavailable);
    assert_eq!(second, Code::Ok, "a new connection");
}

#[tokio::test]
async fn w16_many_trailers_are_bounded() {
    let many: Vec<u8> = (0..10_000)
        .flat_map(|_| block(&[("x-flood", "1")]))
        .collect();
    let mut parts = many.chunks(16_000);
    let mut answer = [ok_head(), message()].concat();
    answer.extend(wire(HEADERS, END_STREAM, 1, parts.next().unwrap()));
    parts.for_each(|part| answer.extend(wire(CONTINUATION, 0, 1, part)));
    let (first, second) = met_with(answer).await;
    assert_eq!(first.unwrap_err().code(), Code::Unavailable);
    assert_eq!(second, Code::Ok, "a new connection");
    // Too many for the call, and not for the connection.
    let some: Vec<u8> = (0..300).flat_map(|_| block(&[("x", "1")])).collect();
    let trailers = wire(HEADERS, END_HEADERS | END_STREAM, 1, &some);
    let answer = [ok_head(), message(), trailers].concat();
    assert_eq!(code_of(answer).await, Code::ResourceExhausted);
}

#[tokio::test]
async fn w16_no_trailers() {
    let end = wire(DATA, END_STREAM, 1, b"");
    let answer = [ok_head(), message(), end].concat();
    assert_eq!(code_of(answer).await, Code::Internal);
}

#[tokio::test]
async fn w16_status_99() {
    let http = head(&[(":status", "99")], 0);
    assert_eq!(code_of(http).await, Code::Internal);
    let grpc = head(&[("grpc-status", "99")], END_STREAM);
    let answer = [ok_head(), message(), grpc].concat();
    assert_eq!(code_of(answer).await, Code::Unknown);
}

#[tokio::test]
async fn w16_reset_after_headers() {
    for (number, code) in [
        (0, Code::Internal),
        (2, Code::Internal),
        (7, Code::Unavailable),
        (8, Code::Cancelled),
        (11, Code::ResourceExhausted),
        (77, Code::Unknown),
    ] {
        let reset = wire(RESET, 0, 1, &u32::to_be_bytes(number));
        let answer = [ok_head(), reset.clone()].concat();
        assert_eq!(code_of(answer).await, code, "{number}");
        let answer = [ok_head(), message(), reset].concat();
        assert_eq!(code_of(answer).await, code, "{number} after a message");
    }
}

#[tokio::test]
async fn w16_a_prefix_of_4_gib() {
    let before = scaffold_runtime::pool::stats().high_water_bytes;
    let prefix = wire(DATA, 0, 1, &[0, 255, 255, 255, 255]);
    let answer = [ok_head(), prefix].concat();
    assert_eq!(code_of(answer).await, Code::ResourceExhausted);
    let after = scaffold_runtime::pool::stats().high_water_bytes;
    assert!(after < before + (1 << 20), "{before} {after}");
}

#[tokio::test]
async fn w16_data_before_headers() {
    let answer = [message(), ok_head(), ok_trailers()].concat();
    assert_eq!(code_of(answer).await, Code::Internal);
}

#[tokio::test]
async fn w16_frames_that_end_the_connection() {
    for (what, answer) in [
        ("a frame of 16 MiB", vec![255, 255, 255, 0, 0, 0, 0, 0, 1]),
        (
            "a stream nobody opened",
            wire(HEADERS, END_HEADERS, 99, &block(&[(":status", "200")])),
        ),
        (
            "HPACK that means nothing",
            wire(HEADERS, END_HEADERS, 1, &[0xff; 20]),
        ),
        ("a push", wire(5, END_HEADERS, 1, &[0, 0, 0, 2, 0x88])),
    ] {
        let (first, second) = met_with(answer).await;
        let status = first.unwrap_err();
        assert_eq!(status.code(), Code::Unavailable, "{what}: {status}");
        assert_eq!(second, Code::Ok, "{what}: a new connection");
    }
}
