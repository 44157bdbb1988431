//! A handler that compresses as the request says and tells what came compressed;
//! and messages compressed without the runtime.

use std::io::Write;

use bytes::{Buf, Bytes};
use http::HeaderMap;
use prost::Message;
use scaffold_runtime::{
    CompressionConfig, Encoding, Identity, Request, Response, Sender, Server, ServerConfig, Status,
    Streaming,
};

use super::service::Echo;
use super::{Client, EchoServer, Note, note, raw};

/// A text that asks for compression, or against it.
fn asked(text: &str) -> Option<bool> {
    match text {
        "compress" => Some(true),
        "plain" => Some(false),
        _ => None,
    }
}

/// Answers with the request's payload. `number` is how many of its messages came
/// compressed.
pub struct Press;

impl Echo for Press {
    async fn say(&self, request: Request<Note>) -> Result<Response<Note>, Status> {
        let number = u64::from(request.was_compressed());
        let asked = asked(&request.text);
        if request.text == "nothing" {
            let mut empty = Response::new(Note::default());
            empty.set_compressed(true);
            return Ok(empty);
        }
        let mut response = Response::new(Note {
            number,
            text: String::new(),
            ..request.into_inner()
        });
        if let Some(asked) = asked {
            response.set_compressed(asked);
        }
        Ok(response)
    }

    async fn repeat(
        &self,
        request: Request<Note>,
        mut responses: Sender<Note>,
    ) -> Result<(), Status> {
        // Compressed, plain, compressed, ...
        for number in 0..request.number {
            if request.text == "alternate" {
                responses.set_compressed(number % 2 == 0);
            }
            let payload = request.payload.clone();
            let text = String::new();
            responses
                .send(Note {
                    text,
                    number: number + 1,
                    payload,
                })
                .await?;
        }
        Ok(())
    }

    async fn gather(&self, requests: Request<Streaming<Note>>) -> Result<Response<Note>, Status> {
        let mut requests = requests.into_inner();
        let mut compressed = 0;
        while requests.message().await?.is_some() {
            compressed += u64::from(requests.was_compressed());
        }
        Ok(note("", compressed).into())
    }

    async fn chat(
        &self,
        requests: Request<Streaming<Note>>,
        mut responses: Sender<Note>,
    ) -> Result<(), Status> {
        let mut requests = requests.into_inner();
        while let Some(request) = requests.message().await? {
            if let Some(asked) = asked(&request.text) {
                responses.set_compressed(asked);
            }
            let number = u64::from(requests.was_compressed());
            responses.send(Note { number, ..request }).await?;
        }
        Ok(())
    }
}

/// A server of [`Press`] on the test's runtime.
pub async fn press(config: ServerConfig) -> std::net::SocketAddr {
    let server = Server::new(config)
        .intercept(Identity)
        .add_service(EchoServer::new(Press))
        .bind()
        .unwrap();
    let address = server.local_addr().socket_addr().unwrap();
    tokio::spawn(server.serve());
    address
}

/// A client of a server of its own.
pub async fn client(config: ServerConfig) -> Client {
    Client::connect(press(config).await).await
}

pub fn sends(send: &[Encoding]) -> ServerConfig {
    ServerConfig {
        compression: CompressionConfig {
            send: send.to_vec(),
            ..Default::default()
        },
        ..super::config()
    }
}

/// Bytes that shrink.
pub fn dull(len: usize) -> Bytes {
    vec![b'z'; len].into()
}

/// Bytes that do not.
pub fn random(len: usize) -> Bytes {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state as u8
    };
    (0..len).map(|_| next()).collect()
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

pub fn zstd(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(zstd_safe::compress_bound(bytes.len()));
    zstd_safe::compress(&mut out, bytes, 1).unwrap();
    out
}

pub fn pack(encoding: &str, bytes: &[u8]) -> Vec<u8> {
    match encoding {
        "gzip" => gzip(bytes),
        "zstd" => zstd(bytes),
        _ => bytes.to_vec(),
    }
}

pub fn unpack(encoding: &str, bytes: &[u8]) -> Vec<u8> {
    match encoding {
        "gzip" => {
            let mut out = flate2::write::MultiGzDecoder::new(Vec::new());
            out.write_all(bytes).unwrap();
            out.finish().unwrap()
        }
        "zstd" => {
            let mut out = Vec::with_capacity(16 << 20);
            zstd_safe::decompress(&mut out, bytes).unwrap();
            out
        }
        _ => bytes.to_vec(),
    }
}

/// The frame of a message, compressed.
pub fn packed(encoding: &str, message: &Note) -> Bytes {
    raw::raw_frame(1, &pack(encoding, &message.encode_to_vec()))
}

/// What a response says of encodings.
pub fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers
        .get(name)
        .map_or("", |value| value.to_str().unwrap())
}

/// The messages of a response, and the flag and length of each frame.
pub fn frames(reply: &raw::Reply) -> (Vec<Note>, Vec<(u8, usize)>) {
    let encoding = header(&reply.headers, "grpc-encoding");
    let mut body = reply.body.clone();
    let (mut notes, mut flags) = (Vec::new(), Vec::new());
    while !body.is_empty() {
        let (flag, len) = (body.get_u8(), body.get_u32() as usize);
        let message = body.split_to(len);
        let message = match flag {
            1 => unpack(encoding, &message),
            _ => message.to_vec(),
        };
        notes.push(Note::decode(&message[..]).unwrap());
        flags.push((flag, len));
    }
    (notes, flags)
}
