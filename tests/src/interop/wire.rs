//! What the cases run over: TCP in clear, or TLS with certificates of one run.

use std::path::{Path, PathBuf};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};

/// The name in the server's certificate: the one that interop programs of all
/// languages are used to.
pub const SERVER_NAME: &str = "foo.test.google.fr";

/// How peers are connected.
#[derive(Debug)]
pub enum Wire {
    /// Without TLS.
    Clear,
    /// With TLS.
    Tls(Certificates),
}

/// An authority and a server's certificate, in files that live as long as this.
#[derive(Debug)]
pub struct Certificates {
    folder: tempfile::TempDir,
}

// === impl Wire ===

impl Wire {
    /// TLS with new certificates.
    ///
    /// # Panics
    ///
    /// If they cannot be made or written.
    pub fn tls() -> Wire {
        Wire::Tls(Certificates::new().expect("certificates are made"))
    }

    /// Its name in tables.
    pub fn name(&self) -> &'static str {
        match self {
            Wire::Clear => "clear",
            Wire::Tls(_) => "TLS",
        }
    }

    /// What interop servers, ours and others, are told.
    pub fn server_flags(&self) -> Vec<String> {
        match self {
            Wire::Clear => Vec::new(),
            Wire::Tls(files) => vec![
                "--use_tls=true".to_owned(),
                format!("--tls_cert_file={}", files.certificate().display()),
                format!("--tls_key_file={}", files.key().display()),
            ],
        }
    }

    /// What interop clients, ours and others, are told.
    pub fn client_flags(&self) -> Vec<String> {
        match self {
            Wire::Clear => Vec::new(),
            Wire::Tls(files) => vec![
                "--use_tls=true".to_owned(),
                "--use_test_ca=true".to_owned(),
                format!("--ca_file={}", files.ca().display()),
                format!("--server_host_override={SERVER_NAME}"),
            ],
        }
    }

    /// What the drivers in Python and JavaScript are told behind the address.
    pub fn driver_arguments(&self) -> Vec<String> {
        match self {
            Wire::Clear => Vec::new(),
            Wire::Tls(files) => vec![files.ca().display().to_string(), SERVER_NAME.to_owned()],
        }
    }
}

// === impl Certificates ===

impl Certificates {
    fn new() -> Result<Certificates, Box<dyn std::error::Error>> {
        let mut authority = CertificateParams::new(Vec::new())?;
        // OpenSSL takes a certificate whose issuer has its own name for self-signed.
        let name = &mut authority.distinguished_name;
        name.push(DnType::CommonName, "authority of the interop suite");
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority_key = KeyPair::generate()?;
        let ca = authority.self_signed(&authority_key)?;
        let issuer = Issuer::new(authority, authority_key);
        let key = KeyPair::generate()?;
        let server = CertificateParams::new(vec![SERVER_NAME.to_owned()])?;
        let server = server.signed_by(&key, &issuer)?;

        let made = Certificates {
            folder: tempfile::tempdir()?,
        };
        std::fs::write(made.ca(), ca.pem())?;
        std::fs::write(made.certificate(), server.pem())?;
        std::fs::write(made.key(), key.serialize_pem())?;
        Ok(made)
    }

    /// The authority's certificate.
    pub fn ca(&self) -> PathBuf {
        self.folder().join("ca.pem")
    }

    /// The server's certificate.
    pub fn certificate(&self) -> PathBuf {
        self.folder().join("server.pem")
    }

    /// The server's private key.
    pub fn key(&self) -> PathBuf {
        self.folder().join("server.key")
    }

    fn folder(&self) -> &Path {
        self.folder.path()
    }
}
