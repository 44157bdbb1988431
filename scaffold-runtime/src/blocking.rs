//! The client for code without async: the same calls, waiting in the calling
//! thread.
//!
//! Generated blocking clients (`UserServiceClient::blocking`) are built from
//! these. They need no runtime of the caller: one background thread of the
//! process reads the sockets of all channels that were first used outside a
//! tokio runtime.
//!
//! Waiting would stall an async runtime, so inside async code every function
//! here answers `FAILED_PRECONDITION` instead: use the async client there, or
//! move the call into `tokio::task::spawn_blocking`, where waiting is allowed.
//!
//! ```no_run
//! use scaffold_runtime::{Channel, Status};
//!
//! fn main() -> Result<(), Status> {
//!     let channel = Channel::connect_blocking("http://users:50051")?;
//!     // UserServiceClient::new(channel).blocking().get_user(...)?
//!     # drop(channel);
//!     Ok(())
//! }
//! ```

use std::fmt;
use std::future::Future;
use std::task::{Context, Poll, Waker};

use prost::Message;
use tokio::runtime::Handle;
use tokio::task::coop;

use crate::channel::runtime;
use crate::{Metadata, Response, Status};

/// The responses of a server-streaming or bidirectional call, one at a time.
///
/// As an [`Iterator`] it ends after the last message or after the first error.
pub struct Streaming<T> {
    inner: crate::Streaming<T>,
    ended: bool,
}

/// A call that sends many messages and gets one response.
pub struct ClientStreaming<Req, Res> {
    inner: crate::ClientStreaming<Req, Res>,
}

/// A call that sends and receives many messages.
pub struct BidiStreaming<Req, Res> {
    inner: crate::BidiStreaming<Req, Res>,
}

/// The sending half of a [`BidiStreaming`] call.
pub struct RequestSender<Req> {
    inner: crate::RequestSender<Req>,
}

/// Waits for `future` in the calling thread.
///
/// # Errors
///
/// What the future answers; `FAILED_PRECONDITION` inside async code, where the
/// future is dropped unpolled; `INTERNAL` when the background thread cannot be
/// started.
pub fn block_on<T>(future: impl Future<Output = Result<T, Status>>) -> Result<T, Status> {
    if in_async_code() {
        return Err(Status::failed_precondition(
            "a blocking call inside async code would stall it: use the async client, or tokio::task::spawn_blocking",
        ));
    }
    runtime::background()?.block_on(future)
}

/// Waits for a unary call's response; the same as [`block_on`].
///
/// # Errors
///
/// Those of [`block_on`].
pub fn unary<Res>(
    future: impl Future<Output = Result<Response<Res>, Status>>,
) -> Result<Response<Res>, Status> {
    block_on(future)
}

/// Waits for a server-streaming call to begin.
///
/// # Errors
///
/// Those of [`block_on`].
pub fn server_streaming<Res>(
    future: impl Future<Output = Result<crate::Streaming<Res>, Status>>,
) -> Result<Streaming<Res>, Status> {
    let inner = block_on(future)?;
    Ok(Streaming {
        inner,
        ended: false,
    })
}

/// Waits for a client-streaming call to begin.
///
/// # Errors
///
/// Those of [`block_on`].
pub fn client_streaming<Req, Res>(
    future: impl Future<Output = Result<crate::ClientStreaming<Req, Res>, Status>>,
) -> Result<ClientStreaming<Req, Res>, Status> {
    block_on(future).map(|inner| ClientStreaming { inner })
}

/// Waits for a bidirectional call to begin.
///
/// # Errors
///
/// Those of [`block_on`].
pub fn bidi_streaming<Req, Res>(
    future: impl Future<Output = Result<crate::BidiStreaming<Req, Res>, Status>>,
) -> Result<BidiStreaming<Req, Res>, Status> {
    block_on(future).map(|inner| BidiStreaming { inner })
}

/// Whether the calling thread is polling a tokio task, where waiting is wrong.
///
/// A thread of `spawn_blocking`, or one that merely entered a runtime, has a
/// current handle as well and may wait. What tells them apart is the
/// cooperative budget: only code that tokio polls has a finite one (128 when
/// this was written).
fn in_async_code() -> bool {
    if Handle::try_current().is_err() {
        return false;
    }
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..1024 {
        match coop::poll_proceed(&mut context) {
            Poll::Ready(budget) => budget.made_progress(),
            Poll::Pending => return true,
        }
    }
    false
}

