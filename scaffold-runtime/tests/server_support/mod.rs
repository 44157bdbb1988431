//! A service in the shape that the generator prints, a server for it, and a
//! client that is nothing but HTTP/2 frames.

#![allow(dead_code, reason = "each test file uses a part")]
#![allow(unreachable_pub, reason = "nothing is reached from outside a test")]

#[cfg(all(feature = "gzip", feature = "zstd"))]
pub mod press;
pub mod raw;
pub mod service;

use std::net::SocketAddr;
use std::time::Duration;

use scaffold_runtime::{Interceptor, Server, ServerConfig, ServerHandle};
use tokio::task::JoinHandle;

pub use raw::Client;
pub use service::{EchoServer, Hooks, Note, note};

/// How long a test waits for what must happen.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// A server on the test's runtime.
pub struct Running {
    pub address: SocketAddr,
    pub handle: ServerHandle,
    pub hooks: Hooks,
    pub done: JoinHandle<Result<(), scaffold_runtime::Error>>,
}

pub fn config() -> ServerConfig {
    ServerConfig {
        address: "127.0.0.1:0".parse().unwrap(),
        ..Default::default()
    }
}

pub async fn start(config: ServerConfig) -> Running {
    start_with(config, scaffold_runtime::Identity).await
}

pub async fn start_with(config: ServerConfig, interceptor: impl Interceptor) -> Running {
    let hooks = Hooks::default();
    let server = Server::new(config)
        .add_service(EchoServer::new(hooks.clone()))
        .intercept(interceptor)
        .bind()
        .unwrap();
    let (address, handle) = (server.local_addr().socket_addr().unwrap(), server.handle());
    let done = tokio::spawn(server.serve());
    Running {
        address,
        handle,
        hooks,
        done,
    }
}

impl Running {
    pub async fn client(&self) -> Client {
        Client::connect(self.address).await
    }
}

/// Waits until something holds.
pub async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let all = async {
        while !holds() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(PATIENCE, all)
        .await
        .unwrap_or_else(|_| panic!("never: {what}"));
}
