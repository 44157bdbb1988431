//! Traffic of a peer with one thing wrong in it, or nothing.

use crate::support::wire::{self, *};

/// A small generator of numbers; the same seed gives the same traffic.
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound as u64) as usize
    }

    fn often(&mut self) -> bool {
        self.below(3) > 0
    }
}

/// Whose peer it is, and so which sections it sends.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Peer {
    Client,
    Server,
}

impl Peer {
    pub(super) fn head(self) -> &'static [u8] {
        match self {
            Self::Client => POST,
            Self::Server => OK,
        }
    }
}

fn padded(kind: u8, flags: u8, id: u32, payload: &[u8], pad: usize) -> Vec<u8> {
    let all = [&[pad as u8][..], payload, &vec![0; pad]].concat();
    frame(kind, flags | PADDED, id, &all)
}

/// A header section as one frame or several, padded or not.
fn section(random: &mut Random, id: u32, end: u8, block: &[u8]) -> Vec<Vec<u8>> {
    match random.below(4) {
        0 => {
            let cut = random.below(block.len() + 1);
            let mut frames = frame(HEADERS, end, id, &block[..cut]);
            frames.extend(frame(CONTINUATION, END_HEADERS, id, &block[cut..]));
            vec![frames]
        }
        1 => vec![padded(
            HEADERS,
            END_HEADERS | end,
            id,
            block,
            random.below(9),
        )],
        2 => {
            let block = [&[0, 0, 0, 0, 15][..], block].concat();
            vec![frame(HEADERS, END_HEADERS | PRIO | end, id, &block)]
        }
        _ => vec![frame(HEADERS, END_HEADERS | end, id, block)],
    }
}

/// Three calls as they should be, frame by frame: streams 1, 3 and 5. The
/// last one stays open.
pub(super) fn valid(random: &mut Random, peer: Peer) -> Vec<Vec<u8>> {
    let mut frames = Vec::new();
    for id in [1, 3, 5] {
        let mut block = peer.head().to_vec();
        block.extend(literal("x-number", &id.to_string()));
        if random.often() {
            // Into the table, and from there.
            block.extend(b"\x40\x05x-key\x05value");
            block.push(0xbe);
        }
        frames.extend(section(random, id, 0, &block));
        for _ in 0..random.below(4) {
            let body = vec![id as u8; random.below(600)];
            frames.push(match random.below(3) {
                0 => padded(DATA, 0, id, &body, random.below(200)),
                _ => data(id, &body),
            });
        }
        frames.extend(match random.below(5) {
            0 => vec![frame(PING, 0, 0, b"whatever")],
            1 => vec![window(0, 1 + random.below(9_999) as u32), window(id, 77)],
            2 => vec![settings(&[
                (3, 100),
                (4, random.below(99_999) as u32),
                (99, 1),
            ])],
            3 => vec![
                frame(PRIORITY, 0, id, &[0, 0, 0, 0, 9]),
                frame(77, 9, id, b"?"),
            ],
            _ => Vec::new(),
        });
        match random.below(4) {
            _ if id == 5 => {}
            0 => frames.push(frame(DATA, END, id, b"")),
            1 => frames.push(frame(DATA, END, id, b"the last")),
            2 => frames.push(reset(id, 8)),
            _ => frames.extend(section(random, id, END, &literal("grpc-status", "0"))),
        }
    }
    frames
}

/// A wrong frame, or several: what it is, and its bytes. Stream 5 is open and
/// has its head; 7 is next.
pub(super) fn faults(peer: Peer) -> Vec<(&'static str, Vec<u8>)> {
    let mut all = on_connection();
    all.extend(on_stream());
    all.extend(sections(peer));
    all
}

