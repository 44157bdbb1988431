//! The summary on stdout: numbers that people compare.

use std::fmt::Write;

use super::words::{self, short};
use crate::printable::printable;
use crate::run::Run;
use crate::units::{latency, percent, rate};

/// The summary.
pub fn text(name: &str, run: &Run) -> String {
    let mut out = String::new();
    // Writing to a String does not fail.
    let _ = write_all(&mut out, name, run);
    out
}

fn write_all(out: &mut String, name: &str, run: &Run) -> std::fmt::Result {
    let seconds = run.elapsed.as_secs_f64().max(1e-3);
    writeln!(out, "\n{name} at {}", run.plan.target)?;
    writeln!(out, "  verdict   {}", run.verdict)?;
    for why in run.verdict.reasons() {
        writeln!(out, "            {why}")?;
    }
    if let Some(stopped) = &run.stopped {
        writeln!(out, "            {stopped}: a part of the run")?;
    }
    if let Some(calls) = run.plan.closed {
        writeln!(
            out,
            "  closed    a loop of {calls} calls at one time: a slow server slows the load, so that\n            stalls show in few calls; a rate shows them in all"
        )?;
    }
    writeln!(
        out,
        "  offered   {} ({} calls in {seconds:.1} s)",
        rate(run.offered as f64 / seconds),
        run.offered
    )?;
    writeln!(
        out,
        "  achieved  {} ({} calls, {} dropped, {} unfinished)",
        rate(run.achieved as f64 / seconds),
        run.achieved,
        run.dropped,
        run.record.unfinished()
    )?;
    let completed = run.record.completed() + run.record.unfinished();
    writeln!(
        out,
        "  failed    {} of {completed} ({})",
        run.record.failed(),
        percent(run.record.failed() as f64 / completed.max(1) as f64)
    )?;
    let refused: u64 = run.record.methods.iter().map(|method| method.refused).sum();
    if refused > 0 {
        writeln!(
            out,
            "  refused   {refused} requests that broke a rule on purpose, as is right"
        )?;
    }
    let (lag, pacing) = (&run.record.lag, &run.record.pacing);
    if run.plan.closed.is_none() {
        write!(
            out,
            "  generator lag p50 {}, p99 {}; pacing error p99 {}",
            latency(lag.value_at_quantile(0.5)),
            latency(lag.value_at_quantile(0.99)),
            latency(pacing.value_at_quantile(0.99)),
        )?;
    } else {
        write!(out, "  generator at most as fast as the answers")?;
    }
    if let Some(cpu) = run.worker_cpu {
        write!(out, "; busiest worker {} of a core", percent(cpu))?;
    }
    writeln!(
        out,
        "; {}, {}\n",
        words::count(run.plan.connections, "connection"),
        words::count(run.plan.workers, "worker")
    )?;

    table(out, run)?;
    streams(out, run)?;
    errors(out, run)?;
    objectives(out, run)?;
    if let Some(server) = words::server_line(run) {
        writeln!(out, "  server    {server}")?;
    }
    if let Some(fault) = run.server.as_ref().and_then(|server| server.fault.as_ref()) {
        writeln!(out, "            {fault}")?;
    }
    traced(out, run)?;
    search(out, run)
}

/// The times of messages, of methods that have any.
fn streams(out: &mut String, run: &Run) -> std::fmt::Result {
    for (method, record) in run.methods.iter().zip(&run.record.methods) {
        let times = [
            ("first message", &record.first_message),
            ("gap", &record.gap),
            ("round trip", &record.round_trip),
            ("stall", &record.stall),
        ];
        let said = times.into_iter().filter(|(_, times)| !times.is_empty());
        let said: Vec<String> = said
            .map(|(what, times)| {
                let at = |quantile| latency(times.value_at_quantile(quantile));
                format!("{what} p50 {}, p99 {}", at(0.5), at(0.99))
            })
            .collect();
        if !said.is_empty() {
            writeln!(
                out,
                "  stream    {}: {}",
                short(&method.path),
                said.join("; ")
            )?;
        }
    }
    Ok(())
}

fn objectives(out: &mut String, run: &Run) -> std::fmt::Result {
    for judged in &run.objectives {
        let word = match (judged.measured, judged.passed) {
            (None, _) => "unknown",
            (_, false) => "missed",
            // An invalid run holds nothing.
            (_, true) if !run.verdict.is_valid() => continue,
            (_, true) => "held",
        };
        writeln!(out, "  {word:<9} {judged}")?;
    }
    Ok(())
}

/// The slowest call whose trace can be looked at.
fn traced(out: &mut String, run: &Run) -> std::fmt::Result {
    let slowest = &run.record.slowest;
    let Some((call, trace)) = slowest
        .iter()
        .find_map(|call| Some((call, call.trace.as_ref()?)))
    else {
        return Ok(());
    };
    let method = run.methods.get(call.method);
    writeln!(
        out,
        "  slowest   {} {} {}, trace {trace}",
        method.map_or("", |method| short(&method.path)),
        latency(call.response),
        call.outcome
    )
}

fn table(out: &mut String, run: &Run) -> std::fmt::Result {
    let width = run
        .methods
        .iter()
        .map(|method| short(&method.path).len())
        .max()
        .unwrap_or(0)
        .max(6);
    writeln!(
        out,
        "  {:<width$} {:>8} {:>8} {:>9} {:>9} {:>9} {:>9} {:>9} {:>11}",
        "method", "calls", "ok", "p50", "p90", "p99", "p99.9", "max", "p99 service"
    )?;
    for (method, record) in run.methods.iter().zip(&run.record.methods) {
        if record.calls() == 0 {
            continue;
        }
        let all = &record.response;
        writeln!(
            out,
            "  {:<width$} {:>8} {:>8} {:>9} {:>9} {:>9} {:>9} {:>9} {:>11}",
            short(&method.path),
            record.calls(),
            record.response_ok.len(),
            latency(all.value_at_quantile(0.5)),
            latency(all.value_at_quantile(0.9)),
            latency(all.value_at_quantile(0.99)),
            latency(all.value_at_quantile(0.999)),
            latency(all.max()),
            latency(record.service.value_at_quantile(0.99)),
        )?;
    }
    writeln!(
        out,
        "  latency of all calls, from the moment they were due; service: from the moment they were sent\n"
    )
}

fn errors(out: &mut String, run: &Run) -> std::fmt::Result {
    for (method, record) in run.methods.iter().zip(&run.record.methods) {
        for (code, error) in &record.errors {
            let message = error.messages.first().map_or("", String::as_str);
            let message = printable(message);
            writeln!(
                out,
                "  error     {} {code} × {}{}{message}",
                short(&method.path),
                error.count,
                if message.is_empty() { "" } else { ": " },
            )?;
        }
    }
    Ok(())
}

fn search(out: &mut String, run: &Run) -> std::fmt::Result {
    let Some(search) = &run.search else {
        return Ok(());
    };
    for probe in &search.probes {
        writeln!(out, "  probe     {probe}")?;
    }
    match search.found {
        None => writeln!(out, "  found     no rate that holds the objectives"),
        Some(found) => writeln!(
            out,
            "  found     {}{}",
            rate(found),
            if search.open_end {
                ", and --max-rate kept it from going on"
            } else {
                ""
            }
        ),
    }
}
