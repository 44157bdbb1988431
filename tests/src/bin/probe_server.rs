//! The probe service on a free port of 127.0.0.1; its first line of output is
//! the address. It stops on SIGTERM, or after two minutes.

use std::net::SocketAddr;
use std::time::Duration;

use scaffold_runtime::interceptors::{AccessLog, Recover};
use scaffold_runtime::{Server, ServerConfig};
use scaffold_tests::pb::probe::v1::probe::ProbeServer;
use scaffold_tests::probe::ProbeHandler;

fn main() -> Result<(), scaffold_runtime::Error> {
    let server = Server::new(ServerConfig {
        address: SocketAddr::from(([127, 0, 0, 1], 0)).into(),
        workers: 1,
        ..ServerConfig::default()
    })
    .intercept(Recover::new())
    .intercept(AccessLog::new())
    .add_service(ProbeServer::new(ProbeHandler::default()))
    .bind()?;
    println!("{}", server.local_addr());
    let handle = server.handle();
    std::thread::spawn(move || {
        std::thread::sleep(Duration::from_secs(120));
        handle.shutdown();
    });
    server.run()
}
