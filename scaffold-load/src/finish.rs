//! The end of a command: what it says, what it writes, and its exit code.

use crate::Exit;
use crate::compare;
use crate::plan::Fault;
use crate::printable::printable;
use crate::report::{self, Report, Reports};
use crate::run::Run;
use crate::saved::Against;

/// The reports' name where nothing else is said.
const STEM: &str = "report";

/// Tells of a run.
pub(crate) fn finish(name: &str, run: &Run, reports: &Reports, against: Option<&Against>) -> Exit {
    let mut report = Report::new(name, run);
    if let Some(against) = against {
        report = against.hold(report);
    }
    // First, so that a disk that is full costs the files alone.
    reports.say(&report::text(name, run));
    if let Some(comparison) = report.comparison() {
        reports.say(&compare::text(comparison));
    }
    if let Err(fault) = written(STEM, &report, reports) {
        return refuse(&fault);
    }
    match report.comparison().map(|comparison| comparison.word.exit()) {
        Some(exit) if run.exit() == Exit::Passed => exit,
        _ => run.exit(),
    }
}

/// Writes the reports, and says which, and what to do next.
pub(crate) fn written(stem: &str, report: &Report<'_>, reports: &Reports) -> Result<(), Fault> {
    let files = reports.write(stem, report)?;
    for file in &files {
        reports.say(&format!("  report    {}\n", file.display()));
    }
    if let Some(next) = report::next(report, &files) {
        reports.say(&format!("  next      {next}\n"));
    }
    Ok(())
}

/// Says why there is nothing.
pub(crate) fn refuse(fault: &Fault) -> Exit {
    // Some of it may be a server's words.
    let text = fault.to_string();
    let lines: Vec<_> = text.lines().map(printable).collect();
    eprintln!("error: {}", lines.join("\n"));
    fault.exit()
}
