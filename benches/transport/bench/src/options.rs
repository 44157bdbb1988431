//! Options of a run: `--name value`.

use std::path::PathBuf;

use crate::Fault;

#[derive(Clone, Debug)]
pub(crate) struct Options {
    /// Folder of the built programs.
    pub(crate) bin: PathBuf,
    /// Where the JSON goes.
    pub(crate) out: PathBuf,
    /// Fewer rounds, shorter ones, fewer points on curves.
    pub(crate) quick: bool,
    pub(crate) rounds: usize,
    /// Of each measurement.
    pub(crate) seconds: f64,
    /// Only these peers, and only scenarios whose names begin so; empty is all.
    pub(crate) peers: Vec<String>,
    pub(crate) scenarios: Vec<String>,
}

// === impl Options ===

impl Options {
    pub(crate) fn parse(words: &[String]) -> Result<Options, Fault> {
        let quick = words.iter().any(|word| word == "--quick");
        let mut options = Options {
            bin: PathBuf::new(),
            out: "results.json".into(),
            quick,
            rounds: if quick { 1 } else { 5 },
            seconds: if quick { 0.5 } else { 2.0 },
            peers: Vec::new(),
            scenarios: Vec::new(),
        };
        let mut words = words.iter().filter(|word| *word != "--quick");
        while let Some(name) = words.next() {
            let value = words.next().ok_or(format!("{name} wants a value"))?;
            let list = || value.split(',').map(str::to_owned).collect();
            match name.as_str() {
                "--bin" => options.bin = value.into(),
                "--out" => options.out = value.into(),
                "--rounds" => options.rounds = value.parse()?,
                "--seconds" => options.seconds = value.parse()?,
                "--peers" => options.peers = list(),
                "--scenarios" => options.scenarios = list(),
                _ => return Err(format!("no option {name}").into()),
            }
        }
        Ok(options)
    }

    pub(crate) fn wants_peer(&self, name: &str) -> bool {
        self.peers.is_empty() || self.peers.iter().any(|peer| peer == name)
    }

    pub(crate) fn wants_scenario(&self, name: &str) -> bool {
        self.scenarios.is_empty()
            || self
                .scenarios
                .iter()
                .any(|start| name.starts_with(start.as_str()))
    }
}
