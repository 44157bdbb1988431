//! Against the `h2` crate over an in-memory pipe, in both directions.

use std::io::IoSlice;
use std::time::Duration;

use bytes::Bytes;
use h2::{client, server};
use http::{HeaderMap, HeaderValue, Request, Response};
use scaffold_http2::{
    Config, Connection, ErrorCode, Field, Handler, Head, Indexing, Reset, ResetCause, Session,
    Stream, Template, Time,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};

use crate::support::{Event, Recorder};

/// Lengths of bodies: nothing, little, a frame, more than the first window,
/// more than every window.
const SIZES: [usize; 6] = [0, 1, 16_384, 16_385, 70_000, 3_000_000];

/// Room in the queues for all bodies at once.
fn config() -> Config {
    let mut config = Config::default();
    config.limits.connection_queue = 64 << 20;
    config
}

/// Moves bytes between a connection and a pipe until `done`, or until the
/// peer has closed it.
async fn drive<H: Handler>(
    connection: &mut Connection,
    pipe: &mut DuplexStream,
    handler: &mut H,
    mut done: impl FnMut(&mut Connection, &mut H) -> bool,
) {
    let mut input = vec![0; 64 << 10];
    let mut held = 0;
    let now = Time::default();
    loop {
        loop {
            connection.flush(now, handler);
            let session = connection.session();
            let mut slices = [IoSlice::new(&[]); 16];
            let filled = session.output_slices(&mut slices);
            if filled == 0 {
                break;
            }
            let count = pipe.write_vectored(&slices[..filled]).await.unwrap();
            session.advance(count);
        }
        if done(connection, handler) {
            return;
        }
        let count = pipe.read(&mut input[held..]).await.unwrap();
        if count == 0 {
            return;
        }
        held += count;
        let used = connection.receive(&input[..held], now, handler).unwrap();
        input.copy_within(used..held, 0);
        held -= used;
    }
}

/// Sends every request back, trailers and all.
#[derive(Default)]
struct Echo {
    bodies: Vec<(Stream, Vec<u8>)>,
    resets: Vec<Reset>,
}

impl Echo {
    fn answer(&mut self, session: &mut Session, stream: Stream) {
        let at = self
            .bodies
            .iter()
            .position(|(other, _)| *other == stream)
            .unwrap();
        let (_, body) = self.bodies.swap_remove(at);
        let head = Template::new(&[
            Field::new(":status", "200"),
            Field::new("x-served-by", "scaffold").indexing(Indexing::Insert),
        ]);
        let end = Template::new(&[Field::new("grpc-status", "0").indexing(Indexing::Insert)]);
        session
            .send_headers(stream, &head.unwrap(), &[], false)
            .unwrap();
        session
            .send_bytes(stream, Bytes::from(body), false)
            .unwrap();
        session.send_trailers(stream, &end.unwrap(), &[]).unwrap();
    }
}

impl Handler for Echo {
    fn head(&mut self, session: &mut Session, stream: Stream, head: &Head<'_>, end: bool) {
        assert_eq!(head.path(), b"/echo");
        if head.find(b"x-refuse").is_some() {
            session.reset(stream, ErrorCode::REFUSED_STREAM).unwrap();
            return;
        }
        self.bodies.push((stream, Vec::new()));
        if end {
            self.answer(session, stream);
        }
    }

    fn data(&mut self, session: &mut Session, stream: Stream, bytes: &[u8], end: bool) {
        session.release(stream, bytes.len());
        let body = self.bodies.iter_mut().find(|(other, _)| *other == stream);
        body.unwrap().1.extend_from_slice(bytes);
        if end {
            self.answer(session, stream);
        }
    }

    fn trailers(&mut self, session: &mut Session, stream: Stream, trailers: &Head<'_>) {
        assert_eq!(trailers.find(b"x-check"), Some(&b"sum"[..]));
        self.answer(session, stream);
    }

    fn reset(&mut self, _session: &mut Session, _stream: Stream, reset: Reset) {
        self.resets.push(reset);
    }
}

fn request(refuse: bool) -> Request<()> {
    let mut request = Request::post("http://peer/echo");
    if refuse {
        request = request.header("x-refuse", "yes");
    }
    request.body(()).unwrap()
}

async fn send(body: &mut h2::SendStream<Bytes>, size: usize, trailers: bool) {
    let mut left = size;
    while left > 0 {
        body.reserve_capacity(left);
        let room = std::future::poll_fn(|cx| body.poll_capacity(cx)).await;
        let part = room.unwrap().unwrap().min(left);
        left -= part;
        body.send_data(Bytes::from(vec![size as u8; part]), left == 0 && !trailers)
            .unwrap();
    }
    if trailers {
        let mut fields = HeaderMap::new();
        fields.insert("x-check", HeaderValue::from_static("sum"));
        body.send_trailers(fields).unwrap();
    } else if size == 0 {
        body.send_data(Bytes::new(), true).unwrap();
    }
}

async fn collect(body: &mut h2::RecvStream) -> Vec<u8> {
    let mut all = Vec::new();
    while let Some(part) = body.data().await {
        let part = part.unwrap();
        body.flow_control().release_capacity(part.len()).unwrap();
        all.extend_from_slice(&part);
    }
    all
}

