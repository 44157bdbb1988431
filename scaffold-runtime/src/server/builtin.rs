//! The services that a server brings along: health and reflection.

use super::ServerConfig;
use super::service::{Services, With};
use crate::ServiceSpec;
use crate::pb::grpc::health::v1::health::HealthServer;
use crate::pb::grpc::reflection::{v1, v1alpha};
use crate::services::health::{HealthHandler, HealthReporter};
use crate::services::reflection::{Reflection, ReflectionV1Alpha};

type WithHealth<S> = With<S, HealthServer<HealthHandler>>;
type WithV1<S> = With<S, v1::server_reflection::ServerReflectionServer<Reflection>>;
type WithV1Alpha<S> =
    With<S, v1alpha::server_reflection::ServerReflectionServer<ReflectionV1Alpha>>;

/// A program's services and the built-in ones.
pub(super) type WithBuiltin<S> = WithV1Alpha<WithV1<WithHealth<S>>>;

/// Adds the built-in services. `specs` are the program's.
pub(super) fn add<S: Services>(
    services: S,
    specs: &[&'static ServiceSpec],
    health: &HealthReporter,
) -> WithBuiltin<S> {
    let health = health.service();
    let all = specs.iter().copied().chain([crate::Service::spec(&health)]);
    let reflection = Reflection::new(all);
    let v1alpha = reflection.v1alpha();
    With {
        rest: With {
            rest: With {
                rest: services,
                service: health,
            },
            service: v1::server_reflection::ServerReflectionServer::new(reflection),
        },
        service: v1alpha::server_reflection::ServerReflectionServer::new(v1alpha),
    }
}

/// Which of all services are not served: a built-in one that is switched off,
/// or that the program has one of its own for.
pub(super) fn off(
    config: &ServerConfig,
    specs: &[&'static ServiceSpec],
) -> impl Fn(usize) -> bool + use<> {
    let has = |name: &str| specs.iter().any(|spec| spec.name == name);
    use crate::pb::grpc::health::v1::health;
    let off = [
        !config.health || has(health::NAME),
        !config.reflection || has(v1::server_reflection::NAME),
        !config.reflection || has(v1alpha::server_reflection::NAME),
    ];
    let first = specs.len();
    move |index| index >= first && off[index - first]
}
