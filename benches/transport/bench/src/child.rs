//! Programs that are started, spoken to by lines, and ended by closing stdin.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use messages::Method;

use crate::peers::Peer;
use crate::{Fault, process};

/// A program, pinned.
pub(crate) struct Program {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

/// A server that listens.
pub(crate) struct Server {
    pub(crate) program: Program,
    pub(crate) address: SocketAddr,
}

// === impl Program ===

impl Program {
    /// On these cores, as taskset writes them.
    pub(crate) fn start(
        path: &Path,
        cores: &str,
        args: &[String],
        env: &[(&str, String)],
    ) -> Result<Program, Fault> {
        let mut command = Command::new("taskset");
        command
            .arg("-c")
            .arg(cores)
            .arg(path)
            .args(args)
            .envs(env.iter().cloned());
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command
            .spawn()
            .map_err(|error| format!("taskset {}: {error}", path.display()))?;
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().ok_or("no stdout")?);
        Ok(Program {
            child,
            input,
            output,
        })
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The next line; a fault when there is none.
    pub(crate) fn line(&mut self) -> Result<String, Fault> {
        let mut line = String::new();
        if self.output.read_line(&mut line)? == 0 {
            let status = self.child.wait()?;
            return Err(format!("ended early, {status} (its words are above)").into());
        }
        Ok(line.trim_end().to_owned())
    }

    pub(crate) fn say(&mut self, line: &str) -> Result<(), Fault> {
        let input = self.input.as_mut().ok_or("stdin is closed")?;
        writeln!(input, "{line}")?;
        Ok(input.flush()?)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.input = None;
        let deadline = Instant::now() + Duration::from_secs(3);
        while Instant::now() < deadline {
            if matches!(self.child.try_wait(), Ok(Some(_))) {
                return;
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

// === impl Server ===

impl Server {
    /// Starts `peer` for `method`, and waits until it takes connections.
    pub(crate) fn start(
        bin: &Path,
        peer: &Peer,
        method: Method,
        cores: &str,
        workers: usize,
        counted: bool,
    ) -> Result<Server, Fault> {
        let mut env = vec![
            ("BENCH_METHOD", method.name().to_owned()),
            ("BENCH_WORKERS", workers.to_string()),
        ];
        if counted {
            env.push(("BENCH_COUNT", "1".into()));
        }
        let mut program = Program::start(&peer.path(bin), cores, &[], &env)?;
        let line = program.line()?;
        let port: u16 = line
            .strip_prefix("port ")
            .ok_or(format!("said {line}"))?
            .parse()?;
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let deadline = Instant::now() + Duration::from_secs(5);
        while TcpStream::connect(address).is_err() {
            if Instant::now() > deadline {
                return Err(format!("{} does not listen", peer.name).into());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(Server { program, address })
    }

    pub(crate) fn cpu(&self) -> Result<Duration, Fault> {
        process::cpu(self.program.pid())
    }

    /// Allocations since it was started.
    pub(crate) fn allocations(&mut self) -> Result<u64, Fault> {
        self.program.say("stats")?;
        let line = self.program.line()?;
        let words: Vec<&str> = line.split(' ').collect();
        Ok(words.get(1).ok_or("no number")?.parse()?)
    }
}
