//! What people write: `ServerTls` and `ClientTls`.

use std::time::Duration;

use super::Pem;

/// TLS of a server. `h2` is agreed on by ALPN: a client that does not offer it
/// is refused.
///
/// ```
/// use scaffold_runtime::net::{Pem, ServerTls};
/// use scaffold_runtime::ServerConfig;
///
/// let config = ServerConfig {
///     tls: Some(ServerTls::new(Pem::file("server.pem"), Pem::file("server.key"))),
///     ..Default::default()
/// };
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "config", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "config", serde(deny_unknown_fields))]
pub struct ServerTls {
    /// The server's certificate, and behind it those that lead to the authority.
    pub certificate: Pem,
    /// Its private key: PKCS#8, PKCS#1 or SEC1, not encrypted.
    pub key: Pem,
    /// The authorities of clients' certificates. Default none.
    #[cfg_attr(feature = "config", serde(default))]
    pub client_ca: Option<Pem>,
    /// Whether clients show certificates. Default none.
    #[cfg_attr(feature = "config", serde(default))]
    pub client_auth: ClientAuth,
    /// The oldest version that is spoken. Default 1.2.
    #[cfg_attr(feature = "config", serde(default))]
    pub min_version: TlsVersion,
    /// How long a handshake may take; the time for HTTP/2's begins after it.
    /// Default 5 s.
    #[cfg_attr(
        feature = "config",
        serde(with = "crate::config::duration", default = "handshake_timeout")
    )]
    pub handshake_timeout: Duration,
    /// Handshakes at once, counted from a client's whole hello: more wait for
    /// their turn, within their time. Those that wait for a hello are bounded by
    /// `max_connections`. Default 256.
    #[cfg_attr(feature = "config", serde(default = "max_handshakes"))]
    pub max_handshakes: usize,
    /// How often files are looked at for new certificates; less than 1 s counts
    /// as 1 s. Default 60 s.
    #[cfg_attr(
        feature = "config",
        serde(with = "crate::config::duration", default = "reload_interval")
    )]
    pub reload_interval: Duration,
}

/// TLS of a channel. `h2` is agreed on by ALPN: a server that does not is
/// refused.
///
/// Which authorities are trusted must be said: services inside an organisation
/// have one of their own, as a rule, and those of the web would be too many.
///
/// ```
/// use scaffold_runtime::net::{ClientTls, Pem};
/// use scaffold_runtime::{Channel, ChannelConfig};
///
/// let config = ChannelConfig {
///     tls: Some(ClientTls::new(Pem::file("ca.pem"))),
///     ..Default::default()
/// };
/// let channel = Channel::with_config("https://users:50051", config);
/// # assert!(channel.unwrap_err().message().contains("cannot read ca.pem"));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "config", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "config", serde(default, deny_unknown_fields))]
pub struct ClientTls {
    /// The authorities that servers' certificates come from.
    pub ca: Vec<Pem>,
    /// Whether those that the system trusts count, too: needs the feature
    /// `tls-native-roots`. Default false.
    pub system_roots: bool,
    /// What the client shows of itself. Default nothing.
    pub identity: Option<ClientIdentity>,
    /// The name in the server's certificate. Default the target's host, and
    /// `localhost` for a target that has none.
    pub server_name: Option<String>,
    /// The oldest version that is spoken. Default 1.2.
    pub min_version: TlsVersion,
    /// How old what was read from files may be when a connection is made; less
    /// than 1 s counts as 1 s. Default 60 s.
    #[cfg_attr(feature = "config", serde(with = "crate::config::duration"))]
    pub reload_interval: Duration,
}

/// The certificate that a client shows.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "config", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "config", serde(deny_unknown_fields))]
pub struct ClientIdentity {
    /// The certificate, and behind it those that lead to the authority.
    pub certificate: Pem,
    /// Its private key: PKCS#8, PKCS#1 or SEC1, not encrypted.
    pub key: Pem,
}

/// Whether a server asks clients for certificates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "config", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "config", serde(rename_all = "lowercase"))]
pub enum ClientAuth {
    /// It does not ask.
    #[default]
    None,
    /// It asks; a client may show none, and one that it shows must be good.
    Optional,
    /// Without a good certificate there is no connection (mTLS).
    Required,
}

/// A version of TLS. Older ones are never spoken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "config", derive(serde::Deserialize, serde::Serialize))]
pub enum TlsVersion {
    /// TLS 1.2 (RFC 5246), with forward secrecy and AEAD only.
    #[default]
    #[cfg_attr(feature = "config", serde(rename = "1.2"))]
    V12,
    /// TLS 1.3 (RFC 8446).
    #[cfg_attr(feature = "config", serde(rename = "1.3"))]
    V13,
}

// === impl ServerTls ===

impl ServerTls {
    /// TLS with this certificate, and the defaults.
    pub fn new(certificate: impl Into<Pem>, key: impl Into<Pem>) -> ServerTls {
        ServerTls {
            certificate: certificate.into(),
            key: key.into(),
            client_ca: None,
            client_auth: ClientAuth::None,
            min_version: TlsVersion::default(),
            handshake_timeout: handshake_timeout(),
            max_handshakes: max_handshakes(),
            reload_interval: reload_interval(),
        }
    }

    /// The same, for clients with certificates of these authorities only.
    #[must_use]
    pub fn require_clients(self, client_ca: impl Into<Pem>) -> ServerTls {
        ServerTls {
            client_ca: Some(client_ca.into()),
            client_auth: ClientAuth::Required,
            ..self
        }
    }
}

fn handshake_timeout() -> Duration {
    Duration::from_secs(5)
}

fn max_handshakes() -> usize {
    256
}

fn reload_interval() -> Duration {
    Duration::from_secs(60)
}

// === impl ClientTls ===

impl ClientTls {
    /// TLS that trusts these authorities, and the defaults.
    pub fn new(ca: impl Into<Pem>) -> ClientTls {
        ClientTls {
            ca: vec![ca.into()],
            ..ClientTls::default()
        }
    }

    /// The same, with a certificate to show.
    #[must_use]
    pub fn with_identity(self, certificate: impl Into<Pem>, key: impl Into<Pem>) -> ClientTls {
        ClientTls {
            identity: Some(ClientIdentity {
                certificate: certificate.into(),
                key: key.into(),
            }),
            ..self
        }
    }
}

impl Default for ClientTls {
    fn default() -> ClientTls {
        ClientTls {
            ca: Vec::new(),
            system_roots: false,
            identity: None,
            server_name: None,
            min_version: TlsVersion::default(),
            reload_interval: reload_interval(),
        }
    }
}
