//! The client role of HTTP/2, by the `h2` crate: a connection that opens
//! streams, and the two halves of a stream.
//!
//! Nothing above this room sees `h2` or `http`: heads go in and come out as
//! [`Metadata`], faults as [`Fault`].

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use h2::Reason;
use h2::client::{Builder, Connection, ResponseFuture, SendRequest};
use http::uri::{Authority, PathAndQuery, Scheme};
use tokio::io::{AsyncRead, AsyncWrite};

use super::headers::{from_headers, to_headers};
use crate::Metadata;

/// Settings of a client's connection, in bytes.
#[derive(Debug, Clone)]
pub(crate) struct ClientSettings {
    pub(crate) stream_window: u32,
    pub(crate) connection_window: u32,
    pub(crate) max_header_list: u32,
}

/// Opens streams on one connection. Cheap to clone; the connection closes when
/// the last clone and the last stream are gone.
#[derive(Clone)]
pub(crate) struct Opener {
    requests: SendRequest<Bytes>,
    authority: Authority,
}

/// The connection itself: nothing moves unless it is polled.
pub(crate) struct Driver<T> {
    connection: Connection<T, Bytes>,
    pings: Option<h2::PingPong>,
}

/// The sending half of a stream.
pub(crate) struct RequestBody {
    stream: h2::SendStream<Bytes>,
}

/// The receiving half, before the head has come.
pub(crate) struct PendingResponse {
    response: ResponseFuture,
}

/// The receiving half, after the head.
pub(crate) struct ResponseBody {
    stream: h2::RecvStream,
}

/// A response's head.
#[derive(Debug)]
pub(crate) struct ResponseHead {
    pub(crate) status: u16,
    pub(crate) metadata: Metadata,
    /// Whether nothing follows (a trailers-only response).
    pub(crate) ended: bool,
}

/// Why a stream or a connection failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) kind: FaultKind,
    pub(crate) text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FaultKind {
    /// The peer surely did not process the stream: beyond the last of its GOAWAY.
    GoneAway,
    /// RST_STREAM with this code, by the peer or, for what it sent, by us.
    Reset { code: u32, remote: bool },
    /// The connection failed.
    Connection,
}

// === impl Driver ===

/// Marks that the peer's SETTINGS have not come: no peer can announce this number.
const NO_SETTINGS: usize = usize::MAX - 1;

/// What a stream may hold that is not on its way, in bytes.
const MAX_SEND_BUFFER: usize = 256 * 1024;

/// How much memory small frames may take, as a multiple of the window they fill.
pub(super) const SMALL_FRAMES: usize = 16;

/// Sends the preface and our SETTINGS.
pub(crate) async fn handshake<T>(
    io: T,
    authority: &str,
    settings: &ClientSettings,
) -> Result<(Opener, Driver<T>), Fault>
where
    T: AsyncRead + AsyncWrite + Unpin,
{
    let authority = Authority::try_from(authority)
        .map_err(|error| Fault::connection(format!("authority {authority:?}: {error}")))?;
    let (requests, mut connection) = Builder::new()
        .enable_push(false)
        .initial_window_size(settings.stream_window)
        .initial_connection_window_size(settings.connection_window)
        .max_header_list_size(settings.max_header_list)
        .max_send_buffer_size(MAX_SEND_BUFFER)
        .initial_max_send_streams(NO_SETTINGS)
        // A slow reader of small messages is no attack: what h2 allows by itself
        // would end the connection after some thousands that are not read yet.
        // Memory stays bounded, by 256 bytes for each frame of this budget.
        .data_frame_budget(settings.connection_window as usize * SMALL_FRAMES)
        // Calls that are given up are remembered for a while, since frames of the
        // server may be under way: one for a stream that is forgotten counts as
        // an error, and h2 never forgets those. Its cap of 1024 would end every
        // busy connection; this one ends one whose server does it on purpose.
        .max_concurrent_reset_streams(1024)
        .reset_stream_duration(Duration::from_secs(10))
        .max_local_error_reset_streams(Some(1 << 20))
        .handshake(io)
        .await?;
    let pings = connection.ping_pong();
    Ok((
        Opener {
            requests,
            authority,
        },
        Driver { connection, pings },
    ))
}

