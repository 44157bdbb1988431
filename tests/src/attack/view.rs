//! What a server has said on a connection, frame by frame.

use std::collections::HashMap;
use std::time::Instant;

use super::report::Answers;
use super::wire;

/// Of one stream.
#[derive(Clone, Debug, Default)]
pub struct Stream {
    /// `:status`; 0 before it came.
    pub http: u16,
    /// Header fields and trailers.
    pub fields: Vec<(String, String)>,
    /// The body's first 1 MiB.
    pub body: Vec<u8>,
    /// The whole body's length.
    pub received: usize,
    /// The server has ended its side.
    pub ended: bool,
    /// The code of an RST_STREAM.
    pub reset: Option<u32>,
    /// The sum of the WINDOW_UPDATEs.
    pub credit: i64,
}

/// A GOAWAY frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoAway {
    pub last: u32,
    pub code: u32,
    pub debug: String,
    pub at: Instant,
}

/// How the server's side of the socket ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closed {
    /// In good order: FIN.
    Fin,
    /// RST, or another error of the socket.
    Reset,
}

/// Everything.
#[derive(Default)]
pub struct View {
    /// The server's SETTINGS are here.
    pub greeted: bool,
    /// SETTINGS_INITIAL_WINDOW_SIZE.
    pub initial_window: i64,
    /// SETTINGS_MAX_CONCURRENT_STREAMS.
    pub max_streams: Option<u32>,
    pub settings_acks: usize,
    pub pongs: usize,
    /// PING frames that want an answer.
    pub pings: Vec<[u8; 8]>,
    pub goaways: Vec<GoAway>,
    pub streams: HashMap<u32, Stream>,
    /// The sum of WINDOW_UPDATEs on the connection.
    pub credit: i64,
    pub closed: Option<(Closed, Instant)>,
    /// DATA frames of all streams.
    pub data_frames: usize,
    /// The header block that is coming: its stream and flags.
    block: Option<(u32, u8, Vec<u8>)>,
    hpack: Hpack,
}

