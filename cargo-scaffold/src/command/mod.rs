//! The commands, one room each: `Args`, and `run`.

pub(crate) mod demo;
pub(crate) mod generate;
pub(crate) mod inspect;
pub(crate) mod new;