// === impl Streaming ===

impl<T: Message + Default + 'static> Streaming<T> {
    /// Waits for the next message; `None` after the last.
    ///
    /// # Errors
    ///
    /// How the call ended, when it did not end well, and those of [`block_on`].
    pub fn message(&mut self) -> Result<Option<T>, Status> {
        block_on(self.inner.message())
    }
}

impl<T> Streaming<T> {
    /// The initial metadata.
    pub fn metadata(&self) -> &Metadata {
        self.inner.metadata()
    }

    /// The trailing metadata, once the stream has ended.
    pub fn trailers(&self) -> Option<&Metadata> {
        self.inner.trailers()
    }

    /// The async stream inside.
    pub fn into_inner(self) -> crate::Streaming<T> {
        self.inner
    }
}

impl<T: Message + Default + 'static> Iterator for Streaming<T> {
    type Item = Result<T, Status>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let item = self.message().transpose();
        // An error is the end, so that `for` over a broken stream stops.
        self.ended = !matches!(item, Some(Ok(_)));
        item
    }
}

impl<T> fmt::Debug for Streaming<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Streaming").finish_non_exhaustive()
    }
}

// === impl ClientStreaming ===

impl<Req: Message + 'static, Res: Message + Default + 'static> ClientStreaming<Req, Res> {
    /// Sends one message, waiting while the server's window is full.
    ///
    /// # Errors
    ///
    /// How the call ended, when it ended early, and those of [`block_on`].
    pub fn send(&mut self, message: Req) -> Result<(), Status> {
        block_on(self.inner.send(message))
    }

    /// Ends the requests and waits for the response.
    ///
    /// # Errors
    ///
    /// How the call ended, when it did not end well, and those of [`block_on`].
    pub fn finish(self) -> Result<Response<Res>, Status> {
        block_on(self.inner.finish())
    }
}

impl<Req, Res> fmt::Debug for ClientStreaming<Req, Res> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientStreaming").finish_non_exhaustive()
    }
}

// === impl BidiStreaming ===

impl<Req: Message + 'static, Res: Message + Default + 'static> BidiStreaming<Req, Res> {
    /// Sends one message, waiting while the server's window is full.
    ///
    /// # Errors
    ///
    /// How the call ended, when it ended early, and those of [`block_on`].
    pub fn send(&mut self, message: Req) -> Result<(), Status> {
        block_on(self.inner.send(message))
    }

    /// Ends the requests; responses may still come.
    ///
    /// # Errors
    ///
    /// Those of [`send`](Self::send).
    pub fn close_send(&mut self) -> Result<(), Status> {
        block_on(self.inner.close_send())
    }

    /// Waits for the next message; `None` after the last.
    ///
    /// # Errors
    ///
    /// How the call ended, when it did not end well, and those of [`block_on`].
    pub fn message(&mut self) -> Result<Option<Res>, Status> {
        block_on(self.inner.message())
    }

    /// The two halves, for two threads.
    pub fn split(self) -> (RequestSender<Req>, Streaming<Res>) {
        let (sender, responses) = self.inner.split();
        let responses = Streaming {
            inner: responses,
            ended: false,
        };
        (RequestSender { inner: sender }, responses)
    }
}

impl<Req, Res> fmt::Debug for BidiStreaming<Req, Res> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BidiStreaming").finish_non_exhaustive()
    }
}

// === impl RequestSender ===

impl<Req: Message + 'static> RequestSender<Req> {
    /// Sends one message, waiting while the server's window is full.
    ///
    /// # Errors
    ///
    /// How the call ended, when it ended early, and those of [`block_on`].
    pub fn send(&mut self, message: Req) -> Result<(), Status> {
        block_on(self.inner.send(message))
    }

    /// Ends the requests; dropping the sender does the same.
    ///
    /// # Errors
    ///
    /// Those of [`send`](Self::send).
    pub fn close(self) -> Result<(), Status> {
        block_on(self.inner.close())
    }
}

impl<Req> fmt::Debug for RequestSender<Req> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestSender").finish_non_exhaustive()
    }
}
