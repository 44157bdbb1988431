//! From arguments to a plan.

use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::{Args, CommandFactory, FromArgMatches};

use super::Extra;
use super::args::{Line, RunArgs, Sub};
use super::file;
use crate::plan::{Fault, Plan};
use crate::search::Searching;
use crate::target;

/// What is to be done.
#[derive(Debug)]
pub(crate) enum Command<E> {
    /// Print this and be done.
    Say(String),
    Run(Box<Plan>, Option<Baseline>, E),
    Search(Box<Plan>, Searching, E),
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
pub(crate) fn parse<E: Extra>(
    name: &str,
    line: impl Iterator<Item = String>,
) -> Result<Command<E>, Fault> {
    let line: Vec<String> = line.collect();
    // Saved runs say themselves how they were made, and pods have files of their own.
    let of_saved = ["compare", "job", "merge"];
    let (from_file, payload_file) = match line.first() {
        Some(first) if of_saved.contains(&&**first) => Default::default(),
        _ => match file::path(&line) {
            None if !E::IN_PROJECT => Default::default(),
            path => file::arguments(path.as_deref())?,
        },
    };
    // The file's first, so that the line overrules it; behind the command.
    let commands = ["run", "search", "compare", "job", "merge"];
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
        let (plan, extra) = plan(args)?;
        let plan = Plan {
            payload_file: payload_file.clone(),
            ..plan
        };
        Ok((Box::new(plan), extra))
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
        Some(Sub::Job(job)) => {
            // What no pod could run is said here.
            parse::<E>(name, job.line("1").into_iter())?;
            Command::Say(job.manifest())
        }
        Some(Sub::Merge(args)) => Command::Merge(args.parts, out(args.no_report, args.out)),
        Some(Sub::Search(args)) => {
            let searching = Searching {
                probe: args.probe,
                confirm: args.confirm,
                precision: args.precision.max(0.001),
                most: args.max_rate,
            };
            let (plan, extra) = plan(args.run)?;
            Command::Search(plan, searching, extra)
        }
    })
}

fn run<E: Args>(
    mut args: RunArgs<E>,
    plan: impl FnOnce(RunArgs<E>) -> Result<(Box<Plan>, E), Fault>,
) -> Result<Command<E>, Fault> {
    let noise = args.noise;
    let baseline = args.baseline.take();
    let baseline = baseline.map(|file| Baseline { file, noise });
    let (plan, extra) = plan(args)?;
    Ok(Command::Run(plan, baseline, extra))
}

fn out(no_report: bool, out: Option<PathBuf>) -> Option<PathBuf> {
    (!no_report).then(|| out.unwrap_or_else(|| PathBuf::from(OUT)))
}

fn plan<E: Extra>(args: RunArgs<E>) -> Result<(Plan, E), Fault> {
    let usual = Plan::default();
    let extra = args.extra;
    let target = extra.target().map(str::to_owned).or(args.target);
    let mix = args.mix.or_else(|| extra.mix());
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
        out: out(args.no_report, args.out),
        allow_remote: args.allow_remote,
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
    Ok((plan, extra))
}
