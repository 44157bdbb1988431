//! From what people wrote and files hold to rustls' configurations.

use std::sync::Arc;

use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::rustls::{self, RootCertStore, SupportedProtocolVersion};

use super::pem::Contents;
use super::{ClientAuth, ClientTls, Pem, ServerTls, TlsVersion};

/// What both sides agree on (RFC 9113, section 3.2).
const ALPN: &[u8] = b"h2";

/// Settings that are made of PEM texts, and can be made again of newer ones.
pub(super) trait Build: Send + Sync + 'static {
    type Made: Send + Sync + 'static;

    /// The texts, in the order in which [`build`](Build::build) gets them.
    fn sources(&self) -> Vec<&Pem>;

    /// # Errors
    ///
    /// Which text is wrong, and how to mend it.
    fn build(&self, contents: &[Contents<'_>]) -> Result<Self::Made, String>;
}

/// TLS has no state that all connections of the process would share: the
/// provider is named, not installed.
fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

fn versions(min: TlsVersion) -> &'static [&'static SupportedProtocolVersion] {
    static BOTH: [&SupportedProtocolVersion; 2] = [&TLS13, &TLS12];
    match min {
        TlsVersion::V12 => &BOTH,
        TlsVersion::V13 => &BOTH[..1],
    }
}

fn mismatch(certificate: &Contents<'_>, key: &Contents<'_>, error: &rustls::Error) -> String {
    format!(
        "the certificate in {} and the key in {} do not go together: {error}",
        certificate.source, key.source
    )
}

impl Build for ServerTls {
    type Made = rustls::ServerConfig;

    fn sources(&self) -> Vec<&Pem> {
        [&self.certificate, &self.key]
            .into_iter()
            .chain(&self.client_ca)
            .collect()
    }

    fn build(&self, contents: &[Contents<'_>]) -> Result<rustls::ServerConfig, String> {
        let [certificate, key, client_ca @ ..] = contents else {
            return Err("a certificate and a key are needed".to_owned());
        };
        let builder = rustls::ServerConfig::builder_with_provider(provider())
            .with_protocol_versions(versions(self.min_version))
            .map_err(|error| error.to_string())?;
        let builder = match (self.client_auth, client_ca) {
            (ClientAuth::None, []) => builder.with_no_client_auth(),
            (ClientAuth::None, [ca, ..]) => {
                return Err(format!(
                    "client_ca is {} and client_auth is none: set it to optional or required",
                    ca.source
                ));
            }
            (_, []) => {
                return Err(
                    "client_auth needs client_ca: the authorities of clients' certificates"
                        .to_owned(),
                );
            }
            (mode, [ca, ..]) => {
                let mut roots = RootCertStore::empty();
                ca.trust(&mut roots)?;
                let verifier =
                    WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider());
                let verifier = match mode {
                    ClientAuth::Optional => verifier.allow_unauthenticated(),
                    _ => verifier,
                };
                let verifier = verifier
                    .build()
                    .map_err(|error| format!("{}: {error}", ca.source))?;
                builder.with_client_cert_verifier(verifier)
            }
        };
        let mut made = builder
            .with_single_cert(certificate.certificates()?, key.key()?)
            .map_err(|error| mismatch(certificate, key, &error))?;
        made.alpn_protocols = vec![ALPN.to_vec()];
        Ok(made)
    }
}

impl Build for ClientTls {
    type Made = rustls::ClientConfig;

    fn sources(&self) -> Vec<&Pem> {
        let identity = self.identity.iter();
        // The identity first: of it there are two texts or none.
        identity
            .flat_map(|identity| [&identity.certificate, &identity.key])
            .chain(&self.ca)
            .collect()
    }

    fn build(&self, contents: &[Contents<'_>]) -> Result<rustls::ClientConfig, String> {
        let own = if self.identity.is_some() { 2 } else { 0 };
        let (identity, authorities) = contents
            .split_at_checked(own)
            .ok_or("the identity has no certificate or no key")?;
        let mut roots = RootCertStore::empty();
        for authority in authorities {
            authority.trust(&mut roots)?;
        }
        if self.system_roots {
            system(&mut roots)?;
        }
        if roots.is_empty() {
            return Err(
                "no authority is trusted: name a file in `ca`, or set `system_roots`".to_owned(),
            );
        }
        let builder = rustls::ClientConfig::builder_with_provider(provider())
            .with_protocol_versions(versions(self.min_version))
            .map_err(|error| error.to_string())?
            .with_root_certificates(roots);
        let mut made = match identity {
            [certificate, key] => builder
                .with_client_auth_cert(certificate.certificates()?, key.key()?)
                .map_err(|error| mismatch(certificate, key, &error))?,
            _ => builder.with_no_client_auth(),
        };
        made.alpn_protocols = vec![ALPN.to_vec()];
        Ok(made)
    }
}

#[cfg(feature = "tls-native-roots")]
fn system(roots: &mut RootCertStore) -> Result<(), String> {
    let found = rustls_native_certs::load_native_certs();
    let (added, _) = roots.add_parsable_certificates(found.certs);
    match found.errors.first() {
        Some(error) if added == 0 => Err(format!("cannot read the system's authorities: {error}")),
        None if added == 0 => Err("the system trusts no authority: name one in `ca`".to_owned()),
        _ => Ok(()),
    }
}

#[cfg(not(feature = "tls-native-roots"))]
fn system(_: &mut RootCertStore) -> Result<(), String> {
    Err("system_roots needs the feature `tls-native-roots` of scaffold-runtime".to_owned())
}
