//! Metadata as an `http` header map, both ways.

use http::{HeaderMap, HeaderName, HeaderValue};

use super::Metadata;
use super::entry::Entry;

impl Metadata {
    /// All pairs as headers.
    pub(crate) fn into_headers(self) -> HeaderMap {
        let mut headers = HeaderMap::with_capacity(self.len());
        for Entry { name, value } in self.into_entries() {
            // Both were checked when they were set, by stricter rules.
            if let (Ok(name), Ok(mut value)) = (
                HeaderName::from_bytes(name.as_bytes()),
                HeaderValue::from_maybe_shared(value),
            ) {
                value.set_sensitive(matches!(name.as_str(), "authorization" | "cookie"));
                headers.append(name, value);
            }
        }
        headers
    }

    /// All headers as pairs. Values that gRPC does not allow are left out.
    pub(crate) fn from_headers(headers: &HeaderMap) -> Metadata {
        Metadata::all_from_fields(
            headers
                .iter()
                .map(|(name, value)| (name.as_str().as_bytes(), value.as_bytes())),
        )
    }
}
