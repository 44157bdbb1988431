//! What is going on, once a second, for who waits for it: nothing, lines on
//! stderr, or a view on the terminal (feature `tui`).

mod about;
#[cfg(feature = "tui")]
mod frame;
mod lines;
#[cfg(feature = "tui")]
mod reduce;
mod screen;
mod show;
#[cfg(feature = "tui")]
mod tui;
mod watch;

pub(crate) use about::About;
pub(crate) use screen::{leave, say};
pub use show::Show;
pub(crate) use watch::{Nobody, Progress, SoFar, ToldOfServer, progress};
