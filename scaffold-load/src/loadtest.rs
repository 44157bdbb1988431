//! The whole of a load test's `main`: arguments, run, reports, exit code.

use std::future::Future;
use std::pin::Pin;
use std::process::ExitCode;
use std::sync::Arc;

use scaffold_runtime::{Channel, Status};

use crate::cli::{self, Command};
use crate::driver::Driver;
use crate::plan::{Fault, Plan};
use crate::progress::{Nobody, Progress, progress};
use crate::run::{Run, run_all};
use crate::saved;
use crate::search::{Searching, search};
use crate::worker::Connector;
use crate::{Exit, report};

/// A load test: its name, and the services that it can drive.
#[must_use = "a load test does nothing until `main` is called"]
pub struct LoadTest {
    name: String,
    drivers: Vec<Arc<dyn Driver>>,
    prepare: Option<Prepare>,
}

/// Calls that are made before the clock starts.
type Prepare = Box<dyn FnOnce(Channel) -> Pin<Box<dyn Future<Output = Result<(), Status>>>>>;

// === impl LoadTest ===

impl LoadTest {
    /// A load test without a service; `name` heads its reports.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            drivers: Vec::new(),
            prepare: None,
        }
    }

    /// Drives a service: `UserServiceLoad::new().get_user(|i| ...)`.
    pub fn driver(mut self, driver: impl Driver) -> Self {
        self.drivers.push(Arc::new(driver));
        self
    }

    /// Calls that are made before the run, such as those that create what it
    /// reads. The last one that is given counts.
    pub fn prepare<F>(mut self, prepare: impl FnOnce(Channel) -> F + 'static) -> Self
    where
        F: Future<Output = Result<(), Status>> + 'static,
    {
        self.prepare = Some(Box::new(move |channel| Box::pin(prepare(channel))));
        self
    }

    /// Reads the process's arguments, runs, and reports.
    pub fn main(self) -> ExitCode {
        self.command(std::env::args().skip(1)).into()
    }

    /// The same with these arguments, for programs that have others of their own.
    pub fn command(self, line: impl Iterator<Item = String>) -> Exit {
        let command = match cli::parse(&self.name, line) {
            Ok(command) => command,
            Err(fault) => return refuse(&fault),
        };
        match command {
            Command::Say(text) => {
                print!("{text}");
                Exit::Passed
            }
            Command::Run(plan, baseline) => {
                // Before the run: nobody waits ten minutes for a typing error.
                let baseline = match baseline.map(saved::Against::read).transpose() {
                    Ok(baseline) => baseline,
                    Err(fault) => return refuse(&fault),
                };
                let (name, out) = (self.name.clone(), plan.out.clone());
                let shown = progress(plan.progress, &name, false);
                let done = shown.and_then(|mut shown| self.run_with(*plan, &mut *shown));
                finish(&name, done, out, baseline)
            }
            Command::Search(plan, searching) => {
                let (name, out) = (self.name.clone(), plan.out.clone());
                finish(&name, self.search(&plan, &searching), out, None)
            }
            Command::Compare(new, baseline) => match saved::compare(&new, baseline) {
                Ok(exit) => exit,
                Err(fault) => refuse(&fault),
            },
            Command::Merge(parts, out) => finish(&self.name, saved::merge(&parts), out, None),
        }
    }

    /// Runs `plan`, and writes nothing.
    ///
    /// # Errors
    ///
    /// Those of [`run`](crate::run).
    pub fn run(self, plan: Plan) -> Result<Run, Fault> {
        self.run_with(plan, &mut Nobody)
    }

    fn run_with(self, plan: Plan, progress: &mut dyn Progress) -> Result<Run, Fault> {
        before(self.prepare, &plan)?;
        run_all(&self.drivers, plan, progress)
    }

    fn search(self, plan: &Plan, searching: &Searching) -> Result<Run, Fault> {
        let mut shown = progress(plan.progress, &self.name, true)?;
        before(self.prepare, plan)?;
        let run = |plan, shown: &mut dyn Progress| run_all(&self.drivers, plan, shown);
        search(plan, searching, run, &mut *shown)
    }
}

/// Tells of a run, or why there is none.
fn finish(
    name: &str,
    done: Result<Run, Fault>,
    out: Option<std::path::PathBuf>,
    baseline: Option<saved::Against>,
) -> Exit {
    let run = match done {
        Ok(run) => run,
        Err(fault) => return refuse(&fault),
    };
    print!("{}", report::text(name, &run));
    if let Some(out) = out
        && let Err(error) = report::write(name, &run, &out)
    {
        eprintln!(
            "error: cannot write the reports to {}: {error}",
            out.display()
        );
        return Exit::Internal;
    }
    match baseline.map(|baseline| baseline.judge(&run)) {
        Some(exit) if run.exit() == Exit::Passed => exit,
        _ => run.exit(),
    }
}

fn refuse(fault: &Fault) -> Exit {
    eprintln!("error: {fault}");
    fault.exit()
}

fn before(prepare: Option<Prepare>, plan: &Plan) -> Result<(), Fault> {
    let Some(prepare) = prepare else {
        return Ok(());
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Fault::internal(format!("no runtime: {error}")))?;
    runtime.block_on(async {
        let channels = Connector::new(plan)?.connect(1).await?;
        let Some(channel) = channels.into_iter().next() else {
            return Ok(());
        };
        prepare(channel)
            .await
            .map_err(|status| Fault::internal(format!("the calls before the run failed: {status}")))
    })
}

impl std::fmt::Debug for LoadTest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LoadTest")
            .field("name", &self.name)
            .field("drivers", &self.drivers.len())
            .finish()
    }
}