struct Hpack(loona_hpack::Decoder<'static>);

impl Default for Hpack {
    fn default() -> Hpack {
        Hpack(loona_hpack::Decoder::new())
    }
}

// === impl Stream ===

impl Stream {
    /// A field's first value.
    pub fn get(&self, name: &str) -> Option<&str> {
        let mut fields = self.fields.iter();
        fields.find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// `grpc-status`.
    pub fn grpc(&self) -> Option<i32> {
        self.get("grpc-status")?.parse().ok()
    }

    /// Whether nothing more will come.
    pub fn is_over(&self) -> bool {
        self.ended || self.reset.is_some()
    }

    /// The answer in few words.
    pub fn verdict(&self) -> String {
        match (self.reset, self.ended, self.http, self.grpc()) {
            (_, true, 200, Some(code)) => {
                format!("grpc {}", scaffold_runtime::Code::from(code).name())
            }
            (_, true, http, _) => format!("http {http}"),
            (Some(code), _, _, _) => format!("RST_STREAM {}", wire::code_name(code)),
            _ => "open".to_owned(),
        }
    }

    /// The body's messages, as far as it is kept.
    pub fn messages(&self) -> Vec<Vec<u8>> {
        let mut rest = &self.body[..];
        let mut messages = Vec::new();
        while let Some((prefix, more)) = rest.split_first_chunk::<5>() {
            let length = u32::from_be_bytes([prefix[1], prefix[2], prefix[3], prefix[4]]);
            let Some((message, more)) = more.split_at_checked(length as usize) else {
                break;
            };
            messages.push(message.to_vec());
            rest = more;
        }
        messages
    }
}

// === impl View ===

impl View {
    /// Takes whole frames off the front of `bytes`; how many bytes.
    pub fn take(&mut self, bytes: &[u8]) -> usize {
        let mut used = 0;
        while let Some((head, rest)) = bytes[used..].split_first_chunk::<9>() {
            let length = u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize;
            let Some(payload) = rest.get(..length) else {
                break;
            };
            let stream = u32::from_be_bytes([head[5], head[6], head[7], head[8]]) & wire::MAX;
            self.frame(head[3], head[4], stream, payload);
            used += 9 + length;
        }
        used
    }

    fn frame(&mut self, kind: u8, flags: u8, stream: u32, payload: &[u8]) {
        let number = |at: usize| {
            let bytes = payload.get(at..at + 4).unwrap_or(&[0; 4]);
            u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
        };
        match kind {
            wire::SETTINGS if flags & wire::ACK != 0 => self.settings_acks += 1,
            wire::SETTINGS => {
                self.greeted = true;
                for entry in payload.chunks_exact(6) {
                    let value = u32::from_be_bytes([entry[2], entry[3], entry[4], entry[5]]);
                    match u16::from_be_bytes([entry[0], entry[1]]) {
                        3 => self.max_streams = Some(value),
                        4 => self.initial_window = i64::from(value),
                        _ => {}
                    }
                }
            }
            wire::PING if flags & wire::ACK != 0 => self.pongs += 1,
            wire::PING => self.pings.extend(<[u8; 8]>::try_from(payload)),
            wire::GOAWAY => self.goaways.push(GoAway {
                last: number(0) & wire::MAX,
                code: number(4),
                debug: String::from_utf8_lossy(payload.get(8..).unwrap_or_default()).into_owned(),
                at: Instant::now(),
            }),
            wire::WINDOW if stream == 0 => self.credit += i64::from(number(0)),
            wire::WINDOW => self.at(stream).credit += i64::from(number(0)),
            wire::RESET => self.at(stream).reset = Some(number(0)),
            wire::DATA => {
                self.data_frames += 1;
                let seen = self.at(stream);
                seen.received += payload.len();
                if seen.body.len() < 1 << 20 {
                    seen.body.extend_from_slice(payload);
                }
                seen.ended |= flags & wire::END != 0;
            }
            // Servers that are attacked here send neither padding nor priority.
            wire::HEADERS | wire::CONTINUATION => self.block(kind, flags, stream, payload),
            _ => {}
        }
    }

    fn at(&mut self, stream: u32) -> &mut Stream {
        self.streams.entry(stream).or_default()
    }

    fn block(&mut self, kind: u8, flags: u8, stream: u32, payload: &[u8]) {
        if kind == wire::HEADERS {
            self.block = Some((stream, flags, Vec::new()));
        }
        let Some((stream, first, mut block)) = self.block.take() else {
            return;
        };
        block.extend_from_slice(payload);
        if flags & wire::END_HEADERS == 0 {
            self.block = Some((stream, first, block));
            return;
        }
        let mut fields = Vec::new();
        let decoded = self.hpack.0.decode_with_cb(&block, |name, value| {
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            fields.push((text(&name), text(&value)));
        });
        let seen = self.at(stream);
        if decoded.is_err() {
            fields.push(("x-undecodable".to_owned(), String::new()));
        }
        for (name, value) in fields {
            match &*name {
                ":status" => seen.http = value.parse().unwrap_or_default(),
                _ => seen.fields.push((name, value)),
            }
        }
        seen.ended |= first & wire::END != 0;
    }

    /// The last GOAWAY, with the text of an earlier one if it has none: a
    /// graceful end has two, and says why in the first.
    pub fn goaway(&self) -> Option<GoAway> {
        let mut last = self.goaways.last()?.clone();
        if last.debug.is_empty() {
            let said = self.goaways.iter().find(|goaway| !goaway.debug.is_empty());
            last.debug = said.map(|goaway| goaway.debug.clone()).unwrap_or_default();
        }
        Some(last)
    }

    /// Whether the server wants no more of this connection.
    pub fn is_unwelcome(&self) -> bool {
        self.closed.is_some() || self.goaways.iter().any(|goaway| goaway.code != 0)
    }

    /// How streams ended, and how many each way.
    pub fn verdicts(&self) -> Answers {
        let mut answers = Answers::new();
        for stream in self.streams.values() {
            *answers.entry(stream.verdict()).or_default() += 1;
        }
        answers
    }
}

impl std::fmt::Debug for View {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("View")
            .field("goaways", &self.goaways)
            .field("closed", &self.closed)
            .field("streams", &self.verdicts())
            .finish_non_exhaustive()
    }
}
