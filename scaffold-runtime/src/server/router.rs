//! From a path to a service and a method.

use std::collections::HashMap;

use crate::{Error, MethodSpec, ServiceSpec};

/// How the path of a [`MethodSpec`] ends that stands for all methods of a
/// service. No method has such a name.
pub(super) const ALL: &str = "/*";

/// Where a path leads.
///
/// Small, as it travels with every call.
#[derive(Clone, Copy, Debug)]
pub(super) struct Route {
    service: u32,
    method: u32,
    pub(super) spec: &'static MethodSpec,
}

/// All paths of a server.
#[derive(Debug, Default)]
pub(super) struct Router {
    routes: HashMap<&'static str, Route>,
    /// Services that find their methods themselves, by name.
    mounted: HashMap<&'static str, Route>,
}

// === impl Route ===

impl Route {
    /// The service's index.
    pub(super) fn service(&self) -> usize {
        self.service as usize
    }

    /// The method's index in its service.
    pub(super) fn method(&self) -> usize {
        self.method as usize
    }

    /// Whether it leads to a service that finds its methods itself.
    pub(super) fn is_mounted(&self) -> bool {
        self.spec.path.ends_with(ALL)
    }
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
        let mut router = Router::default();
        for (service, spec) in specs.iter().enumerate().filter(|(index, _)| !off(*index)) {
            if names.insert(spec.name, service).is_some() {
                return Err(Error::message(format!(
                    "the service {} is added twice",
                    spec.name
                )));
            }
            router.add(service, spec);
        }
        Ok(router)
    }

    /// The paths of one service.
    #[cfg(feature = "tower")]
    pub(super) fn of(spec: &'static ServiceSpec) -> Router {
        let mut router = Router::default();
        router.add(0, spec);
        router
    }

    fn add(&mut self, service: usize, spec: &'static ServiceSpec) {
        let name = spec.name;
        for (method, spec) in spec.methods.iter().enumerate() {
            // Nobody has four billion of either.
            let route = Route {
                service: service as u32,
                method: method as u32,
                spec,
            };
            match route.is_mounted() {
                true => self.mounted.insert(name, route),
                false => self.routes.insert(spec.path, route),
            };
        }
    }

    pub(super) fn find(&self, path: &str) -> Option<Route> {
        self.routes
            .get(path)
            .or_else(|| self.find_mounted(path))
            .copied()
    }

    fn find_mounted(&self, path: &str) -> Option<&Route> {
        if self.mounted.is_empty() {
            return None;
        }
        let (service, _method) = path.strip_prefix('/')?.split_once('/')?;
        self.mounted.get(service)
    }
}
