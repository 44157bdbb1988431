//! A process that does not outlive the demo: it and all its children end when
//! it is dropped.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::Signals;
use crate::fault::{Context, Fault, Result};

const TICK: Duration = Duration::from_millis(50);

/// A running process. Its output is kept line by line.
pub(super) struct Process {
    name: String,
    child: Child,
    lines: Receiver<String>,
    kept: Arc<Mutex<String>>,
    signals: Signals,
}

/// Where a process's stderr goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Errors {
    /// To the lines, with stdout.
    Kept,
    /// To the person: progress of its own.
    Shown,
}

// === impl Process ===

impl Process {
    pub(super) fn start(
        name: &str,
        command: &mut Command,
        errors: Errors,
        signals: &Signals,
    ) -> Result<Self> {
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        match errors {
            Errors::Kept => command.stderr(Stdio::piped()),
            Errors::Shown => command.stderr(Stdio::inherit()),
        };
        // A group of its own: cargo's compilers are stopped with cargo.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(command, 0);
        let mut child = command.spawn().context(|| {
            format!(
                "cannot start {name} ({})",
                command.get_program().to_string_lossy()
            )
        })?;
        let (sender, lines) = channel();
        let kept = Arc::new(Mutex::new(String::new()));
        let mut pipes: Vec<Box<dyn Read + Send>> = Vec::new();
        if let Some(stdout) = child.stdout.take() {
            pipes.push(Box::new(stdout));
        }
        if let Some(stderr) = child.stderr.take() {
            pipes.push(Box::new(stderr));
        }
        for pipe in pipes {
            let (sender, kept) = (sender.clone(), Arc::clone(&kept));
            thread::spawn(move || {
                for line in BufReader::new(pipe).lines().map_while(std::io::Result::ok) {
                    let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                    kept.push_str(&line);
                    kept.push('\n');
                    drop(kept);
                    // Nobody has to listen to the lines; they are kept.
                    let _ = sender.send(line);
                }
            });
        }
        Ok(Self {
            name: name.to_owned(),
            child,
            lines,
            kept,
            signals: signals.clone(),
        })
    }

    /// All output so far.
    pub(super) fn output(&self) -> String {
        self.kept
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Gives each line to `see` until the process ends.
    pub(super) fn run(mut self, mut see: impl FnMut(&str)) -> Result<(ExitStatus, String)> {
        loop {
            self.signals.check()?;
            match self.lines.recv_timeout(TICK) {
                Ok(line) => see(&line),
                Err(RecvTimeoutError::Timeout) => {}
                // Both pipes are closed: it has ended, or is about to.
                Err(RecvTimeoutError::Disconnected) => {
                    if let Some(status) = self.poll()? {
                        return Ok((status, self.output()));
                    }
                    thread::sleep(TICK);
                }
            }
        }
    }

    /// Waits for a line that `find` takes.
    pub(super) fn wait_for<T>(
        &mut self,
        limit: Duration,
        find: impl Fn(&str) -> Option<T>,
    ) -> Result<T> {
        let end = Instant::now() + limit;
        loop {
            self.signals.check()?;
            match self.lines.recv_timeout(TICK) {
                Ok(line) => {
                    if let Some(found) = find(&line) {
                        return Ok(found);
                    }
                }
                Err(RecvTimeoutError::Timeout) if Instant::now() < end => {}
                Err(RecvTimeoutError::Timeout) => {
                    return Err(self.fault("said nothing for too long"));
                }
                Err(RecvTimeoutError::Disconnected) => return Err(self.fault("ended early")),
            }
        }
    }

    /// Asks the process to end, as an orchestrator does, and waits for it.
    pub(super) fn stop(mut self, limit: Duration) -> Result<ExitStatus> {
        self.terminate()?;
        let end = Instant::now() + limit;
        while Instant::now() < end {
            if let Some(status) = self.poll()? {
                return Ok(status);
            }
            thread::sleep(TICK);
        }
        Err(self.fault("did not stop when told to"))
    }

    pub(super) fn fault(&self, what: &str) -> Fault {
        Fault::internal(format!("{} {what}\n{}", self.name, self.output()))
    }

    fn poll(&mut self) -> Result<Option<ExitStatus>> {
        self.child
            .try_wait()
            .context(|| format!("cannot wait for {}", self.name))
    }

    #[cfg(unix)]
    fn terminate(&mut self) -> Result<()> {
        rustix::process::kill_process(pid(&self.child)?, rustix::process::Signal::TERM)
            .map_err(std::io::Error::from)
            .context(|| format!("cannot stop {}", self.name))
    }

    #[cfg(not(unix))]
    fn terminate(&mut self) -> Result<()> {
        self.child
            .kill()
            .context(|| format!("cannot stop {}", self.name))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Once it was waited for, its number may be another's.
        if matches!(self.child.try_wait(), Ok(Some(_))) {
            return;
        }
        #[cfg(unix)]
        if let Ok(pid) = pid(&self.child) {
            let _ = rustix::process::kill_process_group(pid, rustix::process::Signal::KILL);
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(unix)]
fn pid(child: &Child) -> Result<rustix::process::Pid> {
    i32::try_from(child.id())
        .ok()
        .and_then(rustix::process::Pid::from_raw)
        .ok_or_else(|| Fault::internal("a process has no number"))
}
