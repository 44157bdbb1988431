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

/// A frame that is as wrong as the script likes.
fn wild(script: &mut Script<'_>, out: &mut Vec<u8>) {
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
    put(out, kind, flags, id.into(), &payload);
}

fn put(out: &mut Vec<u8>, kind: u8, flags: u8, id: u32, payload: &[u8]) {
    out.extend_from_slice(&(payload.len() as u32).to_be_bytes()[1..]);
    out.extend_from_slice(&[kind, flags]);
    out.extend_from_slice(&id.to_be_bytes());
    out.extend_from_slice(payload);
}

/// A peer that mostly keeps to the rules: most errors end a connection, and
/// what comes behind the first frames wants to be seen too.
struct Peer {
    client: bool,
    next: u32,
    /// Streams it has not ended, and whether its head was sent.
    open: Vec<(u32, bool)>,
}

impl Peer {
    fn frame(&mut self, script: &mut Script<'_>, out: &mut Vec<u8>) {
        let (pick, size) = (usize::from(script.byte()), usize::from(script.byte()));
        let at = pick % self.open.len().max(1);
        let stream = self.open.get(at).copied();
        let end = u8::from(size % 4 == 0);
        match (script.byte() % 16, stream) {
            (0..=3, _) if self.client => {
                // The second inserts, so that the third, an index, decodes.
                let block = BLOCKS[[2, 3, 0, 5][(size % 4) * usize::from(self.next > 1)]];
                put(out, 1, 4 | end, self.next, block);
                if end == 0 {
                    self.open.push((self.next, true));
                }
                self.next += 2;
            }
            (0..=3, Some((id, false))) => {
                put(out, 1, 4 | end, id, BLOCKS[1]);
                self.open[at].1 = true;
                self.ended(at, end);
            }
            (4..=8, Some((id, true))) => {
                put(out, 0, end, id, &vec![4; size * (pick % 32)]);
                self.ended(at, end);
            }
            (9, Some((id, true))) => {
                put(out, 1, 5, id, BLOCKS[4]);
                self.ended(at, 1);
            }
            (10, Some((id, _))) if pick % 4 == 0 => {
                put(out, 3, 0, id, &[0, 0, 0, size as u8]);
                self.ended(at, 1);
            }
            (11 | 12, stream) => {
                let id = stream.map_or(0, |(id, _)| id) * (pick as u32 % 2);
                put(out, 8, 0, id, &(size as u32 * 97 + 1).to_be_bytes());
            }
            (13, _) => {
                let window = (size as u32 * 513).to_be_bytes();
                put(out, 4, 0, 0, &[&[0, 4][..], &window].concat());
            }
            (14, _) if pick == 7 => put(out, 7, 0, 0, &[0, 0, 0, size as u8, 0, 0, 0, 0]),
            (14, _) => put(out, 6, u8::from(pick % 3 == 0), 0, b"anything"),
            _ if script.byte() > 230 => wild(script, out),
            _ => {}
        }
    }

    fn ended(&mut self, at: usize, end: u8) {
        if end == 1 {
            self.open.swap_remove(at);
        }
    }
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
    peer: &mut Peer,
    fields: &Templates,
) {
    let pick = usize::from(script.byte());
    let op = script.byte() % 11;
    if op == 0 {
        if let Ok(stream) = session.open(&fields.request, &[], pick % 2 == 0) {
            keeper.streams.push(stream);
            peer.open.push((stream.id(), false));
        }
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
        // Scripts allow frames of up to 65,535 bytes.
        assert!(len < 1 << 16 && header[3] < 10, "{header:?}");
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
    let mut peer = Peer {
        client: how & 1 == 0,
        next: 1,
        open: Vec::new(),
    };
    let mut connection = if how & 1 == 0 {
        pending.extend_from_slice(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        Connection::server(config, now)
    } else {
        drain_preface(Connection::client(config, now))
    };
    put(&mut pending, 4, 0, 0, &[]);
    put(&mut pending, 4, 1, 0, &[]);
    while !script.0.is_empty() {
        match script.byte() % 16 {
            0..=7 => peer.frame(&mut script, &mut pending),
            8..=13 => command(
                &mut script,
                connection.session(),
                &mut keeper,
                &mut peer,
                &fields,
            ),
            14 if script.byte() > 250 => {
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
