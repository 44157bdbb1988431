//! One run, from connecting to the merged record.

use std::sync::atomic::Ordering;
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use scaffold_runtime::{Channel, MethodSpec};

use crate::Exit;
use crate::driver::{AnyDriver, Driver, MakeDriver};
use crate::gate::{self, Breach};
use crate::mix::Dealer;
use crate::pace::{Gauges, pace};
use crate::plan::{Fault, Plan};
use crate::progress::{Progress, Watch};
use crate::record::{Record, Second};
use crate::verdict::{self, Verdict};
use crate::worker::{Route, Shared, Worker};

/// How long after the last due call an answer still counts as achieved.
const GRACE: Duration = Duration::from_secs(1);

/// What a run did.
#[derive(Debug, Clone)]
pub struct Run {
    /// What it was to do.
    pub plan: Plan,
    /// When it began.
    pub began: SystemTime,
    /// How long calls were sent.
    pub elapsed: Duration,
    /// The methods, in the order of `record.methods`.
    pub specs: Vec<MethodSpec>,
    /// What was measured.
    pub record: Record,
    /// One line for each second.
    pub seconds: Vec<Second>,
    /// Calls that came due.
    pub offered: u64,
    /// Calls that came due and were not sent.
    pub dropped: u64,
    /// Calls that ended in time.
    pub achieved: u64,
    /// The share of its core that the busiest worker took, where the system
    /// tells it.
    pub worker_cpu: Option<f64>,
    /// Whether Ctrl-C ended it.
    pub interrupted: bool,
    /// Is the measurement one?
    pub verdict: Verdict,
    /// Promises of the `.proto` that were not kept; none are judged by an
    /// invalid measurement.
    pub breaches: Vec<Breach>,
}

/// Drives one service through `plan`, with a driver for each connection.
pub fn run<D: Driver>(
    driver: impl Fn(Channel) -> D + Send + Sync + 'static,
    plan: Plan,
) -> Result<Run, Fault> {
    let make: MakeDriver = Box::new(move |channel| Box::new(driver(channel)) as Box<dyn AnyDriver>);
    run_all(vec![make], plan)
}

/// Drives several services through one plan.
pub(crate) fn run_all(makers: Vec<MakeDriver>, plan: Plan) -> Result<Run, Fault> {
    let (specs, routes) = methods(&makers)?;
    let paths: Vec<&str> = specs.iter().map(|spec| spec.path).collect();
    let dealer = Dealer::new(plan.mix.weights(&paths)?);

    let gauges = Arc::new(Gauges::default());
    let crew = Crew::hire(&plan, makers, routes, specs.len(), &gauges)?;
    let Crew {
        queues,
        shared,
        handles,
    } = crew;

    let began = SystemTime::now();
    let start = Instant::now() + Duration::from_millis(20);
    for shared in &shared {
        shared.recorder().deadline = Some(start + plan.duration + GRACE);
    }
    stop_on_ctrl_c(&gauges)?;
    let watch = Watch::new(start, plan.rate, Arc::clone(&gauges), shared.clone());
    let progress = Progress::start(watch)?;
    let end = pace(
        start,
        plan.rate,
        plan.duration,
        plan.cap(),
        dealer,
        queues,
        &gauges,
    );
    let mut worker_cpu: Option<f64> = None;
    for handle in handles {
        if let Ok(Some(cpu)) = handle.join() {
            worker_cpu = Some(worker_cpu.map_or(cpu, |most| most.max(cpu)));
        }
    }
    let seconds = progress.stop();

    let mut record = Record::new(specs.len());
    for shared in &shared {
        record.merge(&shared.recorder().total);
    }
    let mut run = Run {
        elapsed: end.saturating_duration_since(start),
        began,
        achieved: record.completed().saturating_sub(record.late),
        offered: gauges.offered.load(Ordering::Relaxed),
        dropped: gauges.dropped.load(Ordering::Relaxed),
        interrupted: gauges.stop.load(Ordering::Relaxed),
        verdict: Verdict::Valid,
        breaches: Vec::new(),
        plan,
        specs,
        record,
        seconds,
        worker_cpu,
    };
    run.verdict = verdict::judge(&run);
    if run.verdict.is_valid() {
        run.breaches = run
            .specs
            .iter()
            .zip(&run.record.methods)
            .flat_map(|(spec, record)| gate::breaches(&run.plan, spec, record))
            .collect();
    }
    Ok(run)
}

