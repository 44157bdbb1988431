//! A browser of others: found, or the test says that it skips; in CI it fails.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Names that it goes by.
const NAMES: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// A browser takes a while to start on a busy machine.
const LIMIT: Duration = Duration::from_secs(120);

/// The browser that `SCAFFOLD_CHROMIUM` names, or else one of the search path.
pub(crate) fn find() -> Option<PathBuf> {
    let named = std::env::var_os("SCAFFOLD_CHROMIUM").map(PathBuf::from);
    let names = match named {
        Some(path) => vec![path],
        None => NAMES.map(PathBuf::from).to_vec(),
    };
    let answers = |path: &PathBuf| {
        let mut probe = Command::new(path);
        probe.arg("--version").stdin(Stdio::null());
        let silent = probe.stdout(Stdio::null()).stderr(Stdio::null());
        silent.status().is_ok_and(|status| status.success())
    };
    let found = names.into_iter().find(answers);
    if found.is_none() {
        let why = "none of chromium, chromium-browser and google-chrome is there (SCAFFOLD_CHROMIUM names another)";
        assert!(
            std::env::var_os("CI").is_none(),
            "the report in a browser must run in CI, but {why}"
        );
        eprintln!("skipped: the report in a browser: {why}");
    }
    found
}

/// The page's elements as markup, once its scripts have run.
pub(crate) fn dom(browser: &Path, page: &Path, dark: bool) -> String {
    let profile = tempfile::tempdir().expect("a folder");
    let output = tempfile::NamedTempFile::new().expect("a file");
    // 0 is dark.
    let scheme = if dark { 0 } else { 1 };
    let mut child = Command::new(browser)
        .args([
            "--headless",
            // Its sandbox does not run as root, and the pages are ours.
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-extensions",
            "--window-size=1600,2200",
            "--virtual-time-budget=20000",
            "--dump-dom",
        ])
        .arg(format!("--blink-settings=preferredColorScheme={scheme}"))
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg(format!("file://{}", page.display()))
        .stdin(Stdio::null())
        .stdout(output.reopen().expect("the file"))
        .stderr(Stdio::null())
        .spawn()
        .expect("the browser starts");
    let begun = Instant::now();
    while child.try_wait().expect("a child").is_none() {
        if begun.elapsed() > LIMIT {
            child.kill().ok();
            child.wait().ok();
            panic!("the browser does not end");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    std::fs::read_to_string(output.path()).expect("UTF-8")
}
