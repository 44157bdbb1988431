//! Ctrl-C: the first keeps what was measured, the second ends the process.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use crate::Exit;
use crate::plan::Fault;
use crate::progress;

/// The runs that Ctrl-C stops.
static RUNNING: Mutex<Vec<Arc<AtomicBool>>> = Mutex::new(Vec::new());

/// Sets `stop` at Ctrl-C, until what it returns is dropped. One thread of the
/// process listens; a second Ctrl-C while a run stops ends the process.
pub(crate) fn on_ctrl_c(stop: &Arc<AtomicBool>) -> Result<Listening, Fault> {
    static LISTENER: Mutex<bool> = Mutex::new(false);
    let mut listener = LISTENER.lock().unwrap_or_else(PoisonError::into_inner);
    if !*listener {
        thread::Builder::new()
            .name("load-signals".to_owned())
            .spawn(listen)
            .map_err(|error| Fault::internal(format!("no thread: {error}")))?;
        *listener = true;
    }
    running().push(Arc::clone(stop));
    Ok(Listening(Arc::clone(stop)))
}

/// A run that Ctrl-C stops.
pub(crate) struct Listening(Arc<AtomicBool>);

impl Drop for Listening {
    fn drop(&mut self) {
        running().retain(|stop| !Arc::ptr_eq(stop, &self.0));
    }
}

fn running() -> std::sync::MutexGuard<'static, Vec<Arc<AtomicBool>>> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

fn listen() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let Ok(runtime) = runtime else {
        return;
    };
    while runtime.block_on(tokio::signal::ctrl_c()).is_ok() {
        interrupt();
    }
}

/// Stops the runs, or ends the process if all of them stop already.
pub(crate) fn interrupt() {
    let running = running();
    let fresh = running
        .iter()
        .filter(|stop| !stop.swap(true, Ordering::Relaxed))
        .count();
    if fresh == 0 {
        progress::leave();
        std::process::exit(Exit::Interrupted as i32);
    }
    progress::say("stopping: calls under way are waited for; Ctrl-C again to end at once");
}
