//! From the checked model to text and tokens, one file for each product.
//! Emitters decide nothing.

mod blocking;
mod client;
mod context;
mod descriptors;
mod load;
mod policy;
mod rt;
mod server;
mod service;
mod specs;
mod template;
mod tree;
mod unit;

pub(crate) use tree::patches;
pub(crate) use unit::{Unit, emit};
