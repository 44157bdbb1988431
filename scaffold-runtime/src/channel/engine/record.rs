//! What is kept of each call on a connection.

use std::task::Waker;

use bytes::Bytes;
use scaffold_http2::{ErrorCode, GoAway, Reset, ResetCause, Stream};

use crate::Metadata;
use crate::pool::Buffer;

/// Memory of a finished call's record that the next call may have.
const KEEP: usize = 4 << 10;

/// One call's part of the connection. The caller's handle owns it; it outlives
/// the stream until the handle has read the end.
#[derive(Default)]
pub(super) struct Record {
    pub(super) stream: Option<Stream>,
    /// Nobody needs to hear of anything before the end: one message is
    /// expected, and so far nothing else came.
    pub(super) quick: bool,
    /// The whole request was written when the stream was opened.
    pub(super) written: bool,
    /// Waits for what comes.
    pub(super) reader: Option<Waker>,
    /// Waits for room to send.
    pub(super) writer: Option<Waker>,
    pub(super) began: Began,
    /// The one message of a quick call, prefix and all.
    pub(super) whole: Vec<u8>,
    /// What came of any other body and was not taken. The windows bound it.
    pub(super) chunk: Option<Buffer>,
    pub(super) end: Option<End>,
    /// Small messages that wait for the driver, to share a frame.
    pub(super) gathered: Vec<u8>,
    /// Whether the record is in the list of those with something gathered.
    pub(super) dirty: bool,
    /// A request that found no room in the queues.
    pub(super) unsent: Option<Bytes>,
    /// The requests end behind what is gathered.
    pub(super) ending: bool,
}

/// How far the response has come.
#[derive(Default)]
pub(super) enum Began {
    #[default]
    No,
    /// With a head that says nothing to people.
    Plain,
    /// With this one.
    Told(Box<Announcement>),
    /// The head was taken.
    Taken,
}

/// A response's head.
#[derive(Debug)]
pub(crate) struct Announcement {
    pub(crate) status: u16,
    /// All fields, the protocol's too.
    pub(crate) metadata: Metadata,
    /// Whether nothing follows (a trailers-only response).
    pub(crate) ended: bool,
}

/// How a call's stream ended.
#[derive(Debug)]
pub(crate) enum End {
    /// Trailers that say OK and nothing else.
    Ok,
    /// Other trailers.
    Trailers(Box<Metadata>),
    /// END_STREAM without trailers, or with the head.
    Cut,
    /// The stream was reset.
    Reset(Reset),
    /// This side gave the call up, by its sending half.
    Cancelled,
    /// The connection was lost.
    Lost,
}

/// The peer's GOAWAY.
#[derive(Debug)]
pub(super) struct Going {
    pub(super) too_many_pings: bool,
    pub(super) text: String,
}

struct Route {
    stream: u32,
    record: u32,
}

/// The records of a connection, found by the handle's key or by the stream.
/// Freed ones are used again with what memory they hold: in the steady state a
/// call allocates nothing here.
#[derive(Default)]
pub(super) struct Calls {
    records: Vec<Record>,
    free: Vec<u32>,
    /// By [`Stream::index`].
    routes: Vec<Route>,
    /// To be woken when the lock is given back; also where wakers go that are
    /// not needed any more, for dropping one can run anything.
    pub(super) wakes: Vec<Waker>,
    /// Calls with something gathered.
    pub(super) dirty: Vec<u32>,
    /// Calls that were answered before their requests were all written.
    pub(super) early: Vec<Stream>,
    /// The peer's SETTINGS are here.
    pub(super) settled: bool,
    pub(super) going: Option<Going>,
    /// The largest message that is taken, in bytes.
    pub(super) receive_limit: usize,
}

// === impl Calls ===

impl Calls {
    pub(super) fn new(receive_limit: usize) -> Self {
        Self {
            receive_limit,
            ..Self::default()
        }
    }

    /// A fresh record.
    pub(super) fn insert(&mut self) -> u32 {
        self.free.pop().unwrap_or_else(|| {
            self.records.push(Record::default());
            (self.records.len() - 1) as u32
        })
    }

