//! Programs of others that a test needs: found, or the test says that it skips.
//!
//! In CI (the environment variable `CI` is set) a missing program fails the
//! test, so that nothing is skipped there unseen.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read, Seek};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// The repository's root.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the tests lie in the repository")
        .to_path_buf()
}

/// Says that a test does not run here, or fails it in CI.
///
/// # Panics
///
/// In CI.
pub fn skip(what: &str, why: &str) {
    assert!(
        std::env::var_os("CI").is_none(),
        "{what} must run in CI, but {why}"
    );
    eprintln!("skipped: {what}: {why}");
}

/// The program `name`: the environment variable `variable` if it is set, else
/// what the search path has. None (and [`skip`]) if it does not answer `probe`.
pub fn find(variable: &str, name: &str, probe: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os(variable).map_or_else(|| PathBuf::from(name), PathBuf::from);
    let answers = answers(Command::new(&path).args(probe));
    if !answers {
        skip(
            name,
            &format!(
                "`{} {}` fails here ({variable} names another)",
                path.display(),
                probe.join(" ")
            ),
        );
    }
    answers.then_some(path)
}

/// Whether a command is there and succeeds.
fn answers(probe: &mut Command) -> bool {
    let silent = probe.stdout(Stdio::null()).stderr(Stdio::null());
    silent.status().is_ok_and(|status| status.success())
}

/// A Python with grpcio, grpcio-tools, -reflection, -status and -health-checking.
pub fn python() -> Option<PathBuf> {
    find(
        "SCAFFOLD_PYTHON",
        "python3",
        &[
            "-c",
            "import grpc, grpc_tools, grpc_reflection, grpc_status, grpc_health",
        ],
    )
}

/// Debian's protoc, or whatever `PROTOC` names.
pub fn protoc() -> Option<PathBuf> {
    find("PROTOC", "protoc", &["--version"])
}

/// npm's `@bufbuild/buf`, or whatever `SCAFFOLD_BUF` names.
pub fn buf() -> Option<PathBuf> {
    find("SCAFFOLD_BUF", "buf", &["--version"])
}

/// A program of grpc-go's interop suite, `client` or `server`, or `reflective`, its
/// service with reflection, as `.ci/run` builds them; `SCAFFOLD_GRPC_GO` names the
/// folder.
pub fn grpc_go(program: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("SCAFFOLD_GRPC_GO")
        .map_or_else(|| root().join("target/tools/grpc-go"), PathBuf::from);
    let path = folder.join(program);
    if path.is_file() {
        return Some(path);
    }
    let made = match program {
        "reflective" => format!("go build -C tests/go -o {} .", path.display()),
        _ => format!(
            "GOBIN={} go install google.golang.org/grpc/interop/{program}@v1.85.0",
            folder.display()
        ),
    };
    skip(
        &format!("grpc-go's {program}"),
        &format!("{} is not there: `{made}` makes it", path.display()),
    );
    None
}

/// A node command that finds `@grpc/grpc-js` and `@grpc/proto-loader`, as `.ci/run`
/// installs them; `SCAFFOLD_NODE_MODULES` names their folder.
pub fn node() -> Option<Command> {
    let modules = std::env::var_os("SCAFFOLD_NODE_MODULES")
        .map_or_else(|| root().join("target/tools/node_modules"), PathBuf::from);
    let command = || {
        let mut command = Command::new("node");
        command.env("NODE_PATH", &modules);
        command
    };
    let answers = answers(command().args([
        "-e",
        "require('@grpc/grpc-js'); require('@grpc/proto-loader')",
    ]));
    if !answers {
        skip(
            "grpc-js",
            &format!(
                "node finds no @grpc/grpc-js and @grpc/proto-loader in {} (SCAFFOLD_NODE_MODULES \
                 names another)",
                modules.display()
            ),
        );
    }
    answers.then(command)
}

