//! The line between the harness and a server.

use std::io::BufRead;

use crate::counting;

/// Starts the thread that answers the harness. The process ends when stdin does.
///
/// # Panics
///
/// When no thread can be had.
pub fn control() {
    if std::env::var_os("BENCH_COUNT").is_some() {
        counting::enable();
    }
    let serve = || {
        for line in std::io::stdin().lock().lines() {
            if line.is_ok_and(|line| line == "stats") {
                let (allocations, bytes) = counting::counted();
                println!("allocations {allocations} bytes {bytes}");
            }
        }
        std::process::exit(0);
    };
    let thread = std::thread::Builder::new().name("control".into());
    thread.spawn(serve).expect("a thread");
}

/// Says where the server listens: the port behind the last colon of its address.
pub fn announce(address: impl ToString) {
    let address = address.to_string();
    let port = address.rsplit(':').next().unwrap_or_default();
    println!("port {port}");
}
