//! Where a channel's background work runs: the caller's tokio runtime, or,
//! for a caller without one, a thread of our own.
//!
//! Motivation: a channel made by a plain thread (the blocking client, another
//! executor) still needs something that reads its socket while no call is being
//! polled. One thread with a current-thread runtime serves all such channels of
//! the process. It is started by the first that needs it and lives as long as
//! the process, because a socket may outlive every caller that is visible.

use std::future::Future;
use std::sync::OnceLock;

use tokio::runtime::Handle;

use crate::Status;

/// Runs `future` to its end beside the caller, whatever executor that is.
pub(crate) fn spawn(future: impl Future<Output = ()> + Send + 'static) -> Result<(), Status> {
    // The join handle is not kept: each task ends by itself with its channel.
    match Handle::try_current() {
        Ok(handle) => drop(handle.spawn(future)),
        Err(_) => drop(background()?.spawn(future)),
    }
    Ok(())
}

/// A timer that works on any executor.
pub(crate) fn sleep_until(deadline: std::time::Instant) -> Result<tokio::time::Sleep, Status> {
    let deadline = tokio::time::Instant::from_std(deadline);
    if Handle::try_current().is_ok() {
        return Ok(tokio::time::sleep_until(deadline));
    }
    let _context = background()?.enter();
    Ok(tokio::time::sleep_until(deadline))
}

/// The process-wide runtime for callers without one, started at the first call.
pub(crate) fn background() -> Result<&'static Handle, Status> {
    static BACKGROUND: OnceLock<Result<Handle, String>> = OnceLock::new();
    BACKGROUND
        .get_or_init(|| start().map_err(|error| error.to_string()))
        .as_ref()
        .map_err(|error| {
            Status::internal(format!(
                "the background thread of clients did not start: {error}"
            ))
        })
}

fn start() -> std::io::Result<Handle> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let handle = runtime.handle().clone();
    std::thread::Builder::new()
        .name("grpc-client".to_owned())
        .spawn(move || runtime.block_on(std::future::pending::<()>()))?;
    Ok(handle)
}
