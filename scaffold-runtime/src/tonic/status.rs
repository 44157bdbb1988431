//! Codes and statuses.

use bytes::Bytes;

use crate::{Code, Status};

impl From<tonic::Code> for Code {
    fn from(code: tonic::Code) -> Code {
        Code::from_i32(code as i32)
    }
}

impl From<Code> for tonic::Code {
    fn from(code: Code) -> tonic::Code {
        tonic::Code::from_i32(code as i32)
    }
}

/// Code, message, details and metadata; the source is the tonic status itself,
/// where that has one.
impl From<tonic::Status> for Status {
    fn from(theirs: tonic::Status) -> Status {
        let mut ours = Status::new(theirs.code().into(), theirs.message().to_owned());
        if !theirs.details().is_empty() {
            ours.set_details(Bytes::copy_from_slice(theirs.details()));
        }
        if !theirs.metadata().is_empty() {
            *ours.metadata_mut() = theirs.metadata().clone().into();
        }
        match std::error::Error::source(&theirs) {
            Some(_) => ours.with_source(theirs),
            None => ours,
        }
    }
}

/// Code, message, details, metadata and source.
impl From<Status> for tonic::Status {
    fn from(mut ours: Status) -> tonic::Status {
        let metadata = ours.take_metadata();
        let mut theirs = tonic::Status::with_details_and_metadata(
            ours.code().into(),
            ours.message(),
            Bytes::copy_from_slice(ours.details()),
            metadata.into(),
        );
        if let Some(source) = ours.take_source() {
            theirs.set_source(source);
        }
        theirs
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::error::Error;

    #[test]
    fn every_code_has_its_counterpart() {
        for number in 0..=16 {
            let ours = Code::from_i32(number);
            let theirs = tonic::Code::from(ours);
            assert_eq!((theirs as i32, ours as i32), (number, number));
            assert_eq!(Code::from(theirs), ours);
        }
    }

    #[test]
    fn nothing_is_lost_there_and_back() {
        let mut ours = Status::not_found("nö")
            .with_details(crate::ErrorDetails::new().error_info("GONE", "test"))
            .with_source(std::fmt::Error);
        ours.metadata_mut().insert("x", "y").unwrap();
        ours.metadata_mut().insert_bin("z-bin", [1, 2]).unwrap();
        let theirs = tonic::Status::from(ours.clone());
        assert_eq!(theirs.code(), tonic::Code::NotFound);
        assert_eq!(theirs.message(), "nö");
        assert_eq!(theirs.details(), ours.details());
        assert_eq!(theirs.metadata().get("x").unwrap(), "y");
        assert!(
            theirs
                .source()
                .is_some_and(|source| source.is::<std::fmt::Error>())
        );
        let back = Status::from(theirs);
        assert_eq!(back, ours);
        let source = back.source().and_then(Error::source);
        assert!(source.is_some_and(|source| source.is::<std::fmt::Error>()));
    }
}
