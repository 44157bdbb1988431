//! The half of a connection that commands act on: streams, windows, budgets
//! and output. One room per group of commands.

mod budgets;
mod buffer;
mod close;
mod data;
mod frame_writer;
mod headers;
mod keepalive;
mod open;
mod output;
mod peer;
mod pump;
mod recv_window;
mod send_window;
mod shutdown;
mod state;
mod template;
mod timers;
mod whole;

pub use frame_writer::FrameWriter;
pub(crate) use output::OpaquePing;
pub(crate) use peer::PeerSettings;
pub(crate) use state::Lookup;
pub use state::Session;
pub use template::Template;
