//! The whole of a load test's `main`: arguments, run, reports, exit code.

use std::future::Future;
use std::pin::Pin;
use std::process::ExitCode;

use scaffold_runtime::{Channel, Status};

use crate::cli::{self, Command};
use crate::driver::{AnyDriver, Driver, MakeDriver};
use crate::plan::{Fault, Plan};
use crate::run::{Run, run_all};
use crate::{Exit, report};

/// A load test: its name, and the services that it can drive.
#[must_use = "a load test does nothing until `main` is called"]
pub struct LoadTest {
    name: String,
    makers: Vec<MakeDriver>,
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
            makers: Vec::new(),
            prepare: None,
        }
    }

    /// Drives a service. `driver` is called once for each connection; set the
    /// payloads there: `|channel| UserServiceLoad::new(channel).get_user(|i| ...)`.
    pub fn driver<D: Driver>(
        mut self,
        driver: impl Fn(Channel) -> D + Send + Sync + 'static,
    ) -> Self {
        self.makers.push(Box::new(move |channel| {
            Box::new(driver(channel)) as Box<dyn AnyDriver>
        }));
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
        match cli::parse(std::env::args().skip(1)) {
            Ok(Command::Help) => {
                print!("{}", cli::help(&self.name));
                Exit::Passed.into()
            }
            Ok(Command::Run(plan)) => self.run_and_report(*plan).into(),
            Err(fault) => self.refuse(&fault),
        }
    }

    /// Runs `plan` instead of the process's arguments, and writes no report:
    /// for tests.
    pub fn run(self, plan: Plan) -> Result<Run, Fault> {
        if let Some(prepare) = self.prepare {
            before(prepare, &plan.target)?;
        }
        run_all(self.makers, plan)
    }

    fn run_and_report(self, plan: Plan) -> Exit {
        let out = plan.out.clone();
        let name = self.name.clone();
        let run = match self.run(plan) {
            Ok(run) => run,
            Err(fault) => {
                eprintln!("error: {fault}");
                return fault.exit();
            }
        };
        print!("{}", report::text(&name, &run));
        if let Some(out) = out
            && let Err(error) = report::write(&name, &run, &out)
        {
            eprintln!(
                "error: cannot write the reports to {}: {error}",
                out.display()
            );
            return Exit::Internal;
        }
        run.exit()
    }

    fn refuse(&self, fault: &Fault) -> ExitCode {
        eprintln!("error: {fault}\n\n{}", cli::usage(&self.name));
        fault.exit().into()
    }
}

fn before(prepare: Prepare, target: &str) -> Result<(), Fault> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Fault::internal(format!("no runtime: {error}")))?;
    runtime.block_on(async {
        let channel = Channel::connect(target)
            .await
            .map_err(|error| Fault::unreachable(format!("nothing answers at {target}: {error}")))?;
        prepare(channel)
            .await
            .map_err(|status| Fault::internal(format!("the calls before the run failed: {status}")))
    })
}

impl std::fmt::Debug for LoadTest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LoadTest")
            .field("name", &self.name)
            .field("drivers", &self.makers.len())
            .finish()
    }
}
