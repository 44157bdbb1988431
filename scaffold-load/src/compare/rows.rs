//! What changed, measure by measure.

use serde::{Deserialize, Serialize};

use super::comparable::{differences, whole_points};
use super::welch::{Sample, welch};
use crate::Exit;
use crate::record::Second;
use crate::run::Run;

/// How probable a difference by chance may be, over all rows together.
const CHANCE: f64 = 0.05;

/// A share of failures that goes up by less is no regression.
const FAILURES: f64 = 0.001;

/// Two runs against each other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// Differences below this share of the first run's value are noise.
    pub noise: f64,
    /// Why there are no rows, if there are none.
    pub why: Vec<String>,
    /// Measure by measure.
    pub rows: Vec<Row>,
    /// All in all.
    pub word: Word,
}

/// One measure of both runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// The method's path; `None` for all of them together.
    pub method: Option<String>,
    /// `p50`, `p90` and `p99` in nanoseconds from due, `failed` as a share, `rate`
    /// in calls per second.
    pub measure: String,
    /// Of the whole first run.
    pub base: f64,
    /// Of the whole second run.
    pub new: f64,
    /// How probable it is that chance alone makes as much of a difference.
    pub chance: f64,
    /// What that says.
    pub word: Word,
}

/// What a difference says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Word {
    /// Better, by more than noise and chance explain.
    Improved,
    /// Worse, by more than noise and chance explain.
    Regressed,
    /// Noise or chance explains it.
    NoChange,
    /// The runs did not measure the same thing, or not well.
    NotComparable,
}

/// Compares `new` with `base`. Differences below `noise`, a share of the first
/// run's value such as 0.03, are none.
///
/// The seconds of each run are its sample: Welch's t-test, with fewer degrees of
/// freedom where neighbouring seconds resemble each other, and a level of 5 % that
/// all rows share. A word other than [`NoChange`](Word::NoChange) needs both: the
/// test, and a difference beyond noise of the whole runs' values.
pub fn compare(base: &Run, new: &Run, noise: f64) -> Comparison {
    let why = differences(base, new);
    if !why.is_empty() {
        return Comparison {
            noise,
            why,
            rows: Vec::new(),
            word: Word::NotComparable,
        };
    }
    let mut rows = rows(base, new);
    let level = CHANCE / rows.len().max(1) as f64;
    for row in &mut rows {
        row.word = row.judge(noise, level);
    }
    let has = |word| rows.iter().any(|row: &Row| row.word == word);
    let word = match () {
        () if has(Word::Regressed) => Word::Regressed,
        () if has(Word::Improved) => Word::Improved,
        () => Word::NoChange,
    };
    Comparison {
        noise,
        why,
        rows,
        word,
    }
}

/// A measure: its name, of a whole run, and of one of its seconds.
type Measure<'a> = (
    &'static str,
    Box<dyn Fn(&Run) -> f64 + 'a>,
    Box<dyn Fn(&Second) -> f64 + 'a>,
);

fn rows(base: &Run, new: &Run) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut add = |method: Option<&str>, measures: Vec<Measure<'_>>| {
        for (measure, whole, second) in measures {
            let sample = |run| {
                let values: Vec<f64> = whole_points(run).map(&second).collect();
                Sample::of(&values)
            };
            if let (Some(a), Some(b)) = (sample(base), sample(new)) {
                rows.push(Row {
                    method: method.map(str::to_owned),
                    measure: measure.to_owned(),
                    base: whole(base),
                    new: whole(new),
                    chance: welch(&a, &b),
                    word: Word::NoChange,
                });
            }
        }
    };
    add(None, all_together());
    if base.methods.len() > 1 {
        for (index, method) in base.methods.iter().enumerate() {
            add(Some(&method.path), of_method(index));
        }
    }
    rows
}

const QUANTILES: [(&str, f64); 3] = [("p50", 0.5), ("p90", 0.9), ("p99", 0.99)];

fn all_together<'a>() -> Vec<Measure<'a>> {
    let mut all: Vec<Measure<'a>> = vec![(
        "rate",
        Box::new(|run| run.record.completed() as f64 / run.elapsed.as_secs_f64().max(1e-9)),
        Box::new(|second| second.completed as f64 / second.length),
    )];
    for (name, quantile) in QUANTILES {
        let of_second = move |second: &Second| match name {
            "p50" => second.p50 as f64,
            "p90" => second.p90 as f64,
            _ => second.p99 as f64,
        };
        let of_run = move |run: &Run| run.record.response().value_at_quantile(quantile) as f64;
        all.push((name, Box::new(of_run), Box::new(of_second)));
    }
    all.push((
        "failed",
        Box::new(|run| share(run.record.failed(), run.record.calls())),
        Box::new(|second| share(second.failed, second.completed)),
    ));
    all
}

fn of_method<'a>(index: usize) -> Vec<Measure<'a>> {
    let of_run = move |run: &Run, quantile| {
        let method = run.record.methods.get(index);
        method.map_or(0.0, |method| {
            method.response.value_at_quantile(quantile) as f64
        })
    };
    let of_second = move |second: &Second, quantile| {
        let method = second.methods.get(index);
        method.map_or(0.0, |method| {
            method.response().value_at_quantile(quantile) as f64
        })
    };
    let measure = |(name, quantile): (&'static str, f64)| -> Measure<'a> {
        (
            name,
            Box::new(move |run| of_run(run, quantile)),
            Box::new(move |second| of_second(second, quantile)),
        )
    };
    QUANTILES.into_iter().map(measure).collect()
}

fn share(part: u64, whole: u64) -> f64 {
    part as f64 / whole.max(1) as f64
}

// === impl Row ===

impl Row {
    /// The difference as a share of the first run's value; of failures, the
    /// difference itself.
    pub fn change(&self) -> f64 {
        match (&*self.measure, self.base) {
            ("failed", base) => self.new - base,
            (_, 0.0) => 0.0,
            (_, base) => (self.new - base) / base,
        }
    }

    fn judge(&self, noise: f64, level: f64) -> Word {
        let change = self.change();
        let floor = match &*self.measure {
            "failed" => FAILURES,
            _ => noise,
        };
        if self.chance >= level || change.abs() <= floor {
            return Word::NoChange;
        }
        // More calls are better; more of anything else is worse.
        match (change > 0.0) == (self.measure == "rate") {
            true => Word::Improved,
            false => Word::Regressed,
        }
    }
}

// === impl Word ===

impl Word {
    /// How it ends a process.
    pub(crate) fn exit(self) -> Exit {
        match self {
            Self::Improved | Self::NoChange => Exit::Passed,
            Self::Regressed => Exit::Regressed,
            Self::NotComparable => Exit::Invalid,
        }
    }
}

impl std::fmt::Display for Word {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Improved => "improved",
            Self::Regressed => "regressed",
            Self::NoChange => "no change",
            Self::NotComparable => "not comparable",
        })
    }
}
