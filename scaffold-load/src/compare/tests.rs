//! Comparisons of runs that were made up.

use super::{Comparison, Word, compare, text};
use crate::record::{Histogram, MethodSecond, Second};
use crate::run::{Run, SCHEMA};
use crate::{Cpu, Machine, MethodInfo, Plan, Record, Series, Verdict};

/// A run of `seconds` with a hundred calls in each, whose latency is `micros` and
/// varies by a tenth; one in `fails` fails.
fn run(seconds: u64, micros: u64, fails: Option<u64>) -> Run {
    let mut record = Record::new(1);
    let mut series = Series::default();
    for second in 0..seconds {
        let mut response = Histogram::new();
        let mut point = Second {
            at: second as f64,
            length: 1.0,
            offered: 100,
            completed: 100,
            ..Second::default()
        };
        for call in 0..100 {
            // A walk over all of the tenth, another one each second.
            let part = (call * 37 + second * 13) % 100;
            response.record((micros * 1_000) * (950 + part) / 1_000);
            if fails.is_some_and(|fails| (call + second) % fails == 0) {
                point.failed += 1;
                let failed = record.methods[0].errors.entry("INTERNAL".to_owned());
                failed.or_default().count += 1;
            }
        }
        record.methods[0].response.add(&response);
        record.methods[0].service.add(&response);
        point.p50 = response.value_at_quantile(0.5);
        point.p90 = response.value_at_quantile(0.9);
        point.p99 = response.value_at_quantile(0.99);
        point.methods = vec![MethodSecond::default()];
        series.points.push(point);
    }
    Run {
        schema: SCHEMA,
        plan: Plan::default(),
        began: 0.0,
        elapsed: std::time::Duration::from_secs(seconds),
        methods: vec![MethodInfo {
            path: "/a.B/C".to_owned(),
            shape: "unary".to_owned(),
        }],
        record,
        series,
        offered: seconds * 100,
        dropped: 0,
        achieved: seconds * 100,
        worker_cpu: None,
        cpu: Cpu::default(),
        server: None,
        machine: Machine::default(),
        stopped: None,
        verdict: Verdict::Valid,
        objectives: Vec::new(),
        search: None,
    }
}

fn word(comparison: &Comparison, measure: &str) -> Word {
    let row = comparison.rows.iter().find(|row| row.measure == measure);
    row.expect("such a row").word
}

#[test]
fn the_same_is_no_change() {
    let comparison = compare(&run(30, 1_000, None), &run(30, 1_000, None), 0.03);
    assert_eq!(comparison.word, Word::NoChange);
    assert_eq!(comparison.rows.len(), 5);
}

#[test]
fn faster_and_slower_are_told_apart() {
    let (slow, fast) = (run(30, 1_200, None), run(30, 1_000, None));
    let worse = compare(&fast, &slow, 0.03);
    assert_eq!(worse.word, Word::Regressed);
    assert_eq!(word(&worse, "p50"), Word::Regressed);
    assert_eq!(word(&worse, "rate"), Word::NoChange);
    let better = compare(&slow, &fast, 0.03);
    assert_eq!(
        (better.word, word(&better, "p99")),
        (Word::Improved, Word::Improved)
    );
    let shown = text(&worse);
    assert!(
        shown.contains("+20.0%") && shown.contains("regressed"),
        "{shown}"
    );
    // What the noise floor covers is none of it.
    assert_eq!(compare(&fast, &slow, 0.25).word, Word::NoChange);
}

#[test]
fn failures_are_a_regression_however_fast() {
    let comparison = compare(&run(30, 1_000, None), &run(30, 500, Some(50)), 0.03);
    assert_eq!(word(&comparison, "failed"), Word::Regressed);
    assert_eq!(word(&comparison, "p50"), Word::Improved);
    assert_eq!(comparison.word, Word::Regressed);
}

#[test]
fn what_did_not_measure_the_same_is_not_compared() {
    let base = run(30, 1_000, None);
    let other = |change: fn(&mut Run)| {
        let mut new = base.clone();
        change(&mut new);
        compare(&base, &new, 0.03)
    };
    for (change, why) in [
        (
            (|run| run.plan.rate = 7.0) as fn(&mut Run),
            "`rate` differs: 50.0 and 7.0",
        ),
        (|run| run.machine.cores = 64, "different machines"),
        (|run| run.methods.clear(), "different methods"),
        (|run| run.series.points.truncate(3), "3 whole seconds"),
        (
            |run| run.verdict = Verdict::Invalid(vec!["it was late".to_owned()]),
            "the second run is invalid: it was late",
        ),
    ] {
        let comparison = other(change);
        assert_eq!(comparison.word, Word::NotComparable, "{why}");
        assert!(comparison.rows.is_empty());
        assert!(text(&comparison).contains(why), "{comparison:?}");
    }
    // Where it ran, and what was asked of it, is no difference.
    let comparison = other(|run| {
        run.plan.target = "127.0.0.1:9".to_owned();
        run.plan.max_errors = 0.5;
    });
    assert_eq!(comparison.word, Word::NoChange);
}
