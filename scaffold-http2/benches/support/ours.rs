//! A server on this crate.

use scaffold_http2::{
    Config, Connection, Field, Handler, Head, Indexing, Reset, Session, Stream, Template, Time,
};

use super::{Burst, Measure, measure};

pub(super) struct Echo {
    head: Template,
    trailers: Template,
}

impl Echo {
    pub(super) fn new() -> Self {
        let insert = |name, value| Field::new(name, value).indexing(Indexing::Insert);
        Self {
            head: Template::new(&[
                Field::new(":status", "200"),
                insert("content-type", "application/grpc"),
            ])
            .expect("a fine head"),
            trailers: Template::new(&[insert("grpc-status", "0")]).expect("fine trailers"),
        }
    }
}

impl Handler for Echo {
    fn resolve(&mut self, head: &Head<'_>) -> u64 {
        u64::from(head.path() == b"/helloworld.Greeter/SayHello")
    }

    fn head(&mut self, _session: &mut Session, _stream: Stream, head: &Head<'_>, _end: bool) {
        assert_eq!(head.token(), 1);
    }

    fn data(&mut self, session: &mut Session, stream: Stream, bytes: &[u8], end: bool) {
        session.release(stream, bytes.len());
        if !end {
            return;
        }
        let answered = session
            .send_headers(stream, &self.head, &[], false)
            .and_then(|()| {
                let mut frame = session.data_frame(stream, bytes.len())?;
                frame.buffer().extend_from_slice(bytes);
                frame.finish(false)
            })
            .and_then(|()| session.send_trailers(stream, &self.trailers, &[]));
        answered.expect("room");
    }

    fn trailers(&mut self, _session: &mut Session, _stream: Stream, _trailers: &Head<'_>) {}

    fn reset(&mut self, _session: &mut Session, _stream: Stream, reset: Reset) {
        panic!("{reset:?}");
    }
}

pub(crate) fn ours(burst: &mut Burst) -> Measure {
    ours_beside(burst, 0)
}

/// The same while `open` other streams wait for their bodies.
pub(crate) fn ours_beside(burst: &mut Burst, open: usize) -> Measure {
    let mut echo = Echo::new();
    let now = Time::default();
    let mut config = Config::default();
    config.limits.max_streams = 200 + open as u32;
    let mut server = Connection::server(config, now);
    let opening = burst.opening().to_vec();
    server.receive(&opening, now, &mut echo).expect("a client");
    for _ in 0..open {
        let (head, next) = burst.head_alone();
        server.receive(&head, now, &mut echo).expect("a stream");
        burst.skip(next);
    }
    // Its acknowledgement of the server's settings never comes: nobody asks
    // for the time here.
    let ends = burst.ends();
    measure(burst, |bytes| {
        let (mut from, mut out) = (0, 0);
        for &end in &ends {
            let used = server.receive(&bytes[from..end], now, &mut echo);
            assert_eq!(used, Ok(end - from));
            from = end;
            server.flush(now, &mut echo);
            let session = server.session();
            // The peer's window is refilled by nobody either.
            let count = session.output_len();
            session.advance(count);
            out += count;
            let wide = [0, 0, 4, 8, 0, 0, 0, 0, 0, 0, 0, 8, 152];
            server.receive(&wide, now, &mut echo).expect("a window");
        }
        out
    })
}
