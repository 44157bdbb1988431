//! Interceptors around calls whose end lies beyond the call that opens them.
//!
//! Motivation: an interceptor's future runs from before the call to after its
//! end, while a streaming call hands its handle out in the middle. So the future
//! moves into the handle: it is polled until the innermost `next` has opened the
//! call, then again whenever the handle is polled, and `next` answers when the
//! handle meets the end. No task is spawned, and dropping the handle drops the
//! interceptor where it waits.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;

use crate::stream::Source;
use crate::{Call, Interceptor, Metadata, Next, Outcome, Status, Streaming};

type Running = Pin<Box<dyn Future<Output = Outcome> + Send>>;

/// Interceptors that wait for the end of a call.
pub(crate) struct Tail {
    running: Running,
    ending: Arc<Ending>,
}

/// Where the handle leaves the outcome for the innermost `next`.
#[derive(Default)]
struct Ending {
    state: Mutex<(Option<Outcome>, Option<Waker>)>,
}

/// The innermost `next`: opens the call, then waits for its end.
struct Open<F, S> {
    open: F,
    opened: Arc<Mutex<Option<S>>>,
    ending: Arc<Ending>,
}

/// A call's responses with interceptors around them.
struct Watched {
    /// `None` when the call has ended.
    inner: Option<Box<dyn Source>>,
    /// `None` when the interceptors are done.
    tail: Option<Tail>,
    /// How the interceptors say the call ended, until it is told.
    done: Option<Result<(), Status>>,
    /// The initial metadata, for the outcome, and whether it is to be handed on.
    metadata: Metadata,
    fresh: bool,
    trailers: Metadata,
    received: u64,
    was_compressed: bool,
}

/// Runs interceptors until the call is open: the handle, and what is left to run.
pub(crate) async fn begin<I, S, F, R>(
    interceptor: I,
    call: Call,
    open: F,
) -> Result<(S, Tail), Status>
where
    I: Interceptor,
    S: Send + 'static,
    F: FnOnce(Call) -> R + Send + 'static,
    R: Future<Output = Result<S, Status>> + Send + 'static,
{
    let opened = Arc::new(Mutex::new(None));
    let ending = Arc::new(Ending::default());
    let next = Open {
        open,
        opened: opened.clone(),
        ending: ending.clone(),
    };
    let mut running: Running = Box::pin(async move { interceptor.intercept(call, next).await });
    let handle = poll_fn(|cx| {
        if let Poll::Ready(outcome) = running.as_mut().poll(cx) {
            let refused = outcome.into_result().err();
            return Poll::Ready(Err(refused.unwrap_or_else(unanswered)));
        }
        match lock(&opened).take() {
            Some(handle) => Poll::Ready(Ok(handle)),
            None => Poll::Pending,
        }
    });
    let handle = handle.await?;
    Ok((handle, Tail { running, ending }))
}

