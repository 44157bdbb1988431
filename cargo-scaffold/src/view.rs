//! The checked model as the user-owned files need it: paths from where they
//! stand, and the names of the things in them.

use std::collections::BTreeMap;

use protoc_gen_scaffold::model;

use crate::lock::Handler;
use crate::names;

/// The services of a project, in the order of the model.
#[derive(Debug)]
pub(crate) struct View {
    pub(crate) services: Vec<Service>,
    /// Where each service's handlers are; services that are gone included.
    pub(crate) handlers: BTreeMap<String, Handler>,
}

/// One service. The names are Rust's unless they say `proto`.
#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) full_name: String,
    /// From the library: `pb::user::v1::user_service`.
    pub(crate) path: String,
    /// From the library: `pb::user::v1`, or `pb`.
    pub(crate) package: String,
    /// The service's module from its package: `pb::user_service`.
    pub(crate) near: String,
    /// In the service's module.
    pub(crate) trait_name: String,
    pub(crate) server: String,
    pub(crate) client: String,
    pub(crate) load: String,
    /// Below `services`.
    pub(crate) module: String,
    pub(crate) file: String,
    /// The function of the example client that calls it.
    pub(crate) call: String,
    pub(crate) handler: String,
    /// What a handler file imports from the runtime.
    pub(crate) imports: Vec<&'static str>,
    pub(crate) methods: Vec<Method>,
}

/// One rpc.
#[derive(Debug)]
pub(crate) struct Method {
    pub(crate) proto: String,
    /// With the slashes.
    pub(crate) docs: Vec<String>,
    pub(crate) function: String,
    pub(crate) streams_requests: bool,
    pub(crate) streams_responses: bool,
    pub(crate) input: Type,
    pub(crate) output: Type,
}

/// A message's type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Type {
    /// In the service's own package; the path from there.
    Near(String),
    /// In another generated package; the path from the library.
    Far(String),
    /// The same from everywhere.
    Absolute(String),
}

// === impl View ===

impl View {
    /// The services of `model`; those that `known` has, keep their names.
    pub(crate) fn new(model: &model::Model, known: &BTreeMap<String, Handler>) -> Self {
        let mut view = Self {
            services: Vec::new(),
            handlers: known.clone(),
        };
        for package in &model.packages {
            for service in &package.services {
                let service = view.service(package, service);
                view.services.push(service);
            }
        }
        view
    }

    fn service(&mut self, package: &model::Package, service: &model::Service) -> Service {
        let rust = &service.name.rust;
        if !self.handlers.contains_key(&service.full_name) {
            let name = names::handler(&package.proto, &rust.module, &rust.server, &self.handlers);
            self.handlers.insert(service.full_name.clone(), name);
        }
        let home = &self.handlers[&service.full_name];
        let path = join(&["pb"], &package.modules);
        let methods: Vec<Method> = service
            .methods
            .iter()
            .map(|method| Method::new(method, &package.modules))
            .collect();
        Service {
            full_name: service.full_name.clone(),
            path: format!("{path}::{}", rust.module),
            package: path,
            near: format!("pb::{}", rust.module),
            trait_name: rust.handler.clone(),
            server: rust.server.clone(),
            client: rust.client.clone(),
            load: rust.load.clone(),
            module: home.module.clone(),
            file: names::file(&home.module).to_owned(),
            call: format!("call_{}", names::file(&home.module)),
            handler: home.handler.clone(),
            imports: imports(&methods),
            methods,
        }
    }
}

/// What the signatures of `methods` name, in rustfmt's order.
fn imports(methods: &[Method]) -> Vec<&'static str> {
    let any = |test: fn(&Method) -> bool| methods.iter().any(test);
    [
        ("Request", !methods.is_empty()),
        ("Response", any(|method| !method.streams_responses)),
        ("Sender", any(|method| method.streams_responses)),
        ("Status", !methods.is_empty()),
        ("Streaming", any(|method| method.streams_requests)),
    ]
    .into_iter()
    .filter_map(|(name, used)| used.then_some(name))
    .collect()
}

// === impl Service ===

