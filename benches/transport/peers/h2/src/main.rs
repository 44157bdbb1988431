//! The h2 crate alone: one current-thread runtime, a task for each connection
//! and for each call, as hyper has them.

use std::future::poll_fn;

use bytes::{Bytes, BytesMut};
use h2::server::SendResponse;
use h2::{RecvStream, SendStream};
use http::{HeaderMap, HeaderValue, Request, Response};
use messages::Method;
use messages::pb::DownloadRequest;
use tokio::net::{TcpListener, TcpStream};

#[global_allocator]
static ALLOCATOR: peer::Counting = peer::Counting;

/// The gRPC prefix.
const PREFIX: usize = 5;
/// Bytes of small messages that go into one DATA frame.
const BATCH: usize = 16 << 10;

async fn connection(socket: TcpStream) -> Result<(), h2::Error> {
    let mut connection = h2::server::Builder::new()
        .max_concurrent_streams(20_000)
        .handshake(socket)
        .await?;
    while let Some(call) = connection.accept().await {
        let (request, respond) = call?;
        tokio::spawn(async move {
            // A client that is gone is no fault.
            let _ = exchange(request, respond).await;
        });
    }
    Ok(())
}

async fn exchange(
    request: Request<RecvStream>,
    mut respond: SendResponse<Bytes>,
) -> Result<(), h2::Error> {
    let method = Method::find(request.uri().path()).expect("a method");
    let mut requests = request.into_body();
    let mut head = Response::new(());
    head.headers_mut()
        .insert("content-type", HeaderValue::from_static("application/grpc"));
    if method == Method::Chat {
        let mut stream = respond.send_response(head, false)?;
        while let Some(bytes) = requests.data().await {
            let bytes = bytes?;
            requests.flow_control().release_capacity(bytes.len())?;
            // Frames of the echo need not be those of the messages.
            send(&mut stream, bytes).await?;
        }
        return stream.send_trailers(trailers());
    }
    let mut message = BytesMut::new();
    while let Some(bytes) = requests.data().await {
        let bytes = bytes?;
        requests.flow_control().release_capacity(bytes.len())?;
        message.extend_from_slice(&bytes);
    }
    let mut stream = respond.send_response(head, false)?;
    if method == Method::Download {
        download(&message[PREFIX..], &mut stream).await?;
    } else {
        let mut out = BytesMut::with_capacity(message.len() + PREFIX);
        messages::answer(method, &message[PREFIX..], &mut out);
        stream.send_data(out.freeze(), false)?;
    }
    stream.send_trailers(trailers())
}

async fn download(message: &[u8], stream: &mut SendStream<Bytes>) -> Result<(), h2::Error> {
    let DownloadRequest { size, count } = messages::decode(message);
    let payload = Bytes::from(vec![b'x'; size as usize]);
    let mut out = BytesMut::new();
    for sequence in 0..count {
        messages::chunk(sequence, &payload, &mut out);
        if out.len() >= BATCH || sequence + 1 == count {
            send(stream, out.split().freeze()).await?;
        }
    }
    Ok(())
}

/// Sends as the window allows.
async fn send(stream: &mut SendStream<Bytes>, mut bytes: Bytes) -> Result<(), h2::Error> {
    while !bytes.is_empty() {
        stream.reserve_capacity(bytes.len());
        let Some(room) = poll_fn(|context| stream.poll_capacity(context)).await else {
            return Ok(());
        };
        let room = room?.min(bytes.len());
        stream.send_data(bytes.split_to(room), false)?;
    }
    Ok(())
}

fn trailers() -> HeaderMap {
    let mut trailers = HeaderMap::with_capacity(1);
    trailers.insert("grpc-status", HeaderValue::from_static("0"));
    trailers
}

async fn serve() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    peer::control();
    peer::announce(listener.local_addr().expect("an address"));
    loop {
        let (socket, _) = listener.accept().await.expect("a connection");
        socket.set_nodelay(true).expect("TCP");
        tokio::spawn(connection(socket));
    }
}

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async { tokio::spawn(serve()).await.expect("no panic") });
}
