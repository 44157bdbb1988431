//! A client that is nothing but HTTP/2 frames.

use std::net::SocketAddr;

use bytes::{Buf, BufMut, Bytes, BytesMut};
use h2::client::{ResponseFuture, SendRequest};
use h2::{RecvStream, SendStream};
use http::{HeaderMap, Method};
use prost::Message;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::PATIENCE;

pub struct Client {
    requests: SendRequest<Bytes>,
    pub connection: tokio::task::JoinHandle<Result<(), h2::Error>>,
}

/// A call under way.
pub struct Open {
    pub response: ResponseFuture,
    pub body: SendStream<Bytes>,
}

/// A response, whole.
#[derive(Debug)]
pub struct Reply {
    pub http: u16,
    pub headers: HeaderMap,
    pub body: Bytes,
    /// The trailers; for a response without a body, the headers.
    pub trailers: HeaderMap,
    pub trailers_only: bool,
}

/// The frame of a message.
pub fn frame(message: &impl Message) -> Bytes {
    raw_frame(0, &message.encode_to_vec())
}

pub fn raw_frame(flags: u8, body: &[u8]) -> Bytes {
    let mut out = BytesMut::new();
    out.put_u8(flags);
    out.put_u32(body.len() as u32);
    out.put_slice(body);
    out.freeze()
}

pub fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert("content-type", "application/grpc".parse().unwrap());
    headers.insert("te", "trailers".parse().unwrap());
    for (name, value) in pairs {
        headers.append(*name, value.parse().unwrap());
    }
    headers
}

impl Client {
    pub async fn connect(address: SocketAddr) -> Client {
        Client::connect_with(address, &mut h2::client::Builder::new()).await
    }

    pub async fn connect_with(address: SocketAddr, builder: &mut h2::client::Builder) -> Client {
        let socket = TcpStream::connect(address).await.unwrap();
        socket.set_nodelay(true).unwrap();
        let (requests, connection) = builder.handshake(socket).await.unwrap();
        Client {
            requests,
            connection: tokio::spawn(connection),
        }
    }

    pub async fn open_as(
        &self,
        method: Method,
        path: &str,
        headers: HeaderMap,
    ) -> Result<Open, h2::Error> {
        let mut request = http::Request::new(());
        *request.method_mut() = method;
        *request.uri_mut() = format!("http://test{path}").parse().unwrap();
        *request.headers_mut() = headers;
        let mut requests = self.requests.clone().ready().await?;
        let (response, body) = requests.send_request(request, false)?;
        Ok(Open { response, body })
    }

    pub async fn open(&self, path: &str, headers: HeaderMap) -> Open {
        self.open_as(Method::POST, path, headers).await.unwrap()
    }

    /// Sends frames, ends the request, and reads the whole response.
    pub async fn call(&self, path: &str, headers: HeaderMap, frames: &[Bytes]) -> Reply {
        let mut open = self.open(path, headers).await;
        for frame in frames {
            open.body.send_data(frame.clone(), false).unwrap();
        }
        open.body.send_data(Bytes::new(), true).unwrap();
        open.reply().await
    }

    pub async fn say(&self, message: &super::Note) -> Reply {
        self.call("/test.Echo/Say", headers(&[]), &[frame(message)])
            .await
    }
}

impl Open {
    pub async fn reply(self) -> Reply {
        self.try_reply().await.unwrap()
    }

    pub async fn try_reply(self) -> Result<Reply, h2::Error> {
        timeout(PATIENCE, read(self.response))
            .await
            .expect("an answer")
    }

    /// The response's head, and its body to be read.
    pub async fn head(self) -> (http::response::Parts, RecvStream, SendStream<Bytes>) {
        let (parts, stream) = timeout(PATIENCE, self.response)
            .await
            .expect("a head")
            .unwrap()
            .into_parts();
        (parts, stream, self.body)
    }
}

async fn read(response: ResponseFuture) -> Result<Reply, h2::Error> {
    let (parts, mut stream) = response.await?.into_parts();
    let trailers_only = stream.is_end_stream();
    let mut body = BytesMut::new();
    while let Some(piece) = stream.data().await {
        let piece = piece?;
        let _ = stream.flow_control().release_capacity(piece.len());
        body.extend_from_slice(&piece);
    }
    let trailers = match trailers_only {
        true => parts.headers.clone(),
        false => stream.trailers().await?.unwrap_or_default(),
    };
    Ok(Reply {
        http: parts.status.as_u16(),
        headers: parts.headers,
        body: body.freeze(),
        trailers,
        trailers_only,
    })
}

impl Reply {
    pub fn code(&self) -> i32 {
        self.text("grpc-status")
            .and_then(|text| text.parse().ok())
            .unwrap_or(-1)
    }

    pub fn message(&self) -> String {
        self.text("grpc-message").unwrap_or_default()
    }

    pub fn text(&self, name: &str) -> Option<String> {
        Some(self.trailers.get(name)?.to_str().unwrap().to_owned())
    }

    pub fn notes(&self) -> Vec<super::Note> {
        let mut body = self.body.clone();
        let mut notes = Vec::new();
        while !body.is_empty() {
            assert_eq!(body.get_u8(), 0);
            let len = body.get_u32() as usize;
            notes.push(super::Note::decode(body.split_to(len)).unwrap());
        }
        notes
    }
}
