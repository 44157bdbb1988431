//! Objectives held against what was measured.

use scaffold_runtime::MethodSpec;
use serde::{Deserialize, Serialize};

use super::{Bound, Measure, Objective};
use crate::mix::names;
use crate::plan::{Fault, Plan};
use crate::record::{MethodRecord, Record};

/// An objective, and how it went.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Judged {
    /// What was asked.
    pub objective: Objective,
    /// What was measured; `None` if nothing was, as of a method without a call.
    pub measured: Option<f64>,
    /// Whether it was as asked. What was not measured breaks nothing.
    pub passed: bool,
}

/// The objectives of a run: the plan's, those in the `.proto`, and that calls
/// end well where nobody says how often they must. `called` are those of `specs`
/// that the mix has.
pub(crate) fn defaults(
    plan: &Plan,
    specs: &[&MethodSpec],
    called: &[&MethodSpec],
) -> Result<Vec<Objective>, Fault> {
    for objective in &plan.objectives {
        if let Some(name) = &objective.method {
            let found = specs.iter().filter(|spec| names(spec.path, name)).count();
            if found != 1 {
                return Err(Fault::usage(format!(
                    "the objective `{objective}` is of {} method `{name}`",
                    if found == 0 { "no" } else { "more than one" }
                )));
            }
        }
    }
    let mut all = plan.objectives.clone();
    let errors = |objective: &Objective| objective.measure == Measure::Errors;
    let everywhere = all.iter().any(|one| errors(one) && one.method.is_none());
    for spec in called {
        let said = |objective: &Objective| {
            let of = objective.method.as_deref();
            of.is_some_and(|name| names(spec.path, name))
        };
        let promised = spec.slo.and_then(|slo| slo.availability);
        let covered = everywhere || all.iter().any(|one| errors(one) && said(one));
        let (limit, source) = match promised {
            Some(availability) => (1.0 - availability, "slo in the .proto"),
            None => (plan.max_errors, "--max-errors"),
        };
        if promised.is_some() || !covered {
            all.push(of_method(spec, Measure::Errors, limit, source));
        }
        if let Some(slo) = spec.slo
            && let Some(latency) = slo.latency_nanos
        {
            let measure = Measure::Response(slo.latency_quantile);
            all.push(of_method(
                spec,
                measure,
                latency as f64,
                "slo in the .proto",
            ));
        }
    }
    Ok(all)
}

fn of_method(spec: &MethodSpec, measure: Measure, limit: f64, source: &str) -> Objective {
    Objective {
        method: Some(spec.path.trim_start_matches('/').to_owned()),
        measure,
        bound: Bound::AtMost,
        limit,
        abort: None,
        source: source.to_owned(),
    }
}

/// Holds an objective against a record of `seconds`.
pub(crate) fn judge(
    objective: &Objective,
    paths: &[&str],
    record: &Record,
    seconds: f64,
) -> Judged {
    let measured = match &objective.method {
        Some(name) => {
            let at = paths.iter().position(|path| names(path, name));
            at.and_then(|at| objective.measure.of(&record.methods[at], seconds))
        }
        None => {
            let mut all = MethodRecord::default();
            record.methods.iter().for_each(|method| all.merge(method));
            objective.measure.of(&all, seconds)
        }
    };
    Judged {
        passed: measured.is_none_or(|measured| objective.holds(measured)),
        measured,
        objective: objective.clone(),
    }
}

// === impl Judged ===

impl Judged {
    /// Not held against anything yet.
    pub(crate) fn open(objective: Objective) -> Self {
        Self {
            objective,
            measured: None,
            passed: true,
        }
    }
}

impl std::fmt::Display for Judged {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            objective,
            measured,
            ..
        } = self;
        let measured = measured.map_or("nothing".to_owned(), |measured| objective.show(measured));
        write!(f, "{objective}: measured {measured} ({})", objective.source)
    }
}
