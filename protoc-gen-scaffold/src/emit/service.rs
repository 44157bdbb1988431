//! A service's module: templates of all its parts, and what goes into them.

use quote::quote;

use super::context::{Context, SHAPES, docs, hole};
use super::template::{CHAIN, Fill, Template, print};
use super::{blocking, client, load, policy, server, specs};
use crate::model::{Method, Service};
use crate::options::Options;

/// Code of a service as the options want it, with blanks for names.
pub(super) struct Services {
    context: Context,
    whole: Template,
    /// For each shape the pieces of a method, in the order they come.
    pieces: Vec<Vec<Template>>,
}

// === impl Services ===

impl Services {
    /// Prints the templates.
    pub(super) fn new(options: &Options) -> Self {
        let context = Context::new(options);
        let Context { visibility, .. } = &context;
        let (module, module_docs) = (hole("module"), docs("module_docs"));
        let parts = options.parts;
        let (mut whole, mut pieces) = (Template::default(), Vec::new());
        for shape in SHAPES {
            let specs = specs::specs(&context, shape, parts.descriptors);
            let server = parts.server.then(|| server::server(&context, shape));
            let client = parts.client.then(|| client::client(&context, shape));
            let blocking = parts.client.then(|| blocking::blocking(&context, shape));
            let load = parts.loadtest.then(|| load::load(&context, shape));
            let (text, of_shape) = print(quote! {
                #module_docs
                #visibility mod #module { #specs #server #client #blocking #load }
            });
            // But for the pieces they are all the same.
            whole = text;
            pieces.push(of_shape);
        }
        Self {
            context,
            whole,
            pieces,
        }
    }

    /// Writes the module of a service.
    pub(super) fn write(&self, service: &Service, out: &mut String) {
        self.whole.fill(
            &OfService {
                services: self,
                service,
            },
            out,
        );
    }
}

struct OfService<'a> {
    services: &'a Services,
    service: &'a Service,
}

struct OfMethod<'a> {
    of: &'a OfService<'a>,
    index: usize,
    method: &'a Method,
}

// === impl Fill ===

impl Fill for OfService<'_> {
    fn word(&self, key: &str, out: &mut String) {
        let Service {
            name,
            full_name,
            methods,
            ..
        } = self.service;
        out.push_str(match key {
            "module" => &name.rust.module,
            "handler" => &name.rust.handler,
            "server" => &name.rust.server,
            "client" => &name.rust.client,
            "blocking" => &name.rust.blocking,
            "load" => &name.rust.load,
            "full_name" => full_name,
            // Without methods there is nothing to count.
            "index_argument" if methods.is_empty() => "_index",
            "index_argument" => "index",
            "requests_argument" if methods.is_empty() => "_requests",
            "requests_argument" => "requests",
            "response_argument" if methods.is_empty() => "_response",
            "response_argument" => "response",
            "table" => return table(methods, out),
            key => unreachable!("no service has a {key}"),
        });
    }

    fn lines(&self, key: &str, line: &mut dyn FnMut(&str)) {
        let Service {
            docs,
            full_name,
            deprecated,
            ..
        } = self.service;
        match key {
            "module_docs" => comment(docs, || format!("Service `{full_name}`."), line),
            "handler_docs" => {
                comment(
                    docs,
                    || format!("Handles the calls of `{full_name}`."),
                    line,
                );
                attribute(*deprecated, line);
            }
            "service_deprecated" => attribute(*deprecated, line),
            key => unreachable!("no service has {key}"),
        }
    }

    fn each(&self, piece: usize, out: &mut String) {
        for (index, method) in self.service.methods.iter().enumerate() {
            let fill = OfMethod {
                of: self,
                index,
                method,
            };
            self.services.pieces[method.shape as usize][piece].fill(&fill, out);
        }
    }
}

impl Fill for OfMethod<'_> {
    fn word(&self, key: &str, out: &mut String) {
        let Method {
            name,
            path,
            input,
            output,
            ..
        } = self.method;
        out.push_str(match key {
            "function" => &name.rust.function,
            "constant" => &name.rust.constant,
            "payload" => &name.rust.payload,
            "path" => path,
            "input" => input,
            "output" => output,
            "index" => return out.push_str(&self.index.to_string()),
            CHAIN => {
                let rt = &self.of.services.context.rt;
                return policy::policy(rt, &self.method.policy, "            ", out);
            }
            key => return self.of.word(key, out),
        });
    }

    fn lines(&self, key: &str, line: &mut dyn FnMut(&str)) {
        let Method {
            name,
            docs,
            deprecated,
            ..
        } = self.method;
        let full_name = || format!("`{}.{}`.", self.of.service.full_name, name.proto);
        match key {
            "spec_docs" => line(&format!("/// {}", full_name())),
            "method_docs" => {
                comment(docs, full_name, line);
                attribute(*deprecated, line);
            }
            "payload_docs" => {
                let whose = format!("the i-th call of `{}`", name.proto);
                line(&format!("/// `payload(i)` is what {whose} sends."));
                attribute(*deprecated, line);
            }
            key => unreachable!("no method has {key}"),
        }
    }

    fn each(&self, _: usize, _: &mut String) {
        unreachable!("a method is in no method");
    }
}

/// The methods' specs, a line each.
fn table(methods: &[Method], out: &mut String) {
    for method in methods {
        out.push_str("\n            methods::");
        out.push_str(&method.name.rust.constant);
        out.push(',');
    }
    if !methods.is_empty() {
        out.push_str("\n        ");
    }
}

fn comment(docs: &[String], otherwise: impl FnOnce() -> String, line: &mut dyn FnMut(&str)) {
    if docs.is_empty() {
        line(&format!("/// {}", otherwise()));
    }
    for doc in docs {
        match doc.as_str() {
            "" => line("///"),
            doc => line(&format!("/// {doc}")),
        }
    }
}

fn attribute(deprecated: bool, line: &mut dyn FnMut(&str)) {
    if deprecated {
        line("#[deprecated]");
    }
}
