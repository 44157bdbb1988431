//! What a peer says that makes sense: calls, and their answers.

use std::time::Duration;

use prost::Message;

use super::peer::Peer;
use super::report::Answers;
use super::view::{Stream, View};
use super::wire;
use crate::pb::attack::v1::{Ask, Handlers};

impl Peer {
    /// Opens a call and leaves the request open; its stream.
    ///
    /// # Errors
    ///
    /// Those of the socket.
    pub fn open(&mut self, block: &[u8]) -> std::io::Result<u32> {
        let stream = self.stream();
        self.send(&wire::headers(stream, block, false))?;
        Ok(stream)
    }

    /// The bytes of a whole call.
    pub fn whole(&mut self, method: &str, ask: &Ask) -> Vec<u8> {
        let stream = self.stream();
        let path = format!("/attack.v1.Target/{method}");
        let body = wire::message(&ask.encode_to_vec());
        [
            wire::headers(stream, &wire::call(&path), false),
            wire::data(stream, &body, true),
        ]
        .concat()
    }

    /// Makes a call and waits for its end; what is there after `patience`.
    pub fn call(&mut self, method: &str, ask: &Ask, patience: Duration) -> Stream {
        let bytes = self.whole(method, ask);
        let stream = self.next - 2;
        if self.send(&bytes).is_err() {
            return Stream::default();
        }
        self.answer(stream, patience)
    }

    /// Waits for a stream's end; what is there after `patience`.
    pub fn answer(&self, stream: u32, patience: Duration) -> Stream {
        let over = |view: &View| {
            let seen = view.streams.get(&stream).filter(|seen| seen.is_over());
            let gone = view.closed.map(|_| Stream::default());
            seen.cloned().or(gone)
        };
        let seen = self.wait(patience, over);
        seen.unwrap_or_else(|| {
            self.view()
                .streams
                .get(&stream)
                .cloned()
                .unwrap_or_default()
        })
    }

    /// Sends a request's bytes as fast as the server's windows let it, until the
    /// stream is over or nothing has moved for `patience`; how many went out.
    pub fn upload(&mut self, stream: u32, bytes: &[u8], patience: Duration) -> usize {
        let mut sent = 0;
        while sent < bytes.len() {
            let spent = self.spent;
            let room = self.wait(patience, |view| {
                let seen = view.streams.get(&stream);
                if view.is_unwelcome() || seen.is_some_and(Stream::is_over) {
                    return Some(0);
                }
                let credit = seen.map_or(0, |seen| seen.credit);
                let window = (view.initial_window + credit - sent as i64)
                    .min(65_535 + view.credit - spent as i64);
                (window > 0).then_some(window as usize)
            });
            let Some(room) = room.filter(|room| *room > 0) else {
                break;
            };
            let part = &bytes[sent..bytes.len().min(sent + room.min(16_384))];
            if self
                .send(&wire::frame(wire::DATA, 0, stream, part))
                .is_err()
            {
                break;
            }
            sent += part.len();
            self.spent += part.len();
        }
        sent
    }

    /// Whether a GOAWAY without an error said that the newest stream is not
    /// served: another connection may serve it.
    pub fn was_asked_to_move(&self) -> bool {
        let newest = self.next - 2;
        let view = self.view();
        let last = view.goaways.last();
        last.is_some_and(|goaway| goaway.code == 0 && goaway.last < newest)
    }

    /// What the server's handlers have seen.
    pub fn handlers(&mut self, patience: Duration) -> Option<Handlers> {
        let reply = self.call("Seen", &Ask::default(), patience);
        Handlers::decode(&reply.messages().first()?[..]).ok()
    }

    /// Waits for all streams to be over, or the connection; how they ended.
    pub fn answers(&self, count: usize, patience: Duration) -> Answers {
        self.wait(patience, |view| {
            let over = view.streams.values().filter(|stream| stream.is_over());
            (over.count() >= count || view.closed.is_some()).then_some(())
        });
        self.view().verdicts()
    }
}
