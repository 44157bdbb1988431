//! `grpc.health.v1.Health`: can this server take calls?
//!
//! See the [gRPC health checking protocol]. The server keeps the empty name
//! (the server as a whole) and each of its services at
//! [`ServingStatus::Serving`], and sets all to `NotServing` when it starts to
//! drain. A program that knows better, because its database is gone say, tells
//! so by the [`HealthReporter`].
//!
//! [gRPC health checking protocol]: https://github.com/grpc/grpc/blob/master/doc/health-checking.md

use std::collections::BTreeMap;

use tokio::sync::watch;

pub use crate::pb::grpc::health::v1::health_check_response::ServingStatus;

use crate::pb::grpc::health::v1::health::{Health, HealthServer};
use crate::pb::grpc::health::v1::{
    HealthCheckRequest, HealthCheckResponse, HealthListRequest, HealthListResponse,
};
use crate::{Request, Response, Sender, Status};

/// Services that `List` answers at most, as the protocol allows.
const MAX_LISTED: usize = 100;

/// Sets what the health service answers. Cheap to clone; all clones are one.
///
/// # Examples
///
/// ```
/// use scaffold_runtime::services::health::{HealthReporter, ServingStatus};
///
/// let health = HealthReporter::new();
/// health.set("user.v1.UserService", ServingStatus::NotServing);
/// assert_eq!(health.get("user.v1.UserService"), Some(ServingStatus::NotServing));
/// ```
#[derive(Clone, Debug)]
pub struct HealthReporter {
    known: watch::Sender<Known>,
}

#[derive(Debug, Default)]
struct Known {
    statuses: BTreeMap<String, ServingStatus>,
    draining: bool,
}

impl HealthReporter {
    /// Knows the server as a whole, as serving.
    #[must_use]
    pub fn new() -> HealthReporter {
        let reporter = HealthReporter {
            known: watch::Sender::default(),
        };
        reporter.set("", ServingStatus::Serving);
        reporter
    }

    /// Sets the status of a service, by its full name; empty for the server as
    /// a whole. Without effect once the server drains.
    pub fn set(&self, service: &str, status: ServingStatus) {
        self.known.send_if_modified(|known| {
            if known.draining {
                return false;
            }
            known.statuses.insert(service.to_owned(), status) != Some(status)
        });
    }

    /// The status of a service; None if it is not known.
    #[must_use]
    pub fn get(&self, service: &str) -> Option<ServingStatus> {
        self.known.borrow().statuses.get(service).copied()
    }

    /// Sets all to `NotServing`, for good: the server drains.
    pub fn drain(&self) {
        self.known.send_modify(|known| {
            known.draining = true;
            for status in known.statuses.values_mut() {
                *status = ServingStatus::NotServing;
            }
        });
    }

    /// The service that answers what is set here.
    #[must_use]
    pub fn service(&self) -> HealthServer<HealthHandler> {
        HealthServer::new(HealthHandler {
            reporter: self.clone(),
        })
    }
}

impl Default for HealthReporter {
    fn default() -> HealthReporter {
        HealthReporter::new()
    }
}

/// Answers health calls from a [`HealthReporter`].
#[derive(Debug)]
pub struct HealthHandler {
    reporter: HealthReporter,
}

fn response(status: ServingStatus) -> HealthCheckResponse {
    HealthCheckResponse {
        status: status as i32,
    }
}

impl Health for HealthHandler {
    async fn check(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<HealthCheckResponse>, Status> {
        let status = self
            .reporter
            .get(&request.service)
            .ok_or_else(|| Status::not_found(format!("unknown service {:?}", request.service)))?;
        Ok(Response::new(response(status)))
    }

    async fn list(
        &self,
        _: Request<HealthListRequest>,
    ) -> Result<Response<HealthListResponse>, Status> {
        let known = self.reporter.known.borrow();
        if known.statuses.len() > MAX_LISTED {
            return Err(Status::resource_exhausted(format!(
                "more than {MAX_LISTED} services; check them by name"
            )));
        }
        let statuses = known
            .statuses
            .iter()
            .map(|(service, status)| (service.clone(), response(*status)))
            .collect();
        Ok(Response::new(HealthListResponse { statuses }))
    }

    async fn watch(
        &self,
        request: Request<HealthCheckRequest>,
        mut responses: Sender<HealthCheckResponse>,
    ) -> Result<(), Status> {
        let mut changes = self.reporter.known.subscribe();
        let mut last = None;
        loop {
            let status = changes
                .borrow_and_update()
                .statuses
                .get(&request.service)
                .copied()
                .unwrap_or(ServingStatus::ServiceUnknown);
            if last.replace(status) != Some(status) {
                responses.send(response(status)).await?;
            }
            if changes.changed().await.is_err() {
                return Err(Status::unavailable("the server is gone"));
            }
        }
    }
}