fn on_connection() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("DATA on stream 0", data(0, b"x")),
        ("HEADERS on stream 0", frame(HEADERS, 4, 0, POST)),
        ("PRIORITY on stream 0", frame(PRIORITY, 0, 0, &[0; 5])),
        ("RST_STREAM on stream 0", reset(0, 8)),
        ("SETTINGS on a stream", frame(SETTINGS, 0, 1, &[])),
        ("PING on a stream", frame(PING, 0, 1, &[0; 8])),
        ("GOAWAY on a stream", frame(GOAWAY, 0, 1, &[0; 8])),
        ("PING of 7 bytes", frame(PING, 0, 0, &[0; 7])),
        ("SETTINGS of 5 bytes", frame(SETTINGS, 0, 0, &[0; 5])),
        ("SETTINGS ACK of 6 bytes", frame(SETTINGS, ACK, 0, &[0; 6])),
        ("GOAWAY of 7 bytes", frame(GOAWAY, 0, 0, &[0; 7])),
        ("WINDOW_UPDATE of 3 bytes", frame(WINDOW, 0, 0, &[0; 3])),
        ("WINDOW_UPDATE of 0", window(0, 0)),
        ("connection window overflow", window(0, 0x7fff_ffff)),
        ("ENABLE_PUSH 2", settings(&[(2, 2)])),
        ("INITIAL_WINDOW_SIZE 2^31", settings(&[(4, 1 << 31)])),
        ("MAX_FRAME_SIZE 16383", settings(&[(5, 16_383)])),
        ("MAX_FRAME_SIZE 2^24", settings(&[(5, 1 << 24)])),
        ("a frame of 16385 bytes", frame(DATA, 0, 5, &[0; 16_385])),
        (
            "an unknown frame of 16385 bytes",
            frame(99, 0, 0, &[0; 16_385]),
        ),
        ("CONTINUATION alone", frame(CONTINUATION, 4, 5, &[])),
        (
            "PUSH_PROMISE",
            frame(PUSH, 4, 5, &[0, 0, 0, 2, 0x82, 0x86, 0x84]),
        ),
        (
            "HEADERS, then PING",
            [frame(HEADERS, 0, 7, POST), frame(PING, 0, 0, &[0; 8])].concat(),
        ),
        (
            "CONTINUATION of another stream",
            [frame(HEADERS, 0, 7, POST), frame(CONTINUATION, 4, 9, &[])].concat(),
        ),
        ("window exceeded", data(5, &[0; 16_384]).repeat(4)),
    ]
}

fn on_stream() -> Vec<(&'static str, Vec<u8>)> {
    let mut late = frame(DATA, END, 5, b"x");
    late.extend(data(5, b"y"));
    let mut late_head = frame(DATA, END, 5, b"x");
    late_head.extend(frame(HEADERS, 5, 5, &literal("a", "b")));
    let mut dead = reset(5, 8);
    dead.extend(data(5, b"y"));
    vec![
        ("DATA on an idle stream", data(99, b"x")),
        ("RST_STREAM on an idle stream", reset(99, 8)),
        ("WINDOW_UPDATE on an idle stream", window(99, 1)),
        ("DATA on an even stream", data(2, b"x")),
        ("RST_STREAM of 3 bytes", frame(RESET, 0, 5, &[0; 3])),
        ("PRIORITY of 4 bytes", frame(PRIORITY, 0, 5, &[0; 4])),
        (
            "PRIORITY on itself",
            frame(PRIORITY, 0, 5, &[0, 0, 0, 5, 0]),
        ),
        ("stream WINDOW_UPDATE of 0", window(5, 0)),
        ("stream window overflow", window(5, 0x7fff_ffff)),
        (
            "a setting that overflows a stream",
            [window(5, 0x7fff_0000), settings(&[(4, 0x7fff_ffff)])].concat(),
        ),
        ("padding longer than DATA", frame(DATA, PADDED, 5, &[9, 0])),
        (
            "padding longer than HEADERS",
            frame(HEADERS, PADDED | 5, 5, &[9, 0]),
        ),
        ("empty padded DATA", frame(DATA, PADDED, 5, &[])),
        ("DATA after END_STREAM", late),
        ("HEADERS after END_STREAM", late_head),
        ("DATA after RST_STREAM", dead),
        (
            "trailers without END_STREAM",
            frame(HEADERS, 4, 5, &literal("a", "b")),
        ),
        (
            "trailers with a pseudo-header field",
            frame(HEADERS, 5, 5, POST),
        ),
        (
            "trailers with an upper-case name",
            frame(HEADERS, 5, 5, &literal("A", "b")),
        ),
        ("index 0", frame(HEADERS, 5, 5, &[0x80])),
        (
            "an index beyond the table",
            frame(HEADERS, 5, 5, &[0xff, 0x20]),
        ),
        (
            "a string beyond the block",
            frame(HEADERS, 5, 5, &[0, 9, b'a']),
        ),
        (
            "a table size above the limit",
            frame(HEADERS, 5, 5, &[0x3f, 0xe2, 0x1f]),
        ),
        (
            "a table size behind a field",
            frame(HEADERS, 5, 5, b"\x00\x01a\x01b\x20"),
        ),
        (
            "bad Huffman padding",
            frame(HEADERS, 5, 5, b"\x00\x01a\x81\x18"),
        ),
        (
            "an endless integer",
            frame(
                HEADERS,
                5,
                5,
                &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0],
            ),
        ),
    ]
}

