//! Compressed requests that mean harm: what they decompress to is bounded, and
//! the server goes on.
#![cfg(all(feature = "gzip", feature = "zstd"))]

mod server_support;

use bytes::Bytes;
use flate2::{Compress, Compression, FlushCompress};
use prost::Message;
use scaffold_runtime::ServerConfig;
use server_support::press::*;
use server_support::raw::{Client, headers, raw_frame};
use server_support::{Note, config, note};

const SAY: &str = "/test.Echo/Say";
const GATHER: &str = "/test.Echo/Gather";

async fn call(client: &Client, path: &str, encoding: &str, body: &[u8]) -> i32 {
    let sent = headers(&[("grpc-encoding", encoding)]);
    let reply = client.call(path, sent, &[raw_frame(1, body)]).await;
    reply.code()
}

async fn is_well(client: &Client) {
    let sent = headers(&[("grpc-encoding", "gzip")]);
    let message = [packed("gzip", &note("", 1))];
    assert_eq!(client.call(SAY, sent, &message).await.code(), 0);
}

/// One gzip member of 10 GiB of zeros, in 10 MiB.
fn gzip_bomb() -> Vec<u8> {
    let mut context = Compress::new(Compression::best(), false);
    let mut block = Vec::with_capacity(1 << 20);
    let zeros = vec![0; 1 << 20];
    context
        .compress_vec(&zeros, &mut block, FlushCompress::Sync)
        .unwrap();
    let mut bomb = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    // Ends at a byte's end and refers to nothing before itself.
    bomb.extend(block.repeat(10 << 10));
    bomb
}

/// Members of 10 MiB each, 10 GiB in all.
fn gzip_members() -> Vec<u8> {
    gzip(&vec![0; 10 << 20]).repeat(1 << 10)
}

/// One zstd frame of 10 GiB of zeros in 320 KiB: RFC 8878, "RLE_Block".
fn zstd_bomb() -> Vec<u8> {
    let mut bomb = vec![0x28, 0xb5, 0x2f, 0xfd, 0x00, 7 << 3];
    let [a, b, c, _] = u32::to_le_bytes((128 << 10) << 3 | 1 << 1);
    bomb.extend([a, b, c, 0].repeat(80 << 10));
    bomb
}

/// The most memory that this process ever had, in KiB.
fn high_water() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

#[tokio::test]
async fn bombs_are_refused_at_the_limit() {
    // Made first: a connection that is not read meanwhile would time out.
    let bombs = [
        ("gzip", gzip_bomb()),
        ("gzip", gzip_members()),
        ("zstd", zstd_bomb()),
    ];
    let client = client(ServerConfig {
        max_receive_message_size: 16 << 20,
        ..config()
    })
    .await;
    is_well(&client).await;
    let before = high_water();
    for (encoding, bomb) in &bombs {
        assert!(bomb.len() < 16 << 20);
        for path in [SAY, GATHER] {
            assert_eq!(call(&client, path, encoding, bomb).await, 8, "{encoding}");
            is_well(&client).await;
        }
    }
    if let (Some(before), Some(after)) = (before, high_water()) {
        assert!(after - before < 160 << 10, "{before} KiB, then {after} KiB");
    }
}

#[tokio::test]
async fn a_bomb_inside_a_bomb_is_not_opened() {
    let bomb = gzip(&gzip_bomb());
    let inner = gzip(&vec![0; 2 << 20]);
    let (gzipped, zstded) = (gzip(&inner), zstd(&inner));
    let client = client(config()).await;
    // One layer is opened; what is in it is no message.
    assert_eq!(call(&client, SAY, "gzip", &bomb).await, 8);
    assert_eq!(call(&client, SAY, "gzip", &gzipped).await, 3);
    assert_eq!(call(&client, SAY, "zstd", &zstded).await, 3);
    is_well(&client).await;
}

#[tokio::test]
async fn what_is_cut_off_or_goes_on_is_corrupt() {
    let client = client(config()).await;
    let message = Note {
        payload: random(3000),
        ..note("", 1)
    }
    .encode_to_vec();
    for encoding in ["gzip", "zstd"] {
        let good = pack(encoding, &message);
        for path in [SAY, GATHER] {
            for cut in [0, 1, 9, 10, good.len() / 2, good.len() - 1] {
                let code = call(&client, path, encoding, &good[..cut]).await;
                assert_eq!(code, 13, "{encoding} cut at {cut}");
            }
            for garbage in [&b"x"[..], b"\0\0\0\0", b"more of it"] {
                let long = [&good[..], garbage].concat();
                assert_eq!(call(&client, path, encoding, &long).await, 13, "{encoding}");
            }
            let mut flipped = good.clone();
            flipped[good.len() / 2] ^= 0x10;
            let code = call(&client, path, encoding, &flipped).await;
            // zstd frames of this kind have no checksum: the message may be another.
            assert!(code == 13 || encoding == "zstd", "{encoding} {code}");
        }
    }
    is_well(&client).await;
}

#[tokio::test]
async fn a_window_that_is_too_large_is_not_made() {
    let client = client(config()).await;
    // 2^31 bytes, and one block of nothing.
    let frame = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 21 << 3, 1, 0, 0];
    assert_eq!(call(&client, SAY, "zstd", &frame).await, 13);
    is_well(&client).await;
}

#[tokio::test]
async fn both_lengths_have_the_limit() {
    let client = client(ServerConfig {
        max_receive_message_size: 10_000,
        ..config()
    })
    .await;
    for encoding in ["gzip", "zstd"] {
        for (payload, code) in [
            (dull(9_990), 0),
            (dull(10_001), 8),
            // Longer compressed than it is.
            (random(9_990), 8),
        ] {
            let message = Note {
                payload,
                ..Note::default()
            };
            let body = pack(encoding, &message.encode_to_vec());
            assert_eq!(
                call(&client, SAY, encoding, &body).await,
                code,
                "{encoding}"
            );
        }
    }
    // By its prefix, before any of it comes.
    let mut open = client
        .open(SAY, headers(&[("grpc-encoding", "gzip")]))
        .await;
    open.body
        .send_data(Bytes::from_static(b"\x01\0\0\x27\x11"), false)
        .unwrap();
    assert_eq!(open.reply().await.code(), 8);
}

#[tokio::test]
async fn what_was_decompressed_is_charged_and_given_back() {
    let client = client(ServerConfig {
        in_flight_request_bytes: 100_000,
        ..config()
    })
    .await;
    let message = |len| {
        Note {
            payload: dull(len),
            ..Note::default()
        }
        .encode_to_vec()
    };
    for _ in 0..5 {
        assert_eq!(
            call(&client, SAY, "gzip", &gzip(&message(200_000))).await,
            8
        );
        assert_eq!(call(&client, SAY, "gzip", &gzip(&message(90_000))).await, 0);
    }
}

#[tokio::test]
async fn elements_are_counted_behind_the_compression() {
    // Made first: a connection that is not read meanwhile would time out.
    let body = gzip(&[0x22, 0x00].repeat(2_000_000));
    let client = client(config()).await;
    assert_eq!(call(&client, SAY, "gzip", &body).await, 8);
    is_well(&client).await;
}
