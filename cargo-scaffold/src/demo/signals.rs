//! Ctrl-C and a request to terminate, as a flag: the demo has processes to stop
//! before it may end.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::fault::{Fault, Result};

/// Whether the end was asked for.
#[derive(Debug, Clone)]
pub(crate) struct Signals(Arc<AtomicBool>);

// === impl Signals ===

impl Signals {
    /// From here on signals set the flag instead of ending the process.
    pub(crate) fn catch() -> Result<Self> {
        let flag = Arc::new(AtomicBool::new(false));
        #[cfg(unix)]
        for signal in [
            signal_hook::consts::SIGINT,
            signal_hook::consts::SIGTERM,
            signal_hook::consts::SIGHUP,
        ] {
            signal_hook::flag::register(signal, Arc::clone(&flag))
                .map_err(|error| Fault::internal(format!("cannot listen to signals: {error}")))?;
        }
        Ok(Self(flag))
    }

    pub(crate) fn check(&self) -> Result<()> {
        if self.0.load(Ordering::Relaxed) {
            return Err(Fault::interrupted().note("everything that was started was stopped"));
        }
        Ok(())
    }
}