#[tokio::test]
async fn their_client_our_server() {
    let (mut ours, theirs) = duplex(32 << 10);
    let peer = tokio::spawn(async move {
        let (mut sender, connection) = client::handshake(theirs).await.unwrap();
        let connection = tokio::spawn(connection);
        let mut calls = Vec::new();
        for (number, size) in SIZES.into_iter().cycle().take(36).enumerate() {
            sender = sender.ready().await.unwrap();
            let (response, mut body) = sender.send_request(request(false), false).unwrap();
            calls.push(tokio::spawn(async move {
                send(&mut body, size, number % 2 == 0).await;
                let mut response = response.await.unwrap();
                assert_eq!(response.headers()["x-served-by"], "scaffold");
                let body = response.body_mut();
                assert_eq!(collect(body).await, vec![size as u8; size]);
                let trailers = body.trailers().await.unwrap().unwrap();
                assert_eq!(trailers["grpc-status"], "0");
            }));
        }
        for call in calls {
            call.await.unwrap();
        }
        // Refused by the server, and given up by the client.
        let (response, _) = sender.send_request(request(true), true).unwrap();
        let error = response.await.unwrap_err();
        assert_eq!(error.reason(), Some(h2::Reason::REFUSED_STREAM));
        let (_response, mut body) = sender.send_request(request(false), false).unwrap();
        body.send_reset(h2::Reason::CANCEL);
        sender.ready().await.unwrap();
        tokio::time::sleep(Duration::from_millis(20)).await;
        connection.abort();
    });
    let mut server = Connection::server(config(), Time::default());
    let mut echo = Echo::default();
    drive(&mut server, &mut ours, &mut echo, |_, _| false).await;
    peer.await.unwrap();
    let cancelled = Reset {
        code: ErrorCode::CANCEL,
        cause: ResetCause::Peer,
    };
    assert_eq!(echo.resets, [cancelled]);
    assert_eq!(server.session().counters().streams_completed, 36);
}

async fn their_server(pipe: DuplexStream) {
    let mut connection = server::handshake(pipe).await.unwrap();
    while let Some(call) = connection.accept().await {
        let Ok((mut request, mut respond)) = call else {
            return;
        };
        if request.headers().contains_key("x-refuse") {
            respond.send_reset(h2::Reason::REFUSED_STREAM);
            continue;
        }
        tokio::spawn(async move {
            let all = collect(request.body_mut()).await;
            let response = Response::builder()
                .header("x-served-by", "h2")
                .body(())
                .unwrap();
            let mut body = respond.send_response(response, false).unwrap();
            let size = all.len();
            // Its filling is the size's low byte too.
            assert!(all.iter().all(|byte| *byte == size as u8));
            send(&mut body, size, true).await;
        });
    }
}

#[tokio::test]
async fn our_client_their_server() {
    let (mut ours, theirs) = duplex(32 << 10);
    let peer = tokio::spawn(their_server(theirs));
    let mut client = Connection::client(config(), Time::default());
    let post = Template::new(&[
        Field::new(":method", "POST"),
        Field::new(":scheme", "http"),
        Field::new(":authority", "peer").indexing(Indexing::Insert),
        Field::new(":path", "/echo").indexing(Indexing::Insert),
    ]);
    let post = post.unwrap();
    let end = Template::new(&[Field::new("x-check", "sum")]).unwrap();
    let mut seen = Recorder::default();
    let mut wanted = Vec::new();
    for (number, size) in SIZES.into_iter().cycle().take(36).enumerate() {
        let session = client.session();
        let stream = session.open(&post, &[], false).unwrap();
        let body = Bytes::from(vec![size as u8; size]);
        let trailers = number % 2 == 0;
        session.send_bytes(stream, body, !trailers).unwrap();
        if trailers {
            session.send_trailers(stream, &end, &[]).unwrap();
        }
        wanted.push((stream.id(), size));
    }
    let refuse = [Field::new("x-refuse", "yes")];
    let refused = client.session().open(&post, &refuse, true).unwrap();
    drive(&mut client, &mut ours, &mut seen, |client, _| {
        client.session().open_streams() == 0
    })
    .await;
    for (id, size) in wanted {
        let mut body = Vec::new();
        let mut ends = 0;
        for event in &seen.events {
            match event {
                Event::Head(stream, status, fields, _) if *stream == id => {
                    assert_eq!(status, "200");
                    assert!(fields.contains(&("x-served-by".to_owned(), "h2".to_owned())));
                }
                Event::Data(stream, bytes, _) if *stream == id => body.extend_from_slice(bytes),
                Event::Trailers(stream, _) if *stream == id => ends += 1,
                _ => {}
            }
        }
        assert_eq!((body.len(), ends), (size, 1), "stream {id}");
        assert!(body.iter().all(|byte| *byte == size as u8));
    }
    let reset = Event::Reset(refused.id(), ErrorCode::REFUSED_STREAM, ResetCause::Peer);
    assert!(seen.events.contains(&reset));
    drop(ours);
    peer.await.unwrap();
}
