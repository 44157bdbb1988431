//! A good client on a connection of its own, while another misbehaves.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::peer::Peer;
use super::report::Neighbour;
use crate::pb::attack::v1::Ask;

/// How long a call of it may take before it counts as failed.
const PATIENCE: Duration = Duration::from_secs(10);

/// Calls once in a few milliseconds until it is asked for the sum.
pub struct Bystander {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Neighbour>,
}

impl Bystander {
    /// Its first call is answered before this returns: it was there before.
    pub fn start(address: SocketAddr) -> Bystander {
        let stop = Arc::new(AtomicBool::new(false));
        let told = stop.clone();
        let mut peer = Peer::connect(address).ok();
        if let Some(peer) = &mut peer {
            peer.call("Unary", &Ask::default(), PATIENCE);
        }
        let thread = std::thread::spawn(move || {
            let mut seen = Neighbour::default();
            // The last call comes after the attack.
            let mut last = false;
            while !last {
                last = told.load(Ordering::SeqCst);
                let begun = Instant::now();
                let Some(connected) = &mut peer else {
                    seen.failed.push("cannot connect".to_owned());
                    break;
                };
                let reply = connected.call("Unary", &Ask::default(), PATIENCE);
                seen.calls += 1;
                seen.worst = seen.worst.max(begun.elapsed());
                if connected.was_asked_to_move() && reply.grpc() != Some(0) {
                    // In good order, and this call was not looked at.
                    seen.moved += 1;
                    peer = Peer::connect(address).ok();
                } else if reply.grpc() != Some(0) {
                    let view = format!("{:?}", connected.view());
                    seen.failed.push(format!("{} on {view}", reply.verdict()));
                    peer = Peer::connect(address).ok();
                }
                std::thread::sleep(Duration::from_millis(5));
            }
            seen
        });
        Bystander { stop, thread }
    }

    /// Ends it.
    pub fn sum(self) -> Neighbour {
        self.stop.store(true, Ordering::SeqCst);
        self.thread.join().unwrap_or_default()
    }
}
