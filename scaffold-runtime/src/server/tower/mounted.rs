//! A `tower::Service` of others as a service of our server.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Buf;
use http::{HeaderMap, Method, Request, Response, StatusCode, Uri, Version, header};
use http_body::Body;
use scaffold_http2::Head;

use super::{BoxError, RequestBody};
use crate::framing::PREFIX;
use crate::request::Parts;
use crate::server::requests::Body as RequestMessages;
use crate::server::router::ALL;
use crate::server::{ServerCall, guard, head};
use crate::stream::Pipe;
use crate::{
    CallShape, Code, Extensions, Metadata, MethodSpec, Outcome, Service, ServiceSpec, Status,
};

/// A `tower::Service` of others in our server
/// ([`Server::add_tower_service`](crate::Server::add_tower_service)).
#[derive(Clone, Copy, Debug)]
pub struct Mounted<T> {
    spec: &'static ServiceSpec,
    service: T,
}

/// Counts messages by their prefixes, wherever the bytes are cut.
#[derive(Debug, Default)]
pub(super) struct Messages {
    state: Mutex<Prefix>,
    seen: AtomicU64,
}

#[derive(Debug, Default)]
struct Prefix {
    bytes: [u8; PREFIX],
    len: usize,
    /// What is left of the message behind it.
    body: usize,
}

// === impl Mounted ===

impl<T> Mounted<T> {
    pub(in crate::server) fn new(name: &str, service: T) -> Mounted<T> {
        Mounted {
            spec: spec(name),
            service,
        }
    }
}

impl<T, R> Service for Mounted<T>
where
    T: tower_service::Service<Request<RequestBody>, Response = Response<R>>,
    T: Clone + Send + Sync + 'static,
    T::Future: Send,
    T::Error: Into<BoxError>,
    R: Body + Send + 'static,
    R::Error: Into<BoxError>,
{
    fn spec(&self) -> &'static ServiceSpec {
        self.spec
    }

    async fn call(&self, call: ServerCall) -> Outcome {
        let ServerCall {
            parts,
            response_metadata,
            body,
            pipe: Some(pipe),
            ..
        } = call
        else {
            return Status::internal("a mounted service needs a pipe").into();
        };
        let RequestMessages::Pipe(requests) = body else {
            return Status::internal("a mounted service needs a pipe").into();
        };
        let deadline = parts.deadline;
        let (received, sent) = (Arc::<Messages>::default(), Messages::default());
        let body = RequestBody::new((*requests).into_pipe(), received.clone());
        let outcome = guard::run(deadline, async {
            let answer = async {
                let mut service = self.service.clone();
                let request = request(parts, body)?;
                poll_fn(|cx| service.poll_ready(cx)).await.map_err(failed)?;
                let response = service.call(request).await.map_err(failed)?;
                drop(service);
                forward(response, &pipe, response_metadata, &sent).await
            };
            answer.await.unwrap_or_else(Outcome::from)
        });
        outcome.await.with_counts(sent.seen(), received.seen())
    }
}

/// Leaves the URI of a request to a mounted service among the call's
/// extensions: its metadata has all headers, and no pseudo-header.
pub(in crate::server) fn note_uri(extensions: &mut Extensions, head: &Head<'_>) {
    let mut uri = Uri::builder().path_and_query(head.path());
    if let Some(authority) = head.authority() {
        uri = uri.scheme(head.scheme()).authority(authority);
    }
    // One that `http` does not take is missed when the request is made.
    let uri = uri.build().or_else(|_| Uri::try_from(head.path()));
    if let Ok(uri) = uri {
        extensions.insert(uri);
    }
}

/// The spec of a service whose methods nobody knows: one that stands for all of
/// them. Made once for each name, as specs live for ever.
fn spec(name: &str) -> &'static ServiceSpec {
    static KNOWN: Mutex<Vec<&'static ServiceSpec>> = Mutex::new(Vec::new());
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(spec) = known.iter().find(|spec| spec.name == name) {
        return spec;
    }
    let path: &'static str = format!("/{name}{ALL}").leak();
    // The widest shape: nothing else is true of all.
    let method = MethodSpec::new(path, CallShape::BidiStreaming);
    let methods = Box::leak(Box::new([method]));
    let name = &path[1..=name.len()];
    let spec: &'static ServiceSpec = Box::leak(Box::new(ServiceSpec::new(name, methods, None)));
    known.push(spec);
    spec
}

fn request(mut parts: Parts, body: RequestBody) -> Result<Request<RequestBody>, Status> {
    let Some(uri) = parts.extensions.remove::<Uri>() else {
        return Err(Status::internal("the request's path is malformed"));
    };
    let mut headers = parts.metadata.into_headers();
    // What is left of it, and interceptors may have brought it closer.
    headers.remove("grpc-timeout");
    if let Some(deadline) = parts.deadline {
        let left = deadline.saturating_duration_since(crate::clock::now());
        headers.extend(grpc_timeout(left.as_nanos()));
    }
    // The service's messages pass through as they are, behind a head of ours.
    headers.remove("grpc-accept-encoding");
    let mut request = Request::new(body);
    *request.method_mut() = Method::POST;
    *request.uri_mut() = uri;
    *request.version_mut() = Version::HTTP_2;
    *request.headers_mut() = headers;
    if let Some(peer) = parts.peer {
        request.extensions_mut().insert(peer);
    }
    request.extensions_mut().insert(Arc::new(parts.extensions));
    Ok(request)
}

