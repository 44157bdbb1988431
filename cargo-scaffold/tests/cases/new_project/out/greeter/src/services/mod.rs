//! The handlers of the services, one room each.

mod greeter;

pub use greeter::GreeterHandler;
