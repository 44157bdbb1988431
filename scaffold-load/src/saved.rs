//! Runs that were saved: compared, put together, and told again.

use std::path::{Path, PathBuf};

use crate::Exit;
use crate::cli::Baseline;
use crate::compare::text;
use crate::finish::written;
use crate::plan::Fault;
use crate::report::{self, Format, Place, Report, Reports};
use crate::run::Run;

/// A run that others are held against.
pub(crate) struct Against {
    base: Run,
    noise: f64,
}

// === impl Against ===

impl Against {
    pub(crate) fn read(baseline: Baseline) -> Result<Self, Fault> {
        Ok(Self {
            base: read(&baseline.file)?.1,
            noise: baseline.noise,
        })
    }

    /// A report that says as well what changed.
    pub(crate) fn hold<'a>(&'a self, report: Report<'a>) -> Report<'a> {
        report.against(&self.base, self.noise)
    }
}

/// Compares a saved run with its baseline.
pub(crate) fn compare(new: &Path, reports: &Reports, baseline: Baseline) -> Result<Exit, Fault> {
    let against = Against::read(baseline)?;
    let (name, run) = read(new)?;
    let report = against.hold(Report::new(&name, &run));
    let Some(comparison) = report.comparison() else {
        return Ok(Exit::Passed);
    };
    reports.say(&text(comparison));
    if reports.place != Place::Nowhere {
        written("report", &report, reports)?;
    }
    Ok(comparison.word.exit())
}

/// Writes the reports of saved runs again, each by the name of its file.
pub(crate) fn render(
    files: &[PathBuf],
    place: Option<&Place>,
    formats: &[Format],
    baseline: Option<Baseline>,
) -> Result<(), Fault> {
    let against = baseline.map(Against::read).transpose()?;
    let mut targets: Vec<(PathBuf, String)> = Vec::new();
    for file in files {
        let stem = file.file_stem().unwrap_or_default().to_string_lossy();
        let folder = match place {
            Some(Place::Folder(folder)) => folder.clone(),
            _ => file.parent().unwrap_or(Path::new("")).to_owned(),
        };
        let target = (folder, stem.into_owned());
        if targets.contains(&target) {
            return Err(Fault::usage(format!(
                "{}: another file's reports would have the same name; without --out each has its own beside it",
                file.display()
            )));
        }
        targets.push(target);
    }
    for (file, (folder, stem)) in files.iter().zip(targets) {
        let (name, run) = read(file)?;
        let mut report = Report::new(&name, &run);
        if let Some(against) = &against {
            report = against.hold(report);
        }
        let place = match place {
            Some(Place::Stdout) => Place::Stdout,
            _ => Place::Folder(folder),
        };
        let formats = formats.to_vec();
        let reports = Reports { place, formats };
        for path in reports.write(&stem, &report)? {
            reports.say(&format!("  report    {}\n", path.display()));
        }
    }
    Ok(())
}

/// Puts the parts of one run together: its name, and the run.
pub(crate) fn merge(parts: &[impl AsRef<Path>]) -> Result<(String, Run), Fault> {
    let mut whole: Option<(String, Run)> = None;
    let mut seen = Vec::new();
    for part in parts {
        let (name, run) = read(part.as_ref())?;
        let shard = run.plan.shard;
        if seen.contains(&shard) {
            return Err(Fault::usage(format!(
                "{}: shard {shard} is there twice",
                part.as_ref().display()
            )));
        }
        seen.push(shard);
        match &mut whole {
            None => whole = Some((name, run)),
            Some((_, whole)) => whole.merge(&run)?,
        }
    }
    let Some((name, mut whole)) = whole else {
        return Err(Fault::usage("there is nothing to put together".to_owned()));
    };
    let of = whole.plan.shard.of;
    if seen.len() < of as usize {
        return Err(Fault::usage(format!(
            "{} of {of} shards are there: the others are missing",
            seen.len()
        )));
    }
    whole.plan.shard = crate::Shard::WHOLE;
    Ok((name, whole))
}

fn read(path: &Path) -> Result<(String, Run), Fault> {
    let wrong = |why: String| Fault::usage(format!("{}: {why}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
    // A pod's log has what went to stderr as well.
    let mut lines = text.lines();
    let report = lines.rfind(|line| line.starts_with("{\"")).unwrap_or(&text);
    report::read_json(report).map_err(|fault| wrong(fault.to_string()))
}
