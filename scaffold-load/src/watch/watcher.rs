//! A sample a second, by a thread of its own.

use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::source::{Reading, Source};
use crate::plan::Fault;
use crate::progress::ToldOfServer;
use crate::record::{Server, ServerSample};

const INTERVAL: Duration = Duration::from_secs(1);

/// Looks at the server until it is told to stop, or what is measured is over.
#[derive(Debug)]
pub(crate) struct Watcher {
    /// Hung up, it ends the thread.
    stop: Sender<()>,
    thread: JoinHandle<Server>,
}

/// What was seen so far.
struct Seen {
    server: Server,
    begin: Instant,
    /// When what is measured began, and at the last sample.
    first: Option<Reading>,
    last: Option<(Instant, Reading)>,
    told: Option<ToldOfServer>,
}

// === impl Watcher ===

impl Watcher {
    /// Starts looking, from `begin` to `end` at most; `told` hears of each sample.
    pub(crate) fn start(
        source: Source,
        begin: Instant,
        end: Instant,
        told: Option<ToldOfServer>,
    ) -> Result<Self, Fault> {
        let (stop, stopped) = channel::<()>();
        let watch = move || {
            let mut seen = Seen::new(source.name(), begin, told);
            let mut next = begin;
            loop {
                let wait = next.saturating_duration_since(Instant::now());
                let ends = stopped.recv_timeout(wait) != Err(RecvTimeoutError::Timeout);
                seen.look(&source);
                if ends || next >= end {
                    return seen.end();
                }
                next = (next + INTERVAL).max(Instant::now()).min(end);
            }
        };
        let thread = std::thread::Builder::new()
            .name("load-watch".to_owned())
            .spawn(watch)
            .map_err(|error| Fault::internal(format!("no thread: {error}")))?;
        Ok(Self { stop, thread })
    }

    /// What it saw.
    pub(crate) fn end(self) -> Option<Server> {
        drop(self.stop);
        self.thread.join().ok()
    }
}

// === impl Seen ===

impl Seen {
    fn new(source: String, begin: Instant, told: Option<ToldOfServer>) -> Self {
        Self {
            server: Server {
                source,
                ..Server::default()
            },
            begin,
            first: None,
            last: None,
            told,
        }
    }

    fn look(&mut self, source: &Source) {
        let now = Instant::now();
        let reading = match source.read() {
            Ok(reading) => reading,
            Err(why) => {
                self.server.fault = Some(why);
                return;
            }
        };
        self.server.fault = None;
        let since = self.last.as_ref().map(|(at, before)| {
            let seconds = now.saturating_duration_since(*at).as_secs_f64();
            let taken = reading
                .cpu
                .zip(before.cpu)
                .map(|(now, before)| now - before);
            // A server that was started anew has taken less.
            taken
                .filter(|taken| *taken >= 0.0 && seconds > 0.0)
                .map(|taken| taken / seconds)
        });
        let sample = ServerSample {
            at: now.saturating_duration_since(self.begin).as_secs_f64(),
            cpu: since.flatten(),
            memory: reading.memory,
            metrics: reading.metrics.clone(),
        };
        if let Some(told) = &self.told {
            told(&sample);
        }
        self.server.push(sample);
        if self.first.is_none() {
            self.first = Some(Reading {
                cpu: reading.cpu,
                ..Reading::default()
            });
        }
        self.last = Some((now, reading));
    }

    fn end(mut self) -> Server {
        let first = self.first.and_then(|first| first.cpu);
        let last = self.last.and_then(|(_, last)| last.cpu);
        let taken = first.zip(last).map(|(first, last)| last - first);
        self.server.cpu = taken.filter(|taken| *taken >= 0.0);
        self.server
    }
}
