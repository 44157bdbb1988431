//! The client's side of a handshake.

use std::sync::Arc;

use tokio_rustls::TlsStream;
use tokio_rustls::rustls::pki_types::ServerName;

use super::ClientTls;
use super::accept::info;
use super::watch::Watched;
use crate::Peer;
use crate::net::Io;

/// Shakes hands with a server, and keeps the certificates fresh.
pub(crate) struct TlsConnector {
    watched: Arc<Watched<ClientTls>>,
    server_name: ServerName<'static>,
}

// === impl TlsConnector ===

impl TlsConnector {
    /// Reads the files. `host` is the name that a server must show if the
    /// settings have no other.
    ///
    /// # Errors
    ///
    /// What is wrong, and how to mend it.
    pub(crate) fn new(settings: ClientTls, host: &str) -> Result<TlsConnector, String> {
        let name = settings.server_name.as_deref().unwrap_or(host);
        let server_name = ServerName::try_from(name.to_owned()).map_err(|_| {
            format!("{name:?} is no name that a certificate can have: set `server_name`")
        })?;
        let interval = settings.reload_interval;
        Ok(TlsConnector {
            watched: Arc::new(Watched::new(settings, interval)?),
            server_name,
        })
    }

    /// Shakes hands; the caller bounds the time.
    ///
    /// # Errors
    ///
    /// The reason, for people.
    pub(crate) async fn connect(&self, io: Io, peer: Peer) -> Result<(Io, Peer), String> {
        if self.watched.is_due() {
            let watched = self.watched.clone();
            // The log has what is wrong, and what there was stays in use.
            let _ = tokio::task::spawn_blocking(move || watched.reload()).await;
        }
        let stream = tokio_rustls::TlsConnector::from(self.watched.current())
            .connect(self.server_name.clone(), io)
            .await
            .map_err(|error| format!("the TLS handshake failed: {error}"))?;
        let name = self.server_name.to_str().into_owned();
        let info = info(stream.get_ref().1, Some(name))
            .ok_or("the server does not speak HTTP/2 over TLS: its ALPN must choose h2")?;
        let peer = peer.with_tls(info);
        Ok((Io::Tls(Box::new(TlsStream::Client(stream))), peer))
    }
}

impl std::fmt::Debug for TlsConnector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TlsConnector")
            .field("server_name", &self.server_name)
            .finish_non_exhaustive()
    }
}
