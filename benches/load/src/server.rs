//! A fast server. `STALL_AT=20000 STALL_MS=2000` makes it sleep once, all of it;
//! `DELAY_MS=10` makes each call take that long.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use scaffold_runtime::{Error, Request, Response, Server, ServerConfig, Status};

mod pb {
    include!(concat!(env!("OUT_DIR"), "/mod.rs"));
}

use pb::bench::v1::{
    Word,
    hello::{Hello, HelloServer},
};

struct Handler {
    calls: AtomicU64,
    stall_at: u64,
    stall: Duration,
    delay: Duration,
}

impl Hello for Handler {
    async fn say(&self, request: Request<Word>) -> Result<Response<Word>, Status> {
        if self.calls.fetch_add(1, Ordering::Relaxed) == self.stall_at {
            std::thread::sleep(self.stall);
        }
        if !self.delay.is_zero() {
            tokio::time::sleep(self.delay).await;
        }
        Ok(Response::new(request.into_inner()))
    }
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

fn main() -> Result<(), Error> {
    let port = number("PORT").unwrap_or(50051) as u16;
    let config = ServerConfig {
        address: std::net::SocketAddr::from(([127, 0, 0, 1], port)).into(),
        workers: 1,
        max_concurrent_streams: 1000,
        ..ServerConfig::default()
    };
    let handler = Handler {
        calls: AtomicU64::new(0),
        stall_at: number("STALL_AT").unwrap_or(u64::MAX),
        stall: Duration::from_millis(number("STALL_MS").unwrap_or(0)),
        delay: Duration::from_millis(number("DELAY_MS").unwrap_or(0)),
    };
    Server::new(config)
        .add_service(HelloServer::new(handler))
        .run()
}
