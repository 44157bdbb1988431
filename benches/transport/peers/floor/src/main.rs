//! The floor: what a server costs that cuts frames, decodes, calls and encodes,
//! and does nothing else. No HPACK (one method, told by the environment), no
//! limits, no flow control towards the client. A current-thread runtime with a
//! task for each connection.

mod frame;

use std::io;

use bytes::{Buf, Bytes, BytesMut};
use messages::Method;
use messages::pb::{Chunk, DownloadRequest};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::frame::{ACK, DATA, END_STREAM, HEADER, HEADERS, Header, PING, SETTINGS};

#[global_allocator]
static ALLOCATOR: peer::Counting = peer::Counting;

const PREFACE: usize = 24;
/// The gRPC prefix.
const PREFIX: usize = 5;
/// Bytes that are written at once, about.
const BATCH: usize = 64 << 10;

async fn connection(mut socket: TcpStream, method: Method) -> io::Result<()> {
    let (mut held, mut out) = (
        BytesMut::with_capacity(BATCH),
        BytesMut::with_capacity(BATCH),
    );
    let mut opened = false;
    let mut received = 0;
    frame::preface(&mut out);
    loop {
        socket.write_all(&out).await?;
        out.clear();
        held.reserve(BATCH / 2);
        if socket.read_buf(&mut held).await? == 0 {
            return Ok(());
        }
        if !opened {
            if held.len() < PREFACE {
                continue;
            }
            held.advance(PREFACE);
            opened = true;
        }
        while let Some(header) = Header::read(&held) {
            let payload = &held[HEADER..HEADER + header.len];
            match header.kind {
                DATA => {
                    received += header.len as u32;
                    if payload.len() >= PREFIX {
                        let stream = header.stream;
                        match method {
                            Method::Download => {
                                download(&mut socket, &mut out, stream, payload).await?
                            }
                            Method::Chat => chat(&mut out, stream, payload),
                            _ => unary(&mut out, stream, method, payload),
                        }
                    }
                    if method == Method::Chat && header.flags & END_STREAM != 0 {
                        frame::trailers(&mut out, header.stream);
                    }
                }
                HEADERS if method == Method::Chat => frame::head(&mut out, header.stream),
                SETTINGS | PING if header.flags & ACK == 0 => {
                    let echo = if header.kind == PING { payload } else { &[] };
                    frame::acknowledge(&mut out, header.kind, echo);
                }
                _ => {}
            }
            held.advance(HEADER + header.len);
        }
        if received > 1 << 20 {
            frame::grant(&mut out, received);
            received = 0;
        }
    }
}

fn unary(out: &mut BytesMut, stream: u32, method: Method, payload: &[u8]) {
    frame::head(out, stream);
    frame::data(out, stream, |out| {
        messages::answer(method, message(payload), out)
    });
    frame::trailers(out, stream);
}

/// Each frame is one message of a chat.
fn chat(out: &mut BytesMut, stream: u32, payload: &[u8]) {
    let Chunk { sequence, payload } = messages::decode(message(payload));
    frame::data(out, stream, |out| messages::chunk(sequence, &payload, out));
}

/// The whole stream before anything else of its connection.
async fn download(
    socket: &mut TcpStream,
    out: &mut BytesMut,
    stream: u32,
    payload: &[u8],
) -> io::Result<()> {
    let DownloadRequest { size, count } = messages::decode(message(payload));
    let payload = Bytes::from(vec![b'x'; size as usize]);
    frame::head(out, stream);
    for sequence in 0..count {
        frame::data(out, stream, |out| messages::chunk(sequence, &payload, out));
        if out.len() >= BATCH {
            socket.write_all(out).await?;
            out.clear();
        }
    }
    frame::trailers(out, stream);
    Ok(())
}

/// The message, which has to be whole.
fn message(payload: &[u8]) -> &[u8] {
    let len = u32::from_be_bytes([payload[1], payload[2], payload[3], payload[4]]) as usize;
    assert_eq!(
        len + PREFIX,
        payload.len(),
        "the floor takes one message in one frame"
    );
    &payload[PREFIX..]
}

async fn serve() {
    let method = Method::find(&peer::method()).expect("BENCH_METHOD names a method");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    peer::control();
    peer::announce(listener.local_addr().expect("an address"));
    loop {
        let (socket, _) = listener.accept().await.expect("a connection");
        socket.set_nodelay(true).expect("TCP");
        tokio::spawn(connection(socket, method));
    }
}

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async { tokio::spawn(serve()).await.expect("no panic") });
}
