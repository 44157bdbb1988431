//! What commands and `receive` return when they cannot do what was asked.

use std::fmt;

use crate::{Cause, ErrorCode};

/// The connection is over: write what [`output`](crate::Session::output)
/// holds (a GOAWAY with the cause as debug data), then close the transport.
/// Every stream is gone; no event is delivered for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConnectionError {
    /// What the peer did, or did not do in time.
    pub cause: Cause,
}

impl ConnectionError {
    /// The code that the GOAWAY carries.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        self.cause.code()
    }
}

impl fmt::Display for ConnectionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "connection closed: {} ({})",
            self.cause.text(),
            self.code()
        )
    }
}

impl std::error::Error for ConnectionError {}

/// Why a command on a stream was not carried out. Nothing was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SendError {
    /// The stream is over, was reset, or never was; or the connection is.
    Closed,
    /// The order of a message was not kept: DATA before headers, headers
    /// twice, or anything after the end.
    Order,
    /// Windows, the output buffer or the stream's queue have no room now.
    /// [`writable`](crate::Handler::writable) is called when they have.
    Full,
    /// A field name or value that HTTP cannot carry, or a list longer than
    /// [`max_send_list`](crate::Limits::max_send_list).
    Field,
}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Closed => "the stream is closed",
            Self::Order => "the stream is not in a state to send this",
            Self::Full => "no room to send now",
            Self::Field => "a header field cannot be sent",
        })
    }
}

impl std::error::Error for SendError {}

/// Why a client could not open a stream. Nothing was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OpenError {
    /// The connection is over, or this side is a server.
    Closed,
    /// As many streams are open as the peer, or
    /// [`max_streams`](crate::Limits::max_streams), allows.
    TooManyStreams,
    /// The peer or this side said GOAWAY: open the call elsewhere.
    GoingAway,
    /// Stream identifiers are used up: open the call elsewhere.
    IdsExhausted,
    /// The output buffer is full: write first.
    Full,
    /// A field that HTTP cannot carry, or too many of them.
    Field,
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Closed => "the connection is closed",
            Self::TooManyStreams => "no more streams are allowed now",
            Self::GoingAway => "the connection is going away",
            Self::IdsExhausted => "stream identifiers are used up",
            Self::Full => "no room to send now",
            Self::Field => "a header field cannot be sent",
        })
    }
}

impl std::error::Error for OpenError {}
