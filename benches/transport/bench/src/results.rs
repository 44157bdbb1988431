//! What a run leaves behind, as JSON.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The format's version; changes when a reader would have to.
pub(crate) const VERSION: u32 = 1;

/// Values by the name of what was measured.
pub(crate) type Values = BTreeMap<String, f64>;

#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Results {
    pub(crate) version: u32,
    pub(crate) quick: bool,
    /// Seconds of each measurement.
    pub(crate) seconds: f64,
    pub(crate) machine: BTreeMap<String, String>,
    /// Versions of peers and load generators.
    pub(crate) versions: BTreeMap<String, String>,
    pub(crate) results: Vec<Row>,
    /// What could not be measured, and why.
    pub(crate) failures: Vec<String>,
}

#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Row {
    pub(crate) scenario: String,
    pub(crate) peer: String,
    pub(crate) rounds: Vec<Values>,
}

// === impl Results ===

impl Results {
    /// Adds a round.
    pub(crate) fn add(&mut self, scenario: &str, peer: &str, values: Values) {
        match self
            .results
            .iter_mut()
            .find(|row| row.scenario == scenario && row.peer == peer)
        {
            Some(row) => row.rounds.push(values),
            None => self.results.push(Row {
                scenario: scenario.into(),
                peer: peer.into(),
                rounds: vec![values],
            }),
        }
    }

    /// The median over rounds.
    pub(crate) fn median(&self, scenario: &str, peer: &str, value: &str) -> Option<f64> {
        let row = self
            .results
            .iter()
            .find(|row| row.scenario == scenario && row.peer == peer)?;
        let mut values: Vec<f64> = row
            .rounds
            .iter()
            .filter_map(|round| round.get(value).copied())
            .collect();
        values.sort_by(f64::total_cmp);
        let middle = values.len() / 2;
        match values.len() {
            0 => None,
            len if len % 2 == 1 => Some(values[middle]),
            _ => Some((values[middle - 1] + values[middle]) / 2.0),
        }
    }
}
