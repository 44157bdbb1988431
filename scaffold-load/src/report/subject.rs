//! What a report is of: a run, and what it is held against.

use super::Format;
use super::hlog::hlog;
use super::html::page;
use super::json::saved;
use super::junit::junit;
use super::markdown::markdown;
use crate::compare::{Comparison, compare};
use crate::run::Run;

/// A report of a run, in any form.
#[derive(Debug, Clone)]
pub struct Report<'a> {
    /// What heads it.
    pub(crate) name: &'a str,
    pub(crate) run: &'a Run,
    pub(crate) baseline: Option<Baseline<'a>>,
}

/// What a run is held against.
#[derive(Debug, Clone)]
pub(crate) struct Baseline<'a> {
    pub(crate) run: &'a Run,
    pub(crate) comparison: Comparison,
}

// === impl Report ===

impl<'a> Report<'a> {
    /// A report of a run alone; `name` heads it.
    pub fn new(name: &'a str, run: &'a Run) -> Self {
        Self {
            name,
            run,
            baseline: None,
        }
    }

    /// Holds the run against another: differences below `noise`, a share such as
    /// 0.03, are none.
    pub fn against(self, base: &'a Run, noise: f64) -> Self {
        let comparison = compare(base, self.run, noise);
        Self {
            baseline: Some(Baseline {
                run: base,
                comparison,
            }),
            ..self
        }
    }

    /// The comparison, if there is one.
    pub fn comparison(&self) -> Option<&Comparison> {
        self.baseline.as_ref().map(|baseline| &baseline.comparison)
    }

    /// The report in a form.
    pub fn render(&self, format: Format) -> String {
        match format {
            Format::Html => page(self),
            Format::Json => saved(self),
            Format::Markdown => markdown(self),
            Format::Junit => junit(self),
            Format::Hlog => hlog(self),
        }
    }
}

/// The report of a run as an HTML page.
pub fn html(name: &str, run: &Run) -> String {
    Report::new(name, run).render(Format::Html)
}

/// The report of a run as JSON.
pub fn json(name: &str, run: &Run) -> String {
    Report::new(name, run).render(Format::Json)
}
