//! What several reports say in the same words.

use std::path::PathBuf;

use super::Report;
use crate::plan::Plan;
use crate::run::Run;
use crate::schedule::{Arrival, Stage};
use crate::units::{bytes, latency, number, rate, time};

/// More stages than these are told by their ends and their peak.
const STAGES: usize = 6;

/// The load, as a person says it.
pub(super) fn load(plan: &Plan) -> String {
    let length = time(plan.measured().as_secs_f64());
    if let Some(calls) = plan.closed {
        let calls = count(calls, "call");
        return format!("a closed loop of {calls} at one time for {length}");
    }
    let schedule = plan.schedule();
    let stages = schedule.stages();
    let rates = match stages {
        [one] => stage(one),
        [first, .., last] if stages.len() > STAGES => format!(
            "{} stages from {} to {}, at most {}, {length} in all",
            stages.len(),
            rate(first.from),
            rate(last.to),
            rate(schedule.peak()),
        ),
        _ => stages.iter().map(stage).collect::<Vec<_>>().join(", "),
    };
    let spaced = match plan.arrival {
        Arrival::Poisson => "random gaps (Poisson)",
        Arrival::Uniform => "evenly spaced",
    };
    let part = match plan.shard.of {
        0 | 1 => String::new(),
        _ => format!("; part {} of it", plan.shard),
    };
    format!("{rates}, {spaced}{part}")
}

fn stage(stage: &Stage) -> String {
    let length = time(stage.length.as_secs_f64());
    match stage.from == stage.to {
        true => format!("{} for {length}", rate(stage.to)),
        false => format!("{} to {} in {length}", rate(stage.from), rate(stage.to)),
    }
}

/// What the times of a call mean, for those who read the report alone.
pub(super) fn meaning(plan: &Plan) -> &'static str {
    match plan.closed {
        None => {
            "Calls were made when the schedule had them due, whatever the server did: response is from the moment a call was due to its end, service from the moment it was sent, lag from due to when the generator had it in hand. Calls without an end count, with the time until the run was over."
        }
        Some(_) => {
            "In a closed loop the next call is made when one before it has ended: a slow server slows the load, so that a stall shows in few calls. Response is from the moment a call could begin to its end, service from the moment it was sent. Calls without an end count, with the time until the run was over."
        }
    }
}

/// Why the measurement is none, what ended it, and which promises were broken.
pub(super) fn findings(run: &Run) -> Vec<String> {
    let mut lines = run.verdict.reasons().to_vec();
    if let Some(stopped) = &run.stopped {
        lines.push(format!("{stopped}: these are the results until then"));
    }
    lines.extend(
        run.breaches()
            .map(|breach| format!("an objective was missed: {breach}")),
    );
    lines
}

/// What the server took, where that could be seen: each figure's name and value.
pub(super) fn server(run: &Run) -> Vec<(&'static str, String)> {
    let mut said = Vec::new();
    let Some(server) = &run.server else {
        return said;
    };
    if let Some(cpu) = server.cpu {
        let cores = cpu / run.elapsed.as_secs_f64().max(1e-3);
        said.push(("CPU", format!("{} cores", number(cores))));
        let calls = run.record.completed();
        if calls > 0 {
            let nanos = cpu * 1e9 / calls as f64;
            said.push(("CPU a call", latency(nanos as u64)));
        }
    }
    if let Some(memory) = server.peak_memory() {
        said.push(("peak memory", bytes(memory as f64)));
    }
    said
}

/// The same as a sentence, with who tells it.
pub(super) fn server_line(run: &Run) -> Option<String> {
    let server = run.server.as_ref()?;
    let figures = self::server(run).into_iter();
    let figures: Vec<String> = figures
        .map(|(what, value)| format!("{what} {value}"))
        .collect();
    Some(match figures.is_empty() {
        true => server.source.clone(),
        false => format!("{}: {}", server.source, figures.join(", ")),
    })
}

/// `1 worker`, `2 workers`.
pub(super) fn count(number: usize, what: &str) -> String {
    let s = if number == 1 { "" } else { "s" };
    format!("{number} {what}{s}")
}

/// Seconds since 1970 as a date, in UTC.
pub(super) fn date(unix: f64) -> String {
    let seconds = unix.max(0.0) as u64;
    let (days, time) = (seconds / 86_400, seconds % 86_400);
    // Years begin in March, so that the odd day is a year's last.
    let day = days + 719_468;
    let (era, day) = (day / 146_097, day % 146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let march = (5 * day + 2) / 153;
    let day = day - (153 * march + 2) / 5 + 1;
    let month = if march < 10 { march + 3 } else { march - 9 };
    let year = era * 400 + year + u64::from(month <= 2);
    format!(
        "{year:04}-{month:02}-{day:02} {:02}:{:02}:{:02} UTC",
        time / 3600,
        time / 60 % 60,
        time % 60
    )
}

/// What one would do next; `files` are the reports that were written.
pub(crate) fn next(report: &Report<'_>, files: &[PathBuf]) -> Option<String> {
    let of = |end: &str| {
        let mut files = files.iter();
        files.find(|path| path.extension().is_some_and(|extension| extension == end))
    };
    let run = report.run;
    let found = run.search.as_ref().and_then(|search| search.found);
    if let Some(found) = found {
        // At the edge itself a gate fails by chance.
        let rate = (found * 0.8).floor().max(1.0);
        return Some(format!(
            "hold it: cargo loadtest --rate {rate}, 80% of what was found"
        ));
    }
    if let Some(page) = of("html") {
        return Some(format!("open {}", page.display()));
    }
    None
}

/// `Service/Method` of `/package.Service/Method`.
pub(super) fn short(path: &str) -> &str {
    let path = path.trim_start_matches('/');
    let service = path.find('/').unwrap_or(path.len());
    path[..service]
        .rfind('.')
        .map_or(path, |dot| &path[dot + 1..])
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn dates_are_right() {
        for (unix, date_) in [
            (0.0, "1970-01-01 00:00:00 UTC"),
            (951_782_400.0, "2000-02-29 00:00:00 UTC"),
            (1_709_251_199.9, "2024-02-29 23:59:59 UTC"),
            (4_107_542_400.0, "2100-03-01 00:00:00 UTC"),
        ] {
            assert_eq!(date(unix), date_);
        }
    }

    #[test]
    fn loads_are_said_as_they_are() {
        let plan = Plan::default();
        assert_eq!(load(&plan), "50/s for 10 s, random gaps (Poisson)");
        let closed = Plan {
            closed: Some(8),
            ..Plan::default()
        };
        assert!(load(&closed).starts_with("a closed loop of 8 calls at one time for 10 s"));
        assert!(meaning(&closed).contains("closed loop") && !meaning(&plan).contains("loop"));
        let ramp = Stage {
            from: 0.0,
            to: 2000.0,
            length: Duration::from_secs(30),
        };
        let hold = Stage::hold(2000.0, Duration::from_secs(300));
        let staged = Plan {
            stages: vec![ramp, hold],
            arrival: Arrival::Uniform,
            ..Plan::default()
        };
        let said = "0/s to 2000/s in 30 s, 2000/s for 5 min, evenly spaced";
        assert_eq!(load(&staged), said);
        let many = Plan {
            stages: vec![hold; 20],
            ..Plan::default()
        };
        assert!(load(&many).starts_with("20 stages from 2000/s to 2000/s"));
    }
}
