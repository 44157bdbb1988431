//! HTTP/2 (RFC 9113) and HPACK (RFC 7541) as a pure state machine: bytes in,
//! events out; commands in, bytes out. No I/O, no clock, no tasks.
//!
//! A [`Connection`] is one end of a connection, in either role. Its driver
//! moves the bytes and tells the time; a [`Handler`] is called in place for
//! each event and gets the [`Session`], with which it may answer at once.
//! Every limit is finite ([`Limits`]); everything that ends a stream or the
//! connection has a [`Cause`], with a text for the peer and a counter.
//!
//! Two ends joined in memory, one call:
//!
//! ```
//! use scaffold_http2::{
//!     Config, Connection, Field, Handler, Head, Indexing, Name, Reset, Session, Stream,
//!     Template, Time,
//! };
//!
//! /// Answers each request with the body it came with.
//! struct Echo {
//!     head: Template,
//!     trailers: Template,
//! }
//!
//! impl Handler for Echo {
//!     fn resolve(&mut self, head: &Head<'_>) -> u64 {
//!         // Once per distinct header block, not once per call.
//!         u64::from(head.path() == b"/echo.Echo/Say")
//!     }
//!     fn head(&mut self, session: &mut Session, stream: Stream, head: &Head<'_>, _end: bool) {
//!         assert_eq!(head.token(), 1);
//!         assert_eq!(head.get(Name::Te), Some(&b"trailers"[..]));
//!         session.send_headers(stream, &self.head, &[], false).unwrap();
//!     }
//!     fn data(&mut self, session: &mut Session, stream: Stream, bytes: &[u8], end: bool) {
//!         session.release(stream, bytes.len());
//!         if session.capacity(stream) >= bytes.len() {
//!             // Straight into the output.
//!             let mut frame = session.data_frame(stream, bytes.len()).unwrap();
//!             frame.buffer().extend_from_slice(bytes);
//!             frame.finish(false).unwrap();
//!         } else {
//!             session.send_data(stream, bytes, false).unwrap();
//!         }
//!         if end {
//!             session.send_trailers(stream, &self.trailers, &[]).unwrap();
//!         }
//!     }
//!     fn trailers(&mut self, _: &mut Session, _: Stream, _: &Head<'_>) {}
//!     fn reset(&mut self, _: &mut Session, _: Stream, _: Reset) {}
//! }
//!
//! /// Keeps the answer.
//! #[derive(Default)]
//! struct Answer {
//!     status: u16,
//!     body: Vec<u8>,
//!     grpc_status: Vec<u8>,
//! }
//!
//! impl Handler for Answer {
//!     fn head(&mut self, _: &mut Session, _: Stream, head: &Head<'_>, _end: bool) {
//!         self.status = head.status();
//!     }
//!     fn data(&mut self, session: &mut Session, stream: Stream, bytes: &[u8], _end: bool) {
//!         self.body.extend_from_slice(bytes);
//!         session.release(stream, bytes.len());
//!     }
//!     fn trailers(&mut self, _: &mut Session, _: Stream, trailers: &Head<'_>) {
//!         self.grpc_status = trailers.get(Name::GrpcStatus).unwrap_or_default().to_vec();
//!     }
//!     fn reset(&mut self, _: &mut Session, _: Stream, reset: Reset) {
//!         panic!("{reset:?}");
//!     }
//! }
//!
//! /// One direction of a driver: what `from` has to say reaches `to`.
//! /// Returns whether there was anything.
//! fn carry<A: Handler, B: Handler>(
//!     from: (&mut Connection, &mut A),
//!     to: (&mut Connection, &mut B),
//!     held: &mut Vec<u8>,
//!     now: Time,
//! ) -> Result<bool, scaffold_http2::ConnectionError> {
//!     from.0.flush(now, from.1);
//!     let session = from.0.session();
//!     // A socket takes `output_slices` in one vectored write. With nothing
//!     // attached there is one slice.
//!     let bytes = session.output().expect("small payloads are copied").to_vec();
//!     session.advance(bytes.len());
//!     held.extend_from_slice(&bytes);
//!     let used = to.0.receive(held, now, to.1)?;
//!     held.drain(..used);
//!     Ok(!bytes.is_empty())
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let insert = |name, value| Field::new(name, value).indexing(Indexing::Insert);
//! let mut echo = Echo {
//!     head: Template::new(&[
//!         Field::new(":status", "200"),
//!         insert("content-type", "application/grpc"),
//!     ])?,
//!     trailers: Template::new(&[insert("grpc-status", "0")])?,
//! };
//! let say = Template::new(&[
//!     Field::new(":method", "POST"),
//!     Field::new(":scheme", "http"),
//!     insert(":path", "/echo.Echo/Say"),
//!     insert("te", "trailers"),
//! ])?;
//!
//! let now = Time::default();
//! let mut client = Connection::client(Config::default(), now);
//! let mut server = Connection::server(Config::default(), now);
//! let mut answer = Answer::default();
//!
//! let stream = client.session().open(&say, &[], false)?;
//! client.session().send_data(stream, b"hello", true)?;
//!
//! let (mut up, mut down) = (Vec::new(), Vec::new());
//! loop {
//!     let asked = carry((&mut client, &mut answer), (&mut server, &mut echo), &mut up, now)?;
//!     let told = carry((&mut server, &mut echo), (&mut client, &mut answer), &mut down, now)?;
//!     if !asked && !told {
//!         break;
//!     }
//! }
//! assert_eq!(answer.status, 200);
//! assert_eq!(answer.body, b"hello");
//! assert_eq!(answer.grpc_status, b"0");
//! assert!(!client.session().is_open(stream));
//! # Ok(())
//! # }
//! ```
#![forbid(unsafe_code)]

mod budget;
mod cause;
mod code;
mod config;
mod connection;
mod counters;
mod error;
mod field;
mod frame;
mod handler;
mod head;
mod hpack;
mod limits;
mod receive;
mod session;
mod stream;
mod time;

pub use budget::Rate;
pub use cause::Cause;
pub use code::ErrorCode;
pub use config::{Config, Keepalive, PingPolicy, Role};
pub use connection::Connection;
pub use counters::Counters;
pub use error::{ConnectionError, OpenError, SendError};
pub use field::Name;
pub use handler::{GoAway, Handler, Reset, ResetCause};
pub use head::{Fields, Head};
pub use hpack::{Field, Indexing};
pub use limits::Limits;
pub use session::{FrameWriter, Session, Template};
pub use stream::Stream;
pub use time::Time;