    /// Ties a record to its stream.
    pub(super) fn route(&mut self, key: u32, stream: Stream) {
        let index = stream.index();
        while self.routes.len() <= index {
            self.routes.push(Route {
                stream: 0,
                record: 0,
            });
        }
        self.routes[index] = Route {
            stream: stream.id(),
            record: key,
        };
        self.records[key as usize].stream = Some(stream);
    }

    pub(super) fn get(&mut self, key: u32) -> &mut Record {
        &mut self.records[key as usize]
    }

    /// The record of an open stream.
    #[inline]
    pub(super) fn of(&mut self, stream: Stream) -> Option<(u32, &mut Record)> {
        let route = self.routes.get(stream.index())?;
        let key = route.record;
        let known = route.stream == stream.id();
        known.then(|| (key, &mut self.records[key as usize]))
    }

    /// Gives a record back. Its stream must be over.
    pub(super) fn remove(&mut self, key: u32) {
        let Some(record) = self.records.get_mut(key as usize) else {
            return;
        };
        self.wakes.extend(record.reader.take());
        self.wakes.extend(record.writer.take());
        if let Some(stream) = record.stream.take()
            && let Some(route) = self.routes.get_mut(stream.index())
            && route.stream == stream.id()
        {
            route.stream = 0;
        }
        record.recycle();
        self.free.push(key);
    }

    /// How many calls hold a record.
    pub(super) fn live(&self) -> usize {
        self.records.len() - self.free.len()
    }

    /// Ends all calls that have not ended.
    pub(super) fn lose(&mut self) {
        for record in &mut self.records {
            if record.stream.is_some() && record.end.is_none() {
                record.end = Some(End::Lost);
                self.wakes.extend(record.reader.take());
                self.wakes.extend(record.writer.take());
            }
        }
    }

    /// Puts a call on the list of those with something to flush.
    pub(super) fn soil(&mut self, key: u32) {
        let record = &mut self.records[key as usize];
        if !std::mem::replace(&mut record.dirty, true) {
            self.dirty.push(key);
        }
    }
}

// === impl Record ===

impl Record {
    /// Makes the record as new, but for memory worth keeping.
    fn recycle(&mut self) {
        self.quick = false;
        self.written = false;
        self.began = Began::No;
        self.chunk = None;
        self.end = None;
        self.unsent = None;
        self.ending = false;
        // Its place in the list of dirty ones is found empty.
        for memory in [&mut self.whole, &mut self.gathered] {
            if memory.capacity() > KEEP {
                *memory = Vec::new();
            } else {
                memory.clear();
            }
        }
    }

    /// Notes who waits for what comes; a waker that gives way is returned.
    #[inline]
    pub(super) fn read_by(&mut self, waker: &Waker) -> Option<Waker> {
        note(&mut self.reader, waker)
    }

    /// Notes who waits for room.
    pub(super) fn written_by(&mut self, waker: &Waker) -> Option<Waker> {
        note(&mut self.writer, waker)
    }
}

#[inline]
fn note(place: &mut Option<Waker>, waker: &Waker) -> Option<Waker> {
    match place {
        Some(old) if old.will_wake(waker) => None,
        _ => place.replace(waker.clone()),
    }
}

// === impl Going ===

impl Going {
    pub(super) fn new(goaway: &GoAway<'_>) -> Self {
        let debug: String = String::from_utf8_lossy(goaway.debug)
            .chars()
            .filter(|c| !c.is_control())
            .take(128)
            .collect();
        Self {
            too_many_pings: debug.contains("too_many_pings"),
            text: format!("the server said GOAWAY: {} {debug:?}", goaway.code),
        }
    }
}

// === impl End ===

impl End {
    /// Whether the server surely did not process the call (RFC 9113 sections
    /// 6.8 and 8.7).
    pub(crate) fn is_unprocessed(&self) -> bool {
        match self {
            Self::Reset(reset) => match reset.cause {
                ResetCause::GoAway => true,
                ResetCause::Peer => reset.code == ErrorCode::REFUSED_STREAM,
                ResetCause::Local(_) => false,
            },
            _ => false,
        }
    }
}
