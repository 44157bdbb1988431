//! Whether the terminal is the view's at the moment, for all that may end the
//! process or has something to say.

/// Gives the terminal back, if the view has it: before the process ends.
pub(crate) fn leave() {
    #[cfg(feature = "tui")]
    super::tui::leave();
}

/// Says something on stderr, unless the view has it: that says so itself.
pub(crate) fn say(what: &str) {
    #[cfg(feature = "tui")]
    if super::tui::has_screen() {
        return;
    }
    eprintln!("{what}");
}
