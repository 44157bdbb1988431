//! Saved runs as the command line takes them: compared, put together, or refused.

mod fake;

use std::path::{Path, PathBuf};

use fake::{Behaviour, Load, plan, start};
use scaffold_load::{Exit, LoadTest, Plan, Run, Shard, report, run};

/// What `name words...` ends with.
fn ends(words: &[&str]) -> Exit {
    let line = words.iter().map(|word| (*word).to_owned());
    LoadTest::new("fake").driver(Load::default()).command(line)
}

fn save(dir: &Path, name: &str, run: &Run) -> PathBuf {
    let path = dir.join(name);
    std::fs::write(&path, report::json("fake", run)).expect("written");
    path
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path of text")
}

#[test]
fn parts_become_one_run_with_reports() {
    let server = start(Behaviour::default());
    let dir = tempfile::tempdir().expect("a folder");
    let part = |index| {
        let plan = Plan {
            shard: Shard { index, of: 2 },
            ..plan(&server, "Plain", 200.0, 1000)
        };
        let run = run(Load::default(), plan).expect("a run");
        save(dir.path(), &format!("{index}.json"), &run)
    };
    let (one, two) = (part(0), part(1));
    let out = dir.path().join("out");
    let merge = |parts: &[&Path]| {
        let mut words = vec!["merge", "--out", text(&out)];
        words.extend(parts.iter().map(|part| text(part)));
        ends(&words)
    };
    // A part alone, or one twice, would be told as the whole.
    assert_eq!(merge(&[&one]), Exit::Usage);
    assert_eq!(merge(&[&one, &one]), Exit::Usage);
    assert!(!out.exists(), "nothing is written of what is no run");

    let exit = merge(&[&two, &one]);
    let saved = std::fs::read_to_string(out.join("report.json")).expect("a report");
    let (_, whole) = report::read_json(&saved).expect("a run");
    assert_eq!((whole.offered, whole.record.calls()), (200, 200));
    assert_eq!(whole.plan.shard, Shard::WHOLE);
    assert_eq!(exit, whole.exit());
    assert!(out.join("report.html").exists());
}

#[test]
fn secrets_are_not_saved() {
    let server = start(Behaviour::default());
    let plan = Plan {
        metadata: vec![("authorization".to_owned(), "Bearer hunter2".to_owned())],
        ..plan(&server, "Plain", 50.0, 300)
    };
    let run = run(Load::default(), plan).expect("a run");
    let saved = report::json("fake", &run);
    assert!(saved.contains("authorization") && !saved.contains("hunter2"));
    assert!(!report::html("fake", &run).contains("hunter2"));
    let (_, read) = report::read_json(&saved).expect("a run");
    assert_eq!(read.plan.metadata.len(), 1);
}

#[test]
fn a_run_is_held_against_another() {
    let dir = tempfile::tempdir().expect("a folder");
    let server = start(Behaviour::default());
    let short = run(Load::default(), plan(&server, "Plain", 100.0, 1000)).expect("a run");
    let short = save(dir.path(), "short.json", &short);
    // One second says nothing about chance.
    let exit = ends(&["compare", text(&short), text(&short)]);
    assert_eq!(exit, Exit::Invalid);

    let broken = dir.path().join("broken.json");
    std::fs::write(&broken, "{}").expect("written");
    let missing = dir.path().join("missing.json");
    for wrong in [&broken, &missing] {
        assert_eq!(ends(&["compare", text(&short), text(wrong)]), Exit::Usage);
        // Before a call is made.
        let exit = ends(&["--baseline", text(wrong), "--target", "127.0.0.1:1"]);
        assert_eq!(exit, Exit::Usage);
    }
    assert_eq!(ends(&["compare", text(&short)]), Exit::Usage);
}
