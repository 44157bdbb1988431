//! What was measured: histograms for each method, outcomes by code, the slowest
//! calls, and one point for each second.

mod error;
mod histogram;
mod method;
mod part;
mod recorder;
mod second;
mod series;
mod server;
mod slow;

pub use error::{ACCEPTED, CallError, UNFINISHED, UNVERIFIED};
pub use histogram::Histogram;
pub use method::MethodRecord;
pub use part::Record;
pub(crate) use part::{PacedPart, Part, WorkerPart};
pub(crate) use recorder::{End, Recorder};
pub use second::{MethodSecond, Second};
pub use series::Series;
pub use server::{Server, ServerSample};
pub use slow::SlowCall;
pub(crate) use slow::Slowest;
