//! The command that makes the same run again, and the settings it leaves alone.

use serde_json::Value;

use crate::plan::{Plan, Spin};
use crate::schedule::{Arrival, Stage};
use crate::slo::{Objective, parse_objectives};

/// Settings that are seconds.
const TIMES: [&str; 5] = ["duration", "warmup", "drain", "deadline", "stream_time"];

/// The command line of a plan, word by word, without what is as it always is.
/// Values of metadata are not saved, and so not in it.
pub(super) fn repeat(plan: &Plan) -> Vec<String> {
    let mut line = vec![plan.program.clone()];
    line.extend(plan.own.iter().map(|word| quoted(word)));
    let usual = json(&Plan::default());
    let mut flags: Vec<(String, Value)> = json(plan)
        .into_iter()
        .filter(|(name, value)| usual.get(name) != Some(value))
        .collect();
    // In the order of the form: the target first.
    flags.sort_by_key(|(name, _)| name != "target");
    for (name, value) in flags {
        flag(plan, &name, &value, &mut line);
    }
    line
}

/// The settings by name, and whether each is other than usual.
pub(super) fn settings(plan: &Plan) -> Vec<(String, String, bool)> {
    let usual = json(&Plan::default());
    let all = json(plan).into_iter().map(|(name, value)| {
        let other = usual.get(&name) != Some(&value);
        let shown = match &value {
            Value::Null => "as usual".to_owned(),
            Value::Number(_) if TIMES.contains(&&*name) => format!("{} s", short(&value)),
            Value::String(text) => text.clone(),
            Value::Array(list) if list.is_empty() => "none".to_owned(),
            Value::Array(_) | Value::Object(_) => {
                shown(plan, &name).unwrap_or_else(|| value.to_string())
            }
            value => short(value),
        };
        (name, shown, other)
    });
    all.collect()
}

fn json(plan: &Plan) -> serde_json::Map<String, Value> {
    match serde_json::to_value(plan) {
        Ok(Value::Object(all)) => all,
        _ => serde_json::Map::new(),
    }
}

/// Settings with a grammar of their own, in it.
fn shown(plan: &Plan, name: &str) -> Option<String> {
    Some(match name {
        "stages" => join(plan.stages.iter().map(stage)),
        "mix" => plan.mix.to_string(),
        "objectives" => join(plan.objectives.iter().map(objective)),
        "metadata" => join(plan.metadata.iter().map(|(name, _)| name.clone())),
        "shard" => plan.shard.to_string(),
        "spin" => match plan.spin {
            Spin::Auto => "auto".to_owned(),
            Spin::Nanos(nanos) => format!("{nanos}ns"),
        },
        _ => return None,
    })
}

fn flag(plan: &Plan, name: &str, value: &Value, line: &mut Vec<String>) {
    let mut push = |flag: &str, value: String| line.push(format!("--{flag} {}", quoted(&value)));
    match name {
        "closed" => {
            line.push("--closed".to_owned());
            line.push(format!("-c {value}"));
        }
        // The stages say both.
        "rate" if plan.closed.is_some() || !plan.stages.is_empty() => {}
        "duration" if !plan.stages.is_empty() => {}
        name if TIMES.contains(&name) => {
            push(&name.replace('_', "-"), format!("{}s", short(value)));
        }
        "metadata" => {
            for (name, _) in &plan.metadata {
                line.push(format!("-H {}", quoted(&format!("{name}=..."))));
            }
        }
        // The methods' shares are among the command's own.
        "mix" if !plan.own.is_empty() => {}
        "scrape_metrics" => {
            for metric in &plan.scrape_metrics {
                push("scrape-metric", metric.clone());
            }
        }
        "stages" | "mix" | "shard" | "spin" => {
            push(name, shown(plan, name).unwrap_or_default());
        }
        "objectives" => push("slo", shown(plan, name).unwrap_or_default()),
        "arrival" => push(
            name,
            match plan.arrival {
                Arrival::Poisson => "poisson".to_owned(),
                Arrival::Uniform => "uniform".to_owned(),
            },
        ),
        // Of this run alone, or of a file that has more to say.
        "start_at" | "program" | "own" => {}
        "payload_file" => {
            if let Some(path) = value.as_str() {
                push("config", path.to_owned());
            }
        }
        name => match value {
            Value::Bool(true) => line.push(format!("--{}", name.replace('_', "-"))),
            Value::String(text) => push(&name.replace('_', "-"), text.clone()),
            Value::Number(_) => push(&name.replace('_', "-"), short(value)),
            _ => {}
        },
    }
}

