//! The handlers of the services, one room each.

mod user_service;

pub use user_service::UserServiceHandler;
