//! One call's handle on its connection.

use std::cell::Cell;
use std::task::{Context, Poll};

use bytes::Bytes;
use scaffold_http2::ErrorCode;

use super::record::{Announcement, Began, End, Record};
use super::shared::Connection;

/// A call that has a stream. Dropping it before the end was read resets the
/// stream with CANCEL.
pub(crate) struct Call {
    connection: Connection,
    key: u32,
    /// Whether the record was given back.
    over: bool,
}

/// What comes of a response, in its order.
#[derive(Debug)]
pub(crate) enum Event {
    /// The head; `None` if it says nothing to people.
    Head(Option<Box<Announcement>>),
    /// A piece of the body.
    Data(Bytes),
    /// The end. Nothing comes after it.
    End(End),
}

/// How a call for one message stands.
#[derive(Debug)]
pub(crate) enum Quick {
    /// It ended well, with this message, prefix and all. To be given to
    /// [`give_back`] after use.
    Message(Vec<u8>),
    /// The server surely did not process it.
    Unprocessed,
    /// It takes a closer look, event by event.
    Slow,
}

thread_local! {
    /// Memory that goes round between messages and records.
    static SPARE: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// Spare memory above this is freed.
const SPARE_MAX: usize = 16 << 10;

// === impl Call ===

impl Call {
    pub(super) fn new(connection: Connection, key: u32) -> Self {
        Self {
            connection,
            key,
            over: false,
        }
    }

    pub(crate) fn connection(&self) -> &Connection {
        &self.connection
    }

    pub(crate) fn key(&self) -> u32 {
        self.key
    }

    /// Waits for the end of a call for one message, or for anything out of
    /// the ordinary. Not after it was ready.
    pub(crate) fn poll_quick(&mut self, cx: &mut Context<'_>) -> Poll<Quick> {
        let mut spare = SPARE.take();
        let (key, over) = (self.key, &mut self.over);
        let quick = self.connection.with(|core| {
            let record = core.calls.get(key);
            if record.quick && record.end.is_none() {
                let old = record.read_by(cx.waker());
                core.calls.wakes.extend(old);
                return Poll::Pending;
            }
            let quick = record.quickly(&mut spare);
            if matches!(quick, Quick::Message(_)) {
                core.close(key, ErrorCode::CANCEL);
                *over = true;
            }
            Poll::Ready(quick)
        });
        match quick {
            Poll::Ready(Quick::Message(_)) => Poll::Ready(Quick::Message(spare)),
            other => {
                SPARE.set(spare);
                other
            }
        }
    }

    /// Waits for what comes next; after [`Event::End`] nothing does.
    pub(crate) fn poll_event(&mut self, cx: &mut Context<'_>) -> Poll<Event> {
        let (key, over) = (self.key, &mut self.over);
        if *over {
            return Poll::Pending;
        }
        self.connection.with(|core| {
            let record = core.calls.get(key);
            record.quick = false;
            let stream = record.stream;
            let Some(event) = record.next() else {
                let old = record.read_by(cx.waker());
                core.calls.wakes.extend(old);
                return Poll::Pending;
            };
            match (&event, stream) {
                (Event::Data(bytes), Some(stream)) => {
                    // This is what opens the server's window again.
                    let session = core.http.session();
                    let before = session.output_len();
                    session.release(stream, bytes.len());
                    core.stirred |= session.output_len() != before;
                }
                (Event::End(_), _) => {
                    core.close(key, ErrorCode::NO_ERROR);
                    *over = true;
                }
                _ => {}
            }
            Poll::Ready(event)
        })
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        if !self.over {
            self.connection
                .with(|core| core.close(self.key, ErrorCode::CANCEL));
        }
    }
}

impl std::fmt::Debug for Call {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Call")
            .field("connection", &self.connection)
            .field("over", &self.over)
            .finish_non_exhaustive()
    }
}

// === impl Record ===

impl Record {
    /// The answer of a call for one message, swapped into `spare`, if it is
    /// as plain as can be.
    fn quickly(&mut self, spare: &mut Vec<u8>) -> Quick {
        match (&self.began, &self.end) {
            (Began::Plain, Some(End::Ok)) if self.chunk.is_none() && !self.whole.is_empty() => {
                std::mem::swap(&mut self.whole, spare);
                Quick::Message(Vec::new())
            }
            (Began::No, Some(end)) if end.is_unprocessed() => Quick::Unprocessed,
            _ => Quick::Slow,
        }
    }

    fn next(&mut self) -> Option<Event> {
        match std::mem::replace(&mut self.began, Began::Taken) {
            Began::Plain => return Some(Event::Head(None)),
            Began::Told(announcement) => return Some(Event::Head(Some(announcement))),
            Began::No => self.began = Began::No,
            Began::Taken => {}
        }
        if !self.whole.is_empty() {
            let whole = Bytes::copy_from_slice(&self.whole);
            self.whole.clear();
            return Some(Event::Data(whole));
        }
        if let Some(chunk) = self.chunk.take() {
            return Some(Event::Data(chunk.freeze()));
        }
        self.end.take().map(Event::End)
    }
}

/// Takes a message's memory back for the next one.
pub(crate) fn give_back(mut memory: Vec<u8>) {
    if memory.capacity() <= SPARE_MAX {
        memory.clear();
        SPARE.set(memory);
    }
}
