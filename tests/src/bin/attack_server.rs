//! The server that is attacked: `attack.v1.Target` on a free port of 127.0.0.1,
//! with settings from variables such as `ATTACK__HANDSHAKE_TIMEOUT=300ms`.
//!
//! Its first line of output is the address. The line `counters` on its input is
//! answered with a line of counters, which it also prints at its end. It stops on
//! SIGTERM, and with whoever started it.

use std::fmt::Write as _;
use std::io::BufRead;

use scaffold_runtime::{Server, ServerConfig, ServerHandle, config};
use scaffold_tests::pb::attack::v1::target::TargetServer;
use scaffold_tests::victim::Victim;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .init();
    let mut config: ServerConfig = config::load(None, "ATTACK")?;
    if std::env::var_os("ATTACK__ADDRESS").is_none() {
        config.address = std::net::SocketAddr::from(([127, 0, 0, 1], 0)).into();
    }
    let server = Server::new(config)
        .add_service(TargetServer::new(Victim::default()))
        .bind()?;
    println!("{}", server.local_addr());
    let handle = server.handle();
    let listener = handle.clone();
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            if line == "counters" {
                println!("{}", counters(&listener));
            }
        }
        // Whoever started this is gone.
        std::process::exit(3);
    });
    server.run()?;
    println!("{}", counters(&handle));
    Ok(())
}

/// `name=value` for each counter that counts.
fn counters(handle: &ServerHandle) -> String {
    let mut out = format!("connections={}", handle.connections());
    for (name, total) in handle.counters().iter().filter(|(_, total)| *total > 0) {
        let _ = write!(out, " {name}={total}");
    }
    out
}
