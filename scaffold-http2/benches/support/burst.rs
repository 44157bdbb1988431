//! A client's bytes: requests with bodies, one behind the other.

use scaffold_http2::{Config, Connection, Field, Indexing, Template, Time};

/// Calls in a burst.
pub(crate) const CALLS: usize = 1_000;
/// Bursts that are measured.
pub(crate) const ROUNDS: usize = 400;
/// Bursts before that.
pub(crate) const WARM_UP: usize = 20;
/// Calls that a server gets with one read.
pub(crate) const BATCH: usize = 100;

/// gRPC's prefix and a message of 17 bytes.
pub(crate) const BODY: &[u8; 22] = b"\0\0\0\0\x11\x0a\x0fhello, somebody";

/// What differs between the calls of a burst.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Variation {
    Same,
    Timeouts,
    Metadata,
}

/// One burst, and after [`next`](Self::next) another with higher stream
/// identifiers. Tables are warm from the first one.
pub(crate) struct Burst {
    /// The client's greeting and one call.
    opening: Vec<u8>,
    bytes: Vec<u8>,
    /// Where the calls of each batch end.
    ends: Vec<usize>,
}

impl Burst {
    pub(crate) const SAME: Variation = Variation::Same;
    pub(crate) const TIMEOUTS: Variation = Variation::Timeouts;
    pub(crate) const METADATA: Variation = Variation::Metadata;

    pub(crate) fn new(variation: Variation) -> Self {
        let mut config = Config::default();
        config.limits.max_streams = 4 * CALLS as u32;
        config.limits.output_soft = 1 << 20;
        config.limits.output_hard = 1 << 20;
        let mut client = Connection::client(config, Time::default());
        let insert = |name, value| Field::new(name, value).indexing(Indexing::Insert);
        let mut fields = vec![
            Field::new(":method", "POST"),
            Field::new(":scheme", "http"),
            insert(":path", "/helloworld.Greeter/SayHello"),
            insert(":authority", "127.0.0.1:50051"),
            insert("content-type", "application/grpc"),
            insert("te", "trailers"),
            insert("user-agent", "grpc-rust/1.0"),
            insert("grpc-accept-encoding", "gzip"),
        ];
        if variation == Variation::Metadata {
            fields.extend([
                insert("x-request-source", "frontend"),
                insert("x-tenant", "a-tenant-of-some-length"),
                insert("x-region", "eu-central-1"),
                insert("x-client-version", "12.4.1"),
                insert("x-feature-flags", "one,two,three"),
                insert("x-priority", "normal"),
                insert("x-retry-policy", "default"),
                insert("authorization", "Bearer 0123456789abcdef0123456789abcdef"),
            ]);
        }
        let request = Template::new(&fields).expect("a fine request");
        let mut calls = |count: usize| {
            let mut ends = Vec::new();
            for call in 0..count {
                let timeout = format!("{}u", 1_000_000 + call * 997);
                let extra = [Field::new("grpc-timeout", &timeout)];
                let extra = match variation {
                    Variation::Timeouts => &extra[..],
                    _ => &[],
                };
                let session = client.session();
                let stream = session.open(&request, extra, false).expect("a stream");
                session.send_data(stream, BODY, true).expect("room");
                if (call + 1) % BATCH == 0 {
                    ends.push(session.output_len());
                }
            }
            let bytes = client.session().output().expect("one run").to_vec();
            client.session().advance(bytes.len());
            (bytes, ends)
        };
        let (opening, _) = calls(1);
        // Everything is in the table now.
        let (bytes, ends) = calls(CALLS);
        Self {
            opening,
            bytes,
            ends,
        }
    }

    pub(crate) fn opening(&self) -> &[u8] {
        &self.opening
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(crate) fn ends(&self) -> Vec<usize> {
        self.ends.clone()
    }

    /// The HEADERS frame of the burst's first call, and by how much to skip
    /// so that it is not opened again.
    pub(crate) fn head_alone(&self) -> (Vec<u8>, u32) {
        let len = u32::from_be_bytes([0, self.bytes[0], self.bytes[1], self.bytes[2]]);
        (self.bytes[..9 + len as usize].to_vec(), 2)
    }

    /// Moves every stream identifier up, past the last of this burst.
    pub(crate) fn next(&mut self) {
        self.skip(2 * CALLS as u32);
    }

    /// Moves every stream identifier up.
    pub(crate) fn skip(&mut self, by: u32) {
        shift(&mut self.bytes, by);
    }
}

/// Moves the stream identifiers of all frames up, the connection's aside.
pub(crate) fn shift(bytes: &mut [u8], by: u32) {
    let mut at = 0;
    while let Some(header) = bytes.get_mut(at..at + 9) {
        let len = u32::from_be_bytes([0, header[0], header[1], header[2]]) as usize;
        let id: &mut [u8; 4] = (&mut header[5..9]).try_into().expect("four bytes");
        let stream = u32::from_be_bytes(*id);
        if stream != 0 {
            *id = (stream + by).to_be_bytes();
        }
        at += 9 + len;
    }
}
