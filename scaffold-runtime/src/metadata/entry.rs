//! One pair: its name, and its value as it goes on the wire.

use std::borrow::Cow;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use bytes::Bytes;

use super::name;

/// Writes without padding and reads with or without it: the specification
/// demands both of a reader ("must accept padded and un-padded values").
pub(super) const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// The value is what goes on the wire: base64 for `-bin` names. Calls pass most
/// values on without looking at them.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) name: Cow<'static, str>,
    pub(super) value: Bytes,
}

/// A name or a value that gRPC does not allow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidMetadata {
    name: String,
    reason: &'static str,
}

pub(super) fn is_printable(c: u8) -> bool {
    matches!(c, 0x20..=0x7e)
}

/// A pair of text.
pub(super) fn text(name: &str, value: &str) -> Result<Entry, InvalidMetadata> {
    let fault = |reason| InvalidMetadata {
        name: name.escape_debug().to_string(),
        reason,
    };
    let key = name::parse(name).ok_or_else(|| fault("not a valid name"))?;
    if key.ends_with("-bin") {
        return Err(fault(
            "a `-bin` name holds bytes: use insert_bin or append_bin",
        ));
    }
    if !value.bytes().all(is_printable) {
        return Err(fault(
            "the value has characters other than printable ASCII: use a `-bin` name",
        ));
    }
    // Space at either end does not survive HTTP.
    let value = Bytes::copy_from_slice(value.trim().as_bytes());
    Ok(Entry { name: key, value })
}

/// A pair of bytes.
pub(super) fn binary(name: &str, value: &[u8]) -> Result<Entry, InvalidMetadata> {
    let fault = |reason| InvalidMetadata {
        name: name.escape_debug().to_string(),
        reason,
    };
    let key = name::parse(name).ok_or_else(|| fault("not a valid name"))?;
    if !key.ends_with("-bin") {
        return Err(fault("only a `-bin` name holds bytes"));
    }
    Ok(Entry {
        name: key,
        value: BASE64.encode(value).into(),
    })
}

// === impl InvalidMetadata ===

impl std::fmt::Display for InvalidMetadata {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "metadata `{}`: {}", self.name, self.reason)
    }
}

impl std::error::Error for InvalidMetadata {}

impl From<InvalidMetadata> for crate::Status {
    fn from(fault: InvalidMetadata) -> crate::Status {
        crate::Status::internal(fault.to_string())
    }
}
