//! What is known of a run before it begins.

use std::time::Duration;

use scaffold_runtime::{CallShape, MethodSpec};

use crate::plan::Plan;
use crate::printable::printable;
use crate::schedule::Schedule;

/// What is known of a run before it begins.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct About {
    pub(super) target: String,
    /// In the order of the run's methods.
    pub(super) methods: Vec<Called>,
    pub(super) schedule: Schedule,
    /// What is measured, in seconds, and what comes before.
    pub(super) length: f64,
    pub(super) warmup: f64,
    /// Calls at one time, in a closed loop.
    pub(super) closed: Option<usize>,
    pub(super) workers: usize,
    pub(super) connections: usize,
    pub(super) max_drop: f64,
}

/// A method of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Called {
    pub(super) name: String,
    /// Whether its messages are worth a column.
    pub(super) streams: bool,
    /// Whether the mix has it.
    pub(super) used: bool,
}

// === impl About ===

impl About {
    /// Methods in order; `used` are those that the mix has.
    pub(crate) fn of(plan: &Plan, specs: &[&MethodSpec], used: &[bool]) -> Self {
        let seconds = |duration: Duration| duration.as_secs_f64();
        let names = names(&specs.iter().map(|spec| spec.path).collect::<Vec<_>>());
        let methods = specs.iter().zip(names).zip(used);
        let methods = methods.map(|((spec, name), &used)| Called {
            name,
            streams: spec.shape != CallShape::Unary,
            used,
        });
        Self {
            target: printable(&plan.target),
            methods: methods.collect(),
            schedule: plan.schedule(),
            length: seconds(plan.measured()),
            warmup: seconds(plan.warmup()),
            closed: plan.closed,
            workers: plan.workers,
            connections: plan.connections,
            max_drop: plan.max_drop,
        }
    }
}

/// Methods by their own names where those differ, else with their services'.
fn names(paths: &[&str]) -> Vec<String> {
    let own = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
    let full = |path: &str| {
        let path = path.trim_start_matches('/');
        let service = path.split('/').next().unwrap_or(path);
        let dot = service.rfind('.').map_or(0, |dot| dot + 1);
        path[dot..].to_owned()
    };
    let name = |path: &&str| {
        let alone = paths.iter().filter(|other| own(other) == own(path)).count() == 1;
        printable(&if alone { own(path) } else { full(path) })
    };
    paths.iter().map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn methods_have_their_services_names_where_they_need_them() {
        let paths = ["/a.b.Users/Get", "/a.b.Orders/Get", "/a.b.Orders/List"];
        assert_eq!(names(&paths), ["Users/Get", "Orders/Get", "List"]);
    }
}
