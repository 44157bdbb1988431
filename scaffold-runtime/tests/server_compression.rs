//! Compression on the server, by frames made by hand: what heads settle on, and
//! which messages go out compressed.
#![cfg(all(feature = "gzip", feature = "zstd"))]

mod server_support;

use std::slice::from_ref;

use bytes::Bytes;
use scaffold_runtime::{CompressionConfig, Encoding, Encodings, ServerConfig};
use server_support::press::*;
use server_support::raw::{frame, headers, raw_frame};
use server_support::{Note, config, note};

const SAY: &str = "/test.Echo/Say";
const BOTH: [Encoding; 2] = [Encoding::Zstd, Encoding::Gzip];

fn long(text: &str, payload: Bytes) -> Note {
    Note {
        payload,
        ..note(text, 0)
    }
}

#[tokio::test]
async fn requests_are_read_in_all_shapes() {
    let client = client(config()).await;
    for encoding in ["gzip", "zstd"] {
        let sent = || headers(&[("grpc-encoding", encoding)]);
        let compressed = packed(encoding, &long("", dull(100_000)));
        let plain = frame(&long("", dull(100)));
        let reply = client.call(SAY, sent(), from_ref(&compressed)).await;
        let (notes, flags) = frames(&reply);
        assert_eq!((reply.code(), notes[0].number), (0, 1), "{encoding}");
        assert_eq!((notes[0].payload.len(), flags[0].0), (100_000, 0));
        let reply = client.call(SAY, sent(), from_ref(&plain)).await;
        assert_eq!(frames(&reply).0[0].number, 0);

        let repeat = [packed(encoding, &note("", 3))];
        let reply = client.call("/test.Echo/Repeat", sent(), &repeat).await;
        assert_eq!((reply.code(), frames(&reply).0.len()), (0, 3));
        let mixed = [compressed.clone(), plain.clone(), compressed.clone()];
        let reply = client.call("/test.Echo/Gather", sent(), &mixed).await;
        assert_eq!((reply.code(), frames(&reply).0[0].number), (0, 2));
        let reply = client.call("/test.Echo/Chat", sent(), &mixed).await;
        let numbers: Vec<u64> = frames(&reply).0.iter().map(|note| note.number).collect();
        assert_eq!((reply.code(), &numbers[..]), (0, &[1, 0, 1][..]));
    }
}

#[tokio::test]
async fn a_message_in_pieces_is_decompressed_whole() {
    let client = client(config()).await;
    let message = packed("gzip", &long("", random(2000)));
    let mut open = client
        .open(SAY, headers(&[("grpc-encoding", "gzip")]))
        .await;
    for piece in message.chunks(7) {
        open.body
            .send_data(Bytes::copy_from_slice(piece), false)
            .unwrap();
    }
    open.body.send_data(Bytes::new(), true).unwrap();
    let reply = open.reply().await;
    assert_eq!((reply.code(), frames(&reply).0[0].number), (0, 1));
}

#[tokio::test]
async fn nothing_is_compressed_unless_both_want_it() {
    let ready = config();
    let accept = [("grpc-accept-encoding", "identity,gzip,zstd")];
    for (config, sent) in [
        (ready.clone(), &accept[..]),
        (sends(&BOTH), &[]),
        (
            sends(&BOTH),
            &[("grpc-accept-encoding", "identity, br,GZIP")],
        ),
        (sends(&[Encoding::Identity, Encoding::Gzip]), &accept),
    ] {
        let client = client(config).await;
        let message = frame(&long("compress", dull(50_000)));
        let reply = client.call(SAY, headers(sent), &[message]).await;
        assert_eq!(header(&reply.headers, "grpc-encoding"), "");
        let read = header(&reply.headers, "grpc-accept-encoding");
        assert_eq!(read, "identity,gzip,zstd");
        assert_eq!(frames(&reply).1[0].0, 0, "{sent:?}");
    }
}

#[tokio::test]
async fn the_first_choice_that_the_client_reads_is_sent() {
    let client = client(sends(&BOTH)).await;
    for (accept, settled) in [
        (&["identity,deflate,gzip"][..], "gzip"),
        (&["gzip,zstd"], "zstd"),
        (&["gzip", "zstd"], "zstd"),
        (&["gzip;q=1 , zstd"], "zstd"),
    ] {
        let pairs: Vec<_> = accept
            .iter()
            .map(|value| ("grpc-accept-encoding", *value))
            .collect();
        for (shape, count) in [("Say", 1), ("Repeat", 3), ("Gather", 1), ("Chat", 1)] {
            let path = format!("/test.Echo/{shape}");
            let message = Note {
                number: 3,
                ..long("compress", dull(50_000))
            };
            let reply = client
                .call(&path, headers(&pairs), &[frame(&message)])
                .await;
            let settled_on = header(&reply.headers, "grpc-encoding");
            assert_eq!(
                (reply.code(), settled_on),
                (0, settled),
                "{accept:?} {shape}"
            );
            let (notes, flags) = frames(&reply);
            assert_eq!(notes.len(), count, "{shape}");
            if shape != "Gather" {
                assert!(flags.iter().all(|(flag, len)| *flag == 1 && *len < 5000));
                assert!(notes.iter().all(|note| note.payload == dull(50_000)));
            }
        }
    }
}

