//! One runtime for each core, and who gets a connection.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use tokio::sync::mpsc;

use super::connection::{Job, Serve};
use super::listen::Arrival;
use crate::Error;
use crate::net::Detached;

/// Where connections are served.
pub(super) enum Workers<S> {
    /// On the caller's runtime.
    Here(Arc<S>),
    /// Each on the thread that has the fewest.
    Threads(Vec<Worker>),
}

/// A thread with a runtime.
pub(super) struct Worker {
    /// Connections that it has.
    load: Arc<AtomicUsize>,
    /// Connections that it has not picked up yet: a thread that a handler
    /// holds picks up none.
    waiting: Arc<AtomicUsize>,
    jobs: mpsc::UnboundedSender<Handover>,
}

/// A connection on its way to another thread.
struct Handover {
    stream: Detached,
    job: Job,
    load: Load,
}

/// Counts a connection on its worker while it lives.
struct Load(Arc<AtomicUsize>);

// === impl Workers ===

impl<S: Serve> Workers<S> {
    /// Starts threads.
    ///
    /// # Errors
    ///
    /// If one cannot be started.
    pub(super) fn threads(serve: &Arc<S>, count: usize) -> Result<Workers<S>, Error> {
        let threads = (0..count)
            .map(|index| Worker::start(serve.clone(), index))
            .collect::<Result<_, _>>()?;
        Ok(Workers::Threads(threads))
    }

    /// Gives a connection to the worker that has the fewest, among those that
    /// are not behind with picking them up.
    pub(super) fn place(&self, arrival: Arrival) {
        let Arrival {
            stream,
            peer,
            guest,
        } = arrival;
        let job = Job { peer, guest };
        match self {
            Workers::Here(serve) => {
                let serve = serve.clone();
                tokio::spawn(async move { serve.serve(stream, job).await });
            }
            Workers::Threads(workers) => {
                let least = workers.iter().min_by_key(|worker| {
                    let count = |of: &AtomicUsize| of.load(Ordering::Relaxed);
                    (count(&worker.waiting), count(&worker.load))
                });
                // A socket that cannot be handed over is closed.
                if let (Some(worker), Ok(stream)) = (least, Detached::new(stream)) {
                    let load = Load::new(worker.load.clone());
                    worker.waiting.fetch_add(1, Ordering::Relaxed);
                    let _ = worker.jobs.send(Handover { stream, job, load });
                }
            }
        }
    }
}

// === impl Worker ===

impl Worker {
    fn start<S: Serve>(serve: Arc<S>, index: usize) -> Result<Worker, Error> {
        let (jobs, mut queue) = mpsc::unbounded_channel::<Handover>();
        let waiting = Arc::<AtomicUsize>::default();
        let picked_up = waiting.clone();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Error::new("cannot start a runtime", error))?;
        let work = move || {
            let lifecycle = serve.lifecycle();
            runtime.block_on(async move {
                while let Some(Handover { stream, job, load }) = queue.recv().await {
                    picked_up.fetch_sub(1, Ordering::Relaxed);
                    let serve = serve.clone();
                    match stream.attach() {
                        Ok(stream) => drop(tokio::spawn(async move {
                            let _load = load;
                            serve.serve(stream, job).await;
                        })),
                        Err(error) => tracing::warn!(%error, "cannot serve a connection"),
                    }
                }
                // No more will come; those that are here end by the drain.
                lifecycle.reached(super::lifecycle::Phase::Cut).await;
            });
            // Blocking tasks of handlers must not hold the thread.
            runtime.shutdown_background();
        };
        thread::Builder::new()
            .name(format!("scaffold-{index}"))
            .spawn(work)
            .map_err(|error| Error::new("cannot start a thread", error))?;
        Ok(Worker {
            load: Arc::default(),
            waiting,
            jobs,
        })
    }
}

// === impl Load ===

impl Load {
    fn new(load: Arc<AtomicUsize>) -> Load {
        load.fetch_add(1, Ordering::Relaxed);
        Load(load)
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
