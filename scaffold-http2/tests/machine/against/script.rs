//! Any bytes as what a peer sends, for the fuzz target `against_h2` and for a
//! test with numbers by chance.

use super::traffic::Peer;
use super::{both, outcome::Outcome};
use crate::support::wire::*;

/// Most frames of one script.
const FRAMES: usize = 24;

/// Fields that scripts are made of: good, odd and wrong ones.
const FIELDS: [&[u8]; 16] = [
    b"\x00\x01a\x01b",
    b"\x40\x05x-key\x05value",
    b"\xbe",
    b"\x10\x06secret\x01s",
    b"\x0f\x0d\x012",
    b"\x0f\x0d\x010",
    b"\x0f\x10\x10application/grpc",
    b"\x00\x02te\x08trailers",
    b"\x00\x02te\x04gzip",
    b"\x00\x0aconnection\x05close",
    b"\x00\x01A\x01b",
    b"\x00\x01a\x02\x00b",
    b"\x00\x04:new\x01b",
    b"\x88",
    b"\x84",
    b"\x00\x0bgrpc-status\x010",
];

/// `content-length`, which the static table has.
const LENGTH: &[u8] = b"\x0f\x0d";

/// Takes the script byte by byte; zeros when it is over.
struct Script<'a>(&'a [u8]);

// === impl Script ===

impl<'a> Script<'a> {
    fn byte(&mut self) -> u8 {
        let (first, rest) = self.0.split_first().unwrap_or((&0, &[]));
        self.0 = rest;
        *first
    }

    fn bytes(&mut self, most: usize) -> &'a [u8] {
        let count = usize::from(self.byte()) % (most + 1);
        let (bytes, rest) = self.0.split_at(count.min(self.0.len()));
        self.0 = rest;
        bytes
    }

    /// 0 to 11; mostly one of the first calls.
    fn stream(&mut self) -> u32 {
        u32::from(self.byte() % 12)
    }

    /// A header block, most often one that decodes.
    fn block(&mut self, peer: Peer) -> Vec<u8> {
        let mut block = match self.byte() % 8 {
            0 => Vec::new(),
            1 => self.bytes(24).to_vec(),
            _ => peer.head().to_vec(),
        };
        for _ in 0..self.byte() % 4 {
            let field = FIELDS[usize::from(self.byte()) % FIELDS.len()];
            // A response may say how long the body would be that it has not, which
            // h2 knows only of answers to HEAD.
            if peer == Peer::Client || !field.starts_with(LENGTH) {
                block.extend(field);
            }
        }
        block
    }

    fn frame(&mut self, peer: Peer) -> Vec<u8> {
        let (kind, id) = (self.byte() % 16, self.stream());
        match kind {
            0..=3 => {
                let flags = self.byte() & (END | END_HEADERS) | END_HEADERS;
                frame(HEADERS, flags, id, &self.block(peer))
            }
            4..=6 => frame(DATA, self.byte() & END, id, self.bytes(200)),
            7 => frame(DATA, self.byte() & (END | PADDED), id, self.bytes(40)),
            8 => reset(id, u32::from(self.byte() % 16)),
            // Of 0, h2 refuses it whatever became of the stream.
            9 => window(id, u32::from(self.byte()).max(1) << (self.byte() % 25)),
            10 => settings(&[(u16::from(self.byte() % 9), u32::from(self.byte()))]),
            11 => frame(PING, self.byte() & ACK, 0, &[self.byte(); 8]),
            12 => {
                let (block, cut) = (self.block(peer), usize::from(self.byte()));
                let cut = cut.min(block.len());
                let flags = self.byte() & END;
                let mut frames = frame(HEADERS, flags, id, &block[..cut]);
                frames.extend(frame(CONTINUATION, END_HEADERS, id, &block[cut..]));
                frames
            }
            13 => frame(PRIORITY, 0, id, self.bytes(5)),
            _ => match (self.byte() % 12, self.byte()) {
                // h2 takes an acknowledgement of nothing for an error of the
                // connection; the RFC does not say that it is one.
                (SETTINGS, flags) => frame(SETTINGS, flags & !ACK, id, self.bytes(40)),
                // And it looks into a block before that is complete, we refuse
                // one that is pushed as soon as it begins.
                (kind @ (HEADERS | PUSH), flags) => {
                    frame(kind, flags | END_HEADERS, id, self.bytes(40))
                }
                (WINDOW, _) => frame(WINDOW, 0, id, self.bytes(3)),
                (kind, flags) => frame(kind, flags, id, self.bytes(40)),
            },
        }
    }
}

