//! Requests and responses.

use tonic::metadata::MetadataMap;

use crate::{Extensions, Metadata, Request, Response};

/// The message and the metadata. A deadline becomes tonic's timeout; the
/// extensions become one of tonic's, an `Arc<Extensions>`, and the peer another.
impl<T> From<Request<T>> for tonic::Request<T> {
    fn from(ours: Request<T>) -> tonic::Request<T> {
        let (message, parts) = ours.into_parts();
        let mut theirs = tonic::Request::new(message);
        *theirs.metadata_mut() = MetadataMap::from(parts.metadata);
        if let Some(deadline) = parts.deadline {
            theirs.set_timeout(deadline.saturating_duration_since(crate::clock::now()));
        }
        if let Some(peer) = parts.peer {
            theirs.extensions_mut().insert(peer);
        }
        theirs
            .extensions_mut()
            .insert(std::sync::Arc::new(parts.extensions));
        theirs
    }
}

/// The message and the metadata. A timeout becomes the deadline, counted from
/// now; the extensions become one of ours, an `http::Extensions`.
impl<T> From<tonic::Request<T>> for Request<T> {
    fn from(theirs: tonic::Request<T>) -> Request<T> {
        let (metadata, mut extensions, message) = theirs.into_parts();
        let mut ours = Request::new(message);
        *ours.metadata_mut() = metadata.into();
        let timeout = ours.metadata().get("grpc-timeout");
        if let Some(timeout) = timeout.and_then(crate::server::parse_timeout) {
            ours.set_timeout(timeout);
        }
        ours.metadata_mut().remove("grpc-timeout");
        let (message, mut parts) = ours.into_parts();
        parts.peer = extensions.remove();
        if let Some(ours) = extensions.remove::<std::sync::Arc<Extensions>>() {
            // Shared ones stay where they are.
            match std::sync::Arc::try_unwrap(ours) {
                Ok(ours) => parts.extensions = ours,
                Err(shared) => drop(extensions.insert(shared)),
            }
        }
        if !extensions.is_empty() {
            parts.extensions.insert(extensions);
        }
        Request::from_parts(message, parts)
    }
}

/// The message and the metadata. tonic's responses of one message have no
/// trailers of their own: ours are dropped.
impl<T> From<Response<T>> for tonic::Response<T> {
    fn from(ours: Response<T>) -> tonic::Response<T> {
        let (message, metadata, _trailers) = ours.into_parts();
        let mut theirs = tonic::Response::new(message);
        *theirs.metadata_mut() = metadata.into();
        theirs
    }
}

/// The message and the metadata.
impl<T> From<tonic::Response<T>> for Response<T> {
    fn from(theirs: tonic::Response<T>) -> Response<T> {
        let (metadata, message, _extensions) = theirs.into_parts();
        let mut ours = Response::new(message);
        *ours.metadata_mut() = Metadata::from(metadata);
        ours
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[tokio::test(start_paused = true)]
    async fn requests_go_there_and_back() {
        let mut ours = Request::new(7);
        ours.metadata_mut().insert("x", "y").unwrap();
        ours.set_timeout(Duration::from_millis(250));
        ours.extensions_mut().insert("mine");
        let deadline = ours.deadline();
        let theirs = tonic::Request::from(ours);
        assert_eq!(theirs.metadata().get("x").unwrap(), "y");
        assert_eq!(theirs.metadata().get("grpc-timeout").unwrap(), "250000u");
        let back = Request::from(theirs);
        assert_eq!((*back.get_ref(), back.deadline()), (7, deadline));
        assert_eq!(back.metadata().len(), 1);
        assert_eq!(back.extensions().get::<&str>(), Some(&"mine"));
    }

    #[test]
    fn responses_go_there_and_back() {
        let mut ours = Response::new(7);
        ours.metadata_mut().insert("x", "y").unwrap();
        let back: Response<i32> = tonic::Response::from(ours).into();
        assert_eq!(*back.get_ref(), 7);
        assert_eq!(back.metadata().get("x"), Some("y"));
    }
}
