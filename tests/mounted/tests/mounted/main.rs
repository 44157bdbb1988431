//! Our services in servers of others, and theirs in ours.

mod compressed;
mod elsewhere;
mod foreign;
mod response;
