//! One point in time of a run.

use serde::{Deserialize, Serialize};

use super::Histogram;
use super::histogram::Packed;

/// One second of a run, or several that a long one has put together.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Second {
    /// When it begins, in seconds from the beginning of what was measured.
    pub at: f64,
    /// How long it is, in seconds.
    pub length: f64,
    /// Calls that came due.
    pub offered: u64,
    /// Calls that ended.
    pub completed: u64,
    /// Of which not well.
    pub failed: u64,
    /// Calls that came due and were dropped.
    pub dropped: u64,
    /// Messages that came.
    pub received: u64,
    /// Calls running or waiting at its end.
    pub in_flight: u64,
    /// Latency of all calls that ended, in nanoseconds from due.
    pub p50: u64,
    /// As `p50`.
    pub p90: u64,
    /// As `p50`.
    pub p99: u64,
    /// As `p50`.
    pub p999: u64,
    /// As `p50`.
    pub max: u64,
    /// Latency in nanoseconds from sent.
    pub service_p50: u64,
    /// As `service_p50`.
    pub service_p99: u64,
    /// What the generator was late.
    pub lag_p99: u64,
    /// Cores that the workers' threads took, where the system tells it.
    pub cpu: Option<f64>,
    /// In the order of the run's methods.
    pub methods: Vec<MethodSecond>,
}

/// One method in one second.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct MethodSecond {
    /// Calls that did not end well.
    pub failed: u64,
    /// Messages that came.
    pub received: u64,
    pub(crate) response: Packed,
    pub(crate) service: Packed,
}

// === impl MethodSecond ===

impl MethodSecond {
    /// From due to the end, all calls that ended.
    pub fn response(&self) -> Histogram {
        self.response.unpack().unwrap_or_default()
    }

    /// From sent to the end, all calls that ended.
    pub fn service(&self) -> Histogram {
        self.service.unpack().unwrap_or_default()
    }
}

// === impl Second ===

impl Second {
    /// Adds the one that follows.
    pub(super) fn append(&mut self, next: &Self) {
        let both = |mine: f64, theirs: f64| mine * self.length + theirs * next.length;
        let cpu = self
            .cpu
            .zip(next.cpu)
            .map(|(mine, theirs)| both(mine, theirs));
        self.length += next.length;
        self.cpu = cpu.map(|cpu| cpu / self.length);
        self.in_flight = next.in_flight;
        self.lag_p99 = self.lag_p99.max(next.lag_p99);
        self.join(next);
    }

    /// Adds the same second of another part of the run.
    pub(super) fn join(&mut self, other: &Self) {
        self.offered += other.offered;
        self.completed += other.completed;
        self.failed += other.failed;
        self.dropped += other.dropped;
        self.received += other.received;
        let (mut response, mut service) = (Histogram::new(), Histogram::new());
        for (mine, theirs) in self.methods.iter_mut().zip(&other.methods) {
            mine.failed += theirs.failed;
            mine.received += theirs.received;
            let (mut one, mut two) = (mine.response(), mine.service());
            one.add(&theirs.response());
            two.add(&theirs.service());
            mine.response = one.packed();
            mine.service = two.packed();
            response.add(&one);
            service.add(&two);
        }
        self.latencies(&response, &service);
    }

    pub(super) fn latencies(&mut self, response: &Histogram, service: &Histogram) {
        self.p50 = response.value_at_quantile(0.5);
        self.p90 = response.value_at_quantile(0.9);
        self.p99 = response.value_at_quantile(0.99);
        self.p999 = response.value_at_quantile(0.999);
        self.max = response.max();
        self.service_p50 = service.value_at_quantile(0.5);
        self.service_p99 = service.value_at_quantile(0.99);
    }
}
