//! Who is measured.

use std::path::Path;

use messages::Method;

/// A server program.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer {
    pub(crate) name: &'static str,
    program: &'static str,
    /// The package in Cargo.lock whose version is told.
    package: &'static str,
    /// Whether it streams; all have unary calls.
    streams: bool,
    /// Whether it takes more than one worker.
    pub(crate) workers: bool,
    /// Whether it serves one method only, told by the environment.
    pub(crate) one_method: bool,
    /// Whether it is on the curves.
    pub(crate) curves: bool,
}

const PEER: Peer = Peer {
    name: "",
    program: "",
    package: "",
    streams: true,
    workers: false,
    one_method: false,
    curves: false,
};

pub(crate) const PEERS: [Peer; 8] = [
    Peer {
        name: "grpc-go",
        program: "grpc-go",
        workers: true,
        ..PEER
    },
    Peer {
        name: "connect-rust",
        program: "peer-connect",
        package: "connectrpc",
        workers: true,
        ..PEER
    },
    Peer {
        name: "tonic",
        program: "peer-tonic",
        package: "tonic",
        workers: true,
        curves: true,
        ..PEER
    },
    Peer {
        name: "hyper",
        program: "peer-hyper",
        package: "hyper",
        streams: false,
        ..PEER
    },
    Peer {
        name: "h2",
        program: "peer-h2",
        package: "h2",
        ..PEER
    },
    Peer {
        name: "pajamax",
        program: "peer-pajamax",
        package: "pajamax",
        streams: false,
        ..PEER
    },
    Peer {
        name: "scaffold",
        program: "peer-scaffold",
        package: "scaffold-runtime",
        workers: true,
        curves: true,
        ..PEER
    },
    Peer {
        name: "floor",
        program: "peer-floor",
        one_method: true,
        curves: true,
        ..PEER
    },
];

// === impl Peer ===

impl Peer {
    pub(crate) fn serves(&self, method: Method) -> bool {
        self.streams || !matches!(method, Method::Download | Method::Chat)
    }

    pub(crate) fn path(&self, bin: &Path) -> std::path::PathBuf {
        bin.join(self.program)
    }

    /// From the lock files, which pin it.
    pub(crate) fn version(&self) -> String {
        match self.name {
            "floor" => "none".into(),
            "grpc-go" => go_version(),
            _ => locked(self.package),
        }
    }
}

/// The newest version of a package in this workspace's Cargo.lock: pajamax
/// brings an older prost.
pub(crate) fn locked(package: &str) -> String {
    let lock = include_str!("../../Cargo.lock");
    let entry = format!("name = \"{package}\"\nversion = \"");
    let version = lock
        .rsplit_once(&entry)
        .and_then(|(_, rest)| rest.split('"').next());
    version.unwrap_or("unknown").to_owned()
}

fn go_version() -> String {
    let module = include_str!("../../peers/grpc-go/go.mod");
    let line = module
        .lines()
        .find_map(|line| line.trim().strip_prefix("google.golang.org/grpc "));
    line.unwrap_or("unknown").trim_start_matches('v').to_owned()
}
