//! The half of a connection that reads: one room per group of frames.

mod block;
mod control;
mod data;
mod flow;
mod headers;
mod reader;

pub(crate) use reader::Reader;
