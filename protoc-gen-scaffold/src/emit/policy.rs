//! What the `.proto` says about calling a method, as calls of `MethodSpec`'s
//! setters. Text, a line each: most methods have none.

use std::fmt::Write;

use super::rt::{Rt, said};
use crate::model::{Hedge, Idempotency, Policy, Priority, Rate, Retry, Slo};

/// Writes the setters, each on a line that starts with `indent`.
pub(super) fn policy(rt: &Rt, policy: &Policy, indent: &str, out: &mut String) {
    let mut setter = |name: &str, value: String| {
        // Writing to a string does not fail.
        let _ = write!(out, "\n{indent}.{name}({value})");
    };
    if let Some(nanos) = policy.timeout_nanos {
        setter("timeout_nanos", nanos.to_string());
    }
    let idempotency = match policy.idempotency {
        Idempotency::Unknown => None,
        Idempotency::NoSideEffects => Some("NoSideEffects"),
        Idempotency::Idempotent => Some("Idempotent"),
        Idempotency::NotIdempotent => Some("NotIdempotent"),
    };
    if let Some(variant) = idempotency {
        setter(
            "idempotency",
            format!("{}::{variant}", said(&rt.idempotency)),
        );
    }
    if let Some(value) = &policy.retry {
        setter("retry", retry(rt, value, indent));
    }
    if let Some(value) = &policy.hedge {
        setter("hedge", hedge(rt, value, indent));
    }
    if let Some(Rate { per_second, burst }) = policy.rate {
        let fields = [
            ("per_second", decimal(per_second)),
            ("burst", burst.to_string()),
        ];
        setter("rate", record(said(&rt.rate_limit), &fields, indent));
    }
    if let Some(calls) = policy.concurrency {
        setter("concurrency", calls.to_string());
    }
    if !policy.auth_scopes.is_empty() {
        setter("auth_scopes", strings(&policy.auth_scopes));
    }
    if let Some(priority) = policy.priority {
        let variant = match priority {
            Priority::Sheddable => "Sheddable",
            Priority::Normal => "Normal",
            Priority::High => "High",
            Priority::Critical => "Critical",
        };
        setter("priority", format!("{}::{variant}", said(&rt.priority)));
    }
    if let Some(value) = policy.slo {
        setter("slo", slo(rt, value, indent));
    }
    if !policy.sensitive_request.is_empty() {
        setter("sensitive_request", strings(&policy.sensitive_request));
    }
    if !policy.sensitive_response.is_empty() {
        setter("sensitive_response", strings(&policy.sensitive_response));
    }
}

fn retry(rt: &Rt, retry: &Retry, indent: &str) -> String {
    let fields = [
        ("max_attempts", retry.max_attempts.to_string()),
        (
            "initial_backoff_nanos",
            retry.initial_backoff_nanos.to_string(),
        ),
        ("max_backoff_nanos", retry.max_backoff_nanos.to_string()),
        ("backoff_multiplier", decimal(retry.backoff_multiplier)),
        ("retryable_codes", codes(rt, &retry.retryable_codes)),
    ];
    record(said(&rt.retry_policy), &fields, indent)
}

fn hedge(rt: &Rt, hedge: &Hedge, indent: &str) -> String {
    let fields = [
        ("max_attempts", hedge.max_attempts.to_string()),
        ("delay_nanos", hedge.delay_nanos.to_string()),
        ("non_fatal_codes", codes(rt, &hedge.non_fatal_codes)),
    ];
    record(said(&rt.hedge_policy), &fields, indent)
}

fn slo(rt: &Rt, slo: Slo, indent: &str) -> String {
    let maybe = |value: Option<String>| match value {
        Some(value) => format!("::core::option::Option::Some({value})"),
        None => "::core::option::Option::None".to_owned(),
    };
    let fields = [
        ("availability", maybe(slo.availability.map(decimal))),
        (
            "latency_nanos",
            maybe(slo.latency_nanos.map(|nanos| nanos.to_string())),
        ),
        ("latency_quantile", decimal(slo.latency_quantile)),
    ];
    record(said(&rt.slo), &fields, indent)
}

fn record(name: String, fields: &[(&str, String)], indent: &str) -> String {
    let mut text = name + " {";
    for (field, value) in fields {
        let _ = write!(text, "\n{indent}    {field}: {value},");
    }
    let _ = write!(text, "\n{indent}}}");
    text
}

fn codes(rt: &Rt, codes: &[&str]) -> String {
    let code = said(&rt.code);
    let codes: Vec<String> = codes
        .iter()
        .map(|variant| format!("{code}::{variant}"))
        .collect();
    format!("&[{}]", codes.join(", "))
}

fn strings(values: &[String]) -> String {
    let values: Vec<String> = values
        .iter()
        .map(|value| format!("\"{}\"", value.escape_default()))
        .collect();
    format!("&[{}]", values.join(", "))
}

/// Always with a point or an exponent, which makes it a float to Rust.
fn decimal(value: f64) -> String {
    format!("{value:?}")
}
