//! `SimNetwork`: hosts, what is between them, and faults on command.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;
use std::time::Duration;

use tokio::time::Instant;

use super::trace::Trace;
use super::wire::{Entry, Fate, Wire};
use super::{LinkConfig, SimEvent, SimEventKind};
use crate::net::memory::CAPACITY;
use crate::net::{MemoryListener, MemoryNetwork, MemoryStream};

/// How long one who dials waits to try again while nothing comes through, as for
/// a lost SYN (RFC 6298, section 2).
const RETRY: Duration = Duration::from_secs(1);

/// A network whose time, delays and faults are a test's to command. Cheap to
/// clone; clones are the same network.
///
/// Run it on tokio's current-thread runtime with the time paused: hours pass in
/// milliseconds, and a run is a function of the seed. Servers and channels draw
/// random numbers of their own for the jitter of ages and back-off; set those to
/// 0 where one run must be another to the byte.
///
/// ```
/// use std::time::Duration;
/// use scaffold_runtime::net::{LinkConfig, SimNetwork};
/// use scaffold_runtime::{Channel, ChannelConfig, Server, ServerConfig};
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap().block_on(async {
/// let network = SimNetwork::new(42);
/// network.set_link("client", "server", LinkConfig::with_delay(Duration::from_millis(40)));
///
/// let config = ServerConfig { address: "memory:users".parse()?, ..Default::default() };
/// let server = Server::new(config).network(network.host("server")).bind()?;
/// let serving = (server.handle(), tokio::spawn(server.serve()));
///
/// let client = network.host("client");
/// let channel = Channel::with_network("memory:users", ChannelConfig::default(), client)?;
/// channel.ready().await?;
/// network.at(Duration::from_secs(60), |network| network.partition("client", "server"));
/// # serving.0.shutdown();
/// # serving.1.await.unwrap()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # }).unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct SimNetwork {
    shared: Shared,
}

/// A host of a simulated network: a server's or a channel's
/// [`Network`](crate::net::Network).
#[derive(Clone, Debug)]
pub struct SimHost {
    network: SimNetwork,
    name: String,
}

#[derive(Clone, Debug)]
pub(super) struct Shared(Arc<Mutex<State>>);

#[derive(Debug)]
pub(super) struct State {
    seed: u64,
    started: Instant,
    listeners: MemoryNetwork,
    /// Which host listens on a name.
    owners: BTreeMap<String, String>,
    links: BTreeMap<(String, String), LinkConfig>,
    partitions: BTreeSet<(String, String)>,
    wires: BTreeMap<u64, Entry>,
    next: u64,
    trace: Trace,
}

// === impl SimNetwork ===

impl SimNetwork {
    /// A network without a fault. Must be called inside the runtime whose time it
    /// runs by.
    pub fn new(seed: u64) -> SimNetwork {
        SimNetwork {
            shared: Shared(Arc::new(Mutex::new(State {
                seed,
                started: Instant::now(),
                listeners: MemoryNetwork::new(),
                owners: BTreeMap::new(),
                links: BTreeMap::new(),
                partitions: BTreeSet::new(),
                wires: BTreeMap::new(),
                next: 0,
                trace: Trace::default(),
            }))),
        }
    }

    /// A host by its name: there as soon as it is named.
    pub fn host(&self, name: &str) -> SimHost {
        SimHost {
            network: self.clone(),
            name: name.to_owned(),
        }
    }

    /// Sets what a direction is like, for connections made from now on. The other
    /// direction stays as it is.
    pub fn set_link(&self, from: &str, to: &str, link: LinkConfig) {
        let key = (from.to_owned(), to.to_owned());
        self.shared.lock().links.insert(key, link);
    }

    /// Nothing comes through between two hosts until [`heal`](Self::heal): what is
    /// sent waits, as TCP would send it again.
    pub fn partition(&self, one: &str, other: &str) {
        self.shared.lock().partitions.insert(pair(one, other));
    }

    /// Ends a partition; what waited arrives.
    pub fn heal(&self, one: &str, other: &str) {
        let wakers = {
            let mut state = self.shared.lock();
            state.partitions.remove(&pair(one, other));
            state.wakers()
        };
        wakers.into_iter().for_each(Waker::wake);
    }

    /// Resets all connections between two hosts: both ends get an error.
    pub fn cut(&self, one: &str, other: &str) {
        self.befall(one, other, Fate::Reset, Some(SimEventKind::Reset));
    }

    /// Ends all connections between two hosts in both directions: both ends see
    /// the other end close.
    pub fn hang_up(&self, one: &str, other: &str) {
        self.befall(one, other, Fate::HungUp, None);
    }

    /// Lets all connections between two hosts go dead without a word (half-open):
    /// they deliver nothing any more, and never end. New ones are not concerned.
    pub fn black_hole(&self, one: &str, other: &str) {
        let kind = Some(SimEventKind::BlackHole);
        self.befall(one, other, Fate::BlackHole, kind);
    }

    /// Does something when this much time has passed since the network was made.
    /// Must be called inside its runtime.
    pub fn at(&self, time: Duration, fault: impl FnOnce(&SimNetwork) + Send + 'static) {
        let network = self.clone();
        let when = self.shared.lock().started + time;
        tokio::spawn(async move {
            tokio::time::sleep_until(when).await;
            fault(&network);
        });
    }

    /// Connections that are there, dead ones among them.
    pub fn connections(&self) -> usize {
        self.shared.lock().wires.len()
    }

    /// The last events, at most 16 384.
    pub fn trace(&self) -> Vec<SimEvent> {
        self.shared.lock().trace.events()
    }

    /// A hash of all events since the beginning: two runs with the same one went
    /// the same way.
    pub fn fingerprint(&self) -> u64 {
        self.shared.lock().trace.fingerprint()
    }

    fn befall(&self, one: &str, other: &str, fate: Fate, kind: Option<SimEventKind>) {
        let wakers = {
            let mut state = self.shared.lock();
            let between = pair(one, other);
            let hit: Vec<u64> = state
                .wires
                .iter_mut()
                .filter(|(_, entry)| pair(&entry.from, &entry.to) == between)
                .filter(|(_, entry)| entry.fate != fate)
                .map(|(id, entry)| {
                    entry.fate = fate;
                    *id
                })
                .collect();
            for id in hit {
                if let Some(kind) = &kind {
                    state.tell(id, kind.clone());
                }
            }
            state.wakers()
        };
        wakers.into_iter().for_each(Waker::wake);
    }
}

// === impl SimHost ===

impl SimHost {
    /// The host's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Takes a name of the network; names are the same on all hosts.
    ///
    /// # Errors
    ///
    /// `AddrInUse` if somebody has it.
    pub fn listen(&self, name: &str, backlog: usize) -> io::Result<MemoryListener> {
        let mut state = self.network.shared.lock();
        let listener = state.listeners.listen(name, backlog)?;
        state.owners.insert(name.to_owned(), self.name.clone());
        Ok(listener)
    }

    /// Connects to whoever listens on a name: takes one round trip, or for ever
    /// while there is a partition.
    ///
    /// # Errors
    ///
    /// `ConnectionRefused` if nobody listens.
    pub async fn connect(&self, name: &str) -> io::Result<MemoryStream> {
        let shared = &self.network.shared;
        loop {
            let (owner, blocked, delay) = {
                let state = shared.lock();
                let owner = state.owners.get(name).cloned().unwrap_or_default();
                let blocked = state.partitions.contains(&pair(&self.name, &owner));
                let (there, back) = state.links(&self.name, &owner);
                (owner, blocked, there.delay + back.delay)
            };
            if blocked {
                tokio::time::sleep(RETRY).await;
                continue;
            }
            tokio::time::sleep(delay).await;
            let (near, near_wire) = MemoryStream::pair(CAPACITY);
            let (far_wire, far) = MemoryStream::pair(CAPACITY);
            let wire = {
                let mut state = shared.lock();
                state.listeners.deliver(name, far)?;
                let id = state.open(&self.name, &owner);
                let links = state.links(&self.name, &owner);
                let ends = (near_wire, far_wire);
                Wire::new(id, shared.clone(), ends, links, state.seed)
            };
            tokio::spawn(wire.run());
            return Ok(near);
        }
    }
}

// === impl Shared ===

impl Shared {
    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// === impl State ===

impl State {
    pub(super) fn tell(&mut self, connection: u64, kind: SimEventKind) {
        let at = self.started.elapsed();
        self.trace.add(SimEvent {
            at,
            connection,
            kind,
        });
    }

    /// What befell a connection, and whether a partition keeps it.
    pub(super) fn look(&mut self, id: u64, waker: &Waker) -> (Fate, bool) {
        let Some(entry) = self.wires.get_mut(&id) else {
            return (Fate::HungUp, false);
        };
        entry.waker = Some(waker.clone());
        let between = pair(&entry.from, &entry.to);
        (entry.fate, self.partitions.contains(&between))
    }

    pub(super) fn forget(&mut self, id: u64) {
        self.wires.remove(&id);
        self.tell(id, SimEventKind::Closed);
    }

    fn open(&mut self, from: &str, to: &str) -> u64 {
        let id = self.next;
        self.next += 1;
        let entry = Entry {
            from: from.to_owned(),
            to: to.to_owned(),
            fate: Fate::Open,
            waker: None,
        };
        let (from, to) = (entry.from.clone(), entry.to.clone());
        self.wires.insert(id, entry);
        self.tell(id, SimEventKind::Connected { from, to });
        id
    }

    fn links(&self, from: &str, to: &str) -> (LinkConfig, LinkConfig) {
        let link = |from: &str, to: &str| {
            let key = (from.to_owned(), to.to_owned());
            self.links.get(&key).cloned().unwrap_or_default()
        };
        (link(from, to), link(to, from))
    }

    fn wakers(&self) -> Vec<Waker> {
        let wakers = self.wires.values().filter_map(|entry| entry.waker.clone());
        wakers.collect()
    }
}

fn pair(one: &str, other: &str) -> (String, String) {
    let (one, other) = if one <= other {
        (one, other)
    } else {
        (other, one)
    };
    (one.to_owned(), other.to_owned())
}
