//! From arguments to a plan.

use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::{CommandFactory, FromArgMatches};

use super::args::{Line, RunArgs, Sub};
use super::file;
use crate::plan::{Fault, Plan};
use crate::search::Searching;
use crate::target;

/// What is to be done.
#[derive(Debug)]
pub(crate) enum Command {
    /// Print this and be done.
    Say(String),
    Run(Box<Plan>, Option<Baseline>),
    Search(Box<Plan>, Searching),
    /// One saved run against another.
    Compare(PathBuf, Baseline),
    /// Saved parts of one run into one, and where its reports go.
    Merge(Vec<PathBuf>, Option<PathBuf>),
}

/// What a run is held against.
#[derive(Debug)]
pub(crate) struct Baseline {
    pub(crate) file: PathBuf,
    /// The share up to which differences are noise.
    pub(crate) noise: f64,
}

/// Where reports go unless that is said.
const OUT: &str = "target/loadtest";

/// Reads the arguments after the program's name, and the file beside them.
pub(crate) fn parse(name: &str, line: impl Iterator<Item = String>) -> Result<Command, Fault> {
    let line: Vec<String> = line.collect();
    // Saved runs say themselves how they were made.
    let of_saved = ["compare", "merge"];
    let (from_file, payload_file) = match line.first() {
        Some(first) if of_saved.contains(&&**first) => Default::default(),
        _ => file::arguments(file::path(&line).as_deref())?,
    };
    // The file's first, so that the line overrules it; behind the command.
    let commands = ["run", "search", "compare", "merge"];
    let split = usize::from(
        line.first()
            .is_some_and(|first| commands.contains(&&**first)),
    );
    let (command, flags) = line.split_at(split);
    let all = std::iter::once(name.to_owned())
        .chain(command.iter().cloned())
        .chain(from_file)
        .chain(flags.iter().cloned());
    let matches = Line::command()
        .bin_name(name.to_owned())
        .try_get_matches_from(all);
    let line = match matches.and_then(|matches| Line::from_arg_matches(&matches)) {
        Ok(line) => line,
        Err(error) => {
            return match error.kind() {
                ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
                    Ok(Command::Say(error.render().to_string()))
                }
                _ => {
                    let text = error.render().to_string();
                    let text = text.strip_prefix("error: ").unwrap_or(&text);
                    Err(Fault::usage(text.trim_end().to_owned()))
                }
            };
        }
    };
    let plan = |args| {
        let plan = plan(args)?;
        Ok(Box::new(Plan {
            payload_file: payload_file.clone(),
            ..plan
        }))
    };
    Ok(match line.command {
        None => run(line.run, plan)?,
        Some(Sub::Run(args)) => run(args, plan)?,
        Some(Sub::Compare(args)) => Command::Compare(
            args.new,
            Baseline {
                file: args.base,
                noise: args.noise,
            },
        ),
        Some(Sub::Merge(args)) => Command::Merge(args.parts, out(args.no_report, args.out)),
        Some(Sub::Search(args)) => {
            let searching = Searching {
                probe: args.probe,
                confirm: args.confirm,
                precision: args.precision.max(0.001),
                most: args.max_rate,
            };
            Command::Search(plan(args.run)?, searching)
        }
    })
}

fn run(
    mut args: RunArgs,
    plan: impl FnOnce(RunArgs) -> Result<Box<Plan>, Fault>,
) -> Result<Command, Fault> {
    let noise = args.noise;
    let baseline = args.baseline.take();
    let baseline = baseline.map(|file| Baseline { file, noise });
    Ok(Command::Run(plan(args)?, baseline))
}

fn out(no_report: bool, out: Option<PathBuf>) -> Option<PathBuf> {
    (!no_report).then(|| out.unwrap_or_else(|| PathBuf::from(OUT)))
}

fn plan(args: RunArgs) -> Result<Plan, Fault> {
    let usual = Plan::default();
    let rate = args.rate.unwrap_or(usual.rate);
    let profile = args.profile;
    let duration = args.duration;
    let length = duration.or_else(|| profile.map(|profile| profile.usual_length()));
    let length = length.unwrap_or(usual.duration);
    let stages = match (args.stages, profile) {
        (Some(_), _) if duration.is_some() => {
            return Err(Fault::usage(
                "--duration and --stages: the stages say how long they are".to_owned(),
            ));
        }
        (Some(schedule), _) => schedule.stages().to_vec(),
        (None, Some(profile)) => profile.schedule(rate, length).stages().to_vec(),
        (None, None) => Vec::new(),
    };
    let workers = args.workers.unwrap_or(usual.workers);
    let plan = Plan {
        target: args.target.unwrap_or(usual.target),
        rate,
        duration: length,
        stages,
        arrival: args.arrival.unwrap_or(usual.arrival),
        closed: args.concurrency.filter(|_| args.closed),
        warmup: args.warmup,
        seed: args.seed.unwrap_or(usual.seed),
        mix: args.mix.unwrap_or(usual.mix),
        connections: args.connections.unwrap_or(usual.connections.max(workers)),
        streams: args.streams,
        workers,
        max_in_flight: args.max_in_flight,
        drain: args.drain.unwrap_or(usual.drain),
        deadline: args.deadline,
        metadata: args.headers,
        bearer_file: args.bearer_file,
        tls_ca: args.tls_ca,
        tls_cert: args.tls_cert,
        tls_key: args.tls_key,
        authority: args.authority,
        payloads: args.payloads.map_or(usual.payloads, |count| count as u64),
        payload_file: None,
        unique: args.unique,
        verify: args.verify.unwrap_or(usual.verify),
        trace: args.trace.unwrap_or(usual.trace),
        messages: args.messages.map(|count| count as u64),
        message_rate: args.message_rate,
        stream_messages: args.stream_messages.map(|count| count as u64),
        stream_time: args.stream_time,
        bidi_streams: args.bidi_streams,
        bidi_in_flight: args.bidi_in_flight.unwrap_or(usual.bidi_in_flight),
        spin: args.spin.unwrap_or(usual.spin),
        objectives: args.slo.into_iter().flatten().collect(),
        max_errors: args.max_errors.unwrap_or(usual.max_errors),
        max_drop: args.max_drop.unwrap_or(usual.max_drop),
        shard: args.shard.unwrap_or(usual.shard),
        start_at: args.start_at,
        out: out(args.no_report, args.out),
        allow_remote: args.allow_remote,
        progress: args.progress.unwrap_or(usual.progress),
    };
    if !plan.allow_remote && !target::is_loopback(&plan.target) {
        return Err(Fault::usage(format!(
            "{} is not this machine: load on a server that is not yours is an attack; if it is yours, add --allow-remote",
            plan.target
        )));
    }
    Ok(plan)
}
