//! One measurement of one peer, in a fresh process.

use std::time::Duration;

use messages::Method;
use serde::Deserialize;

use crate::child::{Program, Server};
use crate::options::Options;
use crate::peers::Peer;
use crate::results::Values;
use crate::scenarios::{Kind, Scenario, Wire};
use crate::{Fault, h2load, process, special};

/// The server's core, and the client's.
pub(crate) const SERVER: &str = "0";
pub(crate) const CLIENT: &str = "1";

/// What the load generator says.
#[derive(Debug, Deserialize)]
pub(crate) struct Said {
    pub(crate) calls: u64,
    messages: u64,
    bytes: u64,
    pub(crate) seconds: f64,
    p50: u64,
    p99: u64,
    p999: u64,
}

/// Whether `peer` is measured there at all.
pub(crate) fn applies(peer: &Peer, scenario: &Scenario) -> bool {
    match scenario.kind {
        Kind::Wire(wire) => peer.serves(wire.method) && (peer.curves || !wire.curve),
        Kind::H2load { .. } => true,
        // Those that have a client here.
        Kind::Client { .. } => matches!(peer.name, "scaffold" | "tonic"),
        // A thread for each of 10,000 connections is another measurement.
        Kind::Idle { .. } => peer.name != "pajamax",
        Kind::Workers { .. } => peer.workers,
    }
}

/// Measures, and counts allocations when `count` says so and nothing else.
pub(crate) fn measure(
    options: &Options,
    peer: &Peer,
    scenario: &Scenario,
    count: bool,
) -> Result<Values, Fault> {
    match scenario.kind {
        Kind::Wire(wire) if count => allocations(options, peer, &wire),
        Kind::Wire(wire) => load(options, peer, &wire),
        Kind::H2load {
            connections,
            streams,
        } => h2load::measure(options, peer, connections, streams),
        Kind::Client {
            connections,
            streams,
        } => special::client(options, peer, connections, streams),
        Kind::Idle { connections } => special::idle(options, peer, connections),
        Kind::Workers { connections } => special::workers(options, peer, connections),
    }
}

/// The generator against a server, warmed up and waiting for a line.
pub(crate) fn warmed(
    options: &Options,
    server: &Server,
    wire: &Wire,
    cores: &str,
    seconds: f64,
) -> Result<Program, Fault> {
    let warm = (options.seconds / 2.0).min(0.5);
    let mut args = wire.args(warm, seconds);
    args.extend(["--address".into(), server.address.to_string()]);
    let mut generator = Program::start(&options.bin.join("wire"), cores, &args, &[])?;
    match generator.line()?.as_str() {
        "warm" => Ok(generator),
        line => Err(format!("the generator said {line}").into()),
    }
}

/// Runs the load; says what was seen.
pub(crate) fn go(generator: &mut Program) -> Result<Said, Fault> {
    generator.say("go")?;
    Ok(serde_json::from_str(&generator.line()?)?)
}

fn load(options: &Options, peer: &Peer, wire: &Wire) -> Result<Values, Fault> {
    let server = Server::start(&options.bin, peer, wire.method, SERVER, 1, false)?;
    let mut generator = warmed(options, &server, wire, CLIENT, options.seconds)?;
    let before = server.cpu()?;
    let said = go(&mut generator)?;
    let cpu = server.cpu()? - before;
    let mut values = told(&said, wire.method, cpu);
    values.insert(
        "rss_mib".into(),
        process::resident(server.program.pid())? as f64 / f64::from(1 << 20),
    );
    Ok(values)
}

fn told(said: &Said, method: Method, cpu: Duration) -> Values {
    let cpu = cpu.as_secs_f64();
    let micros = |nanos: u64| nanos as f64 / 1e3;
    let mut values = Values::from([("busy".to_owned(), cpu / said.seconds)]);
    let mut insert = |name: &str, value: f64| values.insert(name.to_owned(), value);
    if matches!(method, Method::Download | Method::Chat) {
        insert("messages_per_cpu_second", said.messages as f64 / cpu);
        insert(
            "gib_per_cpu_second",
            said.bytes as f64 / cpu / f64::from(1 << 30),
        );
        insert("messages_per_second", said.messages as f64 / said.seconds);
    } else {
        insert("cpu_us", cpu * 1e6 / said.calls as f64);
        insert("calls_per_second", said.calls as f64 / said.seconds);
        insert("p50_us", micros(said.p50));
        insert("p99_us", micros(said.p99));
        insert("p999_us", micros(said.p999));
    }
    values
}

/// Allocations for each call, or for each message of a stream.
fn allocations(options: &Options, peer: &Peer, wire: &Wire) -> Result<Values, Fault> {
    let mut server = Server::start(&options.bin, peer, wire.method, SERVER, 1, true)?;
    let mut generator = warmed(options, &server, wire, CLIENT, options.seconds.min(0.5))?;
    let before = server.allocations()?;
    let said = go(&mut generator)?;
    let allocations = server.allocations()? - before;
    Ok(Values::from([(
        "allocations".to_owned(),
        allocations as f64 / said.messages as f64,
    )]))
}
