//! Certificates that change while the process runs.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::build::Build;
use super::pem::Contents;

/// Files are not read more often than this.
const MIN_INTERVAL: Duration = Duration::from_secs(1);

/// What is made of files, and is made again when they hold something else.
///
/// Contents are compared, not times: files are small, and a time says too little
/// where a directory is swapped by a link, as container platforms do.
pub(super) struct Watched<B: Build> {
    settings: B,
    interval: Duration,
    state: Mutex<State<B::Made>>,
}

struct State<M> {
    current: Arc<M>,
    /// What was read last, whether it was good or not: what is broken is told
    /// once, not at each look.
    seen: Result<Vec<Vec<u8>>, String>,
    looked: Instant,
}

// === impl Watched ===

impl<B: Build> Watched<B> {
    /// Reads and makes it the first time.
    ///
    /// # Errors
    ///
    /// Which file is wrong, and how to mend it.
    pub(super) fn new(settings: B, interval: Duration) -> Result<Watched<B>, String> {
        let seen = read(&settings)?;
        let current = Arc::new(make(&settings, &seen)?);
        Ok(Watched {
            settings,
            interval: interval.max(MIN_INTERVAL),
            state: Mutex::new(State {
                current,
                seen: Ok(seen),
                looked: Instant::now(),
            }),
        })
    }

    pub(super) fn settings(&self) -> &B {
        &self.settings
    }

    pub(super) fn interval(&self) -> Duration {
        self.interval
    }

    pub(super) fn current(&self) -> Arc<B::Made> {
        self.lock().current.clone()
    }

    /// Whether the last look is longer ago than the interval.
    pub(super) fn is_due(&self) -> bool {
        self.lock().looked.elapsed() >= self.interval
    }

    /// Looks now; the answer is whether there was something new. Blocks while the
    /// system reads.
    ///
    /// # Errors
    ///
    /// If what is there now cannot be used. What there was stays in use.
    pub(super) fn reload(&self) -> Result<bool, String> {
        let now = read(&self.settings);
        let mut state = self.lock();
        state.looked = Instant::now();
        let known = state.seen == now;
        state.seen = now.clone();
        let made = now.and_then(|contents| make(&self.settings, &contents));
        match made {
            Ok(made) if !known => {
                state.current = Arc::new(made);
                tracing::info!("took new certificates");
                Ok(true)
            }
            Ok(_) => Ok(false),
            Err(error) => {
                if !known {
                    tracing::error!(%error, "cannot use new certificates: those there were stay");
                }
                Err(error)
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State<B::Made>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn read<B: Build>(settings: &B) -> Result<Vec<Vec<u8>>, String> {
    settings
        .sources()
        .into_iter()
        .map(|pem| pem.read())
        .collect()
}

fn make<B: Build>(settings: &B, contents: &[Vec<u8>]) -> Result<B::Made, String> {
    let sources = settings.sources().into_iter();
    let contents: Vec<_> = sources
        .zip(contents)
        .map(|(source, bytes)| Contents { source, bytes })
        .collect();
    settings.build(&contents)
}
