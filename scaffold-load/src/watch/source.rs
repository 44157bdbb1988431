//! Who tells of the server.

use std::collections::BTreeMap;

use super::{expose, http, process};
use crate::plan::{Fault, Plan};
use crate::target;

/// Who tells of the server.
#[derive(Debug)]
pub(crate) enum Source {
    /// The system, of these processes.
    Processes(Vec<u32>),
    /// The server itself: a page in Prometheus' text format.
    Page {
        url: http::Url,
        metrics: Vec<String>,
    },
}

/// What it tells at one moment.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// CPU time since its start, in seconds.
    pub(super) cpu: Option<f64>,
    /// Memory in bytes.
    pub(super) memory: Option<u64>,
    pub(super) metrics: BTreeMap<String, f64>,
}

// === impl Source ===

impl Source {
    /// The one that the plan names, or the process that listens at its target. No
    /// source at all is no fault: most servers run elsewhere.
    pub(crate) fn of(plan: &Plan) -> Result<Option<Self>, Fault> {
        let Some(url) = &plan.scrape else {
            let port = target::is_loopback(&plan.target).then(|| target::port(&plan.target));
            let ids = port.flatten().map(process::listening).unwrap_or_default();
            return Ok((!ids.is_empty()).then_some(Self::Processes(ids)));
        };
        let wrong = |why: String| Fault::usage(format!("--scrape {url}: {why}"));
        let source = Self::Page {
            url: http::Url::parse(url).map_err(wrong)?,
            metrics: plan.scrape_metrics.clone(),
        };
        // Before the run: nobody waits ten minutes for a typing error.
        let reading = source.read().map_err(wrong)?;
        match plan
            .scrape_metrics
            .iter()
            .find(|name| !reading.metrics.contains_key(*name))
        {
            Some(missing) => Err(wrong(format!("there is no metric {missing}"))),
            None => Ok(Some(source)),
        }
    }

    /// What reports call it.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Processes(ids) => match ids[..] {
                [id] => match process::name(id) {
                    Some(name) => format!("process {id} ({name})"),
                    None => format!("process {id}"),
                },
                _ => format!("{} processes", ids.len()),
            },
            Self::Page { url, .. } => url.to_string(),
        }
    }

    pub(super) fn read(&self) -> Result<Reading, String> {
        match self {
            Self::Processes(ids) => process::read(ids),
            Self::Page { url, metrics } => Ok(expose::read(&http::get(url)?, metrics)),
        }
    }
}