/// The threads that make the calls, connected and waiting.
struct Crew {
    queues: Vec<tokio::sync::mpsc::UnboundedSender<crate::pace::Due>>,
    shared: Vec<Arc<Shared>>,
    handles: Vec<thread::JoinHandle<Option<f64>>>,
}

impl Crew {
    fn hire(
        plan: &Plan,
        makers: Vec<MakeDriver>,
        routes: Vec<Route>,
        methods: usize,
        gauges: &Arc<Gauges>,
    ) -> Result<Self, Fault> {
        let workers = plan.workers.clamp(1, plan.connections.max(1));
        let (makers, routes) = (Arc::new(makers), Arc::new(routes));
        let (ready, readiness) = mpsc::channel();
        let mut crew = Self {
            queues: Vec::new(),
            shared: Vec::new(),
            handles: Vec::new(),
        };
        for number in 0..workers {
            let (queue, calls) = tokio::sync::mpsc::unbounded_channel();
            let shared = Arc::new(Shared::new(methods));
            let worker = Worker {
                target: plan.target.clone(),
                // The remainder goes to the first ones.
                connections: plan.connections / workers
                    + usize::from(number < plan.connections % workers),
                makers: Arc::clone(&makers),
                routes: Arc::clone(&routes),
                queue: calls,
                shared: Arc::clone(&shared),
                gauges: Arc::clone(gauges),
                drain: plan.drain,
            };
            let ready = ready.clone();
            let handle = thread::Builder::new()
                .name(format!("load-{number}"))
                .spawn(move || worker.run(ready))
                .map_err(|error| Fault::internal(format!("no thread: {error}")))?;
            crew.queues.push(queue);
            crew.shared.push(shared);
            crew.handles.push(handle);
        }
        drop(ready);
        for _ in 0..workers {
            readiness
                .recv()
                .map_err(|_| Fault::internal("a worker ended before it began".to_owned()))??;
        }
        Ok(crew)
    }
}

impl Run {
    /// The exit code that tells of it. A run that was stopped says so before
    /// anything else; an invalid one has no objective to breach.
    pub fn exit(&self) -> Exit {
        if self.interrupted {
            Exit::Interrupted
        } else if !self.verdict.is_valid() {
            Exit::Invalid
        } else if !self.breaches.is_empty() {
            Exit::Breached
        } else {
            Exit::Passed
        }
    }
}

/// The methods of all drivers as one table, and the way back.
fn methods(makers: &[MakeDriver]) -> Result<(Vec<MethodSpec>, Vec<Route>), Fault> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Fault::internal(format!("no runtime: {error}")))?;
    let _context = runtime.enter();
    let mut specs = Vec::new();
    let mut routes = Vec::new();
    for (at, make) in makers.iter().enumerate() {
        // A driver needs a channel even to be asked for its table; this one
        // never connects.
        let channel = Channel::lazy("127.0.0.1:1")
            .map_err(|error| Fault::internal(format!("no channel: {error}")))?;
        for (method, spec) in make(channel).spec().methods.iter().enumerate() {
            specs.push(*spec);
            routes.push((at, method));
        }
    }
    if specs.is_empty() {
        return Err(Fault::new("the drivers have no method to call".to_owned()));
    }
    Ok((specs, routes))
}

/// Ctrl-C ends the run early and keeps what it measured.
fn stop_on_ctrl_c(gauges: &Arc<Gauges>) -> Result<(), Fault> {
    let gauges = Arc::clone(gauges);
    thread::Builder::new()
        .name("load-signals".to_owned())
        .spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            if let Ok(runtime) = runtime
                && runtime.block_on(tokio::signal::ctrl_c()).is_ok()
            {
                gauges.stop.store(true, Ordering::Relaxed);
            }
        })
        .map(drop)
        .map_err(|error| Fault::internal(format!("no thread: {error}")))
}
