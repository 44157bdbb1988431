//! `ServiceSpec`: the table of a service.

use super::{Descriptors, MethodSpec};

/// A service: its full name, its methods, its descriptors.
#[derive(Clone, Copy, Debug)]
pub struct ServiceSpec {
    /// `package.Service`.
    pub name: &'static str,
    /// The methods, in the order of the `.proto`.
    pub methods: &'static [MethodSpec],
    /// For reflection; `None` if they were not generated.
    pub descriptors: Option<&'static Descriptors>,
}

// === impl ServiceSpec ===

impl ServiceSpec {
    /// A service of these methods.
    pub const fn new(
        name: &'static str,
        methods: &'static [MethodSpec],
        descriptors: Option<&'static Descriptors>,
    ) -> ServiceSpec {
        ServiceSpec {
            name,
            methods,
            descriptors,
        }
    }
}
