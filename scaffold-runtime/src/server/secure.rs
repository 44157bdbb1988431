//! The handshake of TLS, in the connection's own task: a client that takes its
//! time keeps nobody waiting.

use std::sync::Arc;

use super::connection::{Job, Serve};
use super::lifecycle::{Lifecycle, Phase};
use super::race::{First, race};
use crate::counters::{Cause, Counters};
use crate::net::{Io, ServerSecurity};

/// Serves connections once they are secured.
pub(super) struct Secured<S> {
    pub(super) inner: Arc<S>,
    pub(super) security: ServerSecurity,
    pub(super) counters: Counters,
}

impl<S: Serve> Serve for Secured<S> {
    async fn serve(&self, stream: Io, job: Job) {
        let Job { peer, guest } = job;
        let handshake = self.security.accept(stream, peer.clone());
        match race(handshake, self.lifecycle().reached(Phase::Cut)).await {
            First::Left(Ok((stream, peer))) => self.inner.serve(stream, Job { peer, guest }).await,
            First::Left(Err(error)) => {
                self.counters.count(Cause::Tls);
                tracing::debug!(%peer, %error, "no secure connection");
            }
            First::Right(()) => {}
        }
    }

    fn lifecycle(&self) -> Arc<Lifecycle> {
        self.inner.lifecycle()
    }
}