impl<T: AsyncRead + AsyncWrite + Unpin> Driver<T> {
    /// Drives until the peer's SETTINGS are here: only then is it an HTTP/2
    /// server that will take calls, and its limit of streams known.
    pub(crate) fn poll_settled(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Fault>> {
        let polled = self.poll_closed(cx);
        if self.connection.max_concurrent_send_streams() != NO_SETTINGS {
            return Poll::Ready(Ok(()));
        }
        polled.map(|result| {
            result.and(Err(Fault::connection(
                "the peer closed the connection".into(),
            )))
        })
    }

    /// Drives until the connection is closed; an orderly end is no fault.
    pub(crate) fn poll_closed(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Fault>> {
        Pin::new(&mut self.connection).poll(cx).map_err(Fault::from)
    }

    /// Sends a ping; at most one may be under way.
    pub(crate) fn ping(&mut self) -> Result<(), Fault> {
        match &mut self.pings {
            Some(pings) => Ok(pings.send_ping(h2::Ping::opaque())?),
            None => Ok(()),
        }
    }

    /// Waits for the answer to the ping.
    pub(crate) fn poll_pong(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Fault>> {
        match &mut self.pings {
            Some(pings) => pings.poll_pong(cx).map(|result| Ok(result.map(drop)?)),
            None => Poll::Pending,
        }
    }
}

// === impl Opener ===

impl Opener {
    /// Whether a stream could be opened now: not after a GOAWAY, a loss, or the
    /// last stream number.
    pub(crate) fn takes_calls(&self) -> bool {
        let mut context = Context::from_waker(std::task::Waker::noop());
        !matches!(
            self.requests.clone().poll_ready(&mut context),
            Poll::Ready(Err(_))
        )
    }

    /// Opens a stream with a POST of `metadata` to `path`. Beyond the peer's
    /// limit of streams it waits inside, and is sent when another ends.
    pub(crate) fn open(
        &self,
        path: &'static str,
        metadata: Metadata,
        ended: bool,
    ) -> Result<(RequestBody, PendingResponse), Fault> {
        let mut parts = http::uri::Parts::default();
        parts.scheme = Some(Scheme::HTTP);
        parts.authority = Some(self.authority.clone());
        parts.path_and_query = Some(
            PathAndQuery::from_maybe_shared(Bytes::from_static(path.as_bytes()))
                .map_err(|error| Fault::connection(format!("path {path:?}: {error}")))?,
        );
        let uri = http::Uri::from_parts(parts)
            .map_err(|error| Fault::connection(format!("path {path:?}: {error}")))?;
        let mut request = http::Request::new(());
        *request.method_mut() = http::Method::POST;
        *request.version_mut() = http::Version::HTTP_2;
        *request.uri_mut() = uri;
        *request.headers_mut() = to_headers(metadata);
        let (response, stream) = self.requests.clone().send_request(request, ended)?;
        Ok((RequestBody { stream }, PendingResponse { response }))
    }
}

// === impl RequestBody ===

impl RequestBody {
    /// Waits until what was sent before fits the peer's window.
    pub(crate) fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Fault>> {
        loop {
            if self.stream.capacity() > 0 {
                return Poll::Ready(Ok(()));
            }
            self.stream.reserve_capacity(1);
            match ready!(self.stream.poll_capacity(cx)) {
                Some(Ok(_)) => {}
                Some(Err(error)) => return Poll::Ready(Err(error.into())),
                // The sending half is closed: by the peer's reset, or after its answer.
                None => return Poll::Ready(Err(self.fault(cx))),
            }
        }
    }

    /// Hands bytes over; they go out as the windows allow.
    pub(crate) fn send(&mut self, bytes: Bytes, ended: bool) -> Result<(), Fault> {
        Ok(self.stream.send_data(bytes, ended)?)
    }

    /// Ends the stream both ways with RST_STREAM(CANCEL).
    pub(crate) fn cancel(&mut self) {
        self.stream.send_reset(Reason::CANCEL);
    }

    fn fault(&mut self, cx: &mut Context<'_>) -> Fault {
        match self.stream.poll_reset(cx) {
            Poll::Ready(Ok(reason)) => Fault {
                kind: FaultKind::Reset {
                    code: reason.into(),
                    remote: true,
                },
                text: format!("the stream was reset: {reason}"),
            },
            Poll::Ready(Err(error)) => error.into(),
            Poll::Pending => Fault::connection("the stream is closed".to_owned()),
        }
    }
}

// === impl PendingResponse ===

impl PendingResponse {
    /// Waits for the response's head.
    pub(crate) fn poll_head(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Result<(ResponseHead, ResponseBody), Fault>> {
        let (parts, stream) = ready!(Pin::new(&mut self.response).poll(cx))?.into_parts();
        let head = ResponseHead {
            status: parts.status.as_u16(),
            metadata: from_headers(&parts.headers),
            ended: stream.is_end_stream(),
        };
        Poll::Ready(Ok((head, ResponseBody { stream })))
    }
}

// === impl ResponseBody ===

impl ResponseBody {
    /// Waits for the next piece of the body and opens the window by as much.
    pub(crate) fn poll_data(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Fault>>> {
        let chunk = match ready!(self.stream.poll_data(cx)) {
            Some(Ok(chunk)) => chunk,
            Some(Err(error)) => return Poll::Ready(Some(Err(error.into()))),
            None => return Poll::Ready(None),
        };
        // Fails only for a stream that is closed, where no window is needed.
        let _ = self.stream.flow_control().release_capacity(chunk.len());
        Poll::Ready(Some(Ok(chunk)))
    }

    /// Waits for the trailers, after the body's end.
    pub(crate) fn poll_trailers(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Option<Metadata>, Fault>> {
        let trailers = ready!(self.stream.poll_trailers(cx))?;
        Poll::Ready(Ok(trailers.map(|trailers| from_headers(&trailers))))
    }
}

// === impl Fault ===

impl Fault {
    pub(crate) fn connection(text: String) -> Self {
        Self {
            kind: FaultKind::Connection,
            text,
        }
    }
}

impl From<h2::Error> for Fault {
    fn from(error: h2::Error) -> Self {
        let kind = match error.reason() {
            Some(_) if error.is_go_away() && error.is_remote() => FaultKind::GoneAway,
            Some(reason) if error.is_reset() => FaultKind::Reset {
                code: reason.into(),
                remote: error.is_remote(),
            },
            _ => FaultKind::Connection,
        };
        Self {
            kind,
            text: error.to_string(),
        }
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}
