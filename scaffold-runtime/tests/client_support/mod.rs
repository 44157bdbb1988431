//! A raw HTTP/2 server that follows a script, and the messages of the tests.
#![allow(dead_code, unreachable_pub, missing_docs)]

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::{BufMut, Bytes, BytesMut};
use h2::RecvStream;
use h2::server::SendResponse;
use prost::Message;
use scaffold_runtime::{CallShape, Caller, Channel, MethodSpec, Request, Response, Status};
use tokio::net::{TcpListener, TcpStream};

#[derive(Clone, PartialEq, Message)]
pub struct Note {
    #[prost(string, tag = "1")]
    pub text: String,
    #[prost(int64, tag = "2")]
    pub number: i64,
}

pub static UNARY: MethodSpec = MethodSpec::new("/test.Notes/Unary", CallShape::Unary);
pub static SERVER: MethodSpec = MethodSpec::new("/test.Notes/Server", CallShape::ServerStreaming);
pub static CLIENT: MethodSpec = MethodSpec::new("/test.Notes/Client", CallShape::ClientStreaming);
pub static BIDI: MethodSpec = MethodSpec::new("/test.Notes/Bidi", CallShape::BidiStreaming);

pub type HttpRequest = http::Request<RecvStream>;
pub type Respond = SendResponse<Bytes>;

pub fn note(text: &str, number: i64) -> Note {
    Note {
        text: text.to_owned(),
        number,
    }
}

/// A message behind its gRPC frame header.
pub fn frame(message: &Note) -> Bytes {
    frame_raw(0, &message.encode_to_vec())
}

pub fn frame_raw(flag: u8, payload: &[u8]) -> Bytes {
    let mut out = BytesMut::new();
    out.put_u8(flag);
    out.put_u32(payload.len() as u32);
    out.put_slice(payload);
    out.freeze()
}

pub fn headers(status: u16, pairs: &[(&str, &str)]) -> http::Response<()> {
    let mut response = http::Response::builder().status(status);
    for (name, value) in pairs {
        response = response.header(*name, *value);
    }
    response.body(()).unwrap()
}

pub fn ok_headers() -> http::Response<()> {
    headers(200, &[("content-type", "application/grpc")])
}

pub fn trailers(pairs: &[(&str, &str)]) -> http::HeaderMap {
    let mut map = http::HeaderMap::new();
    for (name, value) in pairs {
        map.append(
            http::HeaderName::from_bytes(name.as_bytes()).unwrap(),
            value.parse().unwrap(),
        );
    }
    map
}

/// The whole well-behaved answer of a unary call.
pub fn answer(respond: &mut Respond, message: &Note) {
    let mut body = respond.send_response(ok_headers(), false).unwrap();
    body.send_data(frame(message), false).unwrap();
    body.send_trailers(trailers(&[("grpc-status", "0")]))
        .unwrap();
}

/// Reads a request body to its end.
pub async fn read_all(mut body: RecvStream) -> Result<Vec<u8>, h2::Error> {
    let mut all = Vec::new();
    while let Some(chunk) = body.data().await {
        let chunk = chunk?;
        body.flow_control().release_capacity(chunk.len())?;
        all.extend_from_slice(&chunk);
    }
    Ok(all)
}

/// The messages of a body.
pub fn unframe(mut bytes: &[u8]) -> Vec<Note> {
    let mut notes = Vec::new();
    while !bytes.is_empty() {
        let length = u32::from_be_bytes(bytes[1..5].try_into().unwrap()) as usize;
        notes.push(Note::decode(&bytes[5..5 + length]).unwrap());
        bytes = &bytes[5 + length..];
    }
    notes
}

/// Starts a server that hands each connection to `script`, with its number.
pub async fn connections<F, R>(script: F) -> String
where
    F: Fn(usize, TcpStream) -> R + Send + 'static,
    R: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        for index in 0.. {
            let Ok((socket, _)) = listener.accept().await else {
                return;
            };
            socket.set_nodelay(true).unwrap();
            tokio::spawn(script(index, socket));
        }
    });
    address.to_string()
}

/// Starts a server that hands each call to `script`, with its number.
pub async fn calls<F, R>(script: F) -> String
where
    F: Fn(usize, HttpRequest, Respond) -> R + Send + Sync + 'static,
    R: Future<Output = ()> + Send + 'static,
{
    let mut builder = h2::server::Builder::new();
    // h2 counts small frames that wait unread, and its default for the smallest
    // window is worn out by 140 of them: fewer than the calls of a test.
    builder.data_frame_budget(64 << 20);
    calls_with(builder, script).await
}

/// The same with settings of HTTP/2.
pub async fn calls_with<F, R>(builder: h2::server::Builder, script: F) -> String
where
    F: Fn(usize, HttpRequest, Respond) -> R + Send + Sync + 'static,
    R: Future<Output = ()> + Send + 'static,
{
    let script = Arc::new(script);
    let count = Arc::new(AtomicUsize::new(0));
    connections(move |_, socket| {
        let (script, count, builder) = (script.clone(), count.clone(), builder.clone());
        async move {
            let Ok(mut connection) = builder.handshake::<_, Bytes>(socket).await else {
                return;
            };
            while let Some(Ok((request, respond))) = connection.accept().await {
                let index = count.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(script(index, request, respond));
            }
        }
    })
    .await
}

/// One unary call.
pub async fn call(target: &str) -> Result<Response<Note>, Status> {
    let channel = Channel::connect(target).await?;
    channel.unary(&UNARY, Request::new(note("hi", 1))).await
}

/// The status of a call that `script` answers.
pub async fn fails<F>(script: F) -> Status
where
    F: Fn(Respond) + Send + Sync + 'static,
{
    let target = calls(move |_, request, respond| {
        script(respond);
        async move {
            let _ = read_all(request.into_body()).await;
        }
    })
    .await;
    call(&target).await.unwrap_err()
}
