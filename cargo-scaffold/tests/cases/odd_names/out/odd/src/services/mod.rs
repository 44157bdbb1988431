//! The handlers of the services, one room each.

mod b_v1_users;
mod mod_;
mod request;
mod r#type;
mod users;

pub use b_v1_users::BV1UsersHandler;
pub use mod_::ModHandler;
pub use request::RequestHandler;
pub use r#type::TypeHandler;
pub use users::UsersHandler;
