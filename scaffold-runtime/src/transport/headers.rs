//! Metadata as header maps, and back.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::Metadata;

pub(super) fn to_headers(metadata: Metadata) -> HeaderMap {
    let mut headers = HeaderMap::with_capacity(metadata.len());
    for (name, value) in metadata.into_wire() {
        // Metadata checks names and values when they are set: what fails here
        // cannot be sent by HTTP/2 at all.
        if let (Ok(name), Ok(value)) = (
            HeaderName::from_bytes(name.as_bytes()),
            HeaderValue::from_maybe_shared(value),
        ) {
            headers.append(name, value);
        }
    }
    headers
}

pub(super) fn from_headers(headers: &HeaderMap) -> Metadata {
    let mut metadata = Metadata::new();
    for (name, value) in headers {
        metadata.push_wire(name.as_str(), Bytes::copy_from_slice(value.as_bytes()));
    }
    metadata
}
