//! Whether two runs measured the same thing.

use crate::run::Run;

/// Settings that say where and how a run was made, and not what it measured.
const BESIDE: [&str; 17] = [
    "target",
    "seed",
    "metadata",
    "bearer_file",
    "tls_ca",
    "tls_cert",
    "tls_key",
    "authority",
    "spin",
    "objectives",
    "max_errors",
    "max_drop",
    "start_at",
    "scrape",
    "scrape_metrics",
    "program",
    "allow_remote",
];

/// Fewer seconds say nothing about chance.
pub(super) const SECONDS: usize = 5;

/// Why the two are not to be compared; nothing if they are.
pub(super) fn differences(base: &Run, new: &Run) -> Vec<String> {
    let mut why = Vec::new();
    for (name, run) in [("first", base), ("second", new)] {
        for reason in run.verdict.reasons() {
            why.push(format!("the {name} run is invalid: {reason}"));
        }
        if run.stopped.is_some() {
            why.push(format!("the {name} run was stopped before its time"));
        }
        let seconds = whole_points(run).count();
        if seconds < SECONDS {
            why.push(format!(
                "the {name} run has {seconds} whole seconds; a comparison needs {SECONDS}: give both a longer --duration"
            ));
        }
    }
    if base.machine != new.machine {
        why.push(format!(
            "they were made on different machines: {} and {}",
            base.machine, new.machine
        ));
    }
    if base.methods != new.methods {
        why.push("they call different methods".to_owned());
    }
    let settings = |run: &Run| serde_json::to_value(&run.plan).unwrap_or_default();
    let (one, two) = (settings(base), settings(new));
    for (name, value) in one.as_object().into_iter().flatten() {
        if !BESIDE.contains(&&**name) && two.get(name) != Some(value) {
            let other = two.get(name).cloned().unwrap_or_default();
            why.push(format!("`{name}` differs: {value} and {other}"));
        }
    }
    why
}

/// The points of a run, but for a last one that was cut short.
pub(super) fn whole_points(run: &Run) -> impl Iterator<Item = &crate::Second> {
    let least = run.series.step as f64 / 2.0;
    let points = run.series.points.iter();
    points.filter(move |point| point.length > least)
}
