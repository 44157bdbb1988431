//! A handler that writes everything down.

use scaffold_http2::{ErrorCode, GoAway, Handler, Head, Reset, ResetCause, Session, Stream};

/// One call of the handler, owned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// Stream, `:path` or `:status`, regular fields, END_STREAM.
    Head(u32, String, Vec<(String, String)>, bool),
    Data(u32, Vec<u8>, bool),
    Trailers(u32, Vec<(String, String)>),
    Reset(u32, ErrorCode, ResetCause),
    Writable(u32),
    GoAway(u32, ErrorCode, Vec<u8>),
    Pong(u64),
    Settings,
}

/// Events in order. DATA is released at once unless [`hold`](Self::hold) is
/// set.
#[derive(Debug, Default)]
pub(crate) struct Recorder {
    pub(crate) events: Vec<Event>,
    pub(crate) streams: Vec<Stream>,
    pub(crate) resolved: usize,
    pub(crate) hold: bool,
    /// Count data, do not keep it.
    pub(crate) light: bool,
    pub(crate) bytes: usize,
}

impl Recorder {
    pub(crate) fn take(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
    }

    fn put(&mut self, event: Event) {
        if !self.light {
            self.events.push(event);
        }
    }
}

fn text(octets: &[u8]) -> String {
    String::from_utf8_lossy(octets).into_owned()
}

fn fields(head: &Head<'_>) -> Vec<(String, String)> {
    head.fields()
        .map(|(name, value)| (text(name), text(value)))
        .collect()
}

impl Handler for Recorder {
    fn resolve(&mut self, head: &Head<'_>) -> u64 {
        self.resolved += 1;
        head.path().len() as u64
    }

    fn head(&mut self, _session: &mut Session, stream: Stream, head: &Head<'_>, end: bool) {
        assert_eq!(head.token(), head.path().len() as u64);
        let first = match head.status() {
            0 => text(head.path()),
            status => status.to_string(),
        };
        self.streams.push(stream);
        self.put(Event::Head(stream.id(), first, fields(head), end));
    }

    fn data(&mut self, session: &mut Session, stream: Stream, bytes: &[u8], end: bool) {
        if !self.hold {
            session.release(stream, bytes.len());
        }
        self.bytes += bytes.len();
        self.put(Event::Data(stream.id(), bytes.to_vec(), end));
    }

    fn trailers(&mut self, _session: &mut Session, stream: Stream, trailers: &Head<'_>) {
        self.put(Event::Trailers(stream.id(), fields(trailers)));
    }

    fn reset(&mut self, session: &mut Session, stream: Stream, reset: Reset) {
        assert!(!session.is_open(stream));
        self.put(Event::Reset(stream.id(), reset.code, reset.cause));
    }

    fn writable(&mut self, _session: &mut Session, stream: Stream) {
        self.put(Event::Writable(stream.id()));
    }

    fn goaway(&mut self, _session: &mut Session, goaway: GoAway<'_>) {
        self.put(Event::GoAway(
            goaway.last,
            goaway.code,
            goaway.debug.to_vec(),
        ));
    }

    fn pong(&mut self, _session: &mut Session, payload: u64) {
        self.put(Event::Pong(payload));
    }

    fn settings(&mut self, _session: &mut Session) {
        self.put(Event::Settings);
    }
}