impl Service {
    /// How a file of the library, or of another crate that calls it `library`,
    /// brings the package in as `pb`.
    pub(crate) fn import(&self, library: &str) -> String {
        match self.package.as_str() {
            "pb" => format!("{library}::pb"),
            package => format!("{library}::{package} as pb"),
        }
    }
}

// === impl Method ===

impl Method {
    fn new(method: &model::Method, package: &[String]) -> Self {
        use model::Shape::{BidiStreaming, ClientStreaming, ServerStreaming};
        Self {
            proto: method.name.proto.clone(),
            docs: method
                .docs
                .iter()
                .map(|line| format!("/// {line}").trim_end().to_owned())
                .collect(),
            function: method.name.rust.function.clone(),
            streams_requests: matches!(method.shape, ClientStreaming | BidiStreaming),
            streams_responses: matches!(method.shape, ServerStreaming | BidiStreaming),
            input: Type::new(&method.input, package),
            output: Type::new(&method.output, package),
        }
    }
}

/// The handler's side of the call shapes.
impl Method {
    /// The handler's arguments, in a file where the library is `library`.
    pub(crate) fn arguments(&self, library: &str) -> String {
        self.named_arguments(library, "_")
    }

    fn named_arguments(&self, library: &str, unused: &str) -> String {
        let input = self.input.path(library);
        let requests = if self.streams_requests {
            format!("{unused}requests: Request<Streaming<{input}>>")
        } else {
            format!("{unused}request: Request<{input}>")
        };
        if self.streams_responses {
            let output = self.output.path(library);
            format!("{requests}, {unused}responses: Sender<{output}>")
        } else {
            requests
        }
    }

    /// What the handler returns when all is well.
    pub(crate) fn answer(&self, library: &str) -> String {
        if self.streams_responses {
            "()".to_owned()
        } else {
            format!("Response<{}>", self.output.path(library))
        }
    }

    /// The signature that a handler file lacks.
    pub(crate) fn signature(&self) -> String {
        format!(
            "async fn {}(&self, {}) -> Result<{}, Status>",
            self.function,
            self.named_arguments("crate", ""),
            self.answer("crate")
        )
    }
}

// === impl Type ===

impl Type {
    /// Reads a path as the model has it: from the service's module, one level
    /// below the package's.
    fn new(path: &str, package: &[String]) -> Self {
        let mut rest = path;
        let mut ups = 0;
        while let Some(above) = rest.strip_prefix("super::") {
            rest = above;
            ups += 1;
        }
        match ups {
            0 => Self::Absolute(path.to_owned()),
            1 => Self::Near(rest.to_owned()),
            _ => {
                let kept = (package.len() + 1).saturating_sub(ups);
                Self::Far(format!("{}::{rest}", join(&["pb"], &package[..kept])))
            }
        }
    }

    /// The path in a file where the package is `pb` and the library `library`.
    pub(crate) fn path(&self, library: &str) -> String {
        match self {
            Self::Near(path) => format!("pb::{path}"),
            Self::Far(path) => format!("{library}::{path}"),
            Self::Absolute(path) => path.clone(),
        }
    }

    /// An expression that makes an empty message.
    pub(crate) fn empty(&self, library: &str) -> String {
        match self.path(library) {
            unit if unit == "()" => unit,
            // Paths that are no plain path, such as a generic type of the
            // user's, have to be bracketed.
            path if path.contains('<') => format!("<{path}>::default()"),
            path => format!("{path}::default()"),
        }
    }
}

fn join(first: &[&str], rest: &[String]) -> String {
    let mut parts: Vec<&str> = first.to_vec();
    parts.extend(rest.iter().map(String::as_str));
    parts.join("::")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_found_from_everywhere() {
        let package = ["user".to_owned(), "v1".to_owned()];
        let read = |path: &str| Type::new(path, &package).path("crate");
        assert_eq!(read("super::User"), "pb::User");
        assert_eq!(read("super::user::Kind"), "pb::user::Kind");
        assert_eq!(read("super::super::v2::User"), "crate::pb::user::v2::User");
        assert_eq!(read("super::super::super::Plain"), "crate::pb::Plain");
        assert_eq!(read("()"), "()");
        assert_eq!(read("::a::B"), "::a::B");
        assert_eq!(Type::new("super::User", &[]).path("crate"), "pb::User");
    }
}
