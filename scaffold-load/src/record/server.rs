//! What the server took while the run was made, as its machine or itself tells.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// At this many samples every second one is left out.
const MAX_SAMPLES: usize = 1200;

/// What the server took: one sample a second for twenty minutes, one in two
/// seconds for twice that, and so on.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Server {
    /// Who tells: `process 4711 (users)`, or the address that was scraped.
    pub source: String,
    /// CPU time that it took while calls were measured, in seconds.
    pub cpu: Option<f64>,
    /// In order.
    pub samples: Vec<ServerSample>,
    /// Why there are no more samples, if they ended before the run did.
    pub fault: Option<String>,
}

/// The server at one moment.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ServerSample {
    /// When, in seconds from the beginning of what was measured.
    pub at: f64,
    /// Cores that it took since the sample before.
    pub cpu: Option<f64>,
    /// Memory that it has in hand, in bytes.
    pub memory: Option<u64>,
    /// Metrics that were asked for by name.
    pub metrics: BTreeMap<String, f64>,
}

// === impl Server ===

impl Server {
    /// Appends a sample.
    pub(crate) fn push(&mut self, sample: ServerSample) {
        self.samples.push(sample);
        if self.samples.len() > MAX_SAMPLES {
            self.halve();
        }
    }

    /// The most memory that a sample saw, in bytes.
    pub fn peak_memory(&self) -> Option<u64> {
        self.samples.iter().filter_map(|sample| sample.memory).max()
    }

    /// Leaves every second sample out; its CPU is in the mean of the next.
    fn halve(&mut self) {
        let mut kept = Vec::with_capacity(self.samples.len() / 2 + 1);
        let mut before: Option<ServerSample> = None;
        for mut sample in std::mem::take(&mut self.samples) {
            match before.take() {
                None => before = Some(sample),
                Some(first) => {
                    let both = first.cpu.zip(sample.cpu).map(|(a, b)| (a + b) / 2.0);
                    sample.cpu = both.or(sample.cpu);
                    kept.push(sample);
                }
            }
        }
        kept.extend(before);
        self.samples = kept;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_run_has_few_samples_and_the_same_mean() {
        let mut server = Server::default();
        for second in 0..5000u32 {
            server.push(ServerSample {
                at: f64::from(second),
                cpu: Some(f64::from(second % 2)),
                memory: Some(second.into()),
                ..ServerSample::default()
            });
        }
        assert!(server.samples.len() <= MAX_SAMPLES);
        assert_eq!(server.peak_memory(), Some(4999));
        let middle = &server.samples[..server.samples.len() / 2];
        assert!(middle.iter().all(|sample| sample.cpu == Some(0.5)));
        assert!(
            server
                .samples
                .windows(2)
                .all(|pair| pair[0].at < pair[1].at)
        );
    }
}
