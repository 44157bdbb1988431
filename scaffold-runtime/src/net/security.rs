//! Whether connections are secured, and how: the only room that knows that TLS
//! is a feature.

#[cfg(feature = "tls")]
use std::sync::Arc;

use super::Io;
use crate::{ChannelConfig, Peer, ServerConfig};

/// What a server does with a connection before it talks HTTP/2. Cheap to clone.
#[derive(Clone)]
pub(crate) struct ServerSecurity {
    #[cfg(feature = "tls")]
    tls: Option<Arc<super::tls::TlsAcceptor>>,
}

/// What a channel does.
#[derive(Debug)]
pub(crate) struct ClientSecurity {
    #[cfg(feature = "tls")]
    tls: Option<super::tls::TlsConnector>,
}

// === impl ServerSecurity ===

impl ServerSecurity {
    /// # Errors
    ///
    /// Which file is wrong, and how to mend it.
    pub(crate) fn new(config: &ServerConfig) -> Result<ServerSecurity, String> {
        #[cfg(not(feature = "tls"))]
        let _ = config;
        Ok(ServerSecurity {
            #[cfg(feature = "tls")]
            tls: match &config.tls {
                Some(tls) => Some(Arc::new(super::tls::TlsAcceptor::new(tls.clone())?)),
                None => None,
            },
        })
    }

    /// Secures a connection, in its own time.
    ///
    /// # Errors
    ///
    /// A reason for the log.
    pub(crate) async fn accept(&self, io: Io, peer: Peer) -> Result<(Io, Peer), String> {
        #[cfg(feature = "tls")]
        if let Some(tls) = &self.tls {
            return tls.accept(io, peer).await;
        }
        Ok((io, peer))
    }

    /// Keeps certificates fresh while it is polled; never ready.
    pub(crate) async fn watch(&self) {
        #[cfg(feature = "tls")]
        if let Some(tls) = &self.tls {
            return tls.watch().await;
        }
        std::future::pending().await
    }

    /// Looks for new certificates now.
    #[cfg(feature = "tls")]
    pub(crate) fn reload(&self) -> Result<bool, String> {
        self.tls.as_ref().map_or(Ok(false), |tls| tls.reload())
    }
}

impl std::fmt::Debug for ServerSecurity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ServerSecurity").finish_non_exhaustive()
    }
}

// === impl ClientSecurity ===

impl ClientSecurity {
    /// `wanted` is what the target says, if it does; `host` the name that it has.
    ///
    /// # Errors
    ///
    /// What does not go together, and what to write instead.
    #[cfg(feature = "tls")]
    pub(crate) fn new(
        config: &ChannelConfig,
        wanted: Option<bool>,
        host: &str,
    ) -> Result<ClientSecurity, String> {
        let tls = match (&config.tls, wanted) {
            (None, Some(true)) => {
                return Err(
                    "https:// needs `tls` in the channel's configuration: which \
                            authorities are trusted must be said"
                        .to_owned(),
                );
            }
            (Some(_), Some(false)) => {
                return Err(
                    "http:// is without TLS, and the channel's configuration has `tls`: write \
                     https:// or leave `tls` out"
                        .to_owned(),
                );
            }
            (Some(tls), _) => Some(super::tls::TlsConnector::new(tls.clone(), host)?),
            (None, _) => None,
        };
        Ok(ClientSecurity { tls })
    }

    /// As with the feature `tls`.
    ///
    /// # Errors
    ///
    /// If TLS is wanted.
    #[cfg(not(feature = "tls"))]
    pub(crate) fn new(
        _: &ChannelConfig,
        wanted: Option<bool>,
        _: &str,
    ) -> Result<ClientSecurity, String> {
        match wanted {
            Some(true) => Err("https:// needs the feature `tls` of scaffold-runtime".to_owned()),
            _ => Ok(ClientSecurity {}),
        }
    }

    /// Secures a connection; the caller bounds the time.
    ///
    /// # Errors
    ///
    /// The reason, for people.
    pub(crate) async fn connect(&self, io: Io, peer: Peer) -> Result<(Io, Peer), String> {
        #[cfg(feature = "tls")]
        if let Some(tls) = &self.tls {
            let shown = peer.to_string();
            let connected = tls.connect(io, peer).await;
            return connected.map_err(|error| format!("{shown}: {error}"));
        }
        Ok((io, peer))
    }
}
