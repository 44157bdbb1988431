//! Saved runs as the command line takes them: compared, put together, or refused.

mod canned;
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

#[test]
fn reports_are_written_again_in_all_forms() {
    let dir = tempfile::tempdir().expect("a folder");
    let base = save(dir.path(), "before.json", &canned::calm(20, 1e6));
    let new = save(dir.path(), "now.json", &canned::calm(20, 2e6));
    let out = dir.path().join("out");
    let read = |name: &str| std::fs::read_to_string(out.join(name)).expect(name);
    let all = "html,json,md,junit,hlog";

    let words = [
        "report",
        text(&base),
        text(&new),
        "-f",
        all,
        "--baseline",
        text(&base),
    ];
    assert_eq!(
        ends(&[&words[..], &["--out", text(&out)]].concat()),
        Exit::Passed
    );
    for stem in ["before", "now"] {
        for end in ["html", "json", "md", "xml", "hlog"] {
            assert!(read(&format!("{stem}.{end}")).len() > 200, "{stem}.{end}");
        }
    }
    for end in ["html", "json", "md", "xml"] {
        let told = read(&format!("now.{end}"));
        assert!(
            told.contains("regressed") || told.contains("<failure"),
            "{end}"
        );
    }
    assert!(read("now.hlog").contains("#compared: regressed"));
    let (name, run) = report::read_json(&read("now.json")).expect("a run");
    assert_eq!((name.as_str(), run.offered), ("fake", 8031));

    // Beside the file, where nothing is said.
    assert_eq!(ends(&["report", text(&new)]), Exit::Passed);
    assert!(dir.path().join("now.html").exists());
    let same = save(&out, "now.json", &canned::calm(20, 1e6));
    let both = ["report", text(&new), text(&same), "--out", text(dir.path())];
    assert_eq!(ends(&both), Exit::Usage);
    assert_eq!(ends(&["report", text(&new), "-f", "pdf"]), Exit::Usage);
}

#[test]
fn a_comparison_is_shown_where_it_is_asked_for() {
    let dir = tempfile::tempdir().expect("a folder");
    let base = save(dir.path(), "before.json", &canned::calm(20, 1e6));
    let new = save(dir.path(), "now.json", &canned::calm(20, 2e6));
    let out = dir.path().join("out");
    assert_eq!(ends(&["compare", text(&base), text(&new)]), Exit::Regressed);
    assert!(!out.exists());
    let words = ["compare", text(&base), text(&new), "--out", text(&out)];
    assert_eq!(ends(&words), Exit::Regressed);
    let page = std::fs::read_to_string(out.join("report.html")).expect("a page");
    for shown in ["baseline p99", "baseline response", "Against the baseline"] {
        assert!(page.contains(shown), "{shown}");
    }
}

#[test]
fn a_run_with_a_baseline_says_so_in_its_reports() {
    let server = start(Behaviour::default());
    let dir = tempfile::tempdir().expect("a folder");
    let base = save(dir.path(), "before.json", &canned::calm(20, 1e6));
    let line = format!(
        "--target {} --rate 50 --duration 300ms --warmup 0s --mix Plain --formats html,json,md \
         --baseline {} --out {}",
        server.target,
        text(&base),
        text(dir.path())
    );
    let words: Vec<&str> = line.split_whitespace().collect();
    assert_eq!(ends(&words), Exit::Invalid, "other machines, other methods");
    for (end, said) in [
        ("html", "not comparable"),
        ("json", "\"comparison\":{"),
        ("md", "not comparable"),
    ] {
        let path = dir.path().join(format!("report.{end}"));
        let told = std::fs::read_to_string(path).expect("a report");
        assert!(told.contains(said), "{end}");
    }
    assert!(!dir.path().join("report.xml").exists());
}
