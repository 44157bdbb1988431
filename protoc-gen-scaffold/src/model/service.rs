//! Services and methods.

use super::{Place, Policy};

/// Both sides of a name: what the `.proto` says, and what Rust calls it.
#[derive(Clone, Debug, PartialEq)]
pub struct Name<Rust> {
    /// As written in the `.proto`.
    pub proto: String,
    /// As printed.
    pub rust: Rust,
}

/// One service.
#[derive(Clone, Debug, PartialEq)]
pub struct Service {
    /// Its names.
    pub name: Name<ServiceNames>,
    /// With the package, such as `user.v1.UserService`.
    pub full_name: String,
    /// Its comment, safe for rustdoc.
    pub docs: Vec<String>,
    /// Whether it is marked so.
    pub deprecated: bool,
    /// In the `.proto`'s order.
    pub methods: Vec<Method>,
    /// Where it stands.
    pub place: Place,
}

/// One rpc.
#[derive(Clone, Debug, PartialEq)]
pub struct Method {
    /// Its names.
    pub name: Name<MethodNames>,
    /// Such as `/user.v1.UserService/GetUser`.
    pub path: String,
    /// Which sides stream.
    pub shape: Shape,
    /// Rust path of the request, from the service's module.
    pub input: String,
    /// Rust path of the response, from the service's module.
    pub output: String,
    /// Its comment, safe for rustdoc.
    pub docs: Vec<String>,
    /// Whether it is marked so.
    pub deprecated: bool,
    /// What the `.proto` says about calling it.
    pub policy: Policy,
    /// Where it stands.
    pub place: Place,
}

/// Which sides stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// None.
    Unary,
    /// The server.
    ServerStreaming,
    /// The client.
    ClientStreaming,
    /// Both.
    BidiStreaming,
}

/// Rust names of a service's items.
#[derive(Clone, Debug, PartialEq)]
pub struct ServiceNames {
    /// The module that holds all the others.
    pub module: String,
    /// The trait that handlers implement.
    pub handler: String,
    /// The adapter from the trait to the runtime.
    pub server: String,
    /// The async client.
    pub client: String,
    /// The client without async.
    pub blocking: String,
    /// The load driver.
    pub load: String,
}

/// Rust names of a method's items.
#[derive(Clone, Debug, PartialEq)]
pub struct MethodNames {
    /// Method of the handler, the clients and the load driver.
    pub function: String,
    /// Constant in the module `methods`.
    pub constant: String,
    /// Field of the load driver.
    pub payload: String,
}
