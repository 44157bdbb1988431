//! `cargo scaffold load`.

mod hostile;
mod peers;
mod refusals;
mod support;
