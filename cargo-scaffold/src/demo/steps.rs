//! The demo, step by step.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use super::process::{Errors, Process};
use super::project::NAME;
use super::{Home, Signals};
use crate::fault::{Context, Fault, Result};
use crate::names;
use crate::shell::Shell;

/// What the steps share.
#[derive(Debug)]
pub(crate) struct Demo<'a> {
    pub(crate) home: &'a Home,
    pub(crate) target: PathBuf,
    pub(crate) rate: &'a str,
    pub(crate) duration: &'a str,
    pub(crate) signals: Signals,
    pub(crate) shell: Shell,
}

// === impl Demo ===

impl Demo<'_> {
    /// All steps. Returns the report's path.
    pub(crate) fn run(&self) -> Result<PathBuf> {
        step("making the project", self.make())?;
        step("building it", self.build())?;
        let (server, address) = step("starting the server", self.serve())?;
        step("calling it", self.call(&address))?;
        let report = step("load-testing it", self.load(&address))?;
        step("stopping the server", self.stop(server))?;
        Ok(report)
    }

    fn make(&self) -> Result<()> {
        let files = self.home.make()?;
        let dir = self.home.dir().display();
        self.shell.status(
            "Made",
            format!("{NAME} ({files} files) in {dir}, as `cargo scaffold new` does"),
        );
        let laid = self.home.overlay()?;
        self.shell.status(
            "Wrote",
            "the example's handlers, tests, client and load messages over it: a new project answers UNIMPLEMENTED",
        );
        for path in laid {
            self.shell.detail(path);
        }
        Ok(())
    }

    fn build(&self) -> Result<()> {
        let start = Instant::now();
        let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command
            .args([
                "build",
                "--release",
                "--bins",
                "--examples",
                "--package",
                NAME,
                "--package",
            ])
            .arg(names::loadtest(NAME))
            .arg("--target-dir")
            .arg(&self.target)
            .current_dir(self.home.dir());
        let process = Process::start("cargo build", &mut command, Errors::Kept, &self.signals)?;
        let mut crates = 0;
        let (status, output) = process.run(|line| {
            if self.shell.verbose() {
                self.shell.detail(line);
            } else if let Some(what) = line.trim_start().strip_prefix("Compiling ") {
                crates += 1;
                let name = what.split(' ').next().unwrap_or(what);
                self.shell
                    .progress("Building", format!("{crates} crates, {name}"));
            }
        })?;
        self.shell.clear();
        if !status.success() {
            return Err(Fault::internal(format!("cargo build failed\n{output}")));
        }
        self.shell.status(
            "Built",
            format!(
                "server, client and load test in {:.0} s",
                start.elapsed().as_secs_f64()
            ),
        );
        Ok(())
    }

    fn serve(&self) -> Result<(Process, String)> {
        let prefix = names::environment(NAME);
        let mut command = Command::new(self.program(NAME));
        command
            .env(format!("{prefix}__SERVER__ADDRESS"), "127.0.0.1:0")
            // One line for each call would be most of the server's work.
            .env(format!("{prefix}__LOG__LEVEL"), "warn")
            .current_dir(self.home.dir());
        let mut server = Process::start("the server", &mut command, Errors::Kept, &self.signals)?;
        let address = server.wait_for(Duration::from_secs(20), |line| {
            line.strip_prefix("listening on ").map(str::to_owned)
        })?;
        self.shell.status("Serving", &address);
        Ok((server, address))
    }

    fn call(&self, address: &str) -> Result<()> {
        let mut command = Command::new(self.program("examples/client"));
        command.arg(address).current_dir(self.home.dir());
        let process = Process::start("the client", &mut command, Errors::Kept, &self.signals)?;
        let (status, output) = process.run(|line| self.shell.status("Called", line))?;
        if !status.success() {
            return Err(Fault::internal(format!("the client failed\n{output}")));
        }
        Ok(())
    }

    fn load(&self, address: &str) -> Result<PathBuf> {
        self.shell.status(
            "Loading",
            format!("{} for {}, all methods", self.rate, self.duration),
        );
        let out = self.home.dir().join("target/loadtest");
        let mut command = Command::new(self.program(&names::loadtest(NAME)));
        command
            .args([
                "--target",
                address,
                "--rate",
                self.rate,
                "--duration",
                self.duration,
                "--out",
            ])
            .arg(&out)
            .current_dir(self.home.dir());
        let process = Process::start("the load test", &mut command, Errors::Shown, &self.signals)?;
        let (status, output) = process.run(|_| {})?;
        // Where the reports are now is not where they will be.
        let of_files = |line: &&str| {
            ["  report ", "  next "]
                .iter()
                .any(|word| line.starts_with(word))
        };
        for line in output.lines().filter(|line| !of_files(line)) {
            println!("{line}");
        }
        if !status.success() {
            // The exit code says what was found out, not that the demo failed:
            // a slow machine is no fault of the project.
            match status.code() {
                Some(3) => self
                    .shell
                    .warn("an objective of the .proto was not met on this machine"),
                Some(5) => self
                    .shell
                    .warn("this machine could not make the load: the figures say nothing"),
                _ => return Err(Fault::internal(format!("the load test failed ({status})"))),
            }
        }
        self.keep_report(&out.join("report.html"))
    }

    /// The report outlives a project that does not.
    fn keep_report(&self, report: &Path) -> Result<PathBuf> {
        if !self.home.is_temporary() {
            return Ok(report.to_owned());
        }
        let text =
            std::fs::read(report).context(|| format!("no report at {}", report.display()))?;
        let kept =
            std::env::temp_dir().join(format!("scaffold-demo-report-{}.html", std::process::id()));
        crate::write::put(&kept, &text)?;
        Ok(kept)
    }

    fn stop(&self, server: Process) -> Result<()> {
        let status = server.stop(Duration::from_secs(30))?;
        if !status.success() {
            return Err(Fault::internal(format!("the server ended with {status}")));
        }
        self.shell
            .status("Stopped", "the server, with its running calls finished");
        Ok(())
    }

    fn program(&self, name: &str) -> PathBuf {
        let mut path = self.target.join("release").join(name);
        path.set_extension(std::env::consts::EXE_EXTENSION);
        path
    }
}

/// Puts the step's name in front of what went wrong in it.
fn step<T>(name: &str, result: Result<T>) -> Result<T> {
    result.map_err(|mut fault| {
        if let Some(first) = fault.what.first_mut()
            && fault.exit != crate::fault::Exit::Interrupted
        {
            *first = format!("{name}: {first}");
        }
        fault
    })
}
