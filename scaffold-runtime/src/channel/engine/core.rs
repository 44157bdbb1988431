//! What is behind a connection's lock.

use std::sync::Arc;
use std::task::Waker;

use scaffold_http2::{Connection, ErrorCode, Time};
use tokio::time::Instant;

use super::record::Calls;
use super::template::{Names, Templates};
use super::waiting::Waiting;

/// One connection's state: the machine, the calls on it, those that wait.
pub(super) struct Core {
    pub(super) http: Connection,
    pub(super) calls: Calls,
    pub(super) waiting: Waiting,
    /// How many calls may wait for a stream.
    pub(super) max_waiting: usize,
    pub(super) templates: Templates,
    /// Whether there is something for the driver to do that it does not know.
    pub(super) stirred: bool,
    /// The driver, while it sleeps.
    pub(super) driver: Option<Waker>,
    /// Why the connection is over.
    pub(super) lost: Option<String>,
    /// Nobody holds the connection any more.
    pub(super) abandoned: bool,
    start: Instant,
}

/// What it takes to make a [`Core`].
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) http: scaffold_http2::Config,
    pub(crate) names: Arc<Names>,
    /// The largest message that is taken, in bytes.
    pub(crate) receive_limit: usize,
    pub(crate) max_waiting: usize,
}

// === impl Core ===

impl Core {
    pub(super) fn new(settings: Settings) -> Self {
        Self {
            http: Connection::client(settings.http, Time::default()),
            calls: Calls::new(settings.receive_limit),
            waiting: Waiting::default(),
            max_waiting: settings.max_waiting,
            templates: Templates::new(settings.names),
            stirred: false,
            driver: None,
            lost: None,
            abandoned: false,
            start: Instant::now(),
        }
    }

    /// The machine's time.
    pub(super) fn time(&self, now: Instant) -> Time {
        Time::since(self.start.into_std(), now.into_std())
    }

    /// When that is on the clock.
    pub(super) fn instant(&self, time: Time) -> Instant {
        let elapsed = std::time::Duration::from_micros(time.as_micros());
        // A time beyond the clock's end is as good as in a year.
        self.start
            .checked_add(elapsed)
            .unwrap_or_else(|| Instant::now() + std::time::Duration::from_secs(365 * 86_400))
    }

    /// Tells the machine the time before a command, where nobody did lately:
    /// while the driver is at work it does.
    pub(super) fn tick(&mut self) {
        if self.driver.is_some() {
            let now = self.time(Instant::now());
            self.http.flush(now, &mut self.calls);
        }
    }

    /// Whether a call may be opened, now or later.
    pub(super) fn takes_calls(&self) -> bool {
        use scaffold_http2::OpenError;
        let full = [OpenError::TooManyStreams, OpenError::Full];
        match self.http.session_ref().can_open() {
            Ok(()) => self.lost.is_none(),
            Err(error) => self.lost.is_none() && full.contains(&error),
        }
    }

    /// Ends the call's stream, if it is open.
    pub(super) fn reset(&mut self, key: u32, code: ErrorCode) {
        if let Some(stream) = self.calls.get(key).stream
            && self.http.session().reset(stream, code).is_ok()
        {
            self.stirred = true;
        }
    }

    /// Ends a call that its handle is done with. A stream that is still open
    /// is reset, so that nothing comes for a record that is gone.
    pub(super) fn close(&mut self, key: u32, code: ErrorCode) {
        self.reset(key, code);
        self.calls.remove(key);
    }

    /// Calls those who wait for a stream, if there are any.
    #[inline]
    pub(super) fn call_waiting(&mut self) {
        if self.waiting.is_empty() {
            return;
        }
        let count = if self.takes_calls() {
            self.http.session_ref().streams_left()
        } else {
            // They look elsewhere.
            self.waiting.len()
        };
        self.waiting.call(count, &mut self.calls.wakes);
    }

    /// The connection is over: no call on it goes on.
    pub(super) fn lose(&mut self, why: String) {
        if self.lost.is_none() {
            self.lost = Some(match self.calls.going.as_ref() {
                Some(going) => format!("{why}, after {}", going.text),
                None => why,
            });
        }
        self.http.session().abort(ErrorCode::NO_ERROR, "");
        self.calls.lose();
        self.call_waiting();
    }
}
