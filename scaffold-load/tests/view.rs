//! The view on a real terminal, that of tmux: what it shows, what keys do, and
//! that the terminal is left as it was, however the run ends.

mod fake;

use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use fake::{Behaviour, Load, Running, start};
use scaffold_load::LoadTest;

/// Whether tmux is here; in CI it must be, so that nothing is skipped unseen.
fn has_tmux() -> bool {
    let found = Command::new("tmux").arg("-V").output();
    let found = found.is_ok_and(|output| output.status.success());
    if !found {
        let ci = std::env::var_os("CI").is_some();
        assert!(!ci, "the view must be tested in CI, but there is no tmux");
        eprintln!("skipped: the view: there is no tmux");
    }
    found
}

/// A terminal of 80 by 24 in which this test's program runs again.
struct Pane {
    socket: String,
}

// === impl Pane ===

impl Pane {
    /// Runs the load test with these flags, and then shows its exit code and the
    /// terminal's settings.
    fn start(server: &Running, inner: &str, flags: &str) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::SeqCst);
        let pane = Self {
            socket: format!("scaffold-load-{}-{count}", std::process::id()),
        };
        let script = "echo normal screen; \"$0\" --exact --ignored --nocapture \"$1\"; \
                      echo \"code $?\"; stty -a | tr ';' ' '; echo ready; sleep 600";
        let program = std::env::current_exe().expect("this program");
        let made = pane
            .tmux(&[
                "-f",
                "/dev/null",
                "new-session",
                "-d",
                "-x",
                "80",
                "-y",
                "24",
            ])
            .args(["env", "-u", "CI", "TERM=xterm-256color", "LC_ALL=C.UTF-8"])
            .arg(format!("TARGET={}", server.target))
            .arg(format!("FLAGS={flags}"))
            .args(["sh", "-c", script])
            .arg(program)
            .arg(inner)
            .status();
        assert!(made.expect("tmux runs").success());
        pane
    }

    fn tmux(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("tmux");
        command.args(["-u", "-L", &self.socket]).args(arguments);
        command
    }

    fn say(&self, arguments: &[&str]) -> String {
        let output = self.tmux(arguments).output().expect("tmux runs");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    fn press(&self, key: &str) {
        self.say(&["send-keys", key]);
    }

    /// The screen, with what has gone off its top.
    fn screen(&self) -> String {
        self.say(&["capture-pane", "-p", "-S", "-"])
    }

    /// The screen once it shows `text`.
    fn shows(&self, text: &str) -> String {
        self.becomes(text, |screen| screen.contains(text))
    }

    /// The screen once it is as is wanted.
    fn becomes(&self, what: &str, wanted: impl Fn(&str) -> bool) -> String {
        let begun = Instant::now();
        loop {
            let screen = self.screen();
            if wanted(&screen) {
                return screen;
            }
            let late = begun.elapsed() > Duration::from_secs(60);
            assert!(!late, "`{what}` is not on the screen:\n{screen}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// The normal screen after the run, where the terminal is as it was.
    fn ends_sane(&self, code: u32) -> String {
        let screen = self.shows("\nready");
        assert!(screen.contains(&format!("code {code}\n")), "{screen}");
        assert!(screen.contains("normal screen"), "{screen}");
        let words: Vec<&str> = screen.split_whitespace().collect();
        for setting in ["icanon", "echo", "isig", "opost"] {
            assert!(words.contains(&setting), "{setting} in {screen}");
        }
        let flags = self.say(&["display-message", "-p", "#{alternate_on}#{cursor_flag}"]);
        assert_eq!(flags.trim(), "01", "the normal screen, with a cursor");
        screen
    }
}

impl Drop for Pane {
    fn drop(&mut self) {
        self.say(&["kill-server"]);
    }
}

fn command() -> ! {
    let variable = |name| std::env::var(name).expect("run by another test");
    let line = format!("{} --target {}", variable("FLAGS"), variable("TARGET"));
    let line: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
    let test = LoadTest::new("fake").driver(Load::default());
    std::process::exit(test.command(line.into_iter()) as i32)
}

/// Does something in the middle of a run.
fn soon(what: impl FnOnce() + Send + 'static) {
    std::thread::spawn(|| {
        std::thread::sleep(Duration::from_secs(3));
        what();
    });
}

const LONG: &str = "--rate 100 --duration 10m --warmup 2s --mix Plain,Promised,Repeat --no-report";

#[test]
#[ignore = "run by the others"]
fn inner() {
    command();
}

#[test]
#[ignore = "run by a_panic_gives_the_terminal_back"]
fn inner_panic() {
    soon(|| panic!("what is wrong is to be read"));
    command();
}

#[test]
#[ignore = "run by a_signal_gives_the_terminal_back"]
fn inner_signal() {
    soon(|| {
        let pid = std::process::id().to_string();
        let killed = Command::new("kill").args(["-TERM", &pid]).status();
        assert!(killed.expect("kill runs").success());
    });
    command();
}

#[test]
fn keys_choose_and_stop() {
    if !has_tmux() {
        return;
    }
    let server = start(Behaviour {
        fails_every: Some(3),
        ..Behaviour::default()
    });
    let pane = Pane::start(&server, "inner", LONG);
    let screen = pane.shows("warm-up");
    assert!(screen.contains("fake at 127.0.0.1"), "{screen}");
    assert!(
        !screen.contains("normal screen"),
        "it is another:\n{screen}"
    );
    let screen = pane.shows("UNAVAILABLE");
    for word in [
        "measuring",
        " / 600 s",
        "offered",
        "▸ all",
        "Plain",
        "Repeat",
        "▲p50",
    ] {
        assert!(screen.contains(word), "{word} in {screen}");
    }
    pane.press("m");
    pane.shows("▸ Plain");
    pane.press("M");
    pane.shows("▸ all");
    pane.press("w");
    pane.press("l");
    pane.shows("service of all calls, linear");
    pane.press("?");
    pane.shows("keys and words");
    pane.say(&["resize-window", "-x", "100", "-y", "30"]);
    pane.press("?");
    pane.becomes("keys at the foot of 30 lines", |screen| {
        let foot = screen.lines().nth(29);
        foot.is_some_and(|foot| foot.starts_with("q stop"))
    });
    pane.press("q");
    let screen = pane.ends_sane(130);
    for word in ["verdict", "interrupted", "p99 service"] {
        assert!(screen.contains(word), "{word} in {screen}");
    }
}

#[test]
fn the_second_stop_ends_at_once() {
    if !has_tmux() {
        return;
    }
    let server = start(Behaviour {
        takes: Duration::from_secs(300),
        ..Behaviour::default()
    });
    let flags = format!("{LONG} --drain 5m");
    let pane = Pane::start(&server, "inner", &flags);
    pane.shows("measuring");
    pane.press("C-c");
    pane.shows("stopping");
    pane.press("C-c");
    pane.ends_sane(130);
}

#[test]
fn a_panic_gives_the_terminal_back() {
    if !has_tmux() {
        return;
    }
    let server = start(Behaviour::default());
    let flags = "--rate 50 --duration 6s --warmup 0s --mix Plain --no-report --max-errors 100%";
    let pane = Pane::start(&server, "inner_panic", flags);
    pane.shows("measuring");
    let screen = pane.shows("what is wrong is to be read");
    assert!(screen.contains("normal screen"), "{screen}");
    // The run goes on, unseen.
    let screen = pane.shows("\nready");
    assert!(screen.contains("verdict"), "{screen}");
    assert!(screen.contains(" icanon"), "{screen}");
}

#[test]
fn a_signal_gives_the_terminal_back() {
    if !has_tmux() {
        return;
    }
    let server = start(Behaviour::default());
    let pane = Pane::start(&server, "inner_signal", LONG);
    pane.shows("measuring");
    pane.ends_sane(143);
}

#[test]
fn a_search_leaves_its_probes_behind() {
    if !has_tmux() {
        return;
    }
    let server = start(Behaviour::default());
    let flags = "--rate 25 --mix Plain --no-report --warmup 0s --connections 1";
    let search = format!("search {flags} --probe 2s --confirm 2s --max-rate 50");
    let pane = Pane::start(&server, "inner", &search);
    pane.shows("fake · probe 1: 25/s at");
    pane.shows("probes before");
    let screen = pane.shows("\nready");
    let probes = screen.lines().filter(|line| line.starts_with("     25/s"));
    assert_eq!(probes.count(), 1, "{screen}");
    assert!(screen.contains("normal screen"), "{screen}");
    assert!(screen.contains(" icanon"), "{screen}");
}

#[test]
fn nothing_to_show_leaves_the_screen_alone() {
    if !has_tmux() {
        return;
    }
    let server = start(Behaviour::default());
    let flags = "--rate 50 --duration 1s --mix Nothing --no-report";
    let pane = Pane::start(&server, "inner", flags);
    let screen = pane.ends_sane(2);
    assert!(screen.contains("error: "), "{screen}");
}
