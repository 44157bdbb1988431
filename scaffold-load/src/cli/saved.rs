//! The arguments that are of saved runs, and of where reports go.

use std::path::PathBuf;

use clap::Args;

use super::args::NOISE;
use super::values::{formats, share};
use crate::plan::Fault;
use crate::report::{Format, Place, Reports};

/// Where reports go unless that is said.
const OUT: &str = "target/loadtest";

/// The folder that is none.
const STDOUT: &str = "-";

/// Forms of a report, one after the other.
#[derive(Debug, Clone)]
pub(super) struct Formats(pub(super) Vec<Format>);

#[derive(Debug, Args)]
pub(super) struct ReportArgs {
    /// Where the reports go; - for the JSON alone on stdout, and all else on
    /// stderr [default: target/loadtest]
    #[arg(long, value_name = "DIR", help_heading = "Reports")]
    pub(super) out: Option<PathBuf>,
    /// Write no files
    #[arg(long, help_heading = "Reports")]
    pub(super) no_report: bool,
    /// Which: html, json, md, junit, hlog [default: html,json]
    #[arg(short = 'f', long, value_name = "LIST", value_parser = formats, help_heading = "Reports")]
    pub(super) formats: Option<Formats>,
}

#[derive(Debug, Args)]
pub(super) struct CompareArgs {
    /// The run before, a report.json
    pub(super) base: PathBuf,
    /// The run now, a report.json
    pub(super) new: PathBuf,
    /// Differences up to this share are noise
    #[arg(long, value_name = "SHARE", default_value = NOISE, value_parser = share)]
    pub(super) noise: f64,
    /// Where reports of the run now, beside the one before, go [default: nowhere]
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
    /// Which: html, json, md, junit, hlog [default: html,json]
    #[arg(short = 'f', long, value_name = "LIST", value_parser = formats, requires = "out")]
    pub(super) formats: Option<Formats>,
}

#[derive(Debug, Args)]
pub(super) struct MergeArgs {
    /// The parts, a report.json each
    #[arg(required = true)]
    pub(super) parts: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) reports: ReportArgs,
}

#[derive(Debug, Args)]
pub(super) struct RenderArgs {
    /// The runs, a report.json each; reports have the names of these files
    #[arg(required = true)]
    pub(super) files: Vec<PathBuf>,
    /// Where the reports go; - for stdout [default: beside each file]
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
    /// Which: html, json, md, junit, hlog
    #[arg(short = 'f', long, value_name = "LIST", default_value = "html", value_parser = formats)]
    pub(super) formats: Formats,
    /// A saved run, a report.json, that each is held against
    #[arg(long, value_name = "FILE")]
    pub(super) baseline: Option<PathBuf>,
    /// Differences from the baseline up to this share are noise
    #[arg(long, value_name = "SHARE", default_value = NOISE, value_parser = share)]
    pub(super) noise: f64,
}

// === impl ReportArgs ===

impl ReportArgs {
    /// What is to be written.
    pub(super) fn reports(self) -> Result<Reports, Fault> {
        let place = match self.no_report {
            true => Place::Nowhere,
            false => place(self.out.unwrap_or_else(|| PathBuf::from(OUT))),
        };
        reports(place, self.formats)
    }
}

pub(super) fn place(out: PathBuf) -> Place {
    match out.as_os_str() == STDOUT {
        true => Place::Stdout,
        false => Place::Folder(out),
    }
}

pub(super) fn reports(place: Place, formats: Option<Formats>) -> Result<Reports, Fault> {
    let usual = match place {
        Place::Stdout => vec![Format::Json],
        _ => vec![Format::Html, Format::Json],
    };
    let formats = formats.map_or(usual, |formats| formats.0);
    if place == Place::Stdout && formats.len() > 1 {
        return Err(Fault::usage(
            "--out -: stdout takes one report; choose one of the --formats".to_owned(),
        ));
    }
    Ok(Reports { place, formats })
}
