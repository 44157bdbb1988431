//! What is measured.

use messages::Method;

/// A load, and what is told of it.
#[derive(Clone, Debug)]
pub(crate) struct Scenario {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    /// Whether allocations are counted, in a run of their own.
    pub(crate) counted: bool,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    /// Our own load generator.
    Wire(Wire),
    /// h2load, SayHello.
    H2load { connections: usize, streams: usize },
    /// A measured client against the floor.
    Client { connections: usize, streams: usize },
    /// Connections that have made one call and stay.
    Idle { connections: usize },
    /// One worker beside two.
    Workers { connections: usize },
}

/// Arguments of the load generator.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wire {
    pub(crate) method: Method,
    pub(crate) connections: usize,
    pub(crate) streams: usize,
    pub(crate) rate: f64,
    pub(crate) idle: usize,
    pub(crate) size: u32,
    pub(crate) count: u64,
    pub(crate) work: u32,
    pub(crate) spin: bool,
    /// Whether it is a point of a curve, which fewer peers are on.
    pub(crate) curve: bool,
}

pub(crate) const WIRE: Wire = Wire {
    method: Method::SayHello,
    connections: 1,
    streams: 1,
    rate: 0.0,
    idle: 0,
    size: 0,
    count: 0,
    work: 0,
    spin: false,
    curve: false,
};

/// Calls a second at which latency is measured.
pub(crate) const RATE: f64 = 20_000.0;

/// Bytes of a chunk, such that the message has 17 bytes or a few less.
const SMALL: u32 = 12;

/// All of them; fewer points of curves when it has to be quick.
pub(crate) fn all(quick: bool) -> Vec<Scenario> {
    let wire = |connections, streams| Wire {
        connections,
        streams,
        ..WIRE
    };
    let of = |method, connections, streams| Wire {
        method,
        ..wire(connections, streams)
    };
    let mut all = vec![
        counted("hello-10x100", Kind::Wire(wire(10, 100))),
        plain("hello-50x20", Kind::Wire(wire(50, 20))),
        plain("hello-50x1", Kind::Wire(wire(50, 1))),
        plain(
            "hello-1x1",
            Kind::Wire(Wire {
                spin: true,
                ..wire(1, 1)
            }),
        ),
        plain(
            "h2load-10x100",
            Kind::H2load {
                connections: 10,
                streams: 100,
            },
        ),
        plain(
            "h2load-50x20",
            Kind::H2load {
                connections: 50,
                streams: 20,
            },
        ),
        plain(
            "h2load-50x1",
            Kind::H2load {
                connections: 50,
                streams: 1,
            },
        ),
        counted("order-10x100", Kind::Wire(of(Method::EchoOrder, 10, 100))),
        counted("logs-10x20", Kind::Wire(of(Method::ExportLogs, 10, 20))),
        counted("logs-echo-10x20", Kind::Wire(of(Method::EchoLogs, 10, 20))),
        counted(
            "small-10x1",
            Kind::Wire(Wire {
                size: SMALL,
                count: 20_000,
                ..of(Method::Download, 10, 1)
            }),
        ),
        plain(
            "large-4x1",
            Kind::Wire(Wire {
                size: 1 << 20,
                count: 64,
                ..of(Method::Download, 4, 1)
            }),
        ),
        counted(
            "chat-10x10",
            Kind::Wire(Wire {
                size: SMALL,
                ..of(Method::Chat, 10, 10)
            }),
        ),
        plain(
            "rate",
            Kind::Wire(Wire {
                rate: RATE,
                ..wire(10, 1)
            }),
        ),
        plain(
            "client-10x100",
            Kind::Client {
                connections: 10,
                streams: 100,
            },
        ),
        plain("workers-2", Kind::Workers { connections: 2 }),
        plain("workers-3", Kind::Workers { connections: 3 }),
        plain(
            "idle",
            Kind::Idle {
                connections: if quick { 1000 } else { 10_000 },
            },
        ),
    ];
    let points: &[usize] = if quick {
        &[10, 1000]
    } else {
        &[10, 100, 1000, 10_000]
    };
    for &connections in points {
        let load = Wire {
            curve: true,
            ..wire(connections, 1)
        };
        all.push(plain(
            &format!("connections-{connections}"),
            Kind::Wire(load),
        ));
    }
    let points: &[usize] = if quick {
        &[1, 1000]
    } else {
        &[1, 10, 100, 1000, 10_000]
    };
    for &idle in points {
        let load = Wire {
            curve: true,
            idle,
            ..wire(1, 100)
        };
        all.push(plain(&format!("streams-{idle}"), Kind::Wire(load)));
    }
    all
}

fn plain(name: &str, kind: Kind) -> Scenario {
    Scenario {
        name: name.into(),
        kind,
        counted: false,
    }
}

fn counted(name: &str, kind: Kind) -> Scenario {
    Scenario {
        name: name.into(),
        kind,
        counted: true,
    }
}

// === impl Kind ===

impl Kind {
    /// Files that one process has open.
    pub(crate) fn files(&self) -> usize {
        match *self {
            Kind::Wire(Wire { connections, .. }) | Kind::Idle { connections } => connections + 50,
            _ => 100,
        }
    }
}

// === impl Wire ===

impl Wire {
    pub(crate) fn args(&self, warm: f64, seconds: f64) -> Vec<String> {
        [
            ("--methods", self.method.name().to_owned()),
            ("--connections", self.connections.to_string()),
            ("--streams", self.streams.to_string()),
            ("--rate", self.rate.to_string()),
            ("--idle", self.idle.to_string()),
            ("--size", self.size.to_string()),
            ("--count", self.count.to_string()),
            ("--work", self.work.to_string()),
            ("--spin", self.spin.to_string()),
            ("--warm", warm.to_string()),
            ("--seconds", seconds.to_string()),
        ]
        .into_iter()
        .flat_map(|(name, value)| [name.to_owned(), value])
        .collect()
    }
}
