//! The arguments, as clap reads them.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};

use super::job::JobArgs;
use super::saved::{CompareArgs, MergeArgs, RenderArgs, ReportArgs};
use super::values::{
    arrival, count, duration, header, mix, objectives, positive, profile, rate, shard, share, show,
    spin, stages,
};
use crate::mix::Mix;
use crate::plan::{Shard, Spin};
use crate::progress::Show;
use crate::schedule::{Arrival, Profile, Schedule};
use crate::slo::Objective;

/// Load tests that tell the truth: calls at a rate, whatever the server does, and
/// latency from the moment each call was due.
#[derive(Debug, Parser)]
#[command(
    disable_help_subcommand = true,
    args_override_self = true,
    args_conflicts_with_subcommands = true,
    after_help = EXITS
)]
pub(super) struct Line<E: Args> {
    #[command(subcommand)]
    pub(super) command: Option<Sub<E>>,
    #[command(flatten)]
    pub(super) run: RunArgs<E>,
}

const EXITS: &str = "Exit codes: 0 passed, 1 internal or I/O error, 2 usage, 3 objective missed, \
4 regression, 5 invalid measurement, 6 target unreachable or lost, 130 interrupted (reports are \
still written).";

#[derive(Debug, Subcommand)]
pub(super) enum Sub<E: Args> {
    /// Make a run; the same as no command.
    #[command(args_override_self = true, after_help = EXITS)]
    Run(RunArgs<E>),
    /// Find the highest rate that holds the objectives: double, bisect, confirm.
    #[command(args_override_self = true, after_help = EXITS)]
    Search(SearchArgs<E>),
    /// Hold one saved run against another: improved, regressed, or no change.
    #[command(after_help = EXITS)]
    Compare(CompareArgs),
    /// Print the manifest of a Kubernetes Job that spreads a run over pods:
    /// job --shards 4 --image IMAGE -- --target dns:///users:50051 --allow-remote
    #[command(after_help = EXITS)]
    Job(JobArgs),
    /// Put the saved parts of one run together, as --shard made them.
    #[command(after_help = EXITS)]
    Merge(MergeArgs),
    /// Write the reports of saved runs again, in other forms.
    #[command(after_help = EXITS)]
    Report(RenderArgs),
}

/// Latency on shared machines varies by some percent with nothing changed.
pub(super) const NOISE: &str = "3%";

#[derive(Debug, Args)]
pub(super) struct SearchArgs<E: Args> {
    #[command(flatten)]
    pub(super) run: RunArgs<E>,
    /// How long each rate is tried.
    #[arg(long, value_name = "TIME", default_value = "5s", value_parser = positive)]
    pub(super) probe: Duration,
    /// How long the found rate is confirmed.
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = positive)]
    pub(super) confirm: Duration,
    /// How near the found rate comes to one that does not hold.
    #[arg(long, value_name = "SHARE", default_value = "5%", value_parser = share)]
    pub(super) precision: f64,
    /// The rate that is not gone beyond.
    #[arg(long, value_name = "RATE", default_value = "1m/s", value_parser = rate)]
    pub(super) max_rate: f64,
}

/// The flags of a run. What is not said is as `Plan::default` has it.
#[derive(Debug, Args)]
pub(super) struct RunArgs<E: Args> {
    #[command(flatten)]
    pub(super) extra: E,
    /// The server [default: 127.0.0.1:50051]
    #[arg(long, value_name = "ADDR")]
    pub(super) target: Option<String>,
    /// Let the target be another machine.
    #[arg(long)]
    pub(super) allow_remote: bool,
    /// A file with these flags as keys [default: of a project its loadtest.toml, or
    /// [loadtest] in its scaffold.toml]
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,

