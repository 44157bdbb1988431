//! Compression on the client: what its heads and frames say to a raw server, and all
//! four shapes against this crate's own.
#![cfg(all(feature = "gzip", feature = "zstd"))]

mod client_support;
mod server_support;

use client_support::{Respond, calls, read_all, trailers};
use h2::Reason;
use http::HeaderMap;
use scaffold_runtime::{
    BidiStreaming, Caller, Channel, ChannelConfig, ClientStreaming, Code, CompressionConfig,
    Encoding, Encodings, Request, Response, Streaming,
};
use server_support::press::{dull, pack, press, random, sends, unpack};
use server_support::service::methods;
use server_support::{Note, config};
use tokio::sync::mpsc;

const REAL: [Encoding; 2] = [Encoding::Gzip, Encoding::Zstd];

fn with(target: &str, compression: CompressionConfig) -> Channel {
    let config = ChannelConfig {
        compression,
        ..Default::default()
    };
    Channel::with_config(target, config).unwrap()
}

fn sending(encoding: Encoding) -> CompressionConfig {
    CompressionConfig {
        send: vec![encoding],
        ..Default::default()
    }
}

fn long(text: &str, payload: bytes::Bytes) -> Note {
    Note {
        text: text.to_owned(),
        payload,
        ..Default::default()
    }
}

async fn say(channel: &Channel, request: Request<Note>) -> Response<Note> {
    channel.unary(&methods::SAY, request).await.unwrap()
}

/// What a raw server got: heads and bodies of calls.
type Seen = mpsc::Receiver<(HeaderMap, Vec<u8>)>;

/// A server that tells what came and hands each call to `answer`, with its number.
async fn watched(answer: impl Fn(usize, Respond) + Send + Sync + 'static) -> (String, Seen) {
    let (tell, seen) = mpsc::channel(16);
    let answer = std::sync::Arc::new(answer);
    let target = calls(move |index, request, respond| {
        let (tell, answer) = (tell.clone(), answer.clone());
        async move {
            let (head, body) = request.into_parts();
            let body = read_all(body).await.unwrap();
            tell.send((head.headers, body)).await.unwrap();
            answer(index, respond);
        }
    })
    .await;
    (target, seen)
}

/// Answers with one frame and this `grpc-encoding`.
fn reply(mut respond: Respond, encoding: &str, frame: bytes::Bytes) {
    let pairs = [
        ("content-type", "application/grpc"),
        ("grpc-encoding", encoding),
    ];
    let head = client_support::headers(200, &pairs);
    let mut body = respond.send_response(head, false).unwrap();
    body.send_data(frame, false).unwrap();
    body.send_trailers(trailers(&[("grpc-status", "0")]))
        .unwrap();
}

fn refuse(mut respond: Respond) {
    respond.send_reset(Reason::REFUSED_STREAM);
}

#[tokio::test]
async fn all_shapes_with_each_encoding() {
    for encoding in REAL {
        let address = press(sends(&[encoding])).await.to_string();
        let channel = with(&address, sending(encoding));

        let response = say(&channel, Request::new(long("", dull(100_000)))).await;
        assert_eq!((response.number, response.payload.len()), (1, 100_000));
        assert!(response.was_compressed(), "{encoding}");
        let response = say(&channel, Request::new(long("", dull(10)))).await;
        assert_eq!((response.number, response.was_compressed()), (0, false));
        assert!(
            !say(&channel, Request::new(long("plain", dull(5000))))
                .await
                .was_compressed()
        );

        let mut ask = long("alternate", dull(50));
        ask.number = 4;
        let request = Request::new(ask);
        let mut answers: Streaming<Note> = channel
            .server_streaming(&methods::REPEAT, request)
            .await
            .unwrap();
        let mut flags = Vec::new();
        while let Some(answer) = answers.message().await.unwrap() {
            assert_eq!(answer.payload.len(), 50);
            flags.push(answers.was_compressed());
        }
        assert_eq!(flags, [true, false, true, false], "{encoding}");

        let mut upload: ClientStreaming<Note, Note> = channel
            .client_streaming(&methods::GATHER, Request::new(()))
            .await
            .unwrap();
        // Short and compressed, short and plain, long each way: order and count hold.
        for (compressed, payload) in [
            (true, dull(100)),
            (false, dull(100)),
            (true, random(60_000)),
            (false, random(60_000)),
            (true, dull(10)),
        ] {
            upload.set_compressed(compressed);
            upload.send(long("", payload)).await.unwrap();
        }
        assert_eq!(upload.finish().await.unwrap().number, 3, "{encoding}");

        let mut chat: BidiStreaming<Note, Note> = channel
            .bidi_streaming(&methods::CHAT, Request::new(()))
            .await
            .unwrap();
        for (compressed, text) in [(true, "compress"), (false, "plain"), (true, "plain")] {
            chat.set_compressed(compressed);
            chat.send(long(text, dull(300))).await.unwrap();
            let answer = chat.message().await.unwrap().unwrap();
            assert_eq!(answer.number, u64::from(compressed), "{encoding} {text}");
            assert_eq!(answer.payload, dull(300));
        }
        let (mut sender, mut answers) = chat.split();
        sender.set_compressed(true);
        sender.send(long("compress", dull(20))).await.unwrap();
        assert_eq!(answers.message().await.unwrap().unwrap().number, 1);
        assert!(answers.was_compressed());
    }
}

