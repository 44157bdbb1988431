//! What the binary carries, so that a project can be made anywhere: the sources
//! of the runtime crates, and the example's.

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));
