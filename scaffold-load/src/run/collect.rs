//! Puts together what workers and pacer hand over, second by second, and ends a
//! run that need not go on.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use super::Stopped;
use crate::progress::{Progress, SoFar};
use crate::record::{PacedPart, Part, Record, Second, Series, Slowest, WorkerPart};
use crate::slo::{Objective, judge};

/// So many seconds with all connections down, and no call that ended well, are
/// enough.
const LOST_AFTER: usize = 3;

/// How often progress is told that time has passed, where nothing else happens.
const LOOK: Duration = Duration::from_millis(250);

/// What is known of a second that is not complete.
#[derive(Default)]
struct Open {
    workers: Vec<WorkerPart>,
    paced: PacedPart,
}

/// What a worker took of its core. The last part of a worker is not a whole
/// second: each counts when the next is there.
#[derive(Debug, Clone, Default)]
struct Busy {
    nanos: u64,
    seconds: u64,
    /// The last part, and of which second it was.
    last: Option<(u64, u64)>,
}

/// All of it.
pub(super) struct Collector<'a> {
    pub(super) record: Record,
    pub(super) series: Series,
    pub(super) offered: u64,
    pub(super) dropped: u64,
    /// Calls under way when what is measured began.
    at_begin: Option<u64>,
    /// CPU time of each worker so far, in nanoseconds.
    pub(super) cpu: Vec<Option<u64>>,
    /// What each worker took of its core in whole seconds.
    busy: Vec<Busy>,
    pub(super) stopped: Option<Stopped>,
    slowest: Slowest,
    open: BTreeMap<u64, Open>,
    /// Up to which second each of the workers, and the pacer, has reported.
    reached: Vec<Option<u64>>,
    paths: Vec<&'a str>,
    aborts: Vec<Abort<'a>>,
    gone: usize,
    stop: Arc<AtomicBool>,
    progress: &'a mut dyn Progress,
}

/// An objective that ends the run, and what it looks at.
struct Abort<'a> {
    objective: &'a Objective,
    seconds: usize,
    window: VecDeque<Record>,
}

// === impl Collector ===

impl<'a> Collector<'a> {
    pub(super) fn new(
        paths: Vec<&'a str>,
        workers: usize,
        paced: bool,
        objectives: &'a [Objective],
        stop: Arc<AtomicBool>,
        progress: &'a mut dyn Progress,
    ) -> Self {
        let aborts = objectives.iter().filter_map(|objective| {
            let seconds = objective.abort?.as_secs_f64().ceil().max(1.0) as usize;
            Some(Abort {
                objective,
                seconds,
                window: VecDeque::new(),
            })
        });
        Self {
            record: Record::new(paths.len()),
            series: Series::default(),
            offered: 0,
            dropped: 0,
            at_begin: None,
            cpu: vec![None; workers],
            busy: vec![Busy::default(); workers],
            stopped: None,
            slowest: Slowest::default(),
            open: BTreeMap::new(),
            reached: vec![None; workers + usize::from(paced)],
            paths,
            aborts: aborts.collect(),
            gone: 0,
            stop,
            progress,
        }
    }

    /// Takes all parts there are, until nobody has any more.
    pub(super) fn collect(&mut self, parts: &Receiver<Part>) {
        let pacer = self.cpu.len();
        loop {
            let part = match parts.recv_timeout(LOOK) {
                Ok(part) => part,
                Err(RecvTimeoutError::Timeout) => {
                    self.progress.passes();
                    continue;
                }
                Err(RecvTimeoutError::Disconnected) => break,
            };
            match part {
                Part::Worker(part) => {
                    self.reached[part.worker] = Some(part.second);
                    self.open.entry(part.second).or_default().workers.push(part);
                }
                Part::Paced(part) => {
                    if let Some(reached) = self.reached.get_mut(pacer) {
                        *reached = Some(if part.last { u64::MAX } else { part.second });
                    }
                    self.at_begin = part.at_begin.or(self.at_begin);
                    let second = self.open.entry(part.second).or_default();
                    second.paced.merge(part);
                }
            }
            if let Some(all) = self.reached.iter().copied().min().flatten() {
                self.close_until(all);
            }
        }
        self.close_until(u64::MAX);
        self.record.slowest = std::mem::take(&mut self.slowest).into_calls();
        self.progress.ends();
    }

