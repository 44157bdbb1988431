//! The whole of a load test's `main`: arguments, run, reports, exit code.

use std::future::Future;
use std::pin::Pin;
use std::process::ExitCode;
use std::sync::Arc;

use scaffold_runtime::{Channel, Status};

use crate::Exit;
use crate::cli::{self, Command, Extra, Nothing, Planned};
use crate::driver::Driver;
use crate::finish::{finish, refuse};
use crate::found::Found;
use crate::plan::{Fault, Plan};
use crate::progress::{Nobody, Progress, progress};
use crate::run::{Run, run_all};
use crate::saved;
use crate::search::{Searching, search};
use crate::worker::Connector;

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
        let (name, drivers) = (self.name.clone(), Vec::new());
        let compiled_in = Found::Drivers { name, drivers };
        self.command_finding(line, |_: Nothing, _| Ok(compiled_in))
    }

    /// The same for a program that knows its services only once it knows the
    /// target: `find` gets its own arguments and the plan. The name of this load
    /// test is then what its usage is headed with.
    pub fn command_finding<E: Extra>(
        self,
        line: impl Iterator<Item = String>,
        find: impl FnOnce(E, &Plan) -> Result<Found, Fault>,
    ) -> Exit {
        let done = match cli::parse(&self.name, line) {
            Ok(Command::Say(text)) => Ok(say(&text)),
            // Before the run: nobody waits ten minutes for a typing error.
            Ok(Command::Run(planned, baseline)) => {
                let against = baseline.map(saved::Against::read).transpose();
                against.and_then(|against| {
                    self.found(planned, against.as_ref(), find, |test, plan| {
                        let mut shown = progress(plan.progress, &test.name, false)?;
                        test.run_with(plan, &mut *shown)
                    })
                })
            }
            Ok(Command::Search(planned, searching)) => {
                self.found(planned, None, find, |test, plan| {
                    test.search(&plan, &searching)
                })
            }
            Ok(Command::Compare(new, reports, base)) => saved::compare(&new, &reports, base),
            Ok(Command::Merge(parts, reports)) => {
                saved::merge(&parts).map(|(name, run)| finish(&name, &run, &reports, None))
            }
            Ok(Command::Report(files, place, formats, base)) => {
                saved::render(&files, place.as_ref(), &formats, base).map(|()| Exit::Passed)
            }
            Err(fault) => Err(fault),
        };
        done.unwrap_or_else(|fault| refuse(&fault))
    }

    /// Finds what there is to drive, drives it, and tells of it.
    fn found<E>(
        mut self,
        planned: Planned<E>,
        against: Option<&saved::Against>,
        find: impl FnOnce(E, &Plan) -> Result<Found, Fault>,
        drive: impl FnOnce(Self, Plan) -> Result<Run, Fault>,
    ) -> Result<Exit, Fault> {
        let Planned {
            plan,
            reports,
            extra,
        } = planned;
        match find(extra, &plan)? {
            Found::Said(text) => Ok(say(&text)),
            Found::Drivers { name, drivers } => {
                self.name.clone_from(&name);
                self.drivers.extend(drivers);
                let run = drive(self, *plan)?;
                Ok(finish(&name, &run, &reports, against))
            }
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

fn say(text: &str) -> Exit {
    print!("{text}");
    Exit::Passed
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
