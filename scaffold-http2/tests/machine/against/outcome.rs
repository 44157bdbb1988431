//! What one side made of its peer's bytes, in terms that both have.

use std::collections::BTreeMap;

use crate::support::wire::{self, Frame};

type Fields = Vec<(String, String)>;

/// One stream as the application saw it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Seen {
    /// Regular fields, sorted: the other side keeps no order between names.
    pub(super) head: Option<Fields>,
    pub(super) body: Vec<u8>,
    pub(super) ended: bool,
    pub(super) trailers: Option<Fields>,
    pub(super) broken: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Outcome {
    /// The code of the GOAWAY that ended the connection.
    pub(super) goaway: Option<u32>,
    /// RST_STREAM that went out, with their codes.
    pub(super) resets: BTreeMap<u32, u32>,
    /// Status of answers that went out by themselves.
    pub(super) answered: Vec<u32>,
    pub(super) streams: BTreeMap<u32, Seen>,
}

impl Outcome {
    pub(super) fn frames(&mut self, output: &[u8]) {
        let output = output.strip_prefix(wire::PREFACE).unwrap_or(output);
        for Frame {
            kind,
            flags,
            stream,
            payload,
        } in wire::parse(output)
        {
            let code = |at: usize| u32::from_be_bytes(payload[at..at + 4].try_into().unwrap());
            match kind {
                wire::GOAWAY => self.goaway = Some(code(4)),
                wire::RESET => {
                    self.resets.insert(stream, code(0));
                }
                // Without a handler that answers: a refusal of the machine.
                wire::HEADERS if flags & wire::END != 0 && payload.len() < 16 => {
                    self.answered.push(stream);
                }
                _ => {}
            }
        }
    }

    /// With an end of the connection nothing else is promised: events of the
    /// frames in front of it may be lost on one side.
    pub(super) fn settle(mut self) -> Self {
        if self.goaway.is_some() {
            self.streams.clear();
            self.resets.clear();
            self.answered.clear();
        }
        // What a stream that broke had brought so far may be dropped.
        self.streams.retain(|id, seen| {
            !seen.broken && seen.head.is_some() && !self.resets.contains_key(id)
        });
        self
    }

    /// The refusal in one word.
    pub(super) fn verdict(&self) -> String {
        match (self.goaway, self.resets.values().next_back()) {
            (Some(code), _) => format!("goaway {code}"),
            (None, _) if !self.answered.is_empty() => "431".to_owned(),
            (None, Some(code)) => format!("reset {code}"),
            (None, None) => "fine".to_owned(),
        }
    }
}
