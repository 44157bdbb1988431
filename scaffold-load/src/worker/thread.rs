//! A worker's thread, from its connections to its last word.

use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::time::Instant;

use scaffold_runtime::{CallShape, Metadata};
use tokio::sync::oneshot;

use super::bidi::Group;
use super::connect::Connector;
use super::context::Context;
use super::lanes::Lanes;
use super::turns::turns;
use super::{Due, Queue, Trace};
use crate::driver::Requests;
use crate::methods::Method;
use crate::mix::Dealer;
use crate::plan::{Fault, Plan};
use crate::pool::{Call, Pool};
use crate::random::Random;
use crate::record::Part;

/// What it takes to make a worker.
pub(crate) struct Worker {
    pub(crate) number: usize,
    /// Workers of the run.
    pub(crate) of: usize,
    pub(crate) plan: Arc<Plan>,
    pub(crate) connector: Arc<Connector>,
    pub(crate) methods: Vec<Method>,
    /// What each method's calls get of the mix.
    pub(crate) dealer: Dealer,
    pub(crate) pools: Arc<Vec<Pool>>,
    pub(crate) metadata: Metadata,
    pub(crate) queue: Arc<Queue>,
    pub(crate) parts: Sender<Part>,
    pub(crate) stop: Arc<AtomicBool>,
}

/// All workers are connected: when the run is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Go {
    /// When what is measured begins.
    pub(crate) begin: Instant,
    /// When a closed loop stops making calls.
    pub(crate) end: Instant,
}

/// Where a worker's calls come from.
pub(super) enum Source {
    /// The pacer.
    Paced,
    /// The worker itself.
    Closed(Box<Closed>),
}

/// A closed loop: a new call for each that has ended.
pub(super) struct Closed {
    /// Calls at one time.
    calls: usize,
    dealer: Dealer,
    /// The next call of each method.
    next: Vec<u64>,
    /// Each worker makes every so manieth call.
    step: u64,
    go: Go,
    stop: Arc<AtomicBool>,
    random: Random,
    unique: bool,
    requests: Requests,
}

// === impl Worker ===

impl Worker {
    /// Connects, tells `ready`, waits for `go`, and makes calls until there are
    /// none and all have ended.
    pub(crate) fn run(self, ready: Sender<Result<(), Fault>>, go: oneshot::Receiver<Go>) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build_local(tokio::runtime::LocalOptions::default());
        let runtime = match runtime {
            Ok(runtime) => runtime,
            Err(error) => {
                let _ = ready.send(Err(Fault::internal(format!("no runtime: {error}"))));
                return;
            }
        };
        runtime.block_on(async {
            // As a task of its own, not as the runtime's first future: that one
            // is woken through the system.
            let served = tokio::task::spawn_local(self.serve(ready, go)).await;
            if let Err(error) = served
                && error.is_panic()
            {
                std::panic::resume_unwind(error.into_panic());
            }
        });
        // The runtime is dropped here, and with it every call that has no end.
    }

    async fn serve(self, ready: Sender<Result<(), Fault>>, go: oneshot::Receiver<Go>) {
        let share = |all: usize| all / self.of + usize::from(self.number < all % self.of);
        let channels = match self.connector.connect(share(self.plan.connections)).await {
            Ok(channels) => channels,
            Err(fault) => {
                let _ = ready.send(Err(fault));
                return;
            }
        };
        let pools = self.pools.iter().map(Pool::copy).collect();
        let _ = ready.send(Ok(()));
        drop(ready);
        // Without a word the run was given up.
        let Ok(go) = go.await else {
            return;
        };
        let lanes = Lanes::new(channels, self.plan.streams);
        let source = match self.plan.closed {
            None => Source::Paced,
            Some(calls) => Source::Closed(Box::new(Closed {
                calls: share(calls),
                dealer: self.dealer.clone(),
                next: vec![self.number as u64; self.methods.len()],
                step: self.of as u64,
                go,
                stop: self.stop,
                random: Random::of(self.plan.seed, self.number as u64),
                unique: self.plan.unique,
                requests: Requests::new(),
            })),
        };
        let context = Context::new(
            Arc::clone(&self.plan),
            self.methods,
            self.dealer.used(),
            pools,
            self.metadata,
            lanes,
            self.queue,
            go.begin,
        );
        let context = Rc::new(context);
        if let (Some(streams), Source::Paced) = (self.plan.bidi_streams, &source) {
            let streams = streams.max(self.of);
            open_groups(&context, share(streams), streams);
        }
        turns(context, self.number, self.parts, source).await;
    }
}

/// Opens long-lived streams of each bidirectional method.
fn open_groups(context: &Rc<Context>, count: usize, of: usize) {
    for (method, slot) in context.groups.iter().enumerate() {
        if context.methods[method].spec.shape == CallShape::BidiStreaming && context.used[method] {
            *slot.borrow_mut() = Some(Group::open(context, method, count, of));
        }
    }
}

// === impl Closed ===

impl Closed {
    /// How many calls may begin while `live` run.
    pub(super) fn room(&self, live: usize) -> usize {
        self.calls.saturating_sub(live)
    }

    /// Takes up to `count` calls; `false` when no more come.
    pub(super) fn take(
        &mut self,
        count: usize,
        batch: &mut Vec<Due>,
        now: Instant,
        context: &Context,
    ) -> bool {
        if now >= self.go.end || self.stop.load(Ordering::Relaxed) {
            return false;
        }
        for _ in 0..count {
            let method = self.dealer.deal();
            let index = self.next[method];
            self.next[method] += self.step;
            let requests = self.unique.then(|| {
                // Made before, for the first calls: these fail no more than those.
                let _ = context.methods[method].requests(index, &mut self.requests);
                Box::new(Call::of(&self.requests))
            });
            batch.push(Due {
                at: now,
                method,
                index,
                measured: now >= self.go.begin,
                trace: Trace::sample(&mut self.random, context.plan.trace),
                requests,
            });
        }
        true
    }
}
