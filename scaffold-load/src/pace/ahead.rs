//! Requests that are made for each call, ahead of it.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use crate::driver::Requests;
use crate::methods::Method;
use crate::mix::Dealer;
use crate::plan::{Fault, Plan, Shard};
use crate::pool::Call;

/// Requests that go from thread to thread at once.
const BATCH: usize = 64;

/// Batches that are made ahead.
const AHEAD: usize = 64;

/// Requests in the order of the calls, made by a thread of its own.
#[derive(Debug)]
pub(crate) struct Ahead {
    batches: Receiver<Vec<Call>>,
    batch: std::vec::IntoIter<Call>,
}

// === impl Ahead ===

impl Ahead {
    /// Starts making requests.
    pub(crate) fn start(plan: &Plan, methods: &[Method], dealer: Dealer) -> Result<Self, Fault> {
        let (sender, batches) = sync_channel(AHEAD);
        let (methods, shard) = (Arc::new(methods.to_vec()), plan.shard);
        std::thread::Builder::new()
            .name("load-requests".to_owned())
            .spawn(move || make(&methods, shard, dealer, &sender))
            .map_err(|error| Fault::internal(format!("no thread: {error}")))?;
        Ok(Self {
            batches,
            batch: Vec::new().into_iter(),
        })
    }

    /// The requests of the next call; waits for them if need be, which is the
    /// generator's fault and shows as such.
    pub(crate) fn next(&mut self) -> Option<Box<Call>> {
        loop {
            if let Some(call) = self.batch.next() {
                return Some(Box::new(call));
            }
            self.batch = self.batches.recv().ok()?.into_iter();
        }
    }
}

/// Makes requests until nobody wants them any more.
fn make(methods: &[Method], shard: Shard, mut dealer: Dealer, sender: &SyncSender<Vec<Call>>) {
    let mut next = vec![0; methods.len()];
    let mut requests = Requests::new();
    let mut batch = Vec::with_capacity(BATCH);
    for number in 0.. {
        let method = dealer.deal();
        let index = next[method];
        next[method] += 1;
        if !shard.has(number) {
            continue;
        }
        // The first of them were made before the run: a method that has none
        // would not have come so far.
        let _ = methods[method].requests(index, &mut requests);
        batch.push(Call::of(&requests));
        if batch.len() == BATCH {
            let full = std::mem::replace(&mut batch, Vec::with_capacity(BATCH));
            if sender.send(full).is_err() {
                return;
            }
        }
    }
}
