//! The bottom: the generator itself, the server, and the keys.

use ratatui_core::layout::Rect;

use super::pen::{BOLD, DIM, PLAIN, Pen, WARN, fit};
use crate::progress::tui::state::{Phase, State};
use crate::units;
use crate::verdict::Doubt;

const KEYS: [(&str, &str); 5] = [
    ("q", "stop"),
    ("m", "method"),
    ("w", "response/service"),
    ("l", "log/linear"),
    ("?", "help"),
];

/// Rows that it takes where so many are left.
pub(super) fn rows(state: &State, left: u16) -> u16 {
    let more = u16::from(state.server.is_some()) + u16::from(!state.frame.doubts.is_empty());
    match left {
        0..4 => 0,
        4..7 => 1,
        7..14 => 2,
        _ => 2 + more,
    }
}

pub(super) fn draw(state: &State, pen: &mut Pen<'_>, area: Rect) {
    if area.height == 0 {
        return;
    }
    let mut y = 0;
    if let Some(doubt) = state.frame.doubts.first() {
        let text = format!("generator {}", tell(*doubt));
        pen.text(area, 0, y, &fit(&text, area.width), WARN);
        y += 1;
    }
    // Where there is little room the doubt counts more than what is behind it.
    if y == 0 || area.height > 2 {
        generator(state, pen, area, y);
        y += 1;
    }
    if area.height > 2 {
        server(state, pen, area, y);
    }
    if area.height > 1 {
        keys(state, pen, area);
    }
}

/// The generator's own figures.
fn generator(state: &State, pen: &mut Pen<'_>, area: Rect, y: u16) {
    let frame = &state.frame;
    let mut parts = Vec::new();
    if state
        .about
        .as_ref()
        .is_some_and(|about| about.closed.is_none())
    {
        parts.push(format!("lag p99 {}", units::latency(frame.lag_p99)));
        parts.push(format!("pacing {}", units::latency(frame.pacing_p99)));
    }
    if let Some(busiest) = frame.busiest {
        parts.push(format!("worker CPU {}", units::percent(busiest)));
    }
    parts.push(format!("dropped {}", frame.dropped));
    parts.push(format!("in flight {}", frame.in_flight));
    if let Some(about) = &state.about {
        let many = |count: usize, what: &str| {
            let plural = if count == 1 { "" } else { "s" };
            format!("{count} {what}{plural}")
        };
        parts.push(many(about.connections, "connection"));
        parts.push(many(about.workers, "worker"));
        parts.extend(
            about
                .closed
                .map(|calls| format!("a loop of {}", many(calls, "call"))),
        );
    }
    let x = pen.text(area, 0, y, "generator ", DIM);
    let room = area.width.saturating_sub(x);
    pen.text(area, x, y, &fit(&parts.join(" · "), room), PLAIN);
}

/// Why the measurement would be none.
fn tell(doubt: Doubt) -> String {
    match doubt {
        Doubt::Dropping(share) => {
            let share = units::percent(share);
            format!("drops {share} of calls: too many are under way already")
        }
        Doubt::Behind(calls, share) => {
            let share = units::percent(share);
            format!("is ahead of the server: {calls} calls wait, {share} of all")
        }
        Doubt::Lagging(lag, allowed) => format!(
            "sends late: 1% of calls by more than {}, {} is allowed",
            units::latency(lag),
            units::latency(allowed)
        ),
        Doubt::Busy(cpu) => {
            let cpu = units::percent(cpu);
            format!("is the bottleneck: a worker takes {cpu} of its core")
        }
    }
}

fn server(state: &State, pen: &mut Pen<'_>, area: Rect, y: u16) {
    let Some(sample) = &state.server else {
        return;
    };
    let mut parts = Vec::new();
    parts.extend(sample.cpu.map(|cores| format!("{cores:.2} cores")));
    let mib = |bytes: u64| format!("{:.0} MiB", bytes as f64 / f64::from(1 << 20));
    parts.extend(sample.memory.map(mib));
    parts.extend(
        sample
            .metrics
            .iter()
            .map(|(name, value)| format!("{name} {value}")),
    );
    let x = pen.text(area, 0, y, "server    ", DIM);
    let parts = crate::printable::printable(&parts.join(" · "));
    pen.text(
        area,
        x,
        y,
        &fit(&parts, area.width.saturating_sub(x)),
        PLAIN,
    );
}

fn keys(state: &State, pen: &mut Pen<'_>, area: Rect) {
    let y = area.height - 1;
    if state.phase() == Phase::Stopping {
        let text = "stopping: calls under way are waited for; q again ends at once";
        pen.text(area, 0, y, &fit(text, area.width), WARN);
        return;
    }
    let mut x = 0;
    for (key, what) in KEYS {
        x = pen.text(area, x, y, key, BOLD);
        x = pen.text(area, x, y, &format!(" {what}  "), DIM);
    }
}
