//! An authority, and what it issues.

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use scaffold_runtime::ServerConfig;
use scaffold_runtime::net::ServerTls;

use super::at;

/// An authority.
pub struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    pub fn new() -> Authority {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        Authority(CertifiedIssuer::self_signed(params, key).unwrap())
    }

    pub fn pem(&self) -> String {
        self.0.pem()
    }

    /// A certificate for these names, and its key.
    pub fn issue(&self, names: &[&str]) -> (String, String) {
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(names).unwrap();
        let certificate = params.signed_by(&key, &self.0).unwrap();
        (certificate.pem(), key.serialize_pem())
    }

    pub fn server(&self) -> ServerTls {
        let (certificate, key) = self.issue(&["localhost", "127.0.0.1"]);
        ServerTls::new(certificate, key)
    }
}

/// A server's settings with TLS, over TCP.
pub fn over(tls: ServerTls) -> ServerConfig {
    ServerConfig {
        tls: Some(tls),
        ..at("127.0.0.1:0")
    }
}