/// `grpc-timeout` in the finest unit whose number has 8 digits at most.
fn grpc_timeout(nanos: u128) -> Option<(http::HeaderName, http::HeaderValue)> {
    const UNITS: [(u128, char); 6] = [
        (1, 'n'),
        (1_000, 'u'),
        (1_000_000, 'm'),
        (1_000_000_000, 'S'),
        (60_000_000_000, 'M'),
        (3_600_000_000_000, 'H'),
    ];
    let (unit, letter) = UNITS
        .into_iter()
        .find(|(unit, _)| nanos / unit < 100_000_000)?;
    let value = format!("{}{letter}", nanos / unit).parse().ok()?;
    Some((http::HeaderName::from_static("grpc-timeout"), value))
}

/// Moves a response into the pipe, and says how it ended.
async fn forward<R>(
    response: Response<R>,
    pipe: &Pipe,
    mut initial: Metadata,
    messages: &Messages,
) -> Result<Outcome, Status>
where
    R: Body,
    R::Error: Into<BoxError>,
{
    let (head, body) = response.into_parts();
    if head.status != StatusCode::OK {
        let code = Code::from_http_status(head.status.as_u16());
        let text = format!("the mounted service answered with HTTP {}", head.status);
        return Err(Status::new(code, text));
    }
    let content_type = head.headers.get(header::CONTENT_TYPE);
    if !content_type.is_some_and(|value| head::is_grpc(value.as_bytes())) {
        return Err(Status::unknown(
            "the mounted service does not answer in gRPC",
        ));
    }
    if head.headers.contains_key("grpc-status") {
        return Ok(ended(&head.headers).with_metadata(initial));
    }
    initial.extend(Metadata::from_headers(&head.headers));
    pipe.send_head(&mut initial)?;
    let mut body = pin!(body);
    loop {
        poll_fn(|cx| pipe.poll_room(cx)).await?;
        let frame = match poll_fn(|cx| body.as_mut().poll_frame(cx)).await {
            Some(frame) => frame.map_err(failed)?,
            None => return Ok(ended(&HeaderMap::new())),
        };
        match frame.into_data() {
            Ok(mut data) => {
                let data = data.copy_to_bytes(data.remaining());
                messages.count(&data);
                pipe.forward(data)?;
            }
            Err(frame) => {
                if let Ok(trailers) = frame.into_trailers() {
                    return Ok(ended(&trailers));
                }
            }
        }
    }
}

/// How a response's trailers say that it ended.
fn ended(trailers: &HeaderMap) -> Outcome {
    let mut trailers = Metadata::from_headers(trailers);
    match Status::read_trailers(&mut trailers) {
        Some(Ok(())) => Outcome::new(Ok(())).with_trailers(trailers),
        // The status has a copy of the others.
        Some(Err(status)) => status.into(),
        None => Status::unknown("the mounted service ended without a status").into(),
    }
}

/// The status of a service, a layer or a body that failed instead of answering.
/// The text of an error of others may hold anything, so that it stays here.
fn failed(error: impl Into<BoxError>) -> Status {
    let error = match error.into().downcast::<Status>() {
        Ok(status) => return *status,
        Err(error) => error,
    };
    #[cfg(feature = "tonic")]
    let error = match error.downcast::<tonic::Status>() {
        Ok(status) => return Status::from(*status),
        Err(error) => error,
    };
    tracing::warn!(error, "a mounted service failed");
    Status::unknown("the mounted service failed")
}

// === impl Messages ===

impl Messages {
    pub(super) fn count(&self, mut bytes: &[u8]) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        while !bytes.is_empty() {
            let body = state.body.min(bytes.len());
            state.body -= body;
            bytes = &bytes[body..];
            let at = state.len;
            let prefix = bytes.len().min(PREFIX - at);
            state.bytes[at..at + prefix].copy_from_slice(&bytes[..prefix]);
            state.len += prefix;
            bytes = &bytes[prefix..];
            if state.len == PREFIX {
                let [_, length @ ..] = state.bytes;
                state.body = u32::from_be_bytes(length) as usize;
                state.len = 0;
                self.seen.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    fn seen(&self) -> u64 {
        self.seen.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_counted_wherever_they_are_cut() {
        let wire = [&[0, 0, 0, 0, 3, 7, 7, 7][..], &[0; 5], &[1, 0, 0, 0, 1, 9]].concat();
        for cut in 0..=wire.len() {
            let messages = Messages::default();
            messages.count(&wire[..cut]);
            messages.count(&wire[cut..]);
            assert_eq!(messages.seen(), 3, "cut at {cut}");
        }
        let messages = Messages::default();
        wire.chunks(1).for_each(|byte| messages.count(byte));
        assert_eq!(messages.seen(), 3);
    }

    #[test]
    fn a_name_has_one_spec() {
        let spec = spec("a.v1.B");
        assert_eq!((spec.name, spec.methods[0].path), ("a.v1.B", "/a.v1.B/*"));
        assert!(std::ptr::eq(spec, super::spec("a.v1.B")));
    }

    #[test]
    fn timeouts_use_the_finest_unit_that_fits() {
        let text = |nanos| grpc_timeout(nanos).unwrap().1;
        assert_eq!(text(0), "0n");
        assert_eq!(text(99_999_999), "99999999n");
        assert_eq!(text(250_000_000), "250000u");
        assert_eq!(text(3_600_000_000_000), "3600000m");
        assert_eq!(grpc_timeout(u128::MAX), None);
    }
}
