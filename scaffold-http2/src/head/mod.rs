//! Decoded header sections: one recycled buffer each, the fields that matter
//! found by number, and a small memory of blocks seen before.

mod buf;
mod cache;
mod place;
mod verdict;
mod view;

#[cfg(test)]
mod same;

pub(crate) use buf::{HeadBuf, ListLimits};
pub(crate) use cache::{Decoded, HeadCache};
pub(crate) use verdict::{Response, request, response, trailers};
pub use view::{Fields, Head};