/// A head with something wrong in it: the one of stream 7.
fn sections(peer: Peer) -> Vec<(&'static str, Vec<u8>)> {
    let with = |more: &[(&str, &str)]| {
        let fields = more.iter().flat_map(|(name, value)| literal(name, value));
        let block: Vec<u8> = peer.head().iter().copied().chain(fields).collect();
        frame(HEADERS, END_HEADERS, 7, &block)
    };
    let only = |block: &[u8]| frame(HEADERS, END_HEADERS, 7, block);
    let body = |length: &str, body: &[u8]| {
        let mut frames = with(&[("content-length", length)]);
        frames.extend(frame(DATA, END, 7, body));
        frames
    };
    let mut all = vec![
        ("an upper-case name", with(&[("Upper", "x")])),
        ("an empty name", with(&[("", "x")])),
        ("a name with a space", with(&[("a b", "x")])),
        ("a value with CR", with(&[("a", "b\r")])),
        ("a value with NUL", with(&[("a", "b\0")])),
        ("a value with a space in front", with(&[("a", " b")])),
        ("connection", with(&[("connection", "close")])),
        (
            "transfer-encoding",
            with(&[("transfer-encoding", "chunked")]),
        ),
        ("te: gzip", with(&[("te", "gzip")])),
        ("an unknown pseudo-header field", with(&[(":new", "x")])),
        (
            "a pseudo-header field behind others",
            with(&[("a", "b"), (":authority", "x")]),
        ),
        (
            "a pseudo-header field twice",
            only(&[peer.head(), peer.head()].concat()),
        ),
        ("no pseudo-header fields", only(&literal("a", "b"))),
        ("content-length too small", body("1", b"xx")),
        ("content-length too large", body("3", b"xx")),
        (
            "content-length that is no number",
            with(&[("content-length", "1a")]),
        ),
        (
            "content-length twice",
            with(&[("content-length", "1"), ("content-length", "2")]),
        ),
        (
            "a list above the limit",
            with(&[("a", &"x".repeat(9_000)), ("b", &"x".repeat(7_000))]),
        ),
    ];
    all.extend(match peer {
        Peer::Client => vec![
            ("an even stream", frame(HEADERS, 5, 8, GET)),
            ("HEADERS again after END_STREAM", frame(HEADERS, 5, 3, GET)),
            (
                "a stream that depends on itself",
                frame(HEADERS, 0x25, 7, &[0, 0, 0, 7, 1, 0x82, 0x86, 0x84]),
            ),
            (
                "an empty path",
                only(&[&[0x82, 0x86][..], &literal(":path", "")].concat()),
            ),
            (
                "a path without a slash",
                only(&[&[0x82, 0x86][..], &literal(":path", "a")].concat()),
            ),
            (":status in a request", with(&[]).into_iter().collect()),
            (
                "extended CONNECT",
                only(
                    &[
                        &[0x86, 0x84][..],
                        &literal(":method", "CONNECT"),
                        &literal(":protocol", "websocket"),
                    ]
                    .concat(),
                ),
            ),
        ],
        Peer::Server => vec![
            ("a response on an even stream", frame(HEADERS, 5, 8, OK)),
            ("a response nobody asked for", frame(HEADERS, 5, 99, OK)),
            ("DATA in front of the response", data(7, b"x")),
            (
                "an interim response that ends",
                frame(HEADERS, 5, 7, &literal(":status", "100")),
            ),
            (
                "an interim response, then the final one",
                [only(&literal(":status", "103")), only(OK)].concat(),
            ),
            ("status 101", only(&literal(":status", "101"))),
            ("status of two digits", only(&literal(":status", "20"))),
            (":path in a response", with(&[]).into_iter().collect()),
            ("ENABLE_PUSH 1 of a server", settings(&[(2, 1)])),
        ],
    });
    // A pseudo-header field of the other direction, in front of all others.
    let wrong = match peer {
        Peer::Client => [OK, POST].concat(),
        Peer::Server => [&[0x84][..], OK].concat(),
    };
    for (name, bytes) in &mut all {
        if name.starts_with(":status in") || name.starts_with(":path in") {
            *bytes = only(&wrong);
        }
    }
    all
}

/// The greeting that both roles' peers open with.
pub(super) fn greeting(peer: Peer) -> Vec<u8> {
    let mut bytes = match peer {
        Peer::Client => PREFACE.to_vec(),
        Peer::Server => Vec::new(),
    };
    bytes.extend(wire::settings(&[]));
    bytes.extend(frame(SETTINGS, ACK, 0, &[]));
    bytes
}
