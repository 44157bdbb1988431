//! What the kernel says of a process, and servers in processes of their own.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::report::Memory;

/// A server in a process of its own, killed when dropped.
#[derive(Debug)]
pub struct Process {
    child: Child,
    pub address: SocketAddr,
    commands: Option<ChildStdin>,
    output: Receiver<String>,
    log: Arc<Mutex<Vec<String>>>,
}

/// Watches a process's memory.
pub struct Watch {
    pid: u32,
    before: u64,
    peak: Arc<AtomicU64>,
    stop: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

/// Resident memory in bytes; `None` if the kernel does not say.
pub fn resident(pid: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kib << 10)
}

/// CPU time so far, user's and system's.
pub fn cpu(pid: u32) -> Option<Duration> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name, in parentheses, may hold anything.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let ticks: u64 = fields.next()?.parse::<u64>().ok()? + fields.next()?.parse::<u64>().ok()?;
    // USER_HZ is 100 on every architecture that counts.
    Some(Duration::from_millis(ticks * 10))
}

// === impl Watch ===

impl Watch {
    pub fn start(pid: u32) -> Option<Watch> {
        let before = resident(pid)?;
        let (peak, stop) = (
            Arc::new(AtomicU64::new(before)),
            Arc::new(AtomicBool::new(false)),
        );
        let (seen, told) = (peak.clone(), stop.clone());
        let thread = std::thread::spawn(move || {
            while !told.load(Ordering::SeqCst) {
                if let Some(now) = resident(pid) {
                    seen.fetch_max(now, Ordering::SeqCst);
                }
                std::thread::sleep(Duration::from_millis(5));
            }
        });
        Some(Watch {
            pid,
            before,
            peak,
            stop,
            thread,
        })
    }

    pub fn sum(self) -> Memory {
        self.stop.store(true, Ordering::SeqCst);
        self.thread.join().ok();
        Memory {
            before: self.before,
            peak: self.peak.load(Ordering::SeqCst),
            after: resident(self.pid).unwrap_or_default(),
        }
    }
}

// === impl Process ===

impl Process {
    /// Starts a program that prints `127.0.0.1:PORT` as its first line.
    ///
    /// # Panics
    ///
    /// If it does not.
    pub fn start<S: AsRef<OsStr>>(
        program: &Path,
        args: &[S],
        variables: &[(&str, &str)],
    ) -> Process {
        let mut command = Command::new(program);
        command.args(args);
        Process::spawn(command, variables)
    }

    /// The same, with a limit on its open files.
    ///
    /// # Panics
    ///
    /// As [`start`](Process::start).
    pub fn with_files(files: u32, program: &Path, variables: &[(&str, &str)]) -> Process {
        let mut command = Command::new("sh");
        let script = format!("ulimit -n {files}; exec \"$0\"");
        command.arg("-c").arg(script).arg(program);
        Process::spawn(command, variables)
    }

    fn spawn(mut command: Command, variables: &[(&str, &str)]) -> Process {
        command
            .envs(variables.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let log = Arc::new(Mutex::new(Vec::new()));
        let (sender, output) = channel();
        let stdout = BufReader::new(child.stdout.take().expect("piped"));
        std::thread::spawn(move || {
            stdout
                .lines()
                .map_while(Result::ok)
                .try_for_each(|line| sender.send(line))
        });
        let stderr = BufReader::new(child.stderr.take().expect("piped"));
        let kept = log.clone();
        std::thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                kept.lock().expect("no panic holds it").push(line);
            }
        });
        let first = output.recv_timeout(Duration::from_secs(30));
        let Some(address) = first
            .as_ref()
            .ok()
            .and_then(|line| line.trim().parse().ok())
        else {
            child.kill().ok();
            std::thread::sleep(Duration::from_millis(100));
            panic!(
                "{command:?} printed {first:?} in place of its address; {:?}",
                log.lock()
            );
        };
        Process {
            commands: child.stdin.take(),
            child,
            address,
            output,
            log,
        }
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// What it has logged.
    ///
    /// # Panics
    ///
    /// If a thread panicked over it before.
    pub fn log(&self) -> Vec<String> {
        self.log.lock().expect("no panic holds it").clone()
    }

    /// The server's counters by cause. Empty for a server that has none.
    pub fn counters(&mut self) -> BTreeMap<String, u64> {
        if let Some(commands) = &mut self.commands {
            commands.write_all(b"counters\n").ok();
        }
        self.read_counters(Duration::from_secs(10))
    }

    /// The counters that it prints at its end.
    pub fn last_counters(&mut self) -> BTreeMap<String, u64> {
        self.read_counters(Duration::from_secs(10))
    }

    fn read_counters(&mut self, patience: Duration) -> BTreeMap<String, u64> {
        let Ok(line) = self.output.recv_timeout(patience) else {
            return BTreeMap::new();
        };
        let pairs = line
            .split_whitespace()
            .filter_map(|pair| pair.split_once('='));
        pairs
            .filter_map(|(name, value)| Some((name.to_owned(), value.parse().ok()?)))
            .collect()
    }

    /// Sends a signal by its name: "-TERM".
    ///
    /// # Panics
    ///
    /// If it cannot be sent.
    pub fn signal(&self, name: &str) {
        let pid = self.pid().to_string();
        let sent = Command::new("kill").args([name, &pid]).status();
        assert!(
            sent.is_ok_and(|status| status.success()),
            "kill {name} {pid}"
        );
    }

    /// Waits for its end; `None` if it does not come.
    pub fn exit(&mut self, patience: Duration) -> Option<ExitStatus> {
        let until = Instant::now() + patience;
        loop {
            match self.child.try_wait() {
                Ok(Some(status)) => return Some(status),
                _ if Instant::now() > until => return None,
                _ => std::thread::sleep(Duration::from_millis(5)),
            }
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
