//! Policies: merged from file, service and method, then checked.

use super::duration::nanos;
use crate::catalogue;
use crate::descriptor::method_options::IdempotencyLevel;
use crate::descriptor::{
    self as proto, EXTENSION_NUMBER, FileDescriptorProto, Locations, MethodDescriptorProto,
    ServiceDescriptorProto,
};
use crate::fault::{Fault, Faults};
use crate::model::{Hedge, Idempotency, Policy, Priority, Rate, Retry, Slo};
use crate::options::nearest;

/// Where policies of a method may be written, outermost first.
pub(super) struct Layers<'a> {
    pub(super) file: &'a FileDescriptorProto,
    pub(super) service: &'a ServiceDescriptorProto,
    pub(super) method: &'a MethodDescriptorProto,
    pub(super) path: [i32; 4],
}

/// The variants of the runtime's `Code`, and their names.
const CODES: [(&str, &str); 16] = [
    ("CANCELLED", "Cancelled"),
    ("UNKNOWN", "Unknown"),
    ("INVALID_ARGUMENT", "InvalidArgument"),
    ("DEADLINE_EXCEEDED", "DeadlineExceeded"),
    ("NOT_FOUND", "NotFound"),
    ("ALREADY_EXISTS", "AlreadyExists"),
    ("PERMISSION_DENIED", "PermissionDenied"),
    ("RESOURCE_EXHAUSTED", "ResourceExhausted"),
    ("FAILED_PRECONDITION", "FailedPrecondition"),
    ("ABORTED", "Aborted"),
    ("OUT_OF_RANGE", "OutOfRange"),
    ("UNIMPLEMENTED", "Unimplemented"),
    ("INTERNAL", "Internal"),
    ("UNAVAILABLE", "Unavailable"),
    ("DATA_LOSS", "DataLoss"),
    ("UNAUTHENTICATED", "Unauthenticated"),
];

/// The policy of a method. The nearest setting of each field wins.
pub(super) fn policy(layers: &Layers<'_>, locations: &Locations, faults: &mut Faults) -> Policy {
    let settings = layers.settings();
    let mut read = Read {
        layers,
        locations,
        faults,
    };
    let nearest = |set: &dyn Fn(&proto::Policy) -> bool| {
        settings
            .iter()
            .rev()
            .find(|(policy, _)| set(policy))
            .copied()
    };
    let mut policy = Policy::default();
    if let Some((from, path)) = nearest(&|policy| policy.timeout.is_some()) {
        policy.timeout_nanos = read.duration("timeout", from.timeout(), path, Zero::Refused);
    }
    policy.idempotency = read.idempotency(nearest(&|policy| policy.idempotency.is_some()));
    // One that is nearer replaces the other kind: a method may hedge where its
    // service retries.
    let repeats = nearest(&|policy| policy.retry.is_some() || policy.hedge.is_some());
    if let Some((from, path)) = repeats {
        if from.retry.is_some() && from.hedge.is_some() {
            read.fault(catalogue::retry_and_hedge(), path);
        }
        policy.retry = from
            .retry
            .as_ref()
            .and_then(|retry| read.retry(retry, path));
        policy.hedge = from
            .hedge
            .as_ref()
            .and_then(|hedge| read.hedge(hedge, path));
        if policy.hedge.is_some() && policy.idempotency == Idempotency::NotIdempotent {
            read.fault(catalogue::repeats_not_idempotent("hedge"), path);
        }
    }
    if let Some((from, path)) = nearest(&|policy| policy.rate.is_some()) {
        policy.rate = from.rate.as_ref().and_then(|rate| read.rate(rate, path));
    }
    if let Some((from, path)) = nearest(&|policy| policy.concurrency.is_some()) {
        policy.concurrency = from.concurrency;
        if from.concurrency() == 0 {
            read.fault(
                catalogue::out_of_range("concurrency", &0, "at least 1"),
                path,
            );
        }
    }
    if let Some((from, _)) = nearest(&|policy| !policy.auth_scopes.is_empty()) {
        policy.auth_scopes.clone_from(&from.auth_scopes);
    }
    if let Some((from, path)) = nearest(&|policy| policy.priority.is_some()) {
        policy.priority = read.priority(from.priority.unwrap_or_default(), path);
    }
    if let Some((from, path)) = nearest(&|policy| policy.slo.is_some()) {
        policy.slo = from.slo.as_ref().and_then(|slo| read.slo(slo, path));
    }
    policy
}

// === impl Layers ===

