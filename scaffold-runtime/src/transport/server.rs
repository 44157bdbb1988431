//! The server role of HTTP/2, by the `h2` crate: a connection that takes
//! streams, and the two halves of a stream.

use std::task::{Context, Poll, ready};

use bytes::Bytes;
use h2::server::{Builder, Connection, SendResponse};
use h2::{Reason, RecvStream, SendStream};
use tokio::io::{AsyncRead, AsyncWrite};

use super::client::SMALL_FRAMES;
use super::headers::{from_headers, to_headers};
use crate::Metadata;

/// Settings of a server's connection, in bytes and streams.
#[derive(Clone, Debug)]
pub(crate) struct ServerSettings {
    pub(crate) stream_window: u32,
    pub(crate) connection_window: u32,
    pub(crate) max_frame: u32,
    pub(crate) max_header_list: u32,
    pub(crate) max_streams: u32,
    pub(crate) max_send_buffer: usize,
    pub(crate) max_pending_resets: usize,
    pub(crate) max_local_resets: usize,
}

/// A connection: nothing moves unless it is polled.
pub(crate) struct ServerConnection<T> {
    connection: Connection<T, Bytes>,
    pings: Option<h2::PingPong>,
}

/// A stream that a client opened.
pub(crate) struct Accepted {
    pub(crate) head: RequestHead,
    pub(crate) body: Incoming,
    pub(crate) reply: Outgoing,
}

/// A request's head.
pub(crate) struct RequestHead {
    pub(crate) is_post: bool,
    pub(crate) path: Path,
    pub(crate) headers: Metadata,
}

/// A request's path, without its query.
pub(crate) struct Path(http::Uri);

/// The receiving half of a stream.
pub(crate) struct Incoming {
    stream: RecvStream,
}

/// The sending half of a stream. Dropped before the end, it resets the stream.
pub(crate) struct Outgoing {
    state: Reply,
}

enum Reply {
    /// The head has not been sent.
    Waiting(SendResponse<Bytes>),
    /// The head has been sent.
    Open(SendStream<Bytes>),
    /// The end has been sent, or the stream is reset.
    Done,
}

/// The stream, or the connection, is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Gone;

/// A connection that failed, for logs.
#[derive(Debug)]
pub(crate) struct Broken(h2::Error);

// === impl ServerConnection ===

impl<T: AsyncRead + AsyncWrite + Unpin> ServerConnection<T> {
    /// Waits for the client's preface. The caller bounds the time.
    pub(crate) async fn handshake(io: T, settings: &ServerSettings) -> Result<Self, Broken> {
        let mut connection = Builder::new()
            .initial_window_size(settings.stream_window)
            .initial_connection_window_size(settings.connection_window)
            .max_frame_size(settings.max_frame)
            .max_header_list_size(settings.max_header_list)
            .max_concurrent_streams(settings.max_streams)
            .max_send_buffer_size(settings.max_send_buffer)
            .max_pending_accept_reset_streams(settings.max_pending_resets)
            .max_local_error_reset_streams(Some(settings.max_local_resets))
            // As on a client: many small messages that a slow handler has not
            // read are no attack, and the window bounds them.
            .data_frame_budget(settings.connection_window as usize * SMALL_FRAMES)
            .handshake(io)
            .await
            .map_err(Broken)?;
        let pings = connection.ping_pong();
        Ok(ServerConnection { connection, pings })
    }

