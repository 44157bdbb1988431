//! The settings of a run.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize, Serializer};

use super::Shard;
use crate::mix::Mix;
use crate::progress::Show;
use crate::schedule::{Arrival, Schedule, Stage};
use crate::slo::Objective;
use crate::units::seconds;

/// What a run is to do. Every field has a value that measures honestly.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Plan {
    /// Where the server is.
    pub target: String,
    /// Calls per second, over all workers, connections and methods.
    pub rate: f64,
    /// How long calls are made and measured.
    #[serde(with = "seconds")]
    pub duration: Duration,
    /// The rate over time; empty for `rate` all the time. With stages, `rate` and
    /// `duration` do not count.
    pub stages: Vec<Stage>,
    /// How calls follow one another.
    pub arrival: Arrival,
    /// As many calls at any time instead of a rate: each begins when the one
    /// before it has ended, so that a slow server slows the load.
    pub closed: Option<usize>,
    /// How long calls are made and not measured before that; `None` is a fifth
    /// of the duration, at most 5 s.
    #[serde(with = "seconds::maybe")]
    pub warmup: Option<Duration>,
    /// Repeats gaps, payloads and samples.
    pub seed: u64,
    /// Shares of the methods.
    pub mix: Mix,
    /// Connections, over all workers.
    pub connections: usize,
    /// Calls at one time on one connection; `None` for what the server allows.
    pub streams: Option<usize>,
    /// Threads that make calls; each has connections of its own.
    pub workers: usize,
    /// Calls running or waiting at one time. A call that is due above it is
    /// dropped and counted; `None` is two seconds' worth of the peak rate, at
    /// least 1,024.
    pub max_in_flight: Option<usize>,
    /// How long calls that run at the end are waited for.
    #[serde(with = "seconds")]
    pub drain: Duration,
    /// The time each call has (`grpc-timeout`); `None` for what its method says.
    #[serde(with = "seconds::maybe")]
    pub deadline: Option<Duration>,
    /// Metadata of each call. Saved runs have the names alone: reports are passed
    /// around, and a value may be a secret.
    #[serde(serialize_with = "names_alone")]
    pub metadata: Vec<(String, String)>,
    /// A file with the token that goes into `authorization`.
    pub bearer_file: Option<PathBuf>,
    /// TLS: a file of trusted certificates instead of the system's.
    pub tls_ca: Option<PathBuf>,
    /// TLS: the client's certificate chain.
    pub tls_cert: Option<PathBuf>,
    /// TLS: the key of `tls_cert`.
    pub tls_key: Option<PathBuf>,
    /// The name that the server's certificate must have, instead of the target's.
    pub authority: Option<String>,
    /// Requests that are made for each method before the clock starts.
    pub payloads: u64,
    /// A file whose table `[payload]` says more of the messages that are made up.
    pub payload_file: Option<PathBuf>,
    /// Makes a request for each call instead, ahead of it.
    pub unique: bool,
    /// The share of calls whose request breaks a validation rule, where the engine
    /// makes it: these are to be refused with INVALID_ARGUMENT.
    pub invalid_ratio: f64,
    /// The share of answers that are decoded to see whether they are any.
    pub verify: f64,
    /// One in so many calls carries a `traceparent`; 0 for none.
    pub trace: u64,
    /// Messages of a request stream that nobody makes payloads for.
    pub messages: Option<u64>,
    /// Messages per second on each request stream; `None` for as fast as they go.
    pub message_rate: Option<f64>,
    /// Messages after which a response stream is ended.
    pub stream_messages: Option<u64>,
    /// Time after which a response stream is ended.
    #[serde(with = "seconds::maybe")]
    pub stream_time: Option<Duration>,
    /// Bidirectional streams that live as long as the run: each due call of such
    /// a method is then a message on one of them. `None` makes each a stream.
    pub bidi_streams: Option<usize>,
    /// Messages without an answer on one of those; more wait and are counted.
    pub bidi_in_flight: usize,
    /// The pacer's last stretch before a call, for which it does not sleep.
    pub spin: Spin,
    /// What is asked of the service.
    pub objectives: Vec<Objective>,
    /// The share of calls that may fail, for methods whose `.proto` sets no
    /// availability and for which no objective speaks of errors.
    pub max_errors: f64,
    /// The share of due calls that may be dropped.
    pub max_drop: f64,
    /// Which part of the run this is.
    pub shard: Shard,
    /// When it begins, in seconds since 1970, so that all parts begin together.
    pub start_at: Option<f64>,
    /// A page in Prometheus' text format with the server's CPU time and memory, once
    /// a second; `None` looks at the process that listens at the target.
    pub scrape: Option<String>,
    /// Metrics of that page that are kept as well.
    pub scrape_metrics: Vec<String>,
    /// The command that makes the run, for whoever wants to repeat it.
    pub program: String,
    /// That command's own arguments, beside those of every load test.
    pub own: Vec<String>,
    /// Whether `target` may be another machine.
    pub allow_remote: bool,
    /// How its progress is shown; not saved, for it is none of the run's.
    #[serde(skip)]
    pub progress: Show,
}