    /// Calls per second in total: 500, 5k/s [default: 50]
    #[arg(long, value_name = "RATE", value_parser = rate, help_heading = "Load")]
    pub(super) rate: Option<f64>,
    /// How long calls are made and measured: 10s, 5m [default: the profile's, 10s]
    #[arg(long, value_name = "TIME", value_parser = positive, help_heading = "Load")]
    pub(super) duration: Option<Duration>,
    /// The rate over time: 0..2k/s@30s, 2k/s@5m, 1k..5k/5@1m (five steps)
    #[arg(long, value_name = "STAGES", value_parser = stages, conflicts_with_all = ["profile"], help_heading = "Load")]
    pub(super) stages: Option<Schedule>,
    /// smoke, load, stress, spike or soak, around the rate
    #[arg(long, value_name = "NAME", value_parser = profile, help_heading = "Load")]
    pub(super) profile: Option<Profile>,
    /// How calls follow one another: poisson or uniform [default: poisson]
    #[arg(long, value_name = "KIND", value_parser = arrival, help_heading = "Load")]
    pub(super) arrival: Option<Arrival>,
    /// A closed loop of -c calls at one time: hides stalls, finds capacity
    #[arg(long, requires = "concurrency", conflicts_with_all = ["rate", "stages", "profile"], help_heading = "Load")]
    pub(super) closed: bool,
    /// Calls at one time in a closed loop
    #[arg(short = 'c', long, value_name = "N", value_parser = count, requires = "closed", help_heading = "Load")]
    pub(super) concurrency: Option<usize>,
    /// Load before what is measured [default: a fifth of it, at most 5s]
    #[arg(long, value_name = "TIME", value_parser = duration, help_heading = "Load")]
    pub(super) warmup: Option<Duration>,
    /// Shares of the methods: GetUser=80,ListUsers=20 [default: all alike]
    #[arg(long, value_name = "MIX", value_parser = mix, help_heading = "Load")]
    pub(super) mix: Option<Mix>,
    /// Repeats gaps, payloads and samples [default: 1]
    #[arg(long, value_name = "N", help_heading = "Load")]
    pub(super) seed: Option<u64>,
    /// Which part of the run this is: 2/4, or auto/4 in a pod of an Indexed Job
    #[arg(long, value_name = "I/N", value_parser = shard, requires = "start_at", help_heading = "Load")]
    pub(super) shard: Option<Shard>,
    /// When the run begins, in seconds since 1970
    #[arg(long, value_name = "UNIX", help_heading = "Load")]
    pub(super) start_at: Option<f64>,

    /// Connections in total [default: one per core, at most 4]
    #[arg(long, value_name = "N", value_parser = count, help_heading = "Connections")]
    pub(super) connections: Option<usize>,
    /// Calls at one time on one connection [default: what the server allows]
    #[arg(long, value_name = "N", value_parser = count, help_heading = "Connections")]
    pub(super) streams: Option<usize>,
    /// Threads that make calls [default: half the cores, at most 4]
    #[arg(long, value_name = "N", value_parser = count, help_heading = "Connections")]
    pub(super) workers: Option<usize>,
    /// Calls under way at one time; more are dropped [default: 2 s of the rate]
    #[arg(long, value_name = "N", value_parser = count, help_heading = "Connections")]
    pub(super) max_in_flight: Option<usize>,
    /// How long calls under way are waited for at the end [default: 5s]
    #[arg(long, value_name = "TIME", value_parser = duration, help_heading = "Connections")]
    pub(super) drain: Option<Duration>,
    /// The certificate of the authority to trust
    #[arg(long, value_name = "FILE", help_heading = "Connections")]
    pub(super) tls_ca: Option<PathBuf>,
    /// The client's certificate
    #[arg(long, value_name = "FILE", help_heading = "Connections")]
    pub(super) tls_cert: Option<PathBuf>,
    /// The client's key
    #[arg(long, value_name = "FILE", help_heading = "Connections")]
    pub(super) tls_key: Option<PathBuf>,
    /// The name that the server goes by, instead of the target's
    #[arg(long, value_name = "NAME", help_heading = "Connections")]
    pub(super) authority: Option<String>,

