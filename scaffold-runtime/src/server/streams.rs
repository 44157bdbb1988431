//! What belongs to each open stream of a connection.

use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use scaffold_http2::{Stream, Template};

use super::answer::Ending;
use super::coding::Coding;
use super::router::Route;
#[cfg(feature = "tower")]
use crate::Extensions;
use crate::Metadata;
use crate::stream::Pipe;

/// A place for each stream that may be open at once, by [`Stream::index`].
#[derive(Default)]
pub(super) struct Streams {
    entries: Vec<Entry>,
}

#[derive(Default)]
pub(super) struct Entry {
    stream: Option<Stream>,
    state: State,
}

/// Where a stream's call is.
#[derive(Default)]
pub(super) enum State {
    /// Nowhere: it was refused, or has been answered.
    #[default]
    Over,
    /// It was no call and has been answered; its body, of which so many bytes
    /// have come, is read for a while.
    Refused(usize),
    /// Its head has come. If the rest comes at once, as most requests do, it
    /// begins with a whole message.
    Head(Fresh),
    /// It is complete, its piece is its message, and it waits for its turn.
    Due(Fresh),
    /// It is among the calls.
    Running(Running),
    /// It has ended, and what it said waits for room.
    Ending(Ending),
}

/// A call that has not begun. As small as it can be: it is moved a few times.
pub(super) struct Fresh {
    pub(super) route: Route,
    pub(super) coding: Coding,
    pub(super) metadata: Metadata,
    pub(super) deadline: Option<Instant>,
    #[cfg(feature = "tower")]
    pub(super) extensions: Extensions,
    /// The first piece of the body.
    pub(super) piece: Bytes,
    pub(super) ended: bool,
}

/// A call that has begun.
#[derive(Clone)]
pub(super) struct Running {
    pub(super) slot: usize,
    /// The head of its response.
    pub(super) head: &'static Template,
    pub(super) pipe: Option<Arc<Pipe>>,
    /// Its method may answer without a message.
    pub(super) is_stream: bool,
}

// === impl Streams ===

impl Streams {
    /// Begins a stream.
    pub(super) fn insert(&mut self, stream: Stream, state: State) {
        while self.entries.len() <= stream.index() {
            self.entries.push(Entry::default());
        }
        self.entries[stream.index()] = Entry {
            stream: Some(stream),
            state,
        };
    }

    /// The state of a stream; `None` for one that is not known any more.
    pub(super) fn get(&mut self, stream: Stream) -> Option<&mut State> {
        let entry = self.entries.get_mut(stream.index())?;
        (entry.stream == Some(stream)).then_some(&mut entry.state)
    }

    /// Takes the state of a stream, and leaves it [`Over`](State::Over).
    pub(super) fn take(&mut self, stream: Stream) -> State {
        self.get(stream).map_or(State::Over, std::mem::take)
    }

    /// Leaves a stream [`Over`](State::Over), if it is known.
    #[inline]
    pub(super) fn close(&mut self, stream: Stream) {
        if let Some(state) = self.get(stream)
            && !matches!(state, State::Over)
        {
            *state = State::Over;
        }
    }

    /// Gives back the memory of streams, when none is open.
    pub(super) fn trim(&mut self) {
        if self.entries.len() > 8 {
            self.entries = Vec::new();
        }
    }
}
