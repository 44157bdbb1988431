//! Any bytes as a script of what a peer sends and a driver does. Shared by
//! the test and by the fuzz target.

use std::io::IoSlice;
use std::time::Duration;

use bytes::Bytes;
use scaffold_http2::{
    Config, Connection, ErrorCode, Field, GoAway, Handler, Head, Indexing, Reset, Session, Stream,
    Template, Time,
};

/// Keeps streams and nothing else, and checks what must always hold.
#[derive(Default)]
struct Keeper {
    streams: Vec<Stream>,
    held: usize,
}

impl Handler for Keeper {
    fn resolve(&mut self, head: &Head<'_>) -> u64 {
        head.fields().len() as u64
    }

    fn head(&mut self, session: &mut Session, stream: Stream, head: &Head<'_>, _end: bool) {
        assert!(session.is_open(stream));
        assert_eq!(head.token(), head.fields().len() as u64);
        for (name, value) in head.fields() {
            assert!(!name.is_empty() && !name.iter().any(u8::is_ascii_uppercase));
            assert!(!value.iter().any(|byte| matches!(byte, 0 | b'\r' | b'\n')));
        }
        self.streams.push(stream);
    }

    fn data(&mut self, session: &mut Session, stream: Stream, bytes: &[u8], end: bool) {
        assert!(end || !bytes.is_empty());
        assert!(session.unreleased(stream) >= bytes.len());
        self.held += bytes.len();
    }

    fn trailers(&mut self, _session: &mut Session, _stream: Stream, _trailers: &Head<'_>) {}

    fn reset(&mut self, session: &mut Session, stream: Stream, _reset: Reset) {
        assert!(!session.is_open(stream));
        assert!(session.reset(stream, ErrorCode::CANCEL).is_err());
    }

    fn goaway(&mut self, session: &mut Session, _goaway: GoAway<'_>) {
        assert!(session.can_open().is_err());
    }
}

/// Takes the script byte by byte; zeros when it is over.
struct Script<'a>(&'a [u8]);

impl<'a> Script<'a> {
    fn byte(&mut self) -> u8 {
        match self.0.split_first() {
            Some((&byte, rest)) => {
                self.0 = rest;
                byte
            }
            None => 0,
        }
    }

    fn bytes(&mut self, count: usize) -> &'a [u8] {
        let (bytes, rest) = self.0.split_at(count.min(self.0.len()));
        self.0 = rest;
        bytes
    }
}

/// Blocks that decode: so that scripts get past the first request.
const BLOCKS: [&[u8]; 6] = [
    &[0x83, 0x86, 0x84],
    &[0x88],
    b"\x83\x86\x84\x40\x01k\x01v",
    &[0x83, 0x86, 0x84, 0xbe],
    b"\x00\x0bgrpc-status\x010",
    b"\x83\x86\x84\x5c\x012",
];

fn frame(script: &mut Script<'_>, out: &mut Vec<u8>) {
    let (kind, flags, id) = (script.byte() % 11, script.byte(), script.byte() % 24);
    let payload = match kind {
        1 if flags & 0x28 == 0 => BLOCKS[usize::from(script.byte()) % BLOCKS.len()].to_vec(),
        2 => script.bytes(5).to_vec(),
        3 | 8 => [&[0, 0][..], script.bytes(2)].concat(),
        4 if flags & 1 == 1 => Vec::new(),
        4 => {
            let small = [0, script.byte() % 10, 0, 0, script.byte(), script.byte()];
            small.to_vec()
        }
        6 => script.bytes(8).to_vec(),
        0 => vec![flags & 7; usize::from(script.byte()) * usize::from(script.byte() % 64)],
        _ => {
            let len = usize::from(script.byte() % 64);
            script.bytes(len).to_vec()
        }
    };
    out.extend_from_slice(&(payload.len() as u32).to_be_bytes()[1..]);
    out.extend_from_slice(&[kind, flags, 0, 0, 0, id]);
    out.extend_from_slice(&payload);
}

struct Templates {
    request: Template,
    head: Template,
    trailers: Template,
}

