//! Ends that take a process of their own: this test's program runs itself again,
//! with the part that is to end so.

mod fake;

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use fake::{Behaviour, Load, plan, start};
use scaffold_load::{Exit, LoadTest, Plan, report, run};

/// Runs the ignored test `name` in a process with a limit of open files, where
/// that is given.
fn again(name: &str, target: &str, files: Option<u32>) -> Child {
    let piped = match name {
        "inner_stdout" => Stdio::piped,
        _ => Stdio::inherit,
    };
    let limit = files.map_or(String::new(), |files| format!("ulimit -n {files} && "));
    let program = std::env::current_exe().expect("this program");
    Command::new("sh")
        .args(["-c", &format!("{limit}exec \"$@\""), "sh"])
        .arg(program)
        .args(["--exact", "--ignored", "--nocapture", name])
        .env("TARGET", target)
        .stdin(Stdio::null())
        .stdout(piped())
        .stderr(piped())
        .spawn()
        .expect("sh runs")
}

fn target() -> String {
    std::env::var("TARGET").expect("run by another test")
}

#[test]
fn too_few_files_are_this_machines_fault() {
    let server = start(Behaviour::default());
    let mut child = again("inner_too_few_files", &server.target, Some(64));
    assert!(child.wait().expect("it ends").success());
}

#[test]
#[ignore = "run by too_few_files_are_this_machines_fault"]
fn inner_too_few_files() {
    let plan = Plan {
        target: target(),
        connections: 200,
        workers: 1,
        ..Plan::default()
    };
    let fault = run(Load::default(), plan).expect_err("no run");
    assert_eq!(fault.exit(), Exit::Internal, "{fault}");
    assert!(fault.to_string().contains("ulimit -n"), "{fault}");
}

#[test]
fn ctrl_c_keeps_what_was_measured() {
    let server = start(Behaviour::default());
    let mut child = again("inner_ctrl_c", &server.target, None);
    let calls = || server.seen.calls.load(std::sync::atomic::Ordering::SeqCst);
    let begun = Instant::now();
    while calls() < 100 && begun.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(Duration::from_millis(20));
    }
    let pid = child.id().to_string();
    let killed = Command::new("kill").args(["-INT", &pid]).status();
    assert!(killed.expect("kill runs").success());
    assert!(child.wait().expect("it ends").success());
}

#[test]
#[ignore = "run by ctrl_c_keeps_what_was_measured"]
fn inner_ctrl_c() {
    let out = tempfile::tempdir().expect("a folder");
    let line = [
        "--target",
        &target(),
        "--rate",
        "100",
        "--duration",
        "10m",
        "--warmup",
        "0s",
        "--mix",
        "Plain",
        "--out",
        &out.path().to_string_lossy(),
    ]
    .map(str::to_owned);
    let test = LoadTest::new("fake").driver(Load::default());
    assert_eq!(test.command(line.into_iter()), Exit::Interrupted);
    let text = std::fs::read_to_string(out.path().join("report.json")).expect("a report");
    let (_, run) = report::read_json(&text).expect("a saved run");
    assert!(run.record.calls() >= 50, "{}", run.record.calls());
    assert_eq!(run.exit(), Exit::Interrupted);
}

#[test]
fn a_report_on_stdout_is_all_of_it() {
    let server = start(Behaviour::default());
    let child = again("inner_stdout", &server.target, None);
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success());
    let stdout = String::from_utf8(output.stdout).expect("UTF-8");
    let stderr = String::from_utf8(output.stderr).expect("UTF-8");
    let reports: Vec<&str> = stdout.lines().filter(|line| line.contains('{')).collect();
    let [report] = reports[..] else {
        panic!("one report: {stdout}");
    };
    let (_, run) = report::read_json(report).expect("a saved run");
    assert!(run.record.calls() > 0);
    assert!(
        !stdout.contains("verdict   ") && stderr.contains("verdict   "),
        "{stderr}"
    );
}

