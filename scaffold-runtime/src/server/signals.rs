//! SIGTERM and SIGINT: the first begins the drain, the second ends the process.

use std::future::Future;

use super::race::{First, race};

/// A signal that came.
#[derive(Clone, Copy, Debug)]
pub(super) struct Signal {
    pub(super) name: &'static str,
    /// What a shell reports for a process that it ends.
    exit_code: i32,
}

/// Listens to both signals, from when it is made: from then on they do not end
/// the process by themselves.
pub(super) struct Signals {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
}

// === impl Signals ===

#[cfg(unix)]
impl Signals {
    pub(super) fn listen() -> std::io::Result<Signals> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Signals {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    /// Waits for the next one.
    pub(super) async fn next(&mut self) -> Signal {
        match race(self.terminate.recv(), self.interrupt.recv()).await {
            First::Left(_) => Signal {
                name: "SIGTERM",
                exit_code: 128 + 15,
            },
            First::Right(_) => Signal {
                name: "SIGINT",
                exit_code: 128 + 2,
            },
        }
    }
}

#[cfg(not(unix))]
impl Signals {
    pub(super) fn listen() -> std::io::Result<Signals> {
        Ok(Signals {})
    }

    /// Waits for the next one.
    pub(super) async fn next(&mut self) -> Signal {
        match tokio::signal::ctrl_c().await {
            Ok(()) => Signal {
                name: "Ctrl-C",
                exit_code: 128 + 2,
            },
            Err(_) => std::future::pending().await,
        }
    }
}

impl Signals {
    /// Waits for a future; a signal that comes meanwhile ends the process.
    pub(super) async fn or_exit<F: Future>(&mut self, future: F) -> F::Output {
        match race(future, self.next()).await {
            First::Left(output) => output,
            First::Right(signal) => {
                tracing::warn!(signal = signal.name, "told to stop twice: exits now");
                std::process::exit(signal.exit_code)
            }
        }
    }
}
