//! The heads of `http` requests and responses.

use std::time::Instant;

use bytes::Bytes;
use http::request::Parts as RequestParts;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use scaffold_http2::Name;

use super::ResponseBody;
use crate::request::Parts;
use crate::server::answer::PLAIN;
use crate::server::coding::Coding;
use crate::server::heads::{self, Door, Refusal, Verdict};
use crate::server::request_head::RequestHead;
use crate::server::router::Route;
use crate::server::{guard, head, timeout};
use crate::{Encoding, Encodings, Metadata, Peer, Status};

/// What the head of an answer with messages says of their encoding.
#[derive(Clone, Copy)]
pub(super) struct Encodes {
    pub(super) sends: Encoding,
    pub(super) reads: Encodings,
}

impl RequestHead for RequestParts {
    fn method(&self) -> &[u8] {
        self.method.as_str().as_bytes()
    }

    fn path(&self) -> &[u8] {
        self.uri.path().as_bytes()
    }

    fn get(&self, name: Name) -> Option<&[u8]> {
        self.headers.get(name.text()).map(HeaderValue::as_bytes)
    }

    fn fields(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.headers
            .iter()
            .map(|(name, value)| (name.as_str().as_bytes(), value.as_bytes()))
    }
}

/// What a request asks for.
///
/// # Errors
///
/// The answer to one that is no call.
pub(super) fn judge(
    door: Door<'_>,
    mut head: RequestParts,
    now: Instant,
) -> Result<(Route, Coding, Parts), Refusal> {
    let (route, coding, metadata) = match heads::judge(door, &head) {
        Verdict::Call {
            route,
            coding,
            metadata,
            ..
        } => (route, coding, metadata),
        Verdict::Refused(refusal) => return Err(refusal),
    };
    let timeout = timeout::read(&head).map_err(Refusal::of)?;
    if timeout.is_some_and(|timeout| timeout.is_zero()) {
        return Err(Refusal::of(guard::exceeded()));
    }
    let mut parts = Parts {
        metadata,
        // A time that no clock reaches is no deadline.
        deadline: timeout.and_then(|timeout| now.checked_add(timeout)),
        peer: head.extensions.remove::<Peer>(),
        ..Parts::default()
    };
    if !head.extensions.is_empty() {
        parts.extensions.insert(head.extensions);
    }
    Ok((route, coding, parts))
}

/// The answer to a request that is no call.
pub(super) fn refused(refusal: Refusal) -> Response<ResponseBody> {
    let Refusal {
        http,
        status,
        metadata,
    } = refusal;
    if http == 200 {
        let mut all = head::trailers(Err(status), Metadata::new());
        all.extend(metadata);
        return response(all.into_headers(), ResponseBody::empty());
    }
    let text = Bytes::copy_from_slice(status.message().as_bytes());
    let mut response = Response::new(ResponseBody::text(text));
    *response.status_mut() = StatusCode::from_u16(http).unwrap_or_default();
    *response.headers_mut() = metadata.into_headers();
    let plain = HeaderValue::from_static(PLAIN);
    response.headers_mut().insert(header::CONTENT_TYPE, plain);
    response
}

/// An answer without messages: all it says is in its head.
pub(super) fn trailers_only(
    status: Status,
    initial: Metadata,
    trailers: Metadata,
) -> Response<ResponseBody> {
    let mut all = head::user(&initial);
    all.extend(head::trailers(Err(status), trailers));
    response(all.into_headers(), ResponseBody::empty())
}

/// An answer with messages.
pub(super) fn begun(
    initial: &Metadata,
    says: Encodes,
    body: ResponseBody,
) -> Response<ResponseBody> {
    let mut headers = head::user(initial).into_headers();
    if says.sends != Encoding::Identity {
        let name = HeaderValue::from_static(says.sends.name());
        headers.insert("grpc-encoding", name);
    }
    if says.reads != Encodings::IDENTITY {
        let names = HeaderValue::from_static(says.reads.names());
        headers.insert("grpc-accept-encoding", names);
    }
    response(headers, body)
}

fn response(mut headers: HeaderMap, body: ResponseBody) -> Response<ResponseBody> {
    const GRPC: (HeaderName, HeaderValue) = (
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/grpc"),
    );
    headers.insert(GRPC.0, GRPC.1);
    let mut response = Response::new(body);
    *response.headers_mut() = headers;
    response
}