impl<'a> Layers<'a> {
    /// The policies that are there, with the paths of the options they are in.
    fn settings(&self) -> Vec<(&'a proto::Policy, [i32; 5])> {
        let [six, service, two, method] = self.path;
        let file_policy = self
            .file
            .options
            .as_ref()
            .and_then(|options| options.policy.as_ref());
        let service_policy = self
            .service
            .options
            .as_ref()
            .and_then(|options| options.policy.as_ref());
        let method_policy = self
            .method
            .options
            .as_ref()
            .and_then(|options| options.policy.as_ref());
        [
            (file_policy, [8, -1, -1, -1, -1]),
            (service_policy, [six, service, 3, -1, -1]),
            (method_policy, [six, service, two, method, 4]),
        ]
        .into_iter()
        .filter_map(|(policy, path)| Some((policy?, path)))
        .collect()
    }
}

struct Read<'a> {
    layers: &'a Layers<'a>,
    locations: &'a Locations,
    faults: &'a mut Faults,
}

#[derive(Clone, Copy, PartialEq)]
enum Zero {
    Allowed,
    Refused,
}

type At = [i32; 5];

// === impl Read ===

impl Read<'_> {
    /// Points at the extension's option if the compiler told where it is.
    fn fault(&mut self, fault: Fault, at: At) {
        let mut path: Vec<i32> = at.into_iter().filter(|&part| part >= 0).collect();
        path.push(EXTENSION_NUMBER as i32);
        let place = self.locations.nearest(&path);
        let file = self.layers.file.name();
        let (service, method) = (self.layers.service.name(), self.layers.method.name());
        let what = match at {
            [8, ..] => "option (scaffold.v1.file)".to_owned(),
            [_, _, 3, ..] => format!("service `{service}`"),
            _ => format!("method `{service}.{method}`"),
        };
        let message = format!("{what}: {}", fault.message);
        let fault = Fault { message, ..fault }.at(file, place);
        // One policy is read for many methods.
        if !self.faults.iter().any(|known| *known == fault) {
            self.faults.push(fault);
        }
    }

    fn duration(&mut self, field: &str, text: &str, at: At, zero: Zero) -> Option<u64> {
        match nanos(text) {
            Some(0) if zero == Zero::Refused => self.fault(catalogue::duration_zero(field), at),
            Some(nanos) => return Some(nanos),
            None => self.fault(catalogue::duration_malformed(field, text), at),
        }
        None
    }

    fn idempotency(&mut self, ours: Option<(&proto::Policy, At)>) -> Idempotency {
        let level = self
            .layers
            .method
            .options
            .as_ref()
            .and_then(|options| options.idempotency_level);
        let standard = match level.map(IdempotencyLevel::try_from) {
            Some(Ok(IdempotencyLevel::NoSideEffects)) => Idempotency::NoSideEffects,
            Some(Ok(IdempotencyLevel::Idempotent)) => Idempotency::Idempotent,
            _ => Idempotency::Unknown,
        };
        let Some((policy, at)) = ours else {
            return standard;
        };
        let number = policy.idempotency.unwrap_or_default();
        let ours = match proto::Idempotency::try_from(number) {
            Ok(proto::Idempotency::Unspecified) => Idempotency::Unknown,
            Ok(proto::Idempotency::NoSideEffects) => Idempotency::NoSideEffects,
            Ok(proto::Idempotency::Idempotent) => Idempotency::Idempotent,
            Ok(proto::Idempotency::NotIdempotent) => Idempotency::NotIdempotent,
            Err(_) => {
                self.fault(catalogue::value_unknown("idempotency", number), at);
                return standard;
            }
        };
        // What the service says about all methods is no contradiction to what
        // one method says in the standard way: the nearer one wins.
        let same_place = at[4] == 4;
        match (standard, ours) {
            (Idempotency::Unknown, ours) => ours,
            (standard, Idempotency::Unknown) => standard,
            (standard, ours) if standard == ours => ours,
            (standard, _) if !same_place => standard,
            (standard, ours) => {
                let (standard, ours) = (spell(standard), spell(ours));
                self.fault(catalogue::idempotency_disagrees(standard, ours), at);
                Idempotency::Unknown
            }
        }
    }

    fn retry(&mut self, retry: &proto::Retry, at: At) -> Option<Retry> {
        let attempts = self.attempts("retry.max_attempts", retry.max_attempts, at);
        let initial = self.duration(
            "retry.initial_backoff",
            &retry.initial_backoff,
            at,
            Zero::Refused,
        );
        let max = self.duration("retry.max_backoff", &retry.max_backoff, at, Zero::Refused);
        let multiplier = retry.backoff_multiplier.unwrap_or(2.0);
        let multiplier = self.positive("retry.backoff_multiplier", multiplier, at);
        let codes = self.codes("retry.retryable_codes", &retry.retryable_codes, at);
        if retry.retryable_codes.is_empty() {
            self.fault(catalogue::codes_missing("retry.retryable_codes"), at);
        }
        Some(Retry {
            max_attempts: attempts?,
            initial_backoff_nanos: initial?,
            max_backoff_nanos: max?,
            backoff_multiplier: multiplier?,
            retryable_codes: codes?,
        })
    }

    fn hedge(&mut self, hedge: &proto::Hedge, at: At) -> Option<Hedge> {
        let attempts = self.attempts("hedge.max_attempts", hedge.max_attempts, at);
        // Not set is zero: all attempts at once.
        let delay = match hedge.delay.as_str() {
            "" => Some(0),
            delay => self.duration("hedge.delay", delay, at, Zero::Allowed),
        };
        let codes = self.codes("hedge.non_fatal_codes", &hedge.non_fatal_codes, at);
        Some(Hedge {
            max_attempts: attempts?,
            delay_nanos: delay?,
            non_fatal_codes: codes?,
        })
    }

    fn rate(&mut self, rate: &proto::Rate, at: At) -> Option<Rate> {
        let per_second = self.positive("rate.per_second", rate.per_second, at)?;
        let burst = rate
            .burst
            .unwrap_or(per_second.ceil().min(f64::from(u32::MAX)) as u32);
        if burst == 0 {
            self.fault(catalogue::out_of_range("rate.burst", &0, "at least 1"), at);
            return None;
        }
        Some(Rate { per_second, burst })
    }

    fn priority(&mut self, number: i32, at: At) -> Option<Priority> {
        match proto::Priority::try_from(number) {
            Ok(proto::Priority::Unspecified) => None,
            Ok(proto::Priority::Sheddable) => Some(Priority::Sheddable),
            Ok(proto::Priority::Normal) => Some(Priority::Normal),
            Ok(proto::Priority::High) => Some(Priority::High),
            Ok(proto::Priority::Critical) => Some(Priority::Critical),
            Err(_) => {
                self.fault(catalogue::value_unknown("priority", number), at);
                None
            }
        }
    }

    fn slo(&mut self, slo: &proto::Slo, at: At) -> Option<Slo> {
        if let Some(share) = slo
            .availability
            .filter(|share| !(*share > 0.0 && *share <= 1.0))
        {
            let range = "above 0 and at most 1";
            self.fault(
                catalogue::out_of_range("slo.availability", &share, range),
                at,
            );
        }
        let latency = slo
            .latency
            .as_ref()
            .and_then(|latency| self.duration("slo.latency", latency, at, Zero::Refused));
        let quantile = slo.latency_quantile.unwrap_or(0.99);
        if !(quantile > 0.0 && quantile < 1.0) {
            let range = "above 0 and below 1";
            self.fault(
                catalogue::out_of_range("slo.latency_quantile", &quantile, range),
                at,
            );
        }
        Some(Slo {
            availability: slo.availability,
            latency_nanos: latency,
            latency_quantile: quantile,
        })
    }

    fn attempts(&mut self, field: &str, attempts: u32, at: At) -> Option<u32> {
        if (2..=5).contains(&attempts) {
            return Some(attempts);
        }
        self.fault(catalogue::out_of_range(field, &attempts, "2 to 5"), at);
        None
    }

    fn positive(&mut self, field: &str, value: f64, at: At) -> Option<f64> {
        if value > 0.0 && value.is_finite() {
            return Some(value);
        }
        self.fault(
            catalogue::out_of_range(field, &value, "above zero and finite"),
            at,
        );
        None
    }

    fn codes(&mut self, field: &str, codes: &[String], at: At) -> Option<Vec<&'static str>> {
        let mut variants = Vec::new();
        for code in codes {
            match CODES.iter().find(|(name, _)| name == code) {
                Some((_, variant)) if variants.contains(variant) => {}
                Some((_, variant)) => variants.push(*variant),
                None if code == "OK" => self.fault(catalogue::code_ok(field), at),
                None => {
                    let near = nearest(&code.to_ascii_uppercase(), CODES.map(|(name, _)| name));
                    self.fault(catalogue::code_unknown(field, code, near), at);
                }
            }
        }
        (!variants.is_empty() || codes.is_empty()).then_some(variants)
    }
}

fn spell(idempotency: Idempotency) -> &'static str {
    match idempotency {
        Idempotency::Unknown => "IDEMPOTENCY_UNSPECIFIED",
        Idempotency::NoSideEffects => "NO_SIDE_EFFECTS",
        Idempotency::Idempotent => "IDEMPOTENT",
        Idempotency::NotIdempotent => "NOT_IDEMPOTENT",
    }
}
