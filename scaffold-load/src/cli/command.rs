//! From arguments to a plan.

use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::{Args, CommandFactory, FromArgMatches};

use super::Extra;
use super::args::{Line, RunArgs, Sub};
use super::file;
use super::saved::{RenderArgs, place, reports};
use crate::plan::{Fault, Plan};
use crate::report::{Format, Place, Reports};
use crate::search::Searching;
use crate::target;

/// What is to be done.
#[derive(Debug)]
pub(crate) enum Command<E> {
    /// Print this and be done.
    Say(String),
    Run(Planned<E>, Option<Baseline>),
    Search(Planned<E>, Searching),
    /// One saved run against another.
    Compare(PathBuf, Reports, Baseline),
    /// Saved parts of one run into one.
    Merge(Vec<PathBuf>, Reports),
    /// Reports of saved runs, beside each where no place is said.
    Report(Vec<PathBuf>, Option<Place>, Vec<Format>, Option<Baseline>),
}

/// What makes a run.
#[derive(Debug)]
pub(crate) struct Planned<E> {
    pub(crate) plan: Box<Plan>,
    pub(crate) reports: Reports,
    /// The program's own arguments.
    pub(crate) extra: E,
}

/// What a run is held against.
#[derive(Debug)]
pub(crate) struct Baseline {
    pub(crate) file: PathBuf,
    /// The share up to which differences are noise.
    pub(crate) noise: f64,
}

/// Reads the arguments after the program's name, and the file beside them.
pub(crate) fn parse<E: Extra>(
    name: &str,
    line: impl Iterator<Item = String>,
) -> Result<Command<E>, Fault> {
    let line: Vec<String> = line.collect();
    // Saved runs say themselves how they were made, and pods have files of their own.
    let of_saved = ["compare", "job", "merge", "report"];
    let (from_file, payload_file) = match line.first() {
        Some(first) if of_saved.contains(&&**first) => Default::default(),
        _ => match file::path(&line) {
            None if !E::IN_PROJECT => Default::default(),
            path => file::arguments(path.as_deref())?,
        },
    };
    // The file's first, so that the line overrules it; behind the command.
    let commands = ["run", "search", "compare", "job", "merge", "report"];
    let split = usize::from(
        line.first()
            .is_some_and(|first| commands.contains(&&**first)),
    );
    let (command, flags) = line.split_at(split);
    let all = std::iter::once(name.to_owned())
        .chain(command.iter().cloned())
        .chain(from_file)
        .chain(flags.iter().cloned());
    let matches = Line::<E>::command()
        .bin_name(name.to_owned())
        .try_get_matches_from(all);
    let line = match matches.and_then(|matches| Line::<E>::from_arg_matches(&matches)) {
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
        let mut planned = plan(args)?;
        planned.plan.payload_file = payload_file.clone();
        Ok(planned)
    };
    Ok(match line.command {
        None => run(line.run, plan)?,
        Some(Sub::Run(args)) => run(args, plan)?,
        Some(Sub::Compare(args)) => {
            let place = args.out.map_or(Place::Nowhere, place);
            let base = Baseline::of(args.base, args.noise);
            Command::Compare(args.new, reports(place, args.formats)?, base)
        }
        Some(Sub::Job(job)) => {
            // What no pod could run is said here.
            parse::<E>(name, job.line("1").into_iter())?;
            Command::Say(job.manifest())
        }
        Some(Sub::Merge(args)) => Command::Merge(args.parts, args.reports.reports()?),
        Some(Sub::Report(args)) => render(args)?,
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

fn run<E: Args>(
    mut args: RunArgs<E>,
    plan: impl FnOnce(RunArgs<E>) -> Result<Planned<E>, Fault>,
) -> Result<Command<E>, Fault> {
    let noise = args.noise;
    let baseline = args.baseline.take();
    let baseline = baseline.map(|file| Baseline::of(file, noise));
    Ok(Command::Run(plan(args)?, baseline))
}

fn render<E>(args: RenderArgs) -> Result<Command<E>, Fault> {
    let place = args.out.map(place);
    let formats = args.formats.0;
    if place == Some(Place::Stdout) && formats.len() * args.files.len() > 1 {
        return Err(Fault::usage(
            "--out -: stdout takes one report of one file".to_owned(),
        ));
    }
    let baseline = args.baseline.map(|file| Baseline::of(file, args.noise));
    Ok(Command::Report(args.files, place, formats, baseline))
}

fn plan<E: Extra>(args: RunArgs<E>) -> Result<Planned<E>, Fault> {
    let usual = Plan::default();
    let extra = args.extra;
    let target = extra.target().map(str::to_owned).or(args.target);
    let mix = match (args.mix, extra.mix()) {
        (Some(_), Some(_)) => {
            return Err(Fault::usage(
                "--mix: the methods that are named say their shares".to_owned(),
            ));
        }
        (one, other) => one.or(other),
    };
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
        target: target.unwrap_or(usual.target),
        rate,
        duration: length,
        stages,
        arrival: args.arrival.unwrap_or(usual.arrival),
        closed: args.concurrency.filter(|_| args.closed),
        warmup: args.warmup,
        seed: args.seed.unwrap_or(usual.seed),
        mix: mix.unwrap_or(usual.mix),
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
        invalid_ratio: args.invalid_ratio.unwrap_or(usual.invalid_ratio),
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
        scrape: args.scrape,
        scrape_metrics: args.scrape_metrics,
        program: E::PROGRAM.to_owned(),
        own: extra.words(),
        allow_remote: args.allow_remote,
        progress: args.progress.unwrap_or(usual.progress),
    };
    let far = |address: &&str| !target::is_loopback(address);
    let addresses = [Some(&*plan.target), plan.scrape.as_deref()];
    if let Some(far) = addresses.into_iter().flatten().find(far)
        && !plan.allow_remote
    {
        return Err(Fault::usage(format!(
            "{far} is not this machine: load on a server that is not yours is an attack; if it is yours, add --allow-remote"
        )));
    }
    Ok(Planned {
        plan: Box::new(plan),
        reports: args.reports.reports()?,
        extra,
    })
}

// === impl Baseline ===

impl Baseline {
    fn of(file: PathBuf, noise: f64) -> Self {
        Self { file, noise }
    }
}