/// What a call fails with that an interceptor answers with success by itself.
pub(crate) fn unanswered() -> Status {
    Status::internal("an interceptor ended the call with success and without an answer")
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

// === impl Open ===

impl<F, S, R> Next for Open<F, S>
where
    S: Send + 'static,
    F: FnOnce(Call) -> R + Send + 'static,
    R: Future<Output = Result<S, Status>> + Send + 'static,
{
    async fn run(self, call: Call) -> Outcome {
        match (self.open)(call).await {
            Ok(handle) => *lock(&self.opened) = Some(handle),
            Err(status) => return failed(status),
        }
        poll_fn(|cx| self.ending.poll(cx)).await
    }
}

/// The outcome of a failed call: its trailers are in the status.
pub(crate) fn failed(status: Status) -> Outcome {
    let trailers = status.metadata().clone();
    Outcome::new(Err(status)).with_trailers(trailers)
}

// === impl Ending ===

impl Ending {
    fn poll(&self, cx: &mut Context<'_>) -> Poll<Outcome> {
        let (outcome, waker) = &mut *lock(&self.state);
        match outcome.take() {
            Some(outcome) => Poll::Ready(outcome),
            None => {
                *waker = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }

    fn set(&self, end: Outcome) {
        let (outcome, waker) = &mut *lock(&self.state);
        *outcome = Some(end);
        if let Some(waker) = waker.take() {
            waker.wake();
        }
    }
}

// === impl Tail ===

impl Tail {
    /// Puts the interceptors around a call's responses.
    pub(crate) fn around<T>(self, responses: Streaming<T>) -> Streaming<T> {
        let metadata = responses.metadata().clone();
        responses.map_source(|inner| {
            Box::new(Watched {
                inner: Some(inner),
                tail: Some(self),
                done: None,
                metadata,
                fresh: false,
                trailers: Metadata::new(),
                received: 0,
                was_compressed: false,
            })
        })
    }
}

// === impl Watched ===

impl Watched {
    /// Lets the interceptors go on. If they end before the call, that ends it.
    fn poll_tail(&mut self, cx: &mut Context<'_>) {
        let Some(tail) = &mut self.tail else { return };
        let Poll::Ready(outcome) = tail.running.as_mut().poll(cx) else {
            return;
        };
        self.tail = None;
        // Dropping the source of a call that has not ended cancels it.
        self.inner = None;
        let (result, _, trailers, _) = outcome.into_parts();
        self.trailers = trailers;
        self.done = Some(result);
    }

    /// Tells the interceptors how the call ended.
    fn tell(&mut self, mut inner: Box<dyn Source>, result: Result<(), Status>) {
        let Some(tail) = &self.tail else { return };
        let outcome = Outcome::new(result)
            .with_metadata(self.metadata.clone())
            .with_trailers(inner.take_trailers())
            .with_counts(inner.sent(), self.received);
        tail.ending.set(outcome);
    }
}

impl Source for Watched {
    fn poll_message(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Status>>> {
        loop {
            self.poll_tail(cx);
            if let Some(result) = self.done.take() {
                return Poll::Ready(result.err().map(Err));
            }
            let Some(mut inner) = self.inner.take() else {
                // With the end told, only the interceptors are waited for.
                return if self.tail.is_some() {
                    Poll::Pending
                } else {
                    Poll::Ready(None)
                };
            };
            let next = inner.poll_message(cx);
            if let Some(metadata) = inner.take_metadata() {
                self.metadata = metadata;
                self.fresh = true;
            }
            let result = match next {
                Poll::Pending => {
                    self.inner = Some(inner);
                    return Poll::Pending;
                }
                Poll::Ready(Some(Ok(message))) => {
                    self.was_compressed = inner.was_compressed();
                    self.inner = Some(inner);
                    self.received += 1;
                    return Poll::Ready(Some(Ok(message)));
                }
                Poll::Ready(Some(Err(status))) => Err(status),
                Poll::Ready(None) => Ok(()),
            };
            self.tell(inner, result);
        }
    }

    fn was_compressed(&self) -> bool {
        self.was_compressed
    }

    fn take_trailers(&mut self) -> Metadata {
        std::mem::take(&mut self.trailers)
    }

    fn take_metadata(&mut self) -> Option<Metadata> {
        std::mem::take(&mut self.fresh).then(|| self.metadata.clone())
    }

    fn poll_progress(&mut self, cx: &mut Context<'_>) {
        self.poll_tail(cx);
        if let Some(inner) = &mut self.inner {
            inner.poll_progress(cx);
        }
    }

    fn poll_failure(&mut self, cx: &mut Context<'_>) -> Poll<Option<Status>> {
        match (&self.done, &mut self.inner) {
            (Some(result), _) => Poll::Ready(result.clone().err()),
            (None, Some(inner)) => inner.poll_failure(cx),
            (None, None) => Poll::Ready(None),
        }
    }

    fn sent(&self) -> u64 {
        self.inner.as_ref().map_or(0, |inner| inner.sent())
    }
}