    /// The time each call has [default: what its method says]
    #[arg(long, value_name = "TIME", value_parser = positive, help_heading = "Calls")]
    pub(super) deadline: Option<Duration>,
    /// Metadata of each call: -H x-tenant=blue; may be repeated
    #[arg(short = 'H', long = "header", value_name = "K=V", value_parser = header, help_heading = "Calls")]
    pub(super) headers: Vec<(String, String)>,
    /// A file with the token that goes into `authorization`
    #[arg(long, value_name = "FILE", help_heading = "Calls")]
    pub(super) bearer_file: Option<PathBuf>,
    /// A `traceparent` for one in so many calls
    #[arg(long, value_name = "N", help_heading = "Calls")]
    pub(super) trace: Option<u64>,
    /// Requests made for each method before the clock starts [default: 1024]
    #[arg(long, value_name = "N", value_parser = count, help_heading = "Calls")]
    pub(super) payloads: Option<usize>,
    /// A request of its own for each call, made ahead of it
    #[arg(long, help_heading = "Calls")]
    pub(super) unique: bool,
    /// The share of requests that break a validation rule, and must be refused
    #[arg(long, value_name = "SHARE", value_parser = share, conflicts_with = "bidi_streams", help_heading = "Calls")]
    pub(super) invalid_ratio: Option<f64>,
    /// The share of answers that are decoded [default: 1%]
    #[arg(long, value_name = "SHARE", value_parser = share, help_heading = "Calls")]
    pub(super) verify: Option<f64>,

    /// Messages of a generated request stream [default: 2]
    #[arg(long, value_name = "N", value_parser = count, help_heading = "Streams")]
    pub(super) messages: Option<usize>,
    /// Messages per second on each request stream [default: as they go]
    #[arg(long, value_name = "RATE", value_parser = rate, help_heading = "Streams")]
    pub(super) message_rate: Option<f64>,
    /// Messages after which a response stream is ended
    #[arg(long, value_name = "N", value_parser = count, help_heading = "Streams")]
    pub(super) stream_messages: Option<usize>,
    /// Time after which a response stream is ended
    #[arg(long, value_name = "TIME", value_parser = positive, help_heading = "Streams")]
    pub(super) stream_time: Option<Duration>,
    /// Bidirectional streams that live as long as the run: each call of such a
    /// method is then a message
    #[arg(long, value_name = "K", value_parser = count, help_heading = "Streams")]
    pub(super) bidi_streams: Option<usize>,
    /// Messages without an answer on all of those [default: 256]
    #[arg(long, value_name = "N", value_parser = count, help_heading = "Streams")]
    pub(super) bidi_in_flight: Option<usize>,

    /// Objectives: p99<20ms,errors<0.1%,Get:p50<1ms abort=5s; may be repeated
    #[arg(long, value_name = "SLO", value_parser = objectives, help_heading = "Verdict")]
    pub(super) slo: Vec<Vec<Objective>>,
    /// Failures allowed where nothing else is said [default: 1%]
    #[arg(long, value_name = "SHARE", value_parser = share, help_heading = "Verdict")]
    pub(super) max_errors: Option<f64>,
    /// Dropped calls that an honest measurement may have [default: 0.1%]
    #[arg(long, value_name = "SHARE", value_parser = share, help_heading = "Verdict")]
    pub(super) max_drop: Option<f64>,
    /// A saved run, a report.json: to be worse than it is exit code 4
    #[arg(long, value_name = "FILE", help_heading = "Verdict")]
    pub(super) baseline: Option<PathBuf>,
    /// Differences from the baseline up to this share are noise
    #[arg(long, value_name = "SHARE", default_value = NOISE, value_parser = share, help_heading = "Verdict")]
    pub(super) noise: f64,
    /// How long the pacer does not sleep before a call: auto or a time [default: auto]
    #[arg(long, value_name = "TIME", value_parser = spin, help_heading = "Verdict")]
    pub(super) spin: Option<Spin>,
    /// The server's metrics, once a second: http://HOST:PORT/metrics [default: what
    /// the system says of its process, where it runs on this machine]
    #[arg(long, value_name = "URL", help_heading = "Reports")]
    pub(super) scrape: Option<String>,
    /// A metric of that page to keep: its name, or name{label="x"}; may be repeated
    #[arg(
        long = "scrape-metric",
        value_name = "NAME",
        requires = "scrape",
        help_heading = "Reports"
    )]
    pub(super) scrape_metrics: Vec<String>,
    #[command(flatten)]
    pub(super) reports: ReportArgs,
    /// How the run is watched: tui, lines or none [default: tui on a terminal, lines
    /// elsewhere and in CI]
    #[arg(long, value_name = "FORM", value_parser = show, help_heading = "Progress")]
    pub(super) progress: Option<Show>,
}