#[tokio::test]
async fn heads_say_what_is_sent_and_read() {
    let (target, mut seen) = watched(|_, respond| reply(respond, "identity", frame(0))).await;
    let both = "identity,gzip,zstd";
    let only = |encoding| CompressionConfig {
        accept: Encodings::IDENTITY.with(encoding),
        ..Default::default()
    };
    let none = CompressionConfig {
        accept: Encodings::IDENTITY,
        ..Default::default()
    };
    for (config, asked, sent, read) in [
        (CompressionConfig::default(), None, "", both),
        (sending(Encoding::Zstd), None, "zstd", both),
        (sending(Encoding::Zstd), Some(Encoding::Gzip), "gzip", both),
        (sending(Encoding::Zstd), Some(Encoding::Identity), "", both),
        (sending(Encoding::Identity), None, "", both),
        (
            only(Encoding::Gzip),
            Some(Encoding::Zstd),
            "zstd",
            "identity,gzip",
        ),
        (none, None, "", ""),
    ] {
        let channel = with(&target, config.clone());
        let mut request = Request::new(long("", dull(5000)));
        if let Some(encoding) = asked {
            request.set_encoding(encoding);
        }
        say(&channel, request).await;
        let (head, body) = seen.recv().await.unwrap();
        let text = |name| server_support::press::header(&head, name);
        assert_eq!(text("grpc-encoding"), sent, "{config:?} {asked:?}");
        assert_eq!(text("grpc-accept-encoding"), read, "{config:?}");
        assert_eq!(body[0], u8::from(!sent.is_empty()), "{config:?} {asked:?}");
    }
}

#[tokio::test]
async fn what_is_asked_goes_before_the_size() {
    let (target, mut seen) = watched(|_, respond| reply(respond, "identity", frame(0))).await;
    let channel = with(&target, sending(Encoding::Gzip));
    for (payload, asked, flag) in [
        (dull(2000), None, 1),
        (dull(1000), None, 0),
        // No shorter for it: plain, unless it is asked for.
        (random(2000), None, 0),
        (random(2000), Some(true), 1),
        (dull(10), Some(true), 1),
        (dull(2000), Some(false), 0),
        // An empty message never.
        (dull(0), Some(true), 0),
    ] {
        let mut request = Request::new(long("", payload.clone()));
        if let Some(asked) = asked {
            request.set_compressed(asked);
        }
        say(&channel, request).await;
        let (head, body) = seen.recv().await.unwrap();
        assert_eq!(head["grpc-encoding"], "gzip");
        assert_eq!(body[0], flag, "{} {asked:?}", payload.len());
        assert_eq!(body.len() - 5, length(&body));
        let encoding = if flag == 1 { "gzip" } else { "identity" };
        let message: Note = prost::Message::decode(&unpack(encoding, &body[5..])[..]).unwrap();
        assert_eq!(message.payload, payload);
    }
    // Where nothing is settled on, asking changes nothing.
    let channel = with(&target, CompressionConfig::default());
    let mut request = Request::new(long("", dull(5000)));
    request.set_compressed(true);
    say(&channel, request).await;
    assert_eq!(seen.recv().await.unwrap().1[0], 0);
}

#[tokio::test]
async fn another_attempt_sends_the_same_bytes() {
    for size in [3000, 100_000] {
        let (target, mut seen) = watched(|index, respond| match index % 2 {
            0 => refuse(respond),
            _ => reply(respond, "identity", frame(0)),
        })
        .await;
        let channel = with(&target, sending(Encoding::Zstd));
        // Half of it shrinks.
        let payload: bytes::Bytes = [dull(size), random(size)].concat().into();
        let request = || Request::new(long("", payload.clone()));
        say(&channel, request()).await;
        assert_same(&mut seen).await;

        let mut answers: Streaming<Note> = channel
            .server_streaming(&methods::REPEAT, request())
            .await
            .unwrap();
        assert!(answers.message().await.unwrap().is_some());
        assert_same(&mut seen).await;
    }
}

