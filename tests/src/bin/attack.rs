//! Attacks a server that offers `attack.v1.Target`, row by row, and prints what
//! happened.
//!
//! ```text
//! attack HOST:PORT [--pid PID] [--patience SECONDS] [ROW]...
//! attack --start PROGRAM [--patience SECONDS] [ROW]...
//! ```
//!
//! With `--start` each row gets a server of its own, which must print its address
//! as its first line: `attack_server` for ours, tests/peers for others.

use std::path::PathBuf;
use std::time::Duration;

use scaffold_tests::attack::{Process, ROWS, Row, Target};

/// Whom to attack.
enum Whom {
    There(std::net::SocketAddr, Option<u32>),
    Start(PathBuf),
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    rlimit::increase_nofile_limit(u64::MAX)?;
    let mut arguments = std::env::args().skip(1);
    let mut value = |of: &str| arguments.next().ok_or(format!("{of} needs a value"));
    let whom = match value("the address")?.as_str() {
        "--start" => Whom::Start(value("--start")?.into()),
        address => Whom::There(
            address
                .parse()
                .map_err(|error| format!("{address}: {error}"))?,
            None,
        ),
    };
    let (mut whom, mut patience, mut rows) = (whom, Duration::from_secs(12), Vec::new());
    while let Ok(next) = value("") {
        match (&*next, &mut whom) {
            ("--pid", Whom::There(_, pid)) => *pid = Some(value("--pid")?.parse()?),
            ("--patience", _) => patience = Duration::from_secs(value("--patience")?.parse()?),
            _ => rows.push(
                ROWS.iter()
                    .find(|row| row.id == next)
                    .ok_or_else(|| format!("no row {next}"))?,
            ),
        }
    }
    if rows.is_empty() {
        // H13 is for a port that talks TLS: it must be asked for.
        rows.extend(ROWS.iter().filter(|row| row.id != "H13"));
    }
    for row in rows {
        run(&whom, patience, row);
    }
    Ok(())
}

fn run(whom: &Whom, patience: Duration, row: &'static Row) {
    let process = match whom {
        Whom::There(..) => None,
        Whom::Start(program) => Some(Process::start::<&str>(program, &[], &[])),
    };
    let mut target = match (whom, &process) {
        (Whom::There(address, pid), _) => Target::new(*address, *pid),
        (_, Some(process)) => Target::of(process),
        _ => return,
    };
    target.patience = patience;
    println!("{}", target.attack(row));
    if let Some(mut process) = process
        && process.exit(Duration::ZERO).is_some()
    {
        println!("  the server is gone");
    }
}
