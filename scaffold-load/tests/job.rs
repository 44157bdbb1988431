//! A run that is spread over the pods of a Job: the manifest is read as Kubernetes
//! reads it, its pods are processes here, and their logs are put together.

mod fake;

use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};

use fake::{Behaviour, Load, start};
use scaffold_load::{Exit, LoadTest, Shard, report};
use yaml_rust2::{Yaml, YamlLoader};

fn ends(line: &[&str]) -> Exit {
    let line = line.iter().map(|word| (*word).to_owned());
    LoadTest::new("fake").driver(Load::default()).command(line)
}

/// This program again, as the load test with this line, or as a pod with its own;
/// all that it prints goes into `log`, as what a pod prints does.
fn again(line: &[&str], number: Option<usize>, log: &Path) -> std::process::Child {
    let log = File::create(log).expect("a log");
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command
        .args(["--exact", "--ignored", "--nocapture", "inner_program"])
        .env("LINE", line.join("\n"))
        .stdin(Stdio::null())
        .stdout(log.try_clone().expect("a handle"))
        .stderr(log);
    if let Some(number) = number {
        command.env("JOB_COMPLETION_INDEX", number.to_string());
    }
    command.spawn().expect("this program runs")
}

#[test]
#[ignore = "run by pods_make_one_run"]
fn inner_program() {
    let line = std::env::var("LINE").expect("run by another test");
    ends(&line.split('\n').collect::<Vec<_>>());
}

#[test]
fn pods_make_one_run() {
    let server = start(Behaviour::default());
    let dir = tempfile::tempdir().expect("a folder");
    let printed = dir.path().join("printed");
    let line = [
        "job",
        "--shards",
        "2",
        "--image",
        "registry.example/users:1",
        "--start-in",
        "6s",
        "--name",
        "users",
        "--",
        "--target",
        &server.target,
        "--rate",
        "100",
        "--duration",
        "1s",
        "--warmup",
        "0s",
        "--arrival",
        "uniform",
        "--mix",
        "Plain",
        "-H",
        "x-quoted=\"a: b\"",
    ];
    assert!(
        again(&line, None, &printed)
            .wait()
            .expect("it ends")
            .success()
    );
    let text = std::fs::read_to_string(&printed).expect("printed");
    let begin = text.find("# kubectl").expect("a manifest");
    let end = text
        .find("\ntest inner_program")
        .unwrap_or(text.len())
        .max(begin);
    let manifest = &YamlLoader::load_from_str(&text[begin..end]).expect("YAML")[0];
    let spec = &manifest["spec"];
    assert_eq!(manifest["metadata"]["name"].as_str(), Some("users"));
    assert_eq!(spec["completionMode"].as_str(), Some("Indexed"));
    assert_eq!(
        (spec["completions"].as_i64(), spec["parallelism"].as_i64()),
        (Some(2), Some(2))
    );
    let container = &spec["template"]["spec"]["containers"][0];
    assert_eq!(
        container["image"].as_str(),
        Some("registry.example/users:1")
    );
    let args = container["args"].as_vec().expect("a list");
    let args: Vec<&str> = args.iter().filter_map(Yaml::as_str).collect();
    assert!(args.contains(&"x-quoted=\"a: b\""), "{args:?}");

    let logs = [0, 1].map(|number| dir.path().join(format!("part-{number}.json")));
    let pods: Vec<_> = logs
        .iter()
        .enumerate()
        .map(|(number, log)| again(&args, Some(number), log))
        .collect();
    for mut pod in pods {
        assert!(pod.wait().expect("it ends").success());
    }
    let out = dir.path().join("out");
    let logs = logs.map(|log| log.to_str().expect("text").to_owned());
    ends(&[
        "merge",
        &logs[1],
        &logs[0],
        "--out",
        out.to_str().expect("text"),
    ]);
    let saved = std::fs::read_to_string(out.join("report.json")).expect("a report");
    let (name, whole) = report::read_json(&saved).expect("a run");
    assert_eq!((&*name, whole.plan.shard), ("fake", Shard::WHOLE));
    assert_eq!((whole.offered, whole.record.calls()), (100, 100));
    assert_eq!(
        server.seen.calls.load(std::sync::atomic::Ordering::SeqCst),
        100
    );
}

#[test]
fn what_no_pod_could_run_is_refused() {
    let job =
        |flags: &[&str]| ends(&[&["job", "--shards", "2", "--image", "i", "--"], flags].concat());
    assert_eq!(job(&[]), Exit::Passed);
    assert_eq!(job(&["--target", "dns:///users:1"]), Exit::Usage);
    assert_eq!(job(&["--rate", "fast"]), Exit::Usage);
    assert_eq!(ends(&["job", "--shards", "0", "--image", "i"]), Exit::Usage);
    assert_eq!(ends(&["job", "--shards", "2"]), Exit::Usage);
    // Here is no pod.
    assert_eq!(ends(&["--shard", "auto/2", "--start-at", "1"]), Exit::Usage);
    // A part that comes late makes no part of the run.
    let server = start(Behaviour::default());
    let late = [
        "--shard",
        "1/2",
        "--start-at",
        "1700000000",
        "--target",
        &server.target,
        "--no-report",
    ];
    assert_eq!(ends(&late), Exit::Usage);
}
