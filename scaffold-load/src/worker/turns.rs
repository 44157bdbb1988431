//! The worker's loop: takes what is due, starts it, polls what was woken, and
//! hands its record over once a second.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::mpsc::Sender;
use std::task::{Context as Cx, Poll};
use std::time::Instant;

use tokio::time::Sleep;

use super::Due;
use super::bidi::Group;
use super::calls::call;
use super::context::Context;
use super::lanes::Lane;
use super::slab::Slab;
use super::thread::Source;
use crate::clock::thread_cpu;
use crate::record::Part;

/// Calls that are started before others of the thread have their turn: the
/// connections' writes among them.
const BURST: usize = 256;

/// The loop of one worker.
pub(super) struct Turns<F> {
    context: Rc<Context>,
    number: usize,
    parts: Sender<Part>,
    source: Source,
    make: fn(Rc<Context>, Rc<Lane>, Due, Option<Instant>) -> F,
    slab: Slab<F>,
    /// Calls in hand that wait for a stream, since when.
    waiting: VecDeque<(Due, Instant)>,
    batch: Vec<Due>,
    /// No call comes any more; by then those under way must have ended.
    give_up: Option<Instant>,
    sleep: Pin<Box<Sleep>>,
}

/// Makes calls until none comes any more and all have ended, or the time for
/// that is over.
pub(super) async fn turns(
    context: Rc<Context>,
    number: usize,
    parts: Sender<Part>,
    source: Source,
) {
    let mut turns = Turns::new(context, number, parts, source, call);
    poll_fn(|cx| turns.poll(cx)).await;
    turns.finish();
}

// === impl Turns ===

impl<F: Future<Output = ()>> Turns<F> {
    fn new(
        context: Rc<Context>,
        number: usize,
        parts: Sender<Part>,
        source: Source,
        make: fn(Rc<Context>, Rc<Lane>, Due, Option<Instant>) -> F,
    ) -> Self {
        let cut = context.recorder.borrow().cut();
        Self {
            context,
            number,
            parts,
            source,
            make,
            slab: Slab::new(),
            waiting: VecDeque::new(),
            batch: Vec::new(),
            give_up: None,
            sleep: Box::pin(tokio::time::sleep_until(cut.into())),
        }
    }

    fn poll(&mut self, cx: &mut Cx<'_>) -> Poll<()> {
        let woken = self.slab.turn();
        let now = Instant::now();
        let mut started = 0;
        while started < BURST && self.start_waiting() {
            started += 1;
        }
        if self.give_up.is_none() {
            started += self.take(now, cx);
        }
        self.context.queue.set_ended(self.context.ended.get());
        self.hand_over(now);
        if self.is_over(now) {
            return Poll::Ready(());
        }
        if started > 0 || woken || !self.slab.sleep(cx) {
            // Not at once: what was started is to be written first.
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        self.rest(cx)
    }

    /// Sleeps until a call is woken, one is due, or the second is over.
    fn rest(&mut self, cx: &mut Cx<'_>) -> Poll<()> {
        let cut = self.context.recorder.borrow().cut();
        let until = self.give_up.map_or(cut, |give_up| give_up.min(cut)).into();
        if self.sleep.deadline() != until {
            self.sleep.as_mut().reset(until);
        }
        if self.sleep.as_mut().poll(cx).is_ready() {
            cx.waker().wake_by_ref();
        }
        Poll::Pending
    }

    /// Takes calls in hand and starts them, as far as there are streams.
    fn take(&mut self, now: Instant, cx: &mut Cx<'_>) -> usize {
        let more = match &mut self.source {
            Source::Paced => match self.context.queue.poll_take(&mut self.batch, cx) {
                Poll::Ready(more) => more,
                Poll::Pending => return 0,
            },
            Source::Closed(closed) => {
                let room = closed.room(self.slab.live() + self.waiting.len());
                let room = room.min(BURST);
                let more = closed.take(room, &mut self.batch, now, &self.context);
                if self.batch.is_empty() && more {
                    return 0;
                }
                more
            }
        };
        let count = self.batch.len();
        let mut batch = std::mem::take(&mut self.batch);
        for due in batch.drain(..) {
            self.context.recorder.borrow_mut().taken(&due, now);
            self.begin(due, now);
        }
        self.batch = batch;
        if !more {
            self.give_up = Some(now + self.context.plan.drain);
            for group in &self.context.groups {
                group.borrow().iter().for_each(Group::close);
            }
        }
        count
    }

    fn begin(&mut self, due: Due, now: Instant) {
        if let Some(group) = &*self.context.groups[due.method].borrow() {
            return group.push(due);
        }
        match self
            .waiting
            .is_empty()
            .then(|| self.context.lanes.take())
            .flatten()
        {
            Some(lane) => self.start(lane, due, None),
            None => self.waiting.push_back((due, now)),
        }
    }

    fn start_waiting(&mut self) -> bool {
        if self.waiting.is_empty() {
            return false;
        }
        let Some(lane) = self.context.lanes.take() else {
            return false;
        };
        match self.waiting.pop_front() {
            Some((due, since)) => self.start(lane, due, Some(since)),
            None => lane.free(),
        }
        true
    }

    fn start(&mut self, lane: Rc<Lane>, due: Due, waited: Option<Instant>) {
        let future = (self.make)(Rc::clone(&self.context), lane, due, waited);
        self.slab.start(future);
    }

    /// Hands the record over if the second is over.
    fn hand_over(&mut self, now: Instant) {
        if now >= self.context.recorder.borrow().cut() {
            self.send(now);
        }
    }

    fn send(&mut self, now: Instant) {
        let mut part = self.context.recorder.borrow_mut().take(now);
        part.worker = self.number;
        part.in_flight = (self.live() + self.waiting.len()) as u64;
        part.cpu = thread_cpu();
        part.down = self.context.lanes.down();
        // Nobody listens when the run was given up.
        let _ = self.parts.send(Part::Worker(part));
    }

    fn is_over(&self, now: Instant) -> bool {
        let Some(give_up) = self.give_up else {
            return false;
        };
        now >= give_up || self.live() + self.waiting.len() == 0
    }

    fn live(&self) -> usize {
        let of = |group: &RefCell<Option<Group>>| group.borrow().as_ref().map_or(0, Group::live);
        self.slab.live() + self.context.groups.iter().map(of).sum::<usize>()
    }

    /// Counts what has no end, and hands over the rest.
    fn finish(mut self) {
        let now = Instant::now();
        // Dropped, calls under way count as such without an end.
        self.slab = Slab::new();
        for (due, _) in self.waiting.drain(..) {
            self.context
                .recorder
                .borrow_mut()
                .unfinished(&due, None, now);
            self.context.over();
        }
        for group in &self.context.groups {
            // Taken out: streams and context hold each other.
            if let Some(group) = group.take() {
                group.give_up();
            }
        }
        self.context.queue.set_ended(self.context.ended.get());
        self.send(now);
    }
}
