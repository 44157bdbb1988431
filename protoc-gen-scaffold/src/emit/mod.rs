//! From the checked model to text and tokens, one file for each product.
//! Emitters decide nothing.

mod blocking;
mod client;
mod context;
mod descriptors;
mod joined;
mod load;
mod rt;
mod server;
mod specs;
mod tree;
mod unit;

pub(crate) use joined::part;
pub(crate) use unit::{Unit, emit};
