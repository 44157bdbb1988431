//! The server's side of a handshake.

use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio_rustls::rustls::ProtocolVersion;
use tokio_rustls::rustls::server::Acceptor;
use tokio_rustls::{LazyConfigAcceptor, TlsStream};

use super::ServerTls;
use super::watch::Watched;
use crate::net::Io;
use crate::{Peer, TlsInfo};

/// Shakes hands with clients, and keeps the certificates fresh.
pub(crate) struct TlsAcceptor {
    watched: Arc<Watched<ServerTls>>,
    handshakes: Semaphore,
}

// === impl TlsAcceptor ===

impl TlsAcceptor {
    /// Reads the files.
    ///
    /// # Errors
    ///
    /// Which file is wrong, and how to mend it.
    pub(crate) fn new(settings: ServerTls) -> Result<TlsAcceptor, String> {
        let room = settings.max_handshakes.clamp(1, Semaphore::MAX_PERMITS);
        let interval = settings.reload_interval;
        Ok(TlsAcceptor {
            watched: Arc::new(Watched::new(settings, interval)?),
            handshakes: Semaphore::new(room),
        })
    }

    /// Shakes hands within the handshake timeout.
    ///
    /// # Errors
    ///
    /// A reason for the log; the connection is closed.
    pub(crate) async fn accept(&self, io: Io, peer: Peer) -> Result<(Io, Peer), String> {
        let limit = self.watched.settings().handshake_timeout;
        let handshake = async {
            // Who only connects, or sends half a hello, takes no turn.
            let hello = LazyConfigAcceptor::new(Acceptor::default(), io).await?;
            let _turn = self.handshakes.acquire().await;
            hello.into_stream(self.watched.current()).await
        };
        let stream = match tokio::time::timeout(limit, handshake).await {
            Ok(Ok(stream)) => stream,
            Ok(Err(error)) => return Err(format!("the TLS handshake failed: {error}")),
            Err(_) => return Err(format!("the TLS handshake took longer than {limit:?}")),
        };
        let session = stream.get_ref().1;
        let server_name = session.server_name().map(ToOwned::to_owned);
        let info = info(session, server_name)
            .ok_or("the client did not ask for HTTP/2: its ALPN must offer h2")?;
        let peer = peer.with_tls(info);
        Ok((Io::Tls(Box::new(TlsStream::Server(stream))), peer))
    }

    /// Looks at the files now; the answer is whether there was something new.
    ///
    /// # Errors
    ///
    /// If what is there now cannot be used. What there was stays in use.
    pub(crate) fn reload(&self) -> Result<bool, String> {
        self.watched.reload()
    }

    /// Looks at the files from time to time, for as long as it is polled.
    pub(crate) async fn watch(&self) {
        loop {
            tokio::time::sleep(self.watched.interval()).await;
            let watched = self.watched.clone();
            // The log has what is wrong.
            let _ = tokio::task::spawn_blocking(move || watched.reload()).await;
        }
    }
}

/// What a handshake says; `None` if it did not agree on HTTP/2.
pub(super) fn info(
    session: &tokio_rustls::rustls::CommonState,
    server_name: Option<String>,
) -> Option<TlsInfo> {
    let alpn = session.alpn_protocol().filter(|alpn| alpn == b"h2")?;
    let certificates = session.peer_certificates().unwrap_or_default();
    Some(TlsInfo {
        certificates: certificates.iter().map(|der| der.to_vec()).collect(),
        server_name,
        alpn: Some(String::from_utf8_lossy(alpn).into_owned()),
        version: session.protocol_version().and_then(name),
    })
}

fn name(version: ProtocolVersion) -> Option<&'static str> {
    match version {
        ProtocolVersion::TLSv1_2 => Some("TLSv1.2"),
        ProtocolVersion::TLSv1_3 => Some("TLSv1.3"),
        _ => None,
    }
}
