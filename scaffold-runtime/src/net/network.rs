//! `Network`: which network a server or a channel is on.

use super::MemoryNetwork;

/// Which network a server or a channel is on: the system's, which is the
/// default, or one of the process. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Network {
    kind: Kind,
}

/// What there is.
#[derive(Clone, Debug, Default)]
pub(crate) enum Kind {
    #[default]
    System,
    Memory(MemoryNetwork),
    #[cfg(feature = "sim")]
    Sim(super::SimHost),
}

// === impl Network ===

impl Network {
    /// The system's sockets; `memory:` addresses meet inside the process.
    pub fn system() -> Network {
        Network::default()
    }

    /// Whether there are no addresses but `memory:name`.
    pub(crate) fn is_in_memory(&self) -> bool {
        !matches!(self.kind, Kind::System)
    }

    pub(crate) fn kind(&self) -> &Kind {
        &self.kind
    }
}

impl From<MemoryNetwork> for Network {
    fn from(network: MemoryNetwork) -> Network {
        Network {
            kind: Kind::Memory(network),
        }
    }
}

impl From<&MemoryNetwork> for Network {
    fn from(network: &MemoryNetwork) -> Network {
        network.clone().into()
    }
}

#[cfg(feature = "sim")]
impl From<super::SimHost> for Network {
    fn from(host: super::SimHost) -> Network {
        Network {
            kind: Kind::Sim(host),
        }
    }
}

impl From<&Network> for Network {
    fn from(network: &Network) -> Network {
        network.clone()
    }
}
