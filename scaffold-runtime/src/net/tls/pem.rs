//! `Pem`: certificates and keys, in files or in memory.

use std::fmt;
use std::path::PathBuf;

use tokio_rustls::rustls::RootCertStore;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// What a PEM text begins with, somewhere.
const BEGIN: &str = "-----BEGIN ";

/// No certificate or key is larger; what is, is another file.
const MAX_BYTES: u64 = 4 << 20;

/// A PEM text, in a file that is looked at again when it changes, or in memory.
///
/// In a configuration file it is a string: the path of a file, or the text
/// itself, which holds `-----BEGIN`.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Pem {
    /// The path of a file.
    File(PathBuf),
    /// The text itself.
    Text(String),
}

/// What a PEM text held when it was read.
pub(super) struct Contents<'a> {
    /// What to call it in an error.
    pub(super) source: &'a Pem,
    pub(super) bytes: &'a [u8],
}

// === impl Pem ===

impl Pem {
    /// A file.
    pub fn file(path: impl Into<PathBuf>) -> Pem {
        Pem::File(path.into())
    }

    /// A text in memory.
    pub fn text(text: impl Into<String>) -> Pem {
        Pem::Text(text.into())
    }

    /// Reads it; blocks while the system does.
    pub(super) fn read(&self) -> Result<Vec<u8>, String> {
        use std::io::Read;

        let path = match self {
            Pem::Text(text) => return Ok(text.clone().into_bytes()),
            Pem::File(path) => path,
        };
        let mut bytes = Vec::new();
        std::fs::File::open(path)
            .and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut bytes))
            .map_err(|error| format!("cannot read {self}: {error}"))?;
        if bytes.len() as u64 > MAX_BYTES {
            return Err(format!(
                "{self} has more than {MAX_BYTES} bytes: it is no certificate and no key"
            ));
        }
        Ok(bytes)
    }
}

impl fmt::Display for Pem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Pem::File(path) => path.display().fmt(f),
            Pem::Text(_) => f.write_str("the PEM text in the configuration"),
        }
    }
}

/// The text itself may be a key, which must not be in a log.
impl fmt::Debug for Pem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Pem::File(path) => f.debug_tuple("File").field(path).finish(),
            Pem::Text(_) => f.write_str("Text(..)"),
        }
    }
}

impl From<String> for Pem {
    fn from(text: String) -> Pem {
        if text.contains(BEGIN) {
            Pem::Text(text)
        } else {
            Pem::File(text.into())
        }
    }
}

impl From<&str> for Pem {
    fn from(text: &str) -> Pem {
        text.to_owned().into()
    }
}

/// A path is written as it is; a text, which may be a key, is left out.
#[cfg(feature = "config")]
impl serde::Serialize for Pem {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Pem::File(path) => serializer.collect_str(&path.display()),
            Pem::Text(_) => serializer.serialize_str("<PEM text, not shown>"),
        }
    }
}

#[cfg(feature = "config")]
impl<'de> serde::Deserialize<'de> for Pem {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Pem, D::Error> {
        <String as serde::Deserialize>::deserialize(deserializer).map(Pem::from)
    }
}

// === impl Contents ===

impl Contents<'_> {
    /// A chain of certificates, at least one.
    pub(super) fn certificates(&self) -> Result<Vec<CertificateDer<'static>>, String> {
        let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(self.bytes).collect();
        let found = found.map_err(|error| format!("{} is no valid PEM: {error}", self.source))?;
        if found.is_empty() {
            return Err(self.without("certificate", "CERTIFICATE"));
        }
        Ok(found)
    }

    /// The first private key.
    pub(super) fn key(&self) -> Result<PrivateKeyDer<'static>, String> {
        PrivateKeyDer::from_pem_slice(self.bytes)
            .map_err(|_| self.without("private key that is not encrypted", "PRIVATE KEY"))
    }

    /// Adds all certificates to those that are trusted.
    pub(super) fn trust(&self, roots: &mut RootCertStore) -> Result<(), String> {
        for certificate in self.certificates()? {
            roots.add(certificate).map_err(|error| {
                format!(
                    "{} holds an authority that is not valid: {error}",
                    self.source
                )
            })?;
        }
        Ok(())
    }

    fn without(&self, what: &str, label: &str) -> String {
        format!(
            "{} holds no {what}: it needs a block \"{BEGIN}{label}-----\"",
            self.source
        )
    }
}
