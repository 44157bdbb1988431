//! What a connection tells its driver.

use crate::{Cause, ErrorCode, Head, Session, Stream};

/// The driver's half of a connection: called in place, while bytes are
/// processed, with everything needed to answer at once.
///
/// Methods run between two frames: they should do what is ready and leave the
/// rest for later. None is called after [`receive`](crate::Connection::receive)
/// has returned an error.
pub trait Handler {
    /// Looks at the header section of a request or response and says what is
    /// worth remembering about it: a route number, parsed fields, flags.
    ///
    /// The answer is kept with the section and comes back as
    /// [`Head::token`], now and whenever the peer sends the same one again.
    /// Sections are the same although values differ that differ from call to
    /// call: deadlines, traces, credentials, metadata. So the answer may
    /// depend on the names of all fields, in their order, and on the values
    /// of those whose name [`is_resolved`](crate::Name::is_resolved), but on
    /// no other value: read `grpc-timeout` and metadata in
    /// [`head`](Self::head). For most calls of a connection this is not
    /// called at all.
    fn resolve(&mut self, head: &Head<'_>) -> u64 {
        let _ = head;
        0
    }

    /// A request (server) or a final response (client) begins. `end` says
    /// that neither data nor trailers follow.
    fn head(&mut self, session: &mut Session, stream: Stream, head: &Head<'_>, end: bool);

    /// A piece of a body, as it lies in the input passed to
    /// [`receive`](crate::Connection::receive): where that is a `Bytes`,
    /// `Bytes::slice_ref` shares it. Empty only together with `end`.
    ///
    /// The bytes count against the receive windows until the driver calls
    /// [`Session::release`].
    fn data(&mut self, session: &mut Session, stream: Stream, bytes: &[u8], end: bool);

    /// Trailers; the peer sends nothing more on this stream.
    fn trailers(&mut self, session: &mut Session, stream: Stream, trailers: &Head<'_>);

    /// The stream is over before its time, and the handle is stale already.
    fn reset(&mut self, session: &mut Session, stream: Stream, reset: Reset);

    /// A stream has room again, after a command on it returned
    /// [`SendError::Full`](crate::SendError::Full) or the driver called
    /// [`Session::want_room`].
    fn writable(&mut self, session: &mut Session, stream: Stream) {
        let _ = (session, stream);
    }

    /// The peer opens no further streams and answers no stream above `last`.
    /// On a client those were reset just before, with
    /// [`ResetCause::GoAway`]. Called again when the peer lowers `last`.
    fn goaway(&mut self, session: &mut Session, goaway: GoAway<'_>) {
        let _ = (session, goaway);
    }

    /// The answer to [`Session::ping`].
    fn pong(&mut self, session: &mut Session, payload: u64) {
        let _ = (session, payload);
    }

    /// The peer's settings were applied; on a client, the stream limit may
    /// have changed.
    fn settings(&mut self, session: &mut Session) {
        let _ = session;
    }
}

/// How a stream ended early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reset {
    /// The code on the wire, or the one that describes it best.
    pub code: ErrorCode,
    /// Who ended it, and why.
    pub cause: ResetCause,
}

/// Who ended a stream early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResetCause {
    /// The peer sent RST_STREAM.
    Peer,
    /// This side did, because of what the peer did.
    Local(Cause),
    /// The peer said GOAWAY with a lower identifier: the request was not
    /// processed and may be sent again elsewhere (RFC 9113 section 6.8).
    GoAway,
}

/// What the peer's GOAWAY says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GoAway<'a> {
    /// The last stream it processed or will process.
    pub last: u32,
    /// Why.
    pub code: ErrorCode,
    /// Its debug data, for logs: untrusted and of any length up to a frame.
    pub debug: &'a [u8],
}
