//! The run itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};

use scaffold_runtime::{CallShape, MethodSpec};

use super::collect::Collector;
use super::crew::Crew;
use super::result::{SCHEMA, unix};
use super::{Cpu, Machine, MethodInfo, Run, Stopped, on_ctrl_c};
use crate::clock::at_unix;
use crate::driver::Driver;
use crate::methods;
use crate::mix::Dealer;
use crate::pace::{Ahead, Paced, Pacer};
use crate::plan::{Fault, Plan};
use crate::progress::{About, Nobody, Progress};
use crate::record::{Histogram, Series};
use crate::slo;
use crate::verdict::{Verdict, piled_up};
use crate::watch::{Source, Watcher};
use crate::worker::Go;

/// From the last preparation to the first call: threads get ready in it.
const LEAD: Duration = Duration::from_millis(50);

/// Drives one service through `plan`.
///
/// # Errors
///
/// Why there is no run: the plan makes none, nothing answers at the target, or
/// this machine failed. Once calls were made there is a [`Run`], however it ended.
pub fn run(driver: impl Driver, plan: Plan) -> Result<Run, Fault> {
    run_all(&[Arc::new(driver)], plan, &mut Nobody)
}

/// Drives several services through one plan.
pub(crate) fn run_all(
    drivers: &[Arc<dyn Driver>],
    plan: Plan,
    progress: &mut dyn Progress,
) -> Result<Run, Fault> {
    let methods = methods::table(drivers, &plan)?;
    let paths: Vec<&str> = methods.iter().map(|method| method.spec.path).collect();
    let dealer = Dealer::new(plan.mix.weights(&paths)?);
    let used = dealer.used();
    let specs: Vec<&MethodSpec> = methods.iter().map(|method| method.spec).collect();
    let called = specs.iter().zip(&used).filter(|(_, used)| **used);
    let called: Vec<&MethodSpec> = called.map(|(spec, _)| *spec).collect();
    let objectives = slo::defaults(&plan, &specs, &called)?;
    let plan = Arc::new(plan);
    let stop = Arc::new(AtomicBool::new(false));

    let source = Source::of(&plan)?;
    progress.connects(About::of(&plan, &specs, &used));
    let mut crew = Crew::hire(&plan, &methods, &dealer, &stop)?;
    let ahead = match plan.unique && plan.closed.is_none() {
        true => Some(Ahead::start(&plan, &methods, dealer.clone())?),
        false => None,
    };
    let listening = on_ctrl_c(&stop)?;
    let start = match plan.start_at {
        Some(at) => at_unix(at).ok_or_else(|| {
            Fault::usage(
                "the other parts have begun: --start-at was over before this one was ready"
                    .to_owned(),
            )
        })?,
        None => Instant::now() + LEAD,
    };
    let begin = start + plan.warmup();
    let began = SystemTime::now() + begin.saturating_duration_since(Instant::now());
    let end = begin + plan.measured();
    progress.goes(begin, &stop);
    let told = progress.server();
    let mut collector = Collector::new(
        paths,
        crew.queues.len(),
        plan.closed.is_none(),
        &objectives,
        Arc::clone(&stop),
        progress,
    );
    let watcher = source.map(|source| Watcher::start(source, begin, end, told));
    let watcher = watcher.transpose()?;
    crew.start(Go { begin, end });
    let pacer = Pacer {
        plan: Arc::clone(&plan),
        start,
        begin,
        dealer,
        ahead,
        queues: crew.queues.clone(),
        parts: crew.parts.clone(),
        stop: Arc::clone(&stop),
    };
    let paced = std::thread::scope(|scope| {
        let pacing = plan.closed.is_none().then(|| {
            std::thread::Builder::new()
                .name("load-pacer".to_owned())
                .spawn_scoped(scope, move || pacer.run())
        });
        if let Some(Err(_)) = &pacing {
            crew.queues.iter().for_each(|queue| queue.close());
        }
        let received = crew.hang_up();
        collector.collect(&received);
        match pacing {
            None => Ok(None),
            Some(Ok(thread)) => thread
                .join()
                .map(Some)
                .map_err(|_| "the pacer panicked".to_owned()),
            Some(Err(error)) => Err(format!("no thread: {error}")),
        }
    })
    .map_err(Fault::internal)?;
    crew.part()?;
    let server = watcher.and_then(Watcher::end);
    drop(listening);

    let elapsed = match &paced {
        Some(paced) => paced.elapsed,
        None => Instant::now().min(end).saturating_duration_since(begin),
    };
    let interrupted = stop.load(Ordering::Relaxed).then_some(Stopped::Interrupted);
    let workers: Option<u64> = collector.cpu.iter().copied().sum();
    let calls = collector.record.calls();
    let offered = paced.map_or(calls, |_| collector.offered);
    let mut run = Run {
        schema: SCHEMA,
        began: unix(began),
        elapsed,
        methods: specs.iter().map(|spec| info(spec)).collect(),
        achieved: achieved(paced.as_ref(), &collector, offered),
        offered,
        dropped: collector.dropped,
        worker_cpu: collector.busiest(),
        cpu: Cpu {
            workers: workers.map(|nanos| nanos as f64 / 1e9),
            pacer: paced
                .and_then(|paced| paced.cpu)
                .map(|nanos| nanos as f64 / 1e9),
        },
        server,
        machine: Machine::this(),
        stopped: collector.stopped.take().or(interrupted),
        verdict: Verdict::Valid,
        objectives: Vec::new(),
        search: None,
        record: collector.record,
        series: collector.series,
        plan: Plan::clone(&plan),
    };
    run.objectives = objectives.into_iter().map(slo::Judged::open).collect();
    run.judge();
    Ok(run)
}

/// Calls that were made, but for those that piled up.
fn achieved(paced: Option<&Paced>, collector: &Collector<'_>, offered: u64) -> u64 {
    let made = offered.saturating_sub(collector.dropped);
    let Some(paced) = paced else {
        return made;
    };
    let rate = made as f64 / paced.elapsed.as_secs_f64().max(1e-3);
    let latency = early_latency(&collector.series);
    made.saturating_sub(piled_up(rate, latency, paced.in_flight) as u64)
}

/// The mean latency, in nanoseconds, of calls that ended in the first quarter of a
/// run, or as soon as any did. That of the whole run would explain every pile: who
/// waits in it takes long.
fn early_latency(series: &Series) -> f64 {
    let mut early = Histogram::new();
    let quarter = series.points.len().div_ceil(4);
    for (number, point) in series.points.iter().enumerate() {
        if number >= quarter && !early.is_empty() {
            break;
        }
        for method in &point.methods {
            early.add(&method.response());
        }
    }
    early.mean()
}

fn info(spec: &MethodSpec) -> MethodInfo {
    MethodInfo {
        path: spec.path.to_owned(),
        shape: match spec.shape {
            CallShape::Unary => "unary",
            CallShape::ServerStreaming => "server_streaming",
            CallShape::ClientStreaming => "client_streaming",
            CallShape::BidiStreaming => "bidi_streaming",
        }
        .to_owned(),
    }
}