/// Whether these are SETTINGS that h2 does not hold to their rules: ENABLE_PUSH of a
/// server (RFC 9113, section 6.5.2), NO_RFC7540_PRIORITIES (RFC 9218, section 2.1).
fn is_laxer_setting(peer: Peer, frame: &[u8]) -> bool {
    let mut entries = frame[9..].chunks(6);
    frame[3] == SETTINGS
        && entries.any(|entry| match entry {
            [0, 2, ..] => peer == Peer::Server,
            [0, 9, ..] => true,
            _ => false,
        })
}

/// Whether a field's value has control characters other than those that RFC 9113
/// forbids (section 8.2.1): h2 takes none at all.
fn has_controls(outcome: &Outcome) -> bool {
    let sections = outcome.streams.values();
    sections
        .flat_map(|seen| [&seen.head, &seen.trailers])
        .flatten()
        .flatten()
        .any(|(_, value)| value.contains(|c: char| c.is_ascii_control() && c != '\t'))
}

/// Says what the two make of a script differently, if that is more than one of
/// the known differences.
fn disagreement(ours: Outcome, theirs: Outcome) -> Option<String> {
    if has_controls(&ours) {
        return None;
    }
    match (&*ours.verdict(), &*theirs.verdict()) {
        // What we take they take, and make the same of it.
        ("fine", "fine") => {
            // A stream that is reset behind its end is broken for who looks late.
            let seen = ours.streams.iter().chain(&theirs.streams);
            let broken = seen.filter(|(_, seen)| seen.broken).map(|(id, _)| *id);
            let broken: Vec<u32> = broken.collect();
            let settle = |outcome: Outcome| {
                let mut streams = outcome.settle().streams;
                streams.retain(|id, _| !broken.contains(id));
                streams
            };
            let (ours, theirs) = (settle(ours), settle(theirs));
            (ours != theirs).then(|| format!("ours {ours:#?}\ntheirs {theirs:#?}"))
        }
        // Told that its peer leaves, h2 does as well.
        ("fine", "goaway 0") => None,
        // Of streams that the peer has skipped, h2 says that they are closed; here
        // they are as forgotten as those that ended long ago.
        ("fine", "reset 5") => None,
        ("fine", verdict) => Some(format!("ours: fine, theirs: {verdict}")),
        // Malformed messages are stream errors here, and h2 takes some of them.
        ("reset 1", "fine") => None,
        // A peer may ask for less work here, such as PINGs that follow each other.
        ("goaway 11", "fine") => None,
        (verdict, "fine") => Some(format!("ours: {verdict}, theirs: fine")),
        _ => None,
    }
}

/// Runs one script against both.
///
/// # Panics
///
/// If they disagree.
pub(crate) fn run(input: &[u8]) {
    let mut script = Script(input);
    let peer = match script.byte() % 2 {
        0 => Peer::Client,
        _ => Peer::Server,
    };
    let mut frames = Vec::new();
    while !script.0.is_empty() && frames.len() < FRAMES {
        let frame = script.frame(peer);
        if !is_laxer_setting(peer, &frame) {
            frames.push(frame);
        }
    }
    let (ours, theirs) = both(peer, &frames);
    if let Some(what) = disagreement(ours, theirs) {
        panic!("{what}\nof {frames:02x?}");
    }
}
