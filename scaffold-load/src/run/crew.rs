//! The threads that make the calls, connected and waiting.

use std::sync::atomic::AtomicBool;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, mpsc};
use std::thread::{self, JoinHandle};

use tokio::sync::oneshot;

use crate::methods::Method;
use crate::mix::Dealer;
use crate::plan::{Fault, Plan};
use crate::pool::Pool;
use crate::record::Part;
use crate::worker::{Connector, Go, Queue, Worker, metadata};

/// The workers of a run.
pub(super) struct Crew {
    pub(super) queues: Vec<Arc<Queue>>,
    /// Where parts go; given up with [`hang_up`](Self::hang_up).
    pub(super) parts: mpsc::Sender<Part>,
    received: Receiver<Part>,
    go: Vec<oneshot::Sender<Go>>,
    threads: Vec<JoinHandle<()>>,
}

// === impl Crew ===

impl Crew {
    /// Starts the workers, and waits until all are connected.
    pub(super) fn hire(
        plan: &Arc<Plan>,
        methods: &[Method],
        dealer: &Dealer,
        stop: &Arc<AtomicBool>,
    ) -> Result<Self, Fault> {
        let workers = plan.workers.clamp(1, plan.connections.max(1));
        let pools = Arc::new(pools(plan, methods, dealer)?);
        if plan.invalid_ratio > 0.0 {
            invalid(plan, methods, &pools)?;
        }
        let connector = Arc::new(Connector::new(plan)?);
        let metadata = metadata(plan)?;
        let (ready, readiness) = channel();
        let (parts, received) = channel();
        let mut crew = Self {
            queues: Vec::new(),
            parts,
            received,
            go: Vec::new(),
            threads: Vec::new(),
        };
        for number in 0..workers {
            let queue = Arc::new(Queue::default());
            let worker = Worker {
                number,
                of: workers,
                plan: Arc::clone(plan),
                connector: Arc::clone(&connector),
                methods: methods.to_vec(),
                dealer: dealer.clone(),
                pools: Arc::clone(&pools),
                metadata: metadata.clone(),
                queue: Arc::clone(&queue),
                parts: crew.parts.clone(),
                stop: Arc::clone(stop),
            };
            let (go, gone) = oneshot::channel();
            let ready = ready.clone();
            let thread = thread::Builder::new()
                .name(format!("load-{number}"))
                .spawn(move || worker.run(ready, gone))
                .map_err(|error| Fault::internal(format!("no thread: {error}")))?;
            crew.queues.push(queue);
            crew.go.push(go);
            crew.threads.push(thread);
        }
        drop(ready);
        for _ in 0..workers {
            readiness
                .recv()
                .map_err(|_| Fault::internal("a worker ended before it began".to_owned()))??;
        }
        Ok(crew)
    }

    /// Tells all workers when the run is.
    pub(super) fn start(&mut self, go: Go) {
        for worker in self.go.drain(..) {
            let _ = worker.send(go);
        }
    }

    /// What workers and pacer send; it ends when they do.
    pub(super) fn hang_up(&mut self) -> Receiver<Part> {
        let (none, nothing) = channel();
        self.parts = none;
        std::mem::replace(&mut self.received, nothing)
    }

    /// Waits for the workers' ends.
    pub(super) fn part(self) -> Result<(), Fault> {
        for thread in self.threads {
            thread
                .join()
                .map_err(|_| Fault::internal("a worker panicked: this is a bug".to_owned()))?;
        }
        Ok(())
    }
}

/// Holds a plan with requests that break rules against those there are.
fn invalid(plan: &Plan, methods: &[Method], pools: &[Pool]) -> Result<(), Fault> {
    if plan.bidi_streams.is_some() {
        return Err(Fault::usage(
            "requests that break a rule would end the streams of --bidi-streams: leave out one of the two"
                .to_owned(),
        ));
    }
    if plan.unique || pools.iter().any(Pool::breaks_rules) {
        return Ok(());
    }
    let paths: Vec<&str> = methods.iter().map(|method| method.spec.path).collect();
    Err(Fault::usage(format!(
        "no request breaks a rule: the messages of {} have none (buf.validate), are made by functions, or are fewer than --invalid-ratio needs (--payloads)",
        paths.join(", ")
    )))
}

/// Requests of each method that the mix has.
fn pools(plan: &Plan, methods: &[Method], dealer: &Dealer) -> Result<Vec<Pool>, Fault> {
    let few;
    let plan = if plan.unique {
        // One to see that there are any: the rest is made along the way.
        few = Plan {
            payloads: 1,
            ..plan.clone()
        };
        &few
    } else {
        plan
    };
    let of = |(method, used): (&Method, bool)| match used {
        true => Pool::fill(method, plan),
        false => Ok(Pool::default()),
    };
    methods.iter().zip(dealer.used()).map(of).collect()
}