    /// The share of its core that the busiest worker took.
    pub(super) fn busiest(&self) -> Option<f64> {
        self.busy.iter().filter_map(Busy::share).reduce(f64::max)
    }

    fn close_until(&mut self, last: u64) {
        while let Some(entry) = self.open.first_entry()
            && *entry.key() <= last
        {
            let (number, open) = entry.remove_entry();
            self.close(number, open);
        }
    }

    /// A second is complete.
    fn close(&mut self, number: u64, open: Open) {
        let mut second = Second::from_parts(number, &open.workers, &open.paced);
        second.cpu = self.cpu_of(&open.workers);
        self.offered += open.paced.offered;
        self.dropped += open.paced.dropped;
        self.record.pacing.add(&open.paced.pacing);
        let down = !open.workers.is_empty() && open.workers.iter().all(|part| part.down);
        let mut part = Record::new(self.paths.len());
        for worker in open.workers {
            part.absorb(worker.methods, &worker.lag);
            self.slowest.merge(worker.slowest);
        }
        self.look_at_connections(down, &second);
        self.look_at_objectives(&part);
        self.record.merge(&part);
        let so_far = SoFar {
            part: &part,
            record: &self.record,
            offered: self.offered,
            dropped: self.dropped,
            busiest: self.busiest(),
            under_way: (self.at_begin.unwrap_or(0), second.in_flight),
        };
        self.progress.second(&second, &so_far);
        if second.offered + second.completed + second.dropped + second.received > 0 {
            self.series.push(second);
        }
    }

    fn cpu_of(&mut self, workers: &[WorkerPart]) -> Option<f64> {
        let mut sum = None;
        for part in workers {
            let now = part.cpu?;
            if let Some(before) = self.cpu[part.worker].replace(now) {
                let nanos = now.saturating_sub(before);
                self.busy[part.worker].note(part.second, nanos);
                sum = Some(sum.unwrap_or(0.0) + nanos as f64 / 1e9);
            }
        }
        sum
    }

    fn look_at_connections(&mut self, down: bool, second: &Second) {
        let none_well = second.completed == second.failed;
        self.gone = if down && none_well { self.gone + 1 } else { 0 };
        if self.gone == LOST_AFTER {
            let since = second.at + 1.0 - LOST_AFTER as f64;
            self.end(Stopped::Lost(format!(
                "the server was gone from second {since} on: all connections were down, and no call ended well"
            )));
        }
    }

    fn look_at_objectives(&mut self, part: &Record) {
        let mut missed = None;
        for abort in &mut self.aborts {
            abort.window.push_back(part.clone());
            if abort.window.len() > abort.seconds {
                abort.window.pop_front();
            }
            let enough = abort.window.len() == abort.seconds;
            let each = |part: &Record| judge(abort.objective, &self.paths, part, 1.0).passed;
            if enough && !abort.window.iter().any(each) {
                let objective = abort.objective;
                missed = Some(format!(
                    "{objective} was missed for {} s: the run was ended",
                    abort.seconds
                ));
            }
        }
        if let Some(missed) = missed {
            self.end(Stopped::Missed(missed));
        }
    }

    fn end(&mut self, why: Stopped) {
        if !self.stop.swap(true, Ordering::Relaxed) {
            self.stopped = Some(why);
        }
    }
}

// === impl Busy ===

impl Busy {
    fn note(&mut self, second: u64, nanos: u64) {
        if let Some((before, taken)) = self.last.replace((second, nanos)) {
            self.nanos += taken;
            self.seconds += second.saturating_sub(before);
        }
    }

    fn share(&self) -> Option<f64> {
        (self.seconds > 0).then(|| self.nanos as f64 / 1e9 / self.seconds as f64)
    }
}

impl PacedPart {
    fn merge(&mut self, other: Self) {
        self.offered += other.offered;
        self.dropped += other.dropped;
        self.pacing.add(&other.pacing);
    }
}

impl Record {
    /// Adds what a worker noted, where `response` holds but what failed.
    fn absorb(
        &mut self,
        methods: Vec<crate::record::MethodRecord>,
        lag: &crate::record::Histogram,
    ) {
        for (mine, theirs) in self.methods.iter_mut().zip(&methods) {
            mine.merge(theirs);
            mine.response.add(&theirs.response_ok);
        }
        self.lag.add(lag);
    }
}
