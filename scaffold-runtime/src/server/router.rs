//! From a path to a service and a method.

use std::collections::HashMap;

use crate::{Error, MethodSpec, ServiceSpec};

/// Where a path leads.
#[derive(Clone, Copy, Debug)]
pub(super) struct Route {
    pub(super) service: usize,
    pub(super) method: usize,
    pub(super) spec: &'static MethodSpec,
}

/// All paths of a server.
#[derive(Debug)]
pub(super) struct Router {
    routes: HashMap<&'static str, Route>,
}

// === impl Router ===

impl Router {
    /// The paths of these services. `off` says which indices are not served.
    ///
    /// # Errors
    ///
    /// If two services have the same name.
    pub(super) fn new(
        specs: &[&'static ServiceSpec],
        off: impl Fn(usize) -> bool,
    ) -> Result<Router, Error> {
        let mut names = HashMap::new();
        let mut routes = HashMap::new();
        for (service, spec) in specs.iter().enumerate().filter(|(index, _)| !off(*index)) {
            if names.insert(spec.name, service).is_some() {
                return Err(Error::message(format!(
                    "the service {} is added twice",
                    spec.name
                )));
            }
            for (method, spec) in spec.methods.iter().enumerate() {
                routes.insert(
                    spec.path,
                    Route {
                        service,
                        method,
                        spec,
                    },
                );
            }
        }
        Ok(Router { routes })
    }

    pub(super) fn find(&self, path: &str) -> Option<Route> {
        self.routes.get(path).copied()
    }
}