/// How the pacer waits for the last microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Spin {
    /// As long as sleeping has proved to take too long here, at most 100 µs; not
    /// at all where calls come so fast that it would never sleep.
    #[default]
    Auto,
    /// So many nanoseconds.
    Nanos(u64),
}

/// As much of the duration as is for warming up, and at most so long.
const WARMUP: (f64, Duration) = (0.2, Duration::from_secs(5));

fn names_alone<S: Serializer>(
    metadata: &[(String, String)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let names = metadata.iter().map(|(name, _)| (name, "(not saved)"));
    serializer.collect_seq(names)
}

// === impl Plan ===

impl Default for Plan {
    fn default() -> Self {
        // The server under test shares the machine by default: half the cores
        // are the most that the generator can take without measuring itself.
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let workers = (cores / 2).clamp(1, 4);
        Self {
            target: "127.0.0.1:50051".to_owned(),
            rate: 50.0,
            duration: Duration::from_secs(10),
            stages: Vec::new(),
            arrival: Arrival::default(),
            closed: None,
            warmup: None,
            seed: 1,
            mix: Mix::default(),
            connections: cores.clamp(1, 4),
            streams: None,
            workers,
            max_in_flight: None,
            drain: Duration::from_secs(5),
            deadline: None,
            metadata: Vec::new(),
            bearer_file: None,
            tls_ca: None,
            tls_cert: None,
            tls_key: None,
            authority: None,
            payloads: 1024,
            payload_file: None,
            unique: false,
            invalid_ratio: 0.0,
            verify: 0.01,
            trace: 0,
            messages: None,
            message_rate: None,
            stream_messages: None,
            stream_time: None,
            bidi_streams: None,
            bidi_in_flight: 256,
            spin: Spin::Auto,
            objectives: Vec::new(),
            max_errors: 0.01,
            max_drop: 0.001,
            shard: Shard::WHOLE,
            start_at: None,
            scrape: None,
            scrape_metrics: Vec::new(),
            program: "cargo loadtest".to_owned(),
            own: Vec::new(),
            allow_remote: false,
            progress: Show::Auto,
        }
    }
}

impl Plan {
    /// The rate over time, without the warm-up.
    pub fn schedule(&self) -> Schedule {
        if self.stages.is_empty() {
            Schedule::new([Stage::hold(self.rate, self.duration)])
        } else {
            Schedule::new(self.stages.iter().copied())
        }
    }

    /// How long calls are made before those that are measured.
    pub fn warmup(&self) -> Duration {
        let (share, most) = WARMUP;
        let usual = || self.measured().mul_f64(share).min(most);
        self.warmup.unwrap_or_else(usual)
    }

    /// How long calls are made and measured.
    pub fn measured(&self) -> Duration {
        match self.closed {
            Some(_) => self.duration,
            None => self.schedule().length(),
        }
    }

    /// Calls running or waiting at one time.
    pub fn cap(&self) -> usize {
        let usual = (self.schedule().peak() * self.shard.share() * 2.0) as usize;
        self.max_in_flight.unwrap_or(usual.max(1024))
    }
}
