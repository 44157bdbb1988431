//! Services and methods, with their names, types and policy.

use super::sensitive::Sensitive;
use super::{Types, policy};
use crate::descriptor::{
    FileDescriptorProto, Index, Locations, MethodDescriptorProto, ServiceDescriptorProto,
};
use crate::docs;
use crate::fault::Faults;
use crate::model::{Method, Name, Package, Place, Service, Shape};
use crate::names;
use crate::request::Request;

/// Fills in the services of all packages.
pub(super) fn services(
    packages: &mut [Package],
    request: &Request,
    index: &Index<'_>,
    types: &Types,
    faults: &mut Faults,
) {
    let mut sensitive = Sensitive::new(index);
    for package in packages {
        for &at in &package.files {
            let file = &request.files()[at];
            if file.service.is_empty() {
                continue;
            }
            let mut reader = Reader {
                at,
                file,
                locations: file.locations(),
                types,
                sensitive: &mut sensitive,
                faults,
            };
            for (position, service) in file.service.iter().enumerate() {
                package.services.push(reader.service(position, service));
            }
        }
    }
}

struct Reader<'a, 'b> {
    at: usize,
    file: &'a FileDescriptorProto,
    locations: Locations,
    types: &'a Types,
    sensitive: &'b mut Sensitive<'a>,
    faults: &'b mut Faults,
}

// === impl Reader ===

impl Reader<'_, '_> {
    fn service(&mut self, position: usize, service: &ServiceDescriptorProto) -> Service {
        let path = vec![6, position as i32];
        let full_name = match self.file.package() {
            "" => service.name().to_owned(),
            package => format!("{package}.{}", service.name()),
        };
        let methods = service
            .method
            .iter()
            .enumerate()
            .map(|(at, method)| {
                self.method(
                    &full_name,
                    service,
                    method,
                    [6, position as i32, 2, at as i32],
                )
            })
            .collect();
        Service {
            name: Name {
                proto: service.name().to_owned(),
                rust: names::service(service.name()),
            },
            docs: self.docs(&path),
            deprecated: service
                .options
                .as_ref()
                .is_some_and(|options| options.deprecated()),
            methods,
            place: Place {
                file: self.at,
                path,
            },
            full_name,
        }
    }

    fn method(
        &mut self,
        service_name: &str,
        service: &ServiceDescriptorProto,
        method: &MethodDescriptorProto,
        path: [i32; 4],
    ) -> Method {
        let layers = policy::Layers {
            file: self.file,
            service,
            method,
            path,
        };
        let mut policy = policy::policy(&layers, &self.locations, self.faults);
        policy.sensitive_request = self.sensitive.paths(method.input_type());
        policy.sensitive_response = self.sensitive.paths(method.output_type());
        let rust = |name| self.types.path(self.file.package(), 1, name);
        Method {
            name: Name {
                proto: method.name().to_owned(),
                rust: names::method(method.name()),
            },
            path: format!("/{service_name}/{}", method.name()),
            shape: match (method.client_streaming(), method.server_streaming()) {
                (false, false) => Shape::Unary,
                (false, true) => Shape::ServerStreaming,
                (true, false) => Shape::ClientStreaming,
                (true, true) => Shape::BidiStreaming,
            },
            input: rust(method.input_type()),
            output: rust(method.output_type()),
            docs: self.docs(&path),
            deprecated: method
                .options
                .as_ref()
                .is_some_and(|options| options.deprecated()),
            policy,
            place: Place {
                file: self.at,
                path: path.to_vec(),
            },
        }
    }

    fn docs(&self, path: &[i32]) -> Vec<String> {
        let Some(place) = self.locations.get(path) else {
            return Vec::new();
        };
        let comment = match (place.leading, place.trailing) {
            (Some(leading), Some(trailing)) => format!("{}\n\n{trailing}", leading.trim_end()),
            (one, other) => one.or(other).unwrap_or_default().to_owned(),
        };
        docs::docs(&comment)
    }
}