#[test]
#[ignore = "run by a_report_on_stdout_is_all_of_it"]
fn inner_stdout() {
    // The harness's own words end without a line's end.
    println!();
    let line = format!(
        "--target {} --rate 50 --duration 200ms --warmup 0s --mix Plain --out -",
        target()
    );
    let line = line.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let test = LoadTest::new("fake").driver(Load::default());
    test.command(line.into_iter());
}

#[test]
fn without_a_terminal_each_second_is_a_line() {
    let server = start(Behaviour {
        takes: Duration::from_millis(2500),
        ..Behaviour::default()
    });
    let program = std::env::current_exe().expect("this program");
    let output = Command::new(program)
        .args(["--exact", "--ignored", "--nocapture", "inner_lines"])
        .env("TARGET", &server.target)
        .stdin(Stdio::null())
        .output()
        .expect("it runs");
    let lines = String::from_utf8_lossy(&output.stderr).into_owned();
    let order = ["connecting to", "warming up", "/2 s  offered", "draining"];
    let at = order.map(|word| lines.find(word));
    assert!(at.is_sorted() && at[0].is_some(), "{at:?} in {lines}");
    assert!(!lines.contains('\x1b'), "{lines}");
}

#[test]
#[ignore = "run by without_a_terminal_each_second_is_a_line"]
fn inner_lines() {
    let line = "--rate 20 --duration 2s --warmup 1s --mix Plain --no-report --target";
    let line = line.split(' ').map(str::to_owned).chain([target()]);
    LoadTest::new("fake").driver(Load::default()).command(line);
}

/// A full disk: the device that has no room.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error_of_its_own() {
    let server = start(Behaviour::default());
    let out = tempfile::tempdir().expect("a folder");
    // Where the report is filled before it is moved to its place.
    let part = out
        .path()
        .join(format!(".report.html.{}", std::process::id()));
    std::os::unix::fs::symlink("/dev/full", &part).expect("a link");
    let whole = out.path().join("report.html");
    std::fs::write(&whole, "of the run before").expect("written");
    let plan = plan(&server, "Plain", 50.0, 200);
    let line = format!(
        "--target {} --rate 50 --duration 200ms --warmup 0s --mix Plain --out {}",
        plan.target,
        out.path().display()
    );
    let line = line.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let test = LoadTest::new("fake").driver(Load::default());
    assert_eq!(test.command(line.into_iter()), Exit::Internal);
    let left: Vec<_> = std::fs::read_dir(out.path()).expect("a folder").collect();
    assert_eq!(left.len(), 1, "nothing that is half: {left:?}");
    let kept = std::fs::read_to_string(&whole).expect("the report before");
    assert_eq!(kept, "of the run before");
}

/// It takes no process of its own, but the command line.
#[test]
fn a_search_does_not_find_more_than_the_server_holds() {
    // 4 streams of 20 ms: 200 calls a second.
    let server = start(Behaviour {
        takes: Duration::from_millis(20),
        max_streams: Some(4),
        ..Behaviour::default()
    });
    let out = tempfile::tempdir().expect("a folder");
    let line = format!(
        "search --target {} --rate 25 --probe 1s --confirm 1s --precision 30% --max-rate 800 --mix Plain \
         --connections 1 --workers 1 --slo p50<100ms --out {}",
        server.target,
        out.path().display()
    );
    let line: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
    LoadTest::new("fake")
        .driver(Load::default())
        .command(line.into_iter());
    let text = std::fs::read_to_string(out.path().join("report.json")).expect("a report");
    let (_, run) = report::read_json(&text).expect("a saved run");
    let search = run.search.expect("a search");
    assert_eq!(search.probes[0].rate, 25.0);
    // A busy machine may find less, for its own measurement is none then.
    assert!(
        search.found.is_none_or(|found| found <= 260.0),
        "{search:?}"
    );
    assert!(!search.open_end);
    let failed = search.probes.iter().find(|probe| !probe.passed);
    assert!(!failed.expect("one that fails").why.is_empty());
}
