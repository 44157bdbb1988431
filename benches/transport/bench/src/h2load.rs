//! The same with h2load, from nghttp2: a client that is not ours.

use std::process::Command;

use messages::Method;

use crate::Fault;
use crate::child::Server;
use crate::measure::{CLIENT, SERVER};
use crate::options::Options;
use crate::peers::Peer;
use crate::results::Values;

pub(crate) fn measure(
    options: &Options,
    peer: &Peer,
    connections: usize,
    streams: usize,
) -> Result<Values, Fault> {
    let server = Server::start(&options.bin, peer, Method::SayHello, SERVER, 1, false)?;
    // The warm-up tells how many calls the time is worth.
    let first = load(&server, connections * streams * 20, connections, streams)?;
    let calls = ((first * options.seconds) as usize).max(connections * streams);
    let before = server.cpu()?;
    let rate = load(&server, calls, connections, streams)?;
    let cpu = (server.cpu()? - before).as_secs_f64();
    Ok(Values::from([
        ("cpu_us".to_owned(), cpu * 1e6 / calls as f64),
        ("calls_per_second".to_owned(), rate),
    ]))
}

/// Calls a second; a fault unless all were answered.
fn load(server: &Server, calls: usize, connections: usize, streams: usize) -> Result<f64, Fault> {
    let body = std::env::temp_dir().join(format!("bench-hello-{}", std::process::id()));
    std::fs::write(
        &body,
        messages::framed(&messages::body(Method::SayHello, 0, 0, 0)),
    )?;
    let uri = format!("http://{}{}", server.address, Method::SayHello.path());
    let mut command = Command::new("taskset");
    command.args(["-c", CLIENT, "h2load", "-t", "1", "-n", &calls.to_string()]);
    command
        .args([
            "-c",
            &connections.to_string(),
            "-m",
            &streams.to_string(),
            "-d",
        ])
        .arg(&body);
    command.args([
        "-H",
        "content-type: application/grpc",
        "-H",
        "te: trailers",
        &uri,
    ]);
    let output = command.output();
    std::fs::remove_file(&body)?;
    let text = String::from_utf8_lossy(&output?.stdout).into_owned();
    if !text.contains(&format!(" {calls} succeeded, 0 failed, 0 errored")) {
        return Err(format!("h2load: {text}").into());
    }
    let rate = text.lines().find_map(|line| {
        line.split_once(" req/s")?
            .0
            .rsplit(' ')
            .next()?
            .parse()
            .ok()
    });
    Ok(rate.ok_or("h2load tells no rate")?)
}
