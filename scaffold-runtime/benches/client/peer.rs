//! An echo in a thread of its own, as cheap as can be.

use std::sync::mpsc;

use scaffold_http2::{
    Config, Connection, Field, Handler, Head, Indexing, Reset, Session, Stream, Template, Time,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Starts it; its target.
pub(crate) fn start() -> String {
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
            let address = listener.local_addr().expect("an address");
            tell.send(address.to_string()).expect("a caller");
            while let Ok((socket, _)) = listener.accept().await {
                tokio::spawn(serve(socket));
            }
        });
    });
    told.recv().expect("a peer")
}

struct Echo {
    head: Template,
    trailers: Template,
}

impl Handler for Echo {
    fn head(&mut self, _: &mut Session, _: Stream, _: &Head<'_>, _: bool) {}

    fn data(&mut self, session: &mut Session, stream: Stream, bytes: &[u8], end: bool) {
        session.release(stream, bytes.len());
        assert!(end, "one message in one frame");
        session
            .send_headers(stream, &self.head, &[], false)
            .and_then(|()| session.send_data(stream, bytes, false))
            .and_then(|()| session.send_trailers(stream, &self.trailers, &[]))
            .expect("room");
    }

    fn trailers(&mut self, _: &mut Session, _: Stream, _: &Head<'_>) {}

    fn reset(&mut self, _: &mut Session, _: Stream, _: Reset) {}
}

async fn serve(mut socket: TcpStream) {
    let insert = |name, value| Field::new(name, value).indexing(Indexing::Insert);
    let mut echo = Echo {
        head: Template::new(&[
            Field::new(":status", "200"),
            insert("content-type", "application/grpc"),
        ])
        .expect("a head"),
        trailers: Template::new(&[insert("grpc-status", "0")]).expect("trailers"),
    };
    socket.set_nodelay(true).expect("a socket");
    let mut config = Config::default();
    config.limits.max_streams = 1 << 15;
    let now = Time::default();
    let mut http = Connection::server(config, now);
    let mut input = vec![0; 64 << 10];
    let mut filled = 0;
    while let Ok(count) = socket.read(&mut input[filled..]).await {
        filled += count;
        let used = http.receive(&input[..filled], now, &mut echo);
        let Ok(used) = used else { return };
        input.copy_within(used..filled, 0);
        filled -= used;
        http.flush(now, &mut echo);
        let output = http.session().output().unwrap_or_default();
        if count == 0 || socket.write_all(output).await.is_err() {
            return;
        }
        let written = http.session().output_len();
        http.session().advance(written);
    }
}
