//! The report for people: one page that needs nothing beside it.

use std::fmt::Write;

use super::json::{QUANTILES, label};
use super::style::STYLE;
use super::svg::{Series, chart};
use super::text::short;
use crate::record::Second;
use crate::run::Run;
use crate::units::{latency, percent, rate};

/// The report as an HTML page.
pub fn html(name: &str, run: &Run) -> String {
    let mut out = String::new();
    // Writing to a String does not fail.
    let _ = page(&mut out, name, run);
    out
}

fn page(out: &mut String, name: &str, run: &Run) -> std::fmt::Result {
    let name = escape(name);
    write!(
        out,
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>Load test of {name}</title><style>{STYLE}</style></head><body><main>"
    )?;
    write!(
        out,
        "<h1>Load test of {name} <span class=\"chip {v}\">{v}</span></h1><p class=\"dim\">{} &middot; {} for {:.1} s &middot; {} connections, {} workers</p>",
        escape(&run.plan.target),
        rate(run.plan.rate),
        run.elapsed.as_secs_f64(),
        run.plan.connections,
        run.plan.workers,
        v = run.verdict,
    )?;
    findings(out, run)?;
    tiles(out, run)?;
    charts(out, &run.series.points)?;
    latencies(out, run)?;
    errors(out, run)?;
    out.push_str(
        "<p class=\"dim\">Calls were sent at a constant rate, whatever the server did. Response is from the moment a call was due, service from the moment it was sent. Calls without an end count, with the time until the run was over.</p></main></body></html>\n",
    );
    Ok(())
}

/// Why the measurement is none, and which promises were broken.
fn findings(out: &mut String, run: &Run) -> std::fmt::Result {
    let mut lines: Vec<String> = run
        .verdict
        .reasons()
        .iter()
        .map(|why| escape(why))
        .collect();
    if let Some(stopped) = &run.stopped {
        lines.push(format!(
            "{}: these are the results until then",
            escape(&stopped.to_string())
        ));
    }
    for breach in run.breaches() {
        lines.push(format!(
            "an objective was missed: {}",
            escape(&breach.to_string())
        ));
    }
    if lines.is_empty() {
        return Ok(());
    }
    write!(out, "<ul><li>{}</li></ul>", lines.join("</li><li>"))
}

fn tiles(out: &mut String, run: &Run) -> std::fmt::Result {
    let seconds = run.elapsed.as_secs_f64().max(1e-3);
    let mut all = crate::record::MethodRecord::default();
    run.record
        .methods
        .iter()
        .for_each(|method| all.merge(method));
    let calls = all.calls().max(1);
    out.push_str("<div class=\"tiles\">");
    for (what, value) in [
        ("offered", rate(run.offered as f64 / seconds)),
        ("achieved", rate(run.achieved as f64 / seconds)),
        ("p50", latency(all.response.value_at_quantile(0.5))),
        ("p99", latency(all.response.value_at_quantile(0.99))),
        ("failed", percent(all.failed() as f64 / calls as f64)),
        ("dropped", run.dropped.to_string()),
        ("lag p99", latency(run.record.lag.value_at_quantile(0.99))),
        (
            "busiest worker",
            run.worker_cpu.map_or("unknown".to_owned(), percent),
        ),
    ] {
        write!(
            out,
            "<div class=\"tile\"><span class=\"dim\">{what}</span><b>{value}</b></div>"
        )?;
    }
    out.push_str("</div>");
    Ok(())
}

fn charts(out: &mut String, seconds: &[Second]) -> std::fmt::Result {
    let at: Vec<f64> = seconds.iter().map(|s| s.at + s.length).collect();
    let per_second = |read: fn(&Second) -> u64| {
        seconds
            .iter()
            .map(|s| read(s) as f64 / s.length.max(1e-3))
            .collect()
    };
    let plain = |read: fn(&Second) -> u64| seconds.iter().map(|s| read(s) as f64).collect();
    let rates = [
        Series {
            name: "achieved",
            values: per_second(|s| s.completed),
        },
        Series {
            name: "offered",
            values: per_second(|s| s.offered),
        },
        Series {
            name: "dropped",
            values: per_second(|s| s.dropped),
        },
        Series {
            name: "failed",
            values: per_second(|s| s.failed),
        },
    ];
    write!(
        out,
        "<h2>Rate</h2><div class=\"card\">{}</div>",
        chart(&at, &rates, rate)
    )?;
    let latencies = [
        Series {
            name: "p50",
            values: plain(|s| s.p50),
        },
        Series {
            name: "max",
            values: plain(|s| s.max),
        },
        Series {
            name: "p99",
            values: plain(|s| s.p99),
        },
    ];
    write!(
        out,
        "<h2>Response latency</h2><div class=\"card\">{}</div>",
        chart(&at, &latencies, |nanos| latency(nanos as u64))
    )?;
    let running = [Series {
        name: "in flight",
        values: plain(|s| s.in_flight),
    }];
    write!(
        out,
        "<h2>Calls running</h2><div class=\"card\">{}</div>",
        chart(&at, &running, |calls| format!("{calls:.0}"))
    )
}

fn latencies(out: &mut String, run: &Run) -> std::fmt::Result {
    out.push_str("<h2>Latency by method</h2><div class=\"card\"><table><tr><th>method</th><th class=\"text\">calls that</th><th>count</th>");
    for quantile in QUANTILES {
        write!(out, "<th>p{}</th>", label(quantile))?;
    }
    out.push_str("<th>max</th></tr>");
    for (method, record) in run.methods.iter().zip(&run.record.methods) {
        if record.calls() == 0 {
            continue;
        }
        for (at, (what, histogram)) in [
            ("were sent, response", &record.response),
            ("ended with OK, response", &record.response_ok),
            ("ended, service", &record.service),
            ("answered, first message", &record.first_message),
        ]
        .into_iter()
        .enumerate()
        {
            let name = if at == 0 {
                escape(short(&method.path))
            } else {
                String::new()
            };
            write!(
                out,
                "<tr><td>{name}</td><td class=\"text dim\">{what}</td><td>{}</td>",
                histogram.len()
            )?;
            for quantile in QUANTILES {
                write!(
                    out,
                    "<td>{}</td>",
                    latency(histogram.value_at_quantile(quantile))
                )?;
            }
            write!(out, "<td>{}</td></tr>", latency(histogram.max()))?;
        }
    }
    out.push_str("</table></div>");
    Ok(())
}

fn errors(out: &mut String, run: &Run) -> std::fmt::Result {
    if run.record.failed() == 0 {
        out.push_str("<h2>Errors</h2><p class=\"dim\">None.</p>");
        return Ok(());
    }
    out.push_str("<h2>Errors</h2><div class=\"card\"><table><tr><th>method</th><th class=\"text\">code</th><th>count</th><th class=\"text\">first messages</th></tr>");
    for (method, record) in run.methods.iter().zip(&run.record.methods) {
        for (code, error) in &record.errors {
            let messages: Vec<String> = error.messages.iter().map(|m| escape(m)).collect();
            write!(
                out,
                "<tr><td>{}</td><td class=\"text\">{}</td><td>{}</td><td class=\"text\">{}</td></tr>",
                escape(short(&method.path)),
                escape(code),
                error.count,
                messages.join("<br>")
            )?;
        }
    }
    out.push_str("</table></div>");
    Ok(())
}

/// Server texts are data: none of them may become markup.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}
