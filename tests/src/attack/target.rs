//! Whom an attack is aimed at, and how much of it there is to be.

use std::net::SocketAddr;
use std::time::Duration;

use super::neighbour::Bystander;
use super::peer::Peer;
use super::process::{Process, Watch};
use super::report::Report;
use super::rows::Row;
use crate::pb::attack::v1::Handlers;

/// A server.
#[derive(Clone, Debug)]
pub struct Target {
    pub address: SocketAddr,
    /// To see its memory.
    pub pid: Option<u32>,
    /// How long an attack waits for the server to do something about it.
    pub patience: Duration,
    /// Time between the bytes of one that is slow.
    pub pace: Duration,
}

impl Target {
    pub fn new(address: SocketAddr, pid: Option<u32>) -> Target {
        Target {
            address,
            pid,
            patience: Duration::from_secs(12),
            pace: Duration::from_millis(500),
        }
    }

    pub fn of(process: &Process) -> Target {
        Target::new(process.address, Some(process.pid()))
    }

    /// A good client.
    ///
    /// # Panics
    ///
    /// If the server takes no connection.
    pub fn peer(&self) -> Peer {
        Peer::connect(self.address).expect("the server takes connections")
    }

    /// Does what a row says, with a neighbour beside it.
    pub fn attack(&self, row: &'static Row) -> Report {
        let seen = || Peer::connect(self.address).ok()?.handlers(self.patience);
        let before = seen().unwrap_or_default();
        let neighbour = Bystander::start(self.address);
        let watch = self.pid.and_then(Watch::start);
        let cases = (row.run)(self);
        let handlers = (0..50).find_map(|turn| {
            let mut now = seen()?;
            now.started -= before.started;
            now.gone -= before.gone;
            // The neighbour's own come and go.
            let settled = now.started <= now.gone + 1 || turn == 49;
            std::thread::sleep(Duration::from_millis(if settled { 0 } else { 20 }));
            settled.then_some(now)
        });
        Report {
            row: row.id,
            input: row.input,
            cases,
            neighbour: neighbour.sum(),
            memory: watch.map(Watch::sum),
            handlers: handlers.map(|seen: Handlers| seen),
        }
    }
}