/// A number without a fraction that is none.
fn short(value: &Value) -> String {
    let number = value.to_string();
    number.strip_suffix(".0").unwrap_or(&number).to_owned()
}

fn join(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(",")
}

fn stage(stage: &Stage) -> String {
    let length = stage.length.as_secs_f64();
    match stage.from == stage.to {
        true => format!("{}@{length}s", stage.to),
        false => format!("{}..{}@{length}s", stage.from, stage.to),
    }
}

/// An objective as it is written, and not as it is shown.
fn objective(objective: &Objective) -> String {
    let of = match &objective.method {
        Some(method) => format!("{method}:"),
        None => String::new(),
    };
    let text = |limit: &str| format!("{of}{}{}{limit}", objective.measure, objective.bound);
    let short = text(&objective.show(objective.limit).replace(' ', ""));
    // What is shown has three digits.
    let exact = || match objective.show(0.0).ends_with("ns") {
        true => text(&format!("{}ns", objective.limit)),
        false => text(&objective.limit.to_string()),
    };
    let same = |read: Vec<Objective>| read.iter().any(|read| read.limit == objective.limit);
    let said = match parse_objectives(&short).is_ok_and(same) {
        true => short,
        false => exact(),
    };
    let abort = match objective.abort {
        Some(time) => format!(" abort={}s", time.as_secs_f64()),
        None => String::new(),
    };
    format!("{said}{abort}")
}

/// A word for the shell.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:,@=%+".contains(c);
    match !word.is_empty() && word.chars().all(plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', "'\\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::{Command, Nothing, parse};

    #[test]
    fn the_command_makes_the_same_plan() {
        let nowhere = tempfile::NamedTempFile::new().expect("a file");
        let config = format!("--config={}", nowhere.path().display());
        for line in [
            "--rate 2k/s --duration 500ms --seed 7 --unique --slo p99<20ms,Get:errors<=0.1%",
            "--closed -c 8 --duration 1m --target 127.0.0.1:9 --warmup 0s",
            "--stages 0..2k/s@30s,2k/s@5m --mix Get=80,List=20 --arrival uniform --spin 20us",
            "--shard 2/4 --start-at 17 --deadline 1.5s --trace 10 --verify 5% --streams 3",
        ] {
            let read = |line: &str| {
                let words = line.replace('\'', "");
                let words = words.split(' ').map(str::to_owned);
                match parse::<Nothing>("test", words.chain([config.clone()])) {
                    Ok(Command::Run(planned, _)) => *planned.plan,
                    other => panic!("{line}: {other:?}"),
                }
            };
            let plan = read(line);
            let said = repeat(&plan).join(" ");
            let line = said.strip_prefix("cargo loadtest ").expect("the command");
            let again = match plan.start_at {
                Some(at) => read(&format!("{line} --start-at {at}")),
                None => read(line),
            };
            let plan = Plan {
                payload_file: None,
                ..plan
            };
            let again = Plan {
                payload_file: None,
                ..again
            };
            assert_eq!(again, plan, "{said}");
        }
    }

    #[test]
    fn what_was_set_is_told_from_what_is_usual() {
        let plan = Plan {
            seed: 3,
            metadata: vec![("x-token".to_owned(), "hunter2".to_owned())],
            ..Plan::default()
        };
        let all = settings(&plan);
        let set: Vec<_> = all.iter().filter(|(.., other)| *other).collect();
        assert_eq!(set.len(), 2, "{set:?}");
        let line = repeat(&plan);
        assert!(line.contains(&"-H x-token=...".to_owned()));
        assert!(!format!("{all:?}{line:?}").contains("hunter2"));
    }
}
