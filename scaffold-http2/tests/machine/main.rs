//! The state machine by its bytes: hand-made frames in, frames and events
//! out.

mod against;
mod client;
mod control;
mod differential;
mod floods;
mod flow;
mod fuzzed;
mod malformed;
mod memory;
mod pair;
mod shutdown;
mod states;
mod support;
mod timers;
mod traces;
mod whole;
