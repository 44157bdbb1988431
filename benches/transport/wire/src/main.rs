//! A load generator that costs little: frames cut by hand on one thread, no
//! part of what is measured. `wire check` asks every method once and compares
//! the answers, with the h2 crate's client.
//!
//! The harness talks to it by lines: when the warm-up is over and nothing is in
//! flight, it prints `warm` and waits for a line; then it loads, lets every call
//! end, prints what it saw as JSON, and holds its connections until stdin ends.
//! So the server is idle whenever the harness reads its clocks.

mod args;
mod call;
mod check;
mod connection;
mod events;
mod frame;
mod histogram;
mod load;
mod request;

use std::io::Read;

use crate::args::Args;
use crate::load::{Load, Totals};

fn main() {
    if let Err(error) = run() {
        eprintln!("wire: {error}");
        std::process::exit(1);
    }
}

fn run() -> Result<(), Box<dyn std::error::Error>> {
    let mut words = std::env::args().skip(1).peekable();
    if words.next_if(|word| word == "check").is_some() {
        return check::check(&Args::parse(words)?);
    }
    let args = Args::parse(words)?;
    let mut load = Load::connect(&args)?;
    load.run(args.warm)?;
    println!("warm");
    let mut line = String::new();
    if std::io::stdin().read_line(&mut line)? == 0 {
        return Ok(());
    }
    if !args.seconds.is_zero() {
        let totals = load.run(args.seconds)?;
        println!("{}", json(&totals));
    }
    // Holds the connections.
    std::io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}

fn json(totals: &Totals) -> String {
    let Totals {
        calls,
        messages,
        bytes,
        elapsed,
        latency,
    } = totals;
    format!(
        r#"{{"calls":{calls},"messages":{messages},"bytes":{bytes},"seconds":{:.6},"p50":{},"p99":{},"p999":{}}}"#,
        elapsed.as_secs_f64(),
        latency.quantile(0.5),
        latency.quantile(0.99),
        latency.quantile(0.999),
    )
}