#[tokio::test]
async fn a_request_stream_that_is_refused_is_sent_again_as_it_was() {
    let (target, mut seen) = watched(|index, respond| match index {
        0 => refuse(respond),
        _ => reply(respond, "identity", frame(0)),
    })
    .await;
    let channel = with(&target, sending(Encoding::Gzip));
    let mut upload: ClientStreaming<Note, Note> = channel
        .client_streaming(&methods::GATHER, Request::new(()))
        .await
        .unwrap();
    for payload in [dull(2000), dull(10), random(20_000), dull(3000)] {
        upload.send(long("", payload)).await.unwrap();
    }
    upload.finish().await.unwrap();
    assert_same(&mut seen).await;
}

#[tokio::test]
async fn an_encoding_that_was_not_offered_fails_the_call_that_uses_it() {
    let config = CompressionConfig {
        accept: Encodings::IDENTITY.with(Encoding::Gzip),
        ..Default::default()
    };
    for (encoding, flag, code) in [
        ("gzip", 1, None),
        // Announced and not used.
        ("zstd", 0, None),
        ("br", 0, None),
        ("zstd", 1, Some(Code::Internal)),
        ("br", 1, Some(Code::Internal)),
        ("identity", 1, Some(Code::Internal)),
    ] {
        let (target, _seen) = watched(move |_, respond| {
            let text = match flag {
                0 => frame(0),
                _ => raw(1, &pack(encoding, &[16, 3])),
            };
            reply(respond, encoding, text);
        })
        .await;
        let channel = with(&target, config.clone());
        let result = channel
            .unary::<Note, Note>(&methods::SAY, Request::new(Note::default()))
            .await;
        match code {
            None => assert_eq!(result.unwrap().number, 3, "{encoding} {flag}"),
            Some(code) => {
                let status = result.unwrap_err();
                assert_eq!(status.code(), code, "{status}");
                assert!(status.message().contains("encoding"), "{status}");
            }
        }
    }
}

#[tokio::test]
async fn bombs_and_broken_messages_end_their_call() {
    for encoding in ["gzip", "zstd"] {
        for (body, code) in [
            (pack(encoding, &dull(8 << 20)), Code::ResourceExhausted),
            (pack(encoding, b"cut off")[..12].to_vec(), Code::Internal),
        ] {
            let (target, _seen) =
                watched(move |_, respond| reply(respond, encoding, raw(1, &body))).await;
            let channel = with(&target, CompressionConfig::default());
            let status = channel
                .unary::<Note, Note>(&methods::SAY, Request::new(Note::default()))
                .await
                .unwrap_err();
            assert_eq!(status.code(), code, "{encoding}: {status}");
        }
    }
}

#[tokio::test]
async fn a_server_that_does_not_read_it_says_so() {
    let mut server = config();
    server.compression.accept = Encodings::IDENTITY.with(Encoding::Gzip);
    let address = press(server).await.to_string();
    let channel = with(&address, sending(Encoding::Zstd));
    let status = channel
        .unary::<Note, Note>(&methods::SAY, Request::new(long("", dull(5000))))
        .await
        .unwrap_err();
    assert_eq!(status.code(), Code::Unimplemented, "{status}");
    let mut request = Request::new(long("", dull(5000)));
    request.set_encoding(Encoding::Gzip);
    assert_eq!(say(&channel, request).await.number, 1);
}

/// The frame of a note whose number is 3.
fn frame(flag: u8) -> bytes::Bytes {
    raw(flag, &[16, 3])
}

fn raw(flag: u8, payload: &[u8]) -> bytes::Bytes {
    client_support::frame_raw(flag, payload)
}

fn length(frame: &[u8]) -> usize {
    u32::from_be_bytes(frame[1..5].try_into().unwrap()) as usize
}

/// The last two calls were the same, and compressed.
async fn assert_same(seen: &mut Seen) {
    let (first, second) = (seen.recv().await.unwrap(), seen.recv().await.unwrap());
    assert_eq!(first.1[0], 1);
    assert!(first.1 == second.1, "{} {}", first.1.len(), second.1.len());
    assert_eq!(first.0, second.0);
}
