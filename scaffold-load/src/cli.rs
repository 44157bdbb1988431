//! The arguments of a load test.
//!
//! Read by hand: twelve flags are not worth the dozen crates of an argument
//! parser in every scaffolded project.

use std::path::PathBuf;

use crate::mix::Mix;
use crate::plan::{Fault, Plan};
use crate::{target, units};

pub(crate) enum Command {
    Help,
    Run(Box<Plan>),
}

const FLAGS: &[(&str, &str, &str)] = &[
    ("--target", "ADDR", "the server [127.0.0.1:50051]"),
    (
        "--rate",
        "RATE",
        "calls per second in total: 500, 5k/s [50]",
    ),
    (
        "--duration",
        "TIME",
        "how long calls are sent: 10s, 5m [10s]",
    ),
    (
        "--mix",
        "MIX",
        "shares of the methods: GetUser=80,ListUsers=20 [all alike]",
    ),
    (
        "--connections",
        "N",
        "connections in total [one per worker]",
    ),
    (
        "--workers",
        "N",
        "threads that make calls [half the cores, at most 4]",
    ),
    (
        "--max-in-flight",
        "N",
        "calls running at one time; more are dropped [2 s of the rate]",
    ),
    (
        "--drain",
        "TIME",
        "how long running calls are waited for at the end [5s]",
    ),
    (
        "--max-errors",
        "SHARE",
        "failures allowed where the .proto sets no slo [1%]",
    ),
    (
        "--out",
        "DIR",
        "where report.html and report.json go [target/loadtest]",
    ),
    ("--no-report", "", "write no files"),
    ("--allow-remote", "", "let the target be another machine"),
    ("--help", "", "this text"),
];

pub(crate) fn parse(mut args: impl Iterator<Item = String>) -> Result<Command, Fault> {
    let mut plan = Plan {
        out: Some(PathBuf::from("target/loadtest")),
        ..Plan::default()
    };
    let mut connections = None;
    while let Some(arg) = args.next() {
        let (flag, inline) = match arg.split_once('=') {
            Some((flag, value)) if flag.starts_with("--") => {
                (flag.to_owned(), Some(value.to_owned()))
            }
            _ => (arg, None),
        };
        match flag.as_str() {
            "--help" | "-h" => return Ok(Command::Help),
            "--allow-remote" => plan.allow_remote = true,
            "--no-report" => plan.out = None,
            _ => {
                if !FLAGS.iter().any(|(name, ..)| *name == flag) {
                    return Err(unknown(&flag));
                }
                let value = inline
                    .or_else(|| args.next())
                    .ok_or_else(|| Fault::new(format!("{flag} needs a value")))?;
                let wrong = || Fault::new(format!("`{value}` is no value of {flag}"));
                match flag.as_str() {
                    "--target" => plan.target = value,
                    "--rate" => plan.rate = units::parse_rate(&value).ok_or_else(wrong)?,
                    "--duration" => {
                        plan.duration = units::parse_duration(&value)
                            .filter(|duration| !duration.is_zero())
                            .ok_or_else(wrong)?;
                    }
                    "--mix" => plan.mix = Mix::parse(&value)?,
                    "--connections" => connections = Some(count(&value).ok_or_else(wrong)?),
                    "--workers" => plan.workers = count(&value).ok_or_else(wrong)?,
                    "--max-in-flight" => {
                        plan.max_in_flight = Some(count(&value).ok_or_else(wrong)?)
                    }
                    "--drain" => plan.drain = units::parse_duration(&value).ok_or_else(wrong)?,
                    "--max-errors" => {
                        plan.max_errors = units::parse_share(&value).ok_or_else(wrong)?
                    }
                    _ => plan.out = Some(PathBuf::from(value)),
                }
            }
        }
    }
    plan.connections = connections.unwrap_or(plan.workers);
    if !plan.allow_remote && !target::is_loopback(&plan.target) {
        return Err(Fault::new(format!(
            "{} is not this machine: load on a server that is not yours is an attack; if it is yours, add --allow-remote",
            plan.target
        )));
    }
    Ok(Command::Run(Box::new(plan)))
}

fn count(text: &str) -> Option<usize> {
    text.parse().ok().filter(|&count| count > 0)
}

fn unknown(flag: &str) -> Fault {
    let near = FLAGS.iter().map(|(name, ..)| *name).find(|name| {
        let bare = flag.trim_start_matches('-');
        !bare.is_empty() && (name.contains(bare) || bare.contains(name.trim_start_matches('-')))
    });
    Fault::new(match near {
        Some(near) => format!("there is no `{flag}`; did you mean {near}?"),
        None => format!("there is no `{flag}`"),
    })
}

pub(crate) fn usage(name: &str) -> String {
    format!(
        "Usage: {name} [--target ADDR] [--rate RATE] [--duration TIME] [--mix MIX] [--out DIR]; --help lists all"
    )
}

pub(crate) fn help(name: &str) -> String {
    let mut text = format!(
        "Load test of {name}: calls at a constant rate, whatever the server does; latency from\nthe moment a call was due.\n\n{}\n\n",
        usage(name)
    );
    for (flag, value, what) in FLAGS {
        text.push_str(&format!("  {:<22} {what}\n", format!("{flag} {value}")));
    }
    text.push_str(
        "\nExit codes: 0 passed, 1 internal, 2 usage, 3 objective breached, 5 invalid\nmeasurement, 6 target unreachable, 130 interrupted.\n",
    );
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn plan(line: &str) -> Result<Plan, String> {
        match parse(line.split_whitespace().map(str::to_owned)) {
            Ok(Command::Run(plan)) => Ok(*plan),
            Ok(Command::Help) => Err("help".to_owned()),
            Err(fault) => Err(fault.to_string()),
        }
    }

    #[test]
    fn reads_flags_in_both_spellings() {
        let plan = plan("--rate 2k/s --duration=3s --workers 2").unwrap();
        assert_eq!(plan.rate, 2000.0);
        assert_eq!(plan.duration, Duration::from_secs(3));
        assert_eq!(plan.connections, 2);
    }

    #[test]
    fn refuses_what_it_does_not_know() {
        assert!(
            plan("--target 10.0.0.1:80")
                .unwrap_err()
                .contains("--allow-remote")
        );
        assert!(plan("--target 10.0.0.1:80 --allow-remote").is_ok());
        assert!(plan("--rat 3").unwrap_err().contains("did you mean --rate"));
        assert!(plan("--rate").unwrap_err().contains("needs a value"));
        assert!(
            plan("--workers 0")
                .unwrap_err()
                .contains("no value of --workers")
        );
    }
}
