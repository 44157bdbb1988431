//! A thread that makes calls: a runtime of its own, connections of its own, a
//! record of its own.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use scaffold_runtime::Channel;
use tokio::sync::mpsc::UnboundedReceiver;

use crate::driver::{AnyDriver, MakeDriver};
use crate::pace::{Due, Gauges};
use crate::plan::Fault;
use crate::record::Recorder;

/// A method of the run: which driver, and which of its methods.
pub(crate) type Route = (usize, usize);

/// What a worker and the thread that watches it share.
#[derive(Debug)]
pub(crate) struct Shared {
    recorder: Mutex<Recorder>,
}

pub(crate) struct Worker {
    pub(crate) target: String,
    pub(crate) connections: usize,
    pub(crate) makers: Arc<Vec<MakeDriver>>,
    pub(crate) routes: Arc<Vec<Route>>,
    pub(crate) queue: UnboundedReceiver<Due>,
    pub(crate) shared: Arc<Shared>,
    pub(crate) gauges: Arc<Gauges>,
    pub(crate) drain: Duration,
}

/// A call that has not ended. Dropped, it counts as one that never did.
struct Pending {
    due: Due,
    shared: Arc<Shared>,
    gauges: Arc<Gauges>,
    open: bool,
}

// === impl Shared ===

impl Shared {
    pub(crate) fn new(methods: usize) -> Self {
        Self {
            recorder: Mutex::new(Recorder::new(methods)),
        }
    }

    pub(crate) fn recorder(&self) -> MutexGuard<'_, Recorder> {
        self.recorder.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// === impl Worker ===

impl Worker {
    /// Connects, tells `ready`, and makes the calls of the queue until it is
    /// closed and they ended. Returns the share of a core that it took.
    pub(crate) fn run(self, ready: std::sync::mpsc::Sender<Result<(), Fault>>) -> Option<f64> {
        let runtime = match tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
        {
            Ok(runtime) => runtime,
            Err(error) => {
                let _ = ready.send(Err(Fault::internal(format!("no runtime: {error}"))));
                return None;
            }
        };
        runtime.block_on(self.serve(ready))
        // The runtime is dropped here, and with it every call that has no end.
    }

    async fn serve(mut self, ready: std::sync::mpsc::Sender<Result<(), Fault>>) -> Option<f64> {
        let mut connections: Vec<Arc<Vec<Box<dyn AnyDriver>>>> = Vec::new();
        for _ in 0..self.connections {
            match Channel::connect(self.target.as_str()).await {
                Ok(channel) => connections.push(Arc::new(
                    self.makers
                        .iter()
                        .map(|make| make(channel.clone()))
                        .collect(),
                )),
                Err(error) => {
                    let _ = ready.send(Err(Fault::unreachable(format!(
                        "nothing answers at {}: {error}",
                        self.target
                    ))));
                    return None;
                }
            }
        }
        let _ = ready.send(Ok(()));
        drop(ready);

        let (cpu, clock) = (thread_cpu(), Instant::now());
        let mut turn = 0;
        while let Some(due) = self.queue.recv().await {
            let drivers = Arc::clone(&connections[turn]);
            turn = (turn + 1) % connections.len();
            let (driver, method) = self.routes[due.method];
            let mut pending = Pending {
                due,
                shared: Arc::clone(&self.shared),
                gauges: Arc::clone(&self.gauges),
                open: true,
            };
            tokio::spawn(async move {
                let sample = drivers[driver].call(method, due.index).await;
                pending.finish(&sample);
            });
        }
        let busy = cpu.zip(thread_cpu()).map(|(from, to)| {
            to.saturating_sub(from).as_secs_f64() / clock.elapsed().as_secs_f64()
        });

        let end = Instant::now() + self.drain;
        while self.gauges.in_flight.load(Ordering::Relaxed) > 0
            && Instant::now() < end
            && !self.gauges.stop.load(Ordering::Relaxed)
        {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        busy
    }
}

// === impl Pending ===

impl Pending {
    fn finish(&mut self, sample: &crate::Sample) {
        self.open = false;
        self.shared
            .recorder()
            .finished(self.due.method, self.due.at, sample);
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        if self.open {
            self.shared
                .recorder()
                .unfinished(self.due.method, self.due.at);
        }
        self.gauges.in_flight.fetch_sub(1, Ordering::Relaxed);
    }
}

/// CPU time of this thread, where the system tells it.
fn thread_cpu() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanos = text.split_whitespace().next()?.parse().ok()?;
    Some(Duration::from_nanos(nanos))
}
