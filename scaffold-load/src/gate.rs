//! What the service promises, from its `.proto`, held against what it did.

use scaffold_runtime::MethodSpec;

use crate::plan::Plan;
use crate::record::MethodRecord;
use crate::units;

/// A promise that was not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    /// The method's path.
    pub method: &'static str,
    /// What was promised and what was measured.
    pub what: String,
}

/// The promises of `spec` that `record` breaks. A method without a call breaks
/// none.
pub(crate) fn breaches(plan: &Plan, spec: &MethodSpec, record: &MethodRecord) -> Vec<Breach> {
    let mut found = Vec::new();
    let calls = record.calls();
    if calls == 0 {
        return found;
    }
    let mut breach = |what: String| {
        found.push(Breach {
            method: spec.path,
            what,
        });
    };

    let failed = record.failed() as f64 / calls as f64;
    let promised = spec.slo.and_then(|slo| slo.availability);
    let allowed = promised.map_or(plan.max_errors, |availability| 1.0 - availability);
    // A share as the .proto writes it (0.999) is not exact in binary.
    if failed > allowed + 1e-9 {
        breach(format!(
            "{} of {calls} calls failed, {}; at most {} may{}",
            record.failed(),
            units::percent(failed),
            units::percent(allowed),
            if promised.is_some() {
                " (slo in the .proto)"
            } else {
                " (--max-errors)"
            },
        ));
    }
    if let Some(slo) = spec.slo
        && let Some(latency) = slo.latency_nanos
    {
        // Failed calls count too: an error is not an answer in time, but it is
        // the error rate that says so.
        let measured = record.response.value_at_quantile(slo.latency_quantile);
        if measured > latency {
            breach(format!(
                "p{} is {}; {} is promised (slo in the .proto)",
                slo.latency_quantile * 100.0,
                units::latency(measured),
                units::latency(latency)
            ));
        }
    }
    found
}
