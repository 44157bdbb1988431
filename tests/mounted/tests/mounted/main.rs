//! Our services in servers of others, and theirs in ours.

mod elsewhere;
mod foreign;
mod response;
