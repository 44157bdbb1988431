//! The pacer: from the schedule to the workers.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

use super::Ahead;
use super::sleep::Waiter;
use crate::clock::nanos;
use crate::mix::Dealer;
use crate::plan::Plan;
use crate::random::Random;
use crate::record::{PacedPart, Part};
use crate::worker::{Due, Queue, Trace};

/// Calls that are handed over at once at most, when many are late.
const BATCH: usize = 512;

/// What a purpose is called in `Random::of`.
const TRACES: u64 = 0x7472;

/// Hands out the calls of a run.
pub(crate) struct Pacer {
    pub(crate) plan: Arc<Plan>,
    /// When the first call may be due, with the warm-up; and when what is
    /// measured begins.
    pub(crate) start: Instant,
    pub(crate) begin: Instant,
    pub(crate) dealer: Dealer,
    pub(crate) ahead: Option<Ahead>,
    pub(crate) queues: Vec<Arc<Queue>>,
    pub(crate) parts: Sender<Part>,
    pub(crate) stop: Arc<AtomicBool>,
}

/// What became of the schedule.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Paced {
    /// How long what was measured took.
    pub(crate) elapsed: Duration,
    /// Calls in flight when it began and when it ended.
    pub(crate) in_flight: (u64, u64),
    /// CPU time that the pacer took, in nanoseconds, where the system tells it.
    pub(crate) cpu: Option<u64>,
}

/// The pacer at work.
struct Hand<'a> {
    pacer: &'a Pacer,
    waiter: Waiter,
    /// Calls that are due, for each worker, and when each of them was.
    batches: Vec<Vec<Due>>,
    times: Vec<Instant>,
    batched: usize,
    /// The time it was at the last look.
    now: Instant,
    next: usize,
    handed: u64,
    cap: u64,
    part: PacedPart,
    /// When the part is over.
    cut: Instant,
    at_begin: Option<u64>,
}

// === impl Pacer ===

impl Pacer {
    /// Hands out calls until the schedule is over or the run is stopped, and
    /// closes the queues.
    pub(crate) fn run(mut self) -> Paced {
        let mut ahead = self.ahead.take();
        let schedule = self.plan.schedule();
        let end = self.begin + schedule.length();
        let schedule = schedule.warmed(self.begin - self.start);
        let (shard, mut dealer) = (self.plan.shard, self.dealer.clone());
        let mut counts = vec![0; self.dealer.used().len()];
        let mut random = Random::of(self.plan.seed, TRACES);
        let mut hand = Hand::new(&self);
        let calls = schedule.calls(self.plan.arrival, self.plan.seed);
        for (number, offset) in (0..).zip(calls) {
            let method = dealer.deal();
            let index = counts[method];
            counts[method] += 1;
            if !shard.has(number) {
                continue;
            }
            let at = self.start + offset;
            if !hand.wait(at) {
                break;
            }
            hand.due(Due {
                at,
                method,
                index,
                measured: at >= self.begin,
                trace: Trace::sample(&mut random, self.plan.trace),
                requests: ahead.as_mut().and_then(Ahead::next),
            });
        }
        hand.hand_over();
        hand.wait(end);
        let paced = hand.finish(end);
        for queue in &self.queues {
            queue.close();
        }
        paced
    }
}

// === impl Hand ===

impl<'a> Hand<'a> {
    fn new(pacer: &'a Pacer) -> Self {
        Self {
            waiter: Waiter::new(pacer.plan.spin),
            batches: pacer.queues.iter().map(|_| Vec::new()).collect(),
            times: Vec::new(),
            batched: 0,
            now: Instant::now(),
            next: 0,
            handed: 0,
            cap: pacer.plan.cap() as u64,
            part: PacedPart::default(),
            cut: pacer.begin + Duration::from_secs(1),
            at_begin: None,
            pacer,
        }
    }

    /// Waits until `at`, with nothing in hand; `false` if the run is stopped.
    fn wait(&mut self, at: Instant) -> bool {
        self.waiter.note(at);
        // While calls are late, the clock is read once for many of them.
        if at > self.now {
            self.now = Instant::now();
        }
        if at <= self.now && self.batched < BATCH {
            return true;
        }
        self.hand_over();
        loop {
            if self.pacer.stop.load(Ordering::Relaxed) {
                return false;
            }
            if at <= self.now {
                return true;
            }
            self.now = self.waiter.wait(at);
            self.look(self.now);
        }
    }

    /// Hands the part over if its second is over, and notes when what is
    /// measured begins.
    fn look(&mut self, now: Instant) {
        if self.at_begin.is_none() && now >= self.pacer.begin {
            self.at_begin = Some(self.in_flight());
        }
        while now >= self.cut {
            self.send();
        }
    }

    fn send(&mut self) {
        let next = PacedPart {
            second: self.part.second + 1,
            ..PacedPart::default()
        };
        let mut part = std::mem::replace(&mut self.part, next);
        part.at_begin = self.at_begin;
        self.cut += Duration::from_secs(1);
        // Nobody listens when the run was given up.
        let _ = self.pacer.parts.send(Part::Paced(part));
    }

    /// A call is due: it goes to the worker whose turn it is, or nowhere.
    fn due(&mut self, due: Due) {
        while due.at >= self.cut {
            self.look(due.at);
        }
        self.part.offered += u64::from(due.measured);
        if self.in_flight() >= self.cap {
            self.part.dropped += u64::from(due.measured);
            return;
        }
        if due.measured {
            self.times.push(due.at);
        }
        self.handed += 1;
        self.batched += 1;
        let worker = self.next;
        self.next = (worker + 1) % self.batches.len();
        self.batches[worker].push(due);
    }

    fn hand_over(&mut self) {
        self.batched = 0;
        for (queue, batch) in self.pacer.queues.iter().zip(&mut self.batches) {
            if !batch.is_empty() {
                queue.push(batch);
            }
        }
        if !self.times.is_empty() {
            let now = Instant::now();
            for at in self.times.drain(..) {
                self.part.pacing.record(nanos(at, now));
            }
        }
    }

    fn in_flight(&self) -> u64 {
        let ended: u64 = self.pacer.queues.iter().map(|queue| queue.ended()).sum();
        self.handed.saturating_sub(ended)
    }

    fn finish(mut self, end: Instant) -> Paced {
        let now = Instant::now().min(end);
        let in_flight = (self.at_begin.unwrap_or(0), self.in_flight());
        self.part.last = true;
        self.send();
        Paced {
            elapsed: now.saturating_duration_since(self.pacer.begin),
            in_flight,
            cpu: crate::clock::thread_cpu(),
        }
    }
}
