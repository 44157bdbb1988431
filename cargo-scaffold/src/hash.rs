//! The hash that says whether a file is still as it was made.

use std::fmt::Write;

use sha2::{Digest, Sha256};

/// SHA-256, in hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        // Writing to a String does not fail.
        let _ = write!(out, "{byte:02x}");
    }
    out
}

/// One hash of several things; each counts with its length, so that no two
/// lists of things have the same bytes.
pub(crate) fn sha256_all<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    sha256(&hasher.finalize())
}
