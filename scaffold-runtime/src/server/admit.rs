//! The door: which requests become calls.

use std::time::Duration;

use bytes::Bytes;

use super::router::{Route, Router};
use super::{guard, head, timeout};
use crate::request::Parts;
use crate::transport::server::RequestHead;
use crate::{Metadata, Peer, Status};

/// An answer without a call.
pub(super) struct Refusal {
    pub(super) http: u16,
    pub(super) headers: Metadata,
}

/// Checks a request's head.
pub(super) fn admit(
    router: &Router,
    head: RequestHead,
    peer: Peer,
) -> Result<(Route, Parts), Refusal> {
    let RequestHead {
        is_post,
        path,
        headers,
    } = head;
    let refuse = |http, status, metadata| {
        let mut headers = head::trailers_only(status, Metadata::new(), Metadata::new());
        headers.extend(metadata);
        Err(Refusal { http, headers })
    };
    if !is_post {
        let mut allow = Metadata::new();
        allow.push_static("allow", Bytes::from_static(b"POST"));
        return refuse(405, Status::internal("gRPC calls are POST requests"), allow);
    }
    if !head::is_grpc(&headers) {
        return refuse(
            415,
            Status::internal("content-type must be application/grpc"),
            Metadata::new(),
        );
    }
    let Some(route) = router.find(path.as_str()) else {
        return refuse(
            200,
            Status::unimplemented("the method does not exist"),
            Metadata::new(),
        );
    };
    if let Err(status) = head::check_encoding(&headers) {
        let mut accept = Metadata::new();
        accept.push_static("grpc-accept-encoding", Bytes::from_static(b"identity"));
        return refuse(200, status, accept);
    }
    let deadline = match timeout::read(&headers) {
        Ok(Some(Duration::ZERO)) => return refuse(200, guard::exceeded(), Metadata::new()),
        // A time that no clock reaches is no deadline.
        Ok(timeout) => timeout.and_then(|timeout| crate::clock::now().checked_add(timeout)),
        Err(status) => return refuse(200, status, Metadata::new()),
    };
    let metadata = head::strip(headers);
    Ok((
        route,
        Parts {
            metadata,
            deadline,
            peer: Some(peer),
            ..Parts::default()
        },
    ))
}