#[tokio::test]
async fn a_message_goes_as_is_asked_or_else_by_its_size() {
    let client = client(sends(&[Encoding::Gzip])).await;
    let say = async |message: Note| {
        let sent = headers(&[("grpc-accept-encoding", "gzip")]);
        let reply = client.call(SAY, sent, &[frame(&message)]).await;
        assert_eq!(header(&reply.headers, "grpc-encoding"), "gzip");
        let (notes, flags) = frames(&reply);
        assert_eq!(notes[0].payload, message.payload);
        flags[0]
    };
    assert_eq!(say(long("", dull(1100))).await.0, 1);
    assert_eq!(say(long("", dull(1000))).await.0, 0, "too short");
    assert_eq!(say(long("compress", dull(1000))).await.0, 1);
    assert_eq!(say(long("plain", dull(50_000))).await.0, 0);
    let (flag, len) = say(long("", random(50_000))).await;
    assert!(flag == 0 && len < 50_010, "compression makes it longer");
    let (flag, len) = say(long("compress", random(50_000))).await;
    assert!(flag == 1 && len > 50_000, "and that was asked for");
    assert_eq!(say(note("nothing", 0)).await, (0, 0), "empty");
}

#[tokio::test]
async fn a_sender_changes_its_mind_midway() {
    let client = client(sends(&[Encoding::Zstd])).await;
    // Short frames share a buffer, long ones have their own, and order is kept.
    for len in [10, 20_000, 200_000] {
        for payload in [dull(len), random(len)] {
            let message = Note {
                number: 7,
                ..long("alternate", payload.clone())
            };
            let sent = headers(&[("grpc-accept-encoding", "zstd")]);
            let reply = client
                .call("/test.Echo/Repeat", sent, &[frame(&message)])
                .await;
            let (notes, flags) = frames(&reply);
            let flags: Vec<u8> = flags.iter().map(|(flag, _)| *flag).collect();
            assert_eq!(flags, [1, 0, 1, 0, 1, 0, 1], "{len}");
            let numbers: Vec<u64> = notes.iter().map(|note| note.number).collect();
            assert_eq!(numbers, [1, 2, 3, 4, 5, 6, 7]);
            assert!(notes.iter().all(|note| note.payload == payload));
        }
    }
}

#[tokio::test]
async fn encodings_that_are_not_read_are_refused_with_those_that_are() {
    let all = client(config()).await;
    let one = client(ServerConfig {
        compression: CompressionConfig {
            accept: Encodings::IDENTITY.with(Encoding::Gzip),
            ..Default::default()
        },
        ..config()
    })
    .await;
    let none = client(ServerConfig {
        compression: CompressionConfig {
            accept: Encodings::IDENTITY,
            ..Default::default()
        },
        ..config()
    })
    .await;
    for (client, encoding, accept) in [
        (&all, "foo", "identity,gzip,zstd"),
        (&all, "GZIP", "identity,gzip,zstd"),
        (&all, "gzip,zstd", "identity,gzip,zstd"),
        (&all, "", "identity,gzip,zstd"),
        (&one, "zstd", "identity,gzip"),
        (&none, "gzip", "identity"),
    ] {
        let sent = headers(&[("grpc-encoding", encoding)]);
        let reply = client.call(SAY, sent, &[frame(&note("", 1))]).await;
        let listed: Vec<_> = reply
            .headers
            .get_all("grpc-accept-encoding")
            .iter()
            .collect();
        assert_eq!(
            (reply.code(), reply.trailers_only),
            (12, true),
            "{encoding}"
        );
        assert_eq!(listed, [accept], "{encoding}");
    }
    // What nobody may refuse.
    let sent = headers(&[("grpc-encoding", "identity")]);
    let reply = none.call(SAY, sent, &[frame(&note("", 1))]).await;
    assert_eq!(reply.code(), 0);
    assert_eq!(header(&reply.headers, "grpc-accept-encoding"), "");
}

#[tokio::test]
async fn flags_must_fit_the_head() {
    let client = client(config()).await;
    let gzipped = packed("gzip", &note("", 1));
    for (sent, frame) in [
        (&[][..], &gzipped),
        (&[("grpc-encoding", "identity")], &gzipped),
        (&[("grpc-encoding", "zstd")], &gzipped),
        (&[("grpc-encoding", "gzip")], &raw_frame(7, b"")),
        (&[("grpc-encoding", "gzip")], &raw_frame(0x81, b"")),
    ] {
        for path in [SAY, "/test.Echo/Gather"] {
            let reply = client.call(path, headers(sent), from_ref(frame)).await;
            assert_eq!(reply.code(), 13, "{path} {sent:?} {}", reply.message());
        }
    }
}