/// The corpus of 7,291 real protos, unpacked once under the target directory;
/// `SCAFFOLD_CORPUS` names the archive or an unpacked folder.
pub fn corpus() -> Option<PathBuf> {
    let source = std::env::var_os("SCAFFOLD_CORPUS").map_or_else(
        || root().join("../shared/corpus/googleapis-protos.tar.xz"),
        PathBuf::from,
    );
    if source.is_dir() {
        return Some(source);
    }
    if !source.is_file() {
        skip(
            "the corpus of real protos",
            &format!(
                "{} is not there (SCAFFOLD_CORPUS names another)",
                source.display()
            ),
        );
        return None;
    }
    let folder = target().join("corpus");
    if !folder.join("google").is_dir() {
        let parts = target().join(format!("corpus.{}", std::process::id()));
        std::fs::create_dir_all(&parts).expect("the target directory takes a folder");
        run(Command::new("tar")
            .arg("-xJf")
            .arg(&source)
            .arg("-C")
            .arg(&parts));
        // Another test may have been faster; its copy is as good.
        if std::fs::rename(&parts, &folder).is_err() {
            std::fs::remove_dir_all(&parts).ok();
        }
    }
    Some(folder)
}

/// A target directory that all generated projects of the tests share.
pub fn target() -> PathBuf {
    let folder = std::env::var_os("SCAFFOLD_TEST_TARGET")
        .map_or_else(|| root().join("target/generated"), PathBuf::from);
    std::fs::create_dir_all(&folder).expect("the target directory takes a folder");
    folder
}

/// Runs a command to its end; its output.
///
/// # Panics
///
/// If it fails, with all that it printed.
pub fn run(command: &mut Command) -> Output {
    let output = command
        .stdin(Stdio::null())
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(
        output.status.success(),
        "{command:?}: {}\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    output
}

/// Runs a command to its end, or kills it after `limit`: whether it ended well, and
/// all that it printed.
///
/// # Panics
///
/// If it cannot be started.
pub fn run_within(command: &mut Command, limit: Duration) -> (bool, String) {
    let mut printed = tempfile::tempfile().expect("a temporary file");
    let output = || printed.try_clone().expect("a handle of the file");
    let mut child = command
        .stdin(Stdio::null())
        .stdout(output())
        .stderr(output())
        .spawn()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let began = Instant::now();
    let ended = loop {
        match child.try_wait().expect("a child can be waited for") {
            Some(status) => break Some(status),
            None if began.elapsed() > limit => break None,
            None => std::thread::sleep(Duration::from_millis(10)),
        }
    };
    if ended.is_none() {
        child.kill().ok();
        child.wait().ok();
    }
    let mut text = Vec::new();
    printed.rewind().expect("a file has a beginning");
    printed.read_to_end(&mut text).expect("the file is read");
    let mut text = String::from_utf8_lossy(&text).into_owned();
    if ended.is_none() {
        text.push_str(&format!("\nkilled after {limit:?}"));
    }
    (ended.is_some_and(|status| status.success()), text)
}

/// A server in a process of its own, killed when dropped.
#[derive(Debug)]
pub struct Served {
    child: Child,
    /// `127.0.0.1:PORT`.
    pub address: String,
}

impl Served {
    /// Starts a program that prints its address as its first line.
    ///
    /// # Panics
    ///
    /// If it does not.
    pub fn start<S: AsRef<OsStr>>(program: &Path, args: &[S]) -> Served {
        let mut child = Command::new(program)
            .args(args)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}", program.display()));
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("piped"))
            .read_line(&mut line)
            .expect("the server prints UTF-8");
        let address = line.trim().to_owned();
        if !address.starts_with("127.0.0.1:") {
            child.kill().ok();
            panic!(
                "{} printed {line:?} in place of its address",
                program.display()
            );
        }
        Served { child, address }
    }

    /// Starts a server that logs `listening on HOST:PORT` on its standard error.
    ///
    /// # Panics
    ///
    /// If its log ends without that.
    pub fn start_logging(command: &mut Command) -> Served {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let mut log = BufReader::new(child.stderr.take().expect("piped")).lines();
        let mut seen = String::new();
        let port = log.by_ref().map_while(Result::ok).find_map(|line| {
            seen.push_str(&line);
            let (_, address) = line.split_once("listening on ")?;
            address.rsplit_once(':')?.1.parse::<u16>().ok()
        });
        let Some(port) = port else {
            child.kill().ok();
            panic!("{command:?} does not say where it listens: {seen}");
        };
        // Read on, so that it is never held up by a full pipe.
        std::thread::spawn(move || log.for_each(drop));
        Served {
            child,
            address: format!("127.0.0.1:{port}"),
        }
    }

    /// The port alone.
    pub fn port(&self) -> &str {
        self.address.trim_start_matches("127.0.0.1:")
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