    /// Drives the connection; ready with the next stream, or `None` when it is
    /// closed.
    pub(crate) fn poll_accept(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Accepted, Broken>>> {
        let (request, respond) = match ready!(self.connection.poll_accept(cx)) {
            Some(Ok(stream)) => stream,
            Some(Err(error)) => return Poll::Ready(Some(Err(Broken(error)))),
            None => return Poll::Ready(None),
        };
        let (parts, stream) = request.into_parts();
        let head = RequestHead {
            is_post: parts.method == http::Method::POST,
            path: Path(parts.uri),
            headers: from_headers(&parts.headers),
        };
        let reply = Outgoing {
            state: Reply::Waiting(respond),
        };
        Poll::Ready(Some(Ok(Accepted {
            head,
            body: Incoming { stream },
            reply,
        })))
    }

    /// GOAWAY: streams that are open may end, no others may begin.
    pub(crate) fn drain(&mut self) {
        self.connection.graceful_shutdown();
    }

    /// Sends a ping; at most one may be under way.
    pub(crate) fn ping(&mut self) {
        if let Some(pings) = &mut self.pings {
            // Fails while one is under way, and then that one will do.
            let _ = pings.send_ping(h2::Ping::opaque());
        }
    }

    /// Ready when the answer to the ping has come. A broken connection shows
    /// itself in [`poll_accept`](ServerConnection::poll_accept).
    pub(crate) fn poll_pong(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        match &mut self.pings {
            Some(pings) => match ready!(pings.poll_pong(cx)) {
                Ok(_) => Poll::Ready(()),
                Err(_) => Poll::Pending,
            },
            None => Poll::Pending,
        }
    }
}

// === impl Path ===

impl Path {
    pub(crate) fn as_str(&self) -> &str {
        self.0.path()
    }
}

// === impl Incoming ===

impl Incoming {
    /// The next piece of the body; opens the window by as much. `None` after the
    /// last, and `Gone` if the client reset the stream.
    pub(crate) fn poll_data(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Gone>>> {
        let piece = match ready!(self.stream.poll_data(cx)) {
            Some(Ok(piece)) => piece,
            // An answer that is complete may be followed by RST_STREAM(NO_ERROR).
            Some(Err(_)) => return Poll::Ready(Some(Err(Gone))),
            None => return Poll::Ready(None),
        };
        // Fails only for a stream that is closed, where no window is needed.
        let _ = self.stream.flow_control().release_capacity(piece.len());
        Poll::Ready(Some(Ok(piece)))
    }
}

// === impl Outgoing ===

impl Outgoing {
    /// Sends the head, once; with `end` nothing follows.
    pub(crate) fn send_head(
        &mut self,
        status: u16,
        headers: Metadata,
        end: bool,
    ) -> Result<(), Gone> {
        let Reply::Waiting(respond) = &mut self.state else {
            return Err(Gone);
        };
        let mut response = http::Response::new(());
        *response.status_mut() =
            http::StatusCode::from_u16(status).unwrap_or(http::StatusCode::INTERNAL_SERVER_ERROR);
        *response.headers_mut() = to_headers(headers);
        match respond.send_response(response, end) {
            Ok(_) if end => self.state = Reply::Done,
            Ok(stream) => self.state = Reply::Open(stream),
            Err(_) => {
                self.state = Reply::Done;
                return Err(Gone);
            }
        }
        Ok(())
    }

    /// Whether the head is still to be sent.
    pub(crate) fn is_waiting(&self) -> bool {
        matches!(self.state, Reply::Waiting(_))
    }

    /// Sends as much of `data` as the windows allow, and takes it off; ready when
    /// nothing is left.
    pub(crate) fn poll_write(
        &mut self,
        cx: &mut Context<'_>,
        data: &mut Bytes,
    ) -> Poll<Result<(), Gone>> {
        let Reply::Open(stream) = &mut self.state else {
            return Poll::Ready(Err(Gone));
        };
        while !data.is_empty() {
            if stream.capacity() == 0 {
                stream.reserve_capacity(data.len());
            }
            if stream.capacity() == 0 {
                match ready!(stream.poll_capacity(cx)) {
                    Some(Ok(_)) => {}
                    Some(Err(_)) | None => return Poll::Ready(Err(Gone)),
                }
                if stream.capacity() == 0 {
                    continue;
                }
            }
            let piece = data.split_to(stream.capacity().min(data.len()));
            if stream.send_data(piece, false).is_err() {
                return Poll::Ready(Err(Gone));
            }
        }
        Poll::Ready(Ok(()))
    }

    /// Sends the trailers and ends the stream.
    pub(crate) fn send_trailers(&mut self, trailers: Metadata) -> Result<(), Gone> {
        let Reply::Open(stream) = &mut self.state else {
            return Err(Gone);
        };
        let result = stream.send_trailers(to_headers(trailers));
        self.state = Reply::Done;
        result.map_err(|_| Gone)
    }

    /// Resets the stream: the call is given up.
    pub(crate) fn cancel(&mut self) {
        match &mut self.state {
            Reply::Waiting(respond) => respond.send_reset(Reason::CANCEL),
            Reply::Open(stream) => stream.send_reset(Reason::CANCEL),
            Reply::Done => return,
        }
        self.state = Reply::Done;
    }

    /// Ready when the client reset the stream or the connection is gone. Shares
    /// its waker with [`poll_write`](Outgoing::poll_write): both must be polled
    /// from one task.
    pub(crate) fn poll_gone(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        match &mut self.state {
            Reply::Waiting(respond) => respond.poll_reset(cx).map(drop),
            Reply::Open(stream) => stream.poll_reset(cx).map(drop),
            Reply::Done => Poll::Ready(()),
        }
    }
}

// === impl Broken ===

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}
