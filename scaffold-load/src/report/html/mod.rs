//! The report for people: one page that needs nothing beside it.

mod chart;
mod comparison;
mod curve;
mod errors;
mod escape;
mod header;
mod methods;
mod objectives;
mod over_time;
mod page;
mod script;
mod search;
mod server;
mod settings;
mod style;
mod table;

pub(super) use escape::escape;
pub(super) use page::page;
