//! Measurements that are not one load on one worker.

use serde::Deserialize;

use crate::child::{Program, Server};
use crate::measure::{CLIENT, SERVER, Said, go, warmed};
use crate::options::Options;
use crate::peers::{PEERS, Peer};
use crate::results::Values;
use crate::scenarios::{WIRE, Wire};
use crate::{Fault, process};
use messages::Method;

/// Rounds of work that make a handler cost far more than the load generator.
const WORK: u32 = 10_000;

#[derive(Debug, Deserialize)]
struct Calls {
    calls: u64,
    allocations: u64,
    seconds: f64,
}

/// A client's own CPU for each call, against the floor, which is never what it waits for.
pub(crate) fn client(
    options: &Options,
    peer: &Peer,
    connections: usize,
    streams: usize,
) -> Result<Values, Fault> {
    let floor = PEERS
        .iter()
        .find(|peer| peer.name == "floor")
        .ok_or("no floor")?;
    let server = Server::start(&options.bin, floor, Method::SayHello, SERVER, 1, false)?;
    let path = options.bin.join(format!("client-{}", peer.name));
    let run = |seconds: f64, env: &[(&str, String)]| {
        let args = [
            server.address.to_string(),
            connections.to_string(),
            streams.to_string(),
            (options.seconds / 2.0).min(0.5).to_string(),
            seconds.to_string(),
        ];
        let mut client = Program::start(&path, CLIENT, &args, env)?;
        client.line()?;
        let before = process::cpu(client.pid())?;
        client.say("go")?;
        let calls: Calls = serde_json::from_str(&client.line()?)?;
        let cpu = (process::cpu(client.pid())? - before).as_secs_f64();
        Ok::<_, Fault>((calls, cpu))
    };
    let (calls, cpu) = run(options.seconds, &[])?;
    let (counted, _) = run(options.seconds.min(0.5), &[("BENCH_COUNT", "1".into())])?;
    Ok(Values::from([
        ("cpu_us".to_owned(), cpu * 1e6 / calls.calls as f64),
        (
            "calls_per_second".to_owned(),
            calls.calls as f64 / calls.seconds,
        ),
        (
            "allocations".to_owned(),
            counted.allocations as f64 / counted.calls as f64,
        ),
    ]))
}

/// Memory of a connection that has made one call and stays.
pub(crate) fn idle(options: &Options, peer: &Peer, connections: usize) -> Result<Values, Fault> {
    let server = Server::start(&options.bin, peer, Method::SayHello, SERVER, 1, false)?;
    let resident = || process::resident(server.program.pid());
    // One connection first, so that what is made once is not counted.
    drop(warmed(options, &server, &WIRE, CLIENT, 0.0)?);
    let before = resident()?;
    let mut args = Wire {
        connections,
        ..WIRE
    }
    .args(0.0, 0.0);
    args.extend(["--address".into(), server.address.to_string()]);
    let mut generator = Program::start(&options.bin.join("wire"), CLIENT, &args, &[])?;
    generator.line()?;
    let after = resident()?;
    let bytes = after.saturating_sub(before) as f64 / connections as f64;
    Ok(Values::from([
        ("bytes_each".to_owned(), bytes),
        ("rss_mib".to_owned(), after as f64 / f64::from(1 << 20)),
    ]))
}

/// Two workers beside one. On two cores the generator has to share, so three
/// things are told: how many more calls with work in them are done (the
/// generator's part is small then), how evenly the workers are busy, and what a
/// call without work costs in CPU time, whoever else runs.
pub(crate) fn workers(options: &Options, peer: &Peer, connections: usize) -> Result<Values, Fault> {
    let working = Wire {
        connections,
        streams: 20,
        work: WORK,
        ..WIRE
    };
    let plain = Wire {
        connections,
        streams: 100,
        ..WIRE
    };
    let one = threads(options, peer, &working, 1)?;
    let two = threads(options, peer, &working, 2)?;
    let one_plain = threads(options, peer, &plain, 1)?;
    let two_plain = threads(options, peer, &plain, 2)?;
    let mut busy = two.threads.clone();
    busy.sort_by(f64::total_cmp);
    let [.., second, first] = busy.as_slice() else {
        return Err("one thread only".into());
    };
    Ok(Values::from([
        (
            "speedup".to_owned(),
            two.calls_per_second() / one.calls_per_second(),
        ),
        ("balance".to_owned(), second / first),
        ("cores_busy".to_owned(), two.cpu / two.said.seconds),
        (
            "cpu_us_one".to_owned(),
            one_plain.cpu * 1e6 / one_plain.said.calls as f64,
        ),
        (
            "cpu_us_two".to_owned(),
            two_plain.cpu * 1e6 / two_plain.said.calls as f64,
        ),
    ]))
}

struct Threads {
    said: Said,
    /// Seconds of the whole process, and of each thread.
    cpu: f64,
    threads: Vec<f64>,
}

// === impl Threads ===

impl Threads {
    fn calls_per_second(&self) -> f64 {
        self.said.calls as f64 / self.said.seconds
    }
}

fn threads(options: &Options, peer: &Peer, wire: &Wire, workers: usize) -> Result<Threads, Fault> {
    let (server_cores, client_cores) = if workers == 1 {
        (SERVER, CLIENT)
    } else {
        ("0,1", "0,1")
    };
    let server = Server::start(
        &options.bin,
        peer,
        wire.method,
        server_cores,
        workers,
        false,
    )?;
    let pid = server.program.pid();
    let mut generator = warmed(options, &server, wire, client_cores, options.seconds)?;
    let (cpu, before) = (server.cpu()?, process::threads(pid)?);
    let said = go(&mut generator)?;
    let cpu = (server.cpu()? - cpu).as_secs_f64();
    let after = process::threads(pid)?;
    let spent = |(name, nanos): &(String, u64)| {
        let start = before
            .iter()
            .find(|(other, _)| other == name)
            .map_or(0, |(_, nanos)| *nanos);
        (nanos - start) as f64 / 1e9
    };
    Ok(Threads {
        said,
        cpu,
        threads: after.iter().map(spent).collect(),
    })
}
