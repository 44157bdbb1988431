//! The view: a terminal's screen with what a run is like at the moment.
//!
//! Frames and keys go into a [`State`], a state is drawn into a buffer of cells,
//! and what differs from the last buffer goes to the terminal. Only the last step
//! knows that there is one.

mod draw;
mod history;
mod keys;
mod state;
mod terminal;
mod thread;
mod view;

pub(super) use terminal::{has_screen, leave};
pub(super) use view::View;

#[cfg(test)]
mod tests;
