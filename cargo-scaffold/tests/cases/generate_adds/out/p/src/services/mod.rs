//! The handlers of the services, one room each.

mod a;
mod z;

pub use a::AHandler;
pub use z::ZHandler;
// mine