impl Templates {
    fn new() -> Self {
        let insert = |name, value| Field::new(name, value).indexing(Indexing::Insert);
        let new = |fields: &[Field<'_>]| Template::new(fields).expect("fine fields");
        Self {
            request: new(&[
                Field::new(":method", "POST"),
                Field::new(":scheme", "http"),
                insert(":path", "/fuzz"),
            ]),
            head: new(&[Field::new(":status", "200"), insert("a", "b")]),
            trailers: new(&[insert("grpc-status", "0")]),
        }
    }
}

/// One step of the driver.
fn command(
    script: &mut Script<'_>,
    session: &mut Session,
    keeper: &mut Keeper,
    fields: &Templates,
) {
    let pick = usize::from(script.byte());
    let op = script.byte() % 11;
    if op == 0 {
        keeper
            .streams
            .extend(session.open(&fields.request, &[], pick % 2 == 0).ok());
        return;
    }
    let Some(&stream) = keeper.streams.get(pick % keeper.streams.len().max(1)) else {
        return;
    };
    let size = usize::from(script.byte()) * usize::from(script.byte());
    let end = size % 2 == 0;
    // Every refusal is a fine answer here.
    let _ = match op {
        1 => session.send_headers(stream, &fields.head, &[], end),
        2 => session.send_data(stream, &vec![1; size], end),
        3 => session.send_bytes(stream, Bytes::from(vec![2; size]), end),
        4 => session.data_frame(stream, size).and_then(|mut frame| {
            frame.buffer().extend(std::iter::repeat_n(3, size / 2));
            frame.finish(end)
        }),
        5 => session.send_trailers(stream, &fields.trailers, &[]),
        6 => session.reset(stream, ErrorCode::CANCEL),
        7 => {
            session.want_room(stream);
            Ok(())
        }
        8 => {
            session.release(stream, size);
            Ok(())
        }
        9 if size == 9 => {
            session.shutdown("fuzzed");
            Ok(())
        }
        _ => session.ping(size as u64),
    };
}

/// Takes output and checks that it is whole frames behind whole frames.
fn drain(session: &mut Session, left: &mut Vec<u8>) {
    let mut slices = [IoSlice::new(&[]); 4];
    let filled = session.output_slices(&mut slices);
    let before = left.len();
    slices[..filled]
        .iter()
        .for_each(|slice| left.extend_from_slice(slice));
    session.advance(left.len() - before);
    while let Some(header) = left.get(..9) {
        let len = u32::from_be_bytes([0, header[0], header[1], header[2]]) as usize;
        assert!(len <= 16_384 + 64 && header[3] < 10, "{header:?}");
        if left.len() < 9 + len {
            break;
        }
        left.drain(..9 + len);
    }
}

/// Runs a script: never panics, never holds more than the limits allow.
pub(crate) fn run(input: &[u8]) {
    let mut script = Script(input);
    let how = script.byte();
    let config = Config {
        max_window: (how & 2 != 0).then_some(1 << 20),
        ..Config::default()
    };
    // Pieces of up to 64 KiB are taken whole.
    let bound = config.limits.memory_bound() + (256 << 10);
    let mut now = Time::default();
    let mut keeper = Keeper::default();
    let fields = Templates::new();
    let mut pending: Vec<u8> = Vec::new();
    let mut left = Vec::new();
    let mut connection = if how & 1 == 0 {
        pending.extend_from_slice(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        Connection::server(config, now)
    } else {
        drain_preface(Connection::client(config, now))
    };
    pending.extend_from_slice(&[0, 0, 0, 4, 0, 0, 0, 0, 0]);
    while !script.0.is_empty() {
        match script.byte() % 8 {
            0..=3 => frame(&mut script, &mut pending),
            4 | 5 => command(&mut script, connection.session(), &mut keeper, &fields),
            6 => {
                let len = usize::from(script.byte());
                pending.extend_from_slice(script.bytes(len));
            }
            _ => {
                now = now.after(Duration::from_millis(u64::from(script.byte()) * 20));
                let _ = connection.on_time(now, &mut keeper);
            }
        }
        // Part of it now, the rest later.
        let part = match script.byte() {
            0..128 => pending.len(),
            cut => pending.len().min(usize::from(cut)),
        };
        let used = connection.receive(&pending[..part], now, &mut keeper);
        pending.drain(..used.unwrap_or(part));
        connection.flush(now, &mut keeper);
        if script.byte() % 4 != 0 {
            drain(connection.session(), &mut left);
        }
        assert!(
            connection.memory() < bound,
            "{} of {bound}",
            connection.memory()
        );
    }
}

fn drain_preface(mut client: Connection) -> Connection {
    client.session().advance(24);
    client
}
