//! One run, from connecting to the merged record.

mod collect;
mod crew;
mod make;
mod result;
mod signals;
mod stop;

pub use make::run;
pub(crate) use make::run_all;
pub(crate) use result::SCHEMA;
pub use result::{Cpu, Machine, MethodInfo, Run};
#[cfg(feature = "tui")]
pub(crate) use signals::interrupt;
pub(crate) use signals::on_ctrl_c;
pub use stop::Stopped;
