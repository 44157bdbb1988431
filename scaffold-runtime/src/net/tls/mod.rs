//! TLS and mTLS, by rustls.
//!
//! [`ServerTls`] and [`ClientTls`] are what people write; [`pem`] reads what they
//! name; [`build`] makes rustls' configurations of it, [`watch`] makes them anew
//! when files change, and [`accept`] and [`connect`] shake hands.

mod accept;
mod build;
mod config;
mod connect;
mod pem;
mod watch;

pub(super) use accept::TlsAcceptor;
pub use config::{ClientAuth, ClientIdentity, ClientTls, ServerTls, TlsVersion};
pub(super) use connect::TlsConnector;
pub use pem::Pem;
