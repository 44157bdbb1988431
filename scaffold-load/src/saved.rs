//! Runs that were saved: compared, and parts put together.

use std::path::Path;

use crate::cli::Baseline;
use crate::compare::{self, Comparison, Word};
use crate::plan::Fault;
use crate::report;
use crate::run::Run;
use crate::{Exit, compare as compared};

/// A run that others are held against.
pub(crate) struct Against {
    base: Run,
    noise: f64,
}

// === impl Against ===

impl Against {
    pub(crate) fn read(baseline: Baseline) -> Result<Self, Fault> {
        Ok(Self {
            base: read(&baseline.file)?,
            noise: baseline.noise,
        })
    }

    /// Says what changed, and how that ends the process.
    pub(crate) fn judge(&self, new: &Run) -> Exit {
        let comparison = compared(&self.base, new, self.noise);
        print!("{}", compare::text(&comparison));
        exit(&comparison)
    }
}

/// Compares a saved run with its baseline.
pub(crate) fn compare(new: &Path, baseline: Baseline) -> Result<Exit, Fault> {
    let against = Against::read(baseline)?;
    Ok(against.judge(&read(new)?))
}

/// Puts the parts of one run together.
pub(crate) fn merge(parts: &[impl AsRef<Path>]) -> Result<Run, Fault> {
    let mut whole: Option<Run> = None;
    let mut seen = Vec::new();
    for part in parts {
        let run = read(part.as_ref())?;
        let shard = run.plan.shard;
        if seen.contains(&shard) {
            return Err(Fault::usage(format!(
                "{}: shard {shard} is there twice",
                part.as_ref().display()
            )));
        }
        seen.push(shard);
        match &mut whole {
            None => whole = Some(run),
            Some(whole) => whole.merge(&run)?,
        }
    }
    let Some(mut whole) = whole else {
        return Err(Fault::usage("there is nothing to put together".to_owned()));
    };
    let of = whole.plan.shard.of;
    if seen.len() < of as usize {
        return Err(Fault::usage(format!(
            "{} of {of} shards are there: the others are missing",
            seen.len()
        )));
    }
    whole.plan.shard = crate::Shard::WHOLE;
    Ok(whole)
}

fn read(path: &Path) -> Result<Run, Fault> {
    let wrong = |why: String| Fault::usage(format!("{}: {why}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
    let (_name, run) = report::read_json(&text).map_err(|fault| wrong(fault.to_string()))?;
    Ok(run)
}

fn exit(comparison: &Comparison) -> Exit {
    match comparison.word {
        Word::Improved | Word::NoChange => Exit::Passed,
        Word::Regressed => Exit::Regressed,
        Word::NotComparable => Exit::Invalid,
    }
}
