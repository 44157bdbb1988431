//! The terminal: taken, painted, and always given back.
//!
//! Whoever writes to it or gives it back holds the lock of stderr. That lock lets
//! its own thread in again, so that a panic in the middle of painting can still
//! give the terminal back.

use std::io::{self, Write};
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::cursor::{Hide, MoveTo, Show};
use crossterm::style::{
    Attribute, Color as Colour, Colors, Print, ResetColor, SetAttribute, SetColors,
};
use crossterm::terminal::{
    Clear, ClearType, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode,
    enable_raw_mode, size,
};
use crossterm::{execute, queue};
use ratatui_core::buffer::{Buffer, Cell};
use ratatui_core::layout::Rect;
use ratatui_core::style::{Color, Modifier};

/// Whether the screen is the view's.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// The screen, for as long as the view has it.
#[derive(Debug)]
pub(super) struct Terminal {
    /// What is on it.
    painted: Buffer,
}

/// Whether the view has the screen.
pub(in crate::progress) fn has_screen() -> bool {
    TAKEN.load(Ordering::SeqCst)
}

/// Gives the screen back, if the view has it.
pub(in crate::progress) fn leave() {
    let mut out = io::stderr().lock();
    if TAKEN.swap(false, Ordering::SeqCst) {
        // What cannot be written to a terminal that is gone cannot be helped.
        let _ = execute!(out, ResetColor, Show, LeaveAlternateScreen);
        let _ = disable_raw_mode();
    }
}

// === impl Terminal ===

impl Terminal {
    /// Takes the screen of stderr, so that stdout stays the report.
    pub(super) fn take() -> io::Result<Self> {
        static HOOK: Once = Once::new();
        HOOK.call_once(|| {
            let before = std::panic::take_hook();
            std::panic::set_hook(Box::new(move |panic| {
                leave();
                before(panic);
            }));
        });
        let mut out = io::stderr().lock();
        enable_raw_mode()?;
        TAKEN.store(true, Ordering::SeqCst);
        if let Err(error) = execute!(out, EnterAlternateScreen, Hide) {
            leave();
            return Err(error);
        }
        Ok(Self {
            painted: Buffer::empty(Rect::ZERO),
        })
    }

    /// Paints what `draw` puts into cells; `false` if the screen was given back.
    pub(super) fn paint(&mut self, draw: impl FnOnce(&mut Buffer)) -> io::Result<bool> {
        let (width, height) = size()?;
        let mut next = Buffer::empty(Rect::new(0, 0, width, height));
        draw(&mut next);
        let mut bytes = Vec::new();
        if next.area != self.painted.area {
            queue!(bytes, ResetColor, Clear(ClearType::All))?;
            self.painted = Buffer::empty(next.area);
        }
        changes(&mut bytes, &self.painted.diff(&next))?;
        self.painted = next;
        let mut out = io::stderr().lock();
        if !has_screen() {
            return Ok(false);
        }
        out.write_all(&bytes)?;
        out.flush()?;
        Ok(true)
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        leave();
    }
}

/// Cells as a terminal's commands.
fn changes(out: &mut Vec<u8>, cells: &[(u16, u16, &Cell)]) -> io::Result<()> {
    let mut at = None;
    let mut style = None;
    for &(x, y, cell) in cells {
        if at != Some((x, y)) {
            queue!(out, MoveTo(x, y))?;
        }
        let wanted = (cell.fg, cell.bg, cell.modifier);
        if style.replace(wanted) != Some(wanted) {
            let colours = Colors::new(colour(cell.fg), colour(cell.bg));
            queue!(out, SetAttribute(Attribute::Reset), SetColors(colours))?;
            for (modifier, attribute) in [
                (Modifier::BOLD, Attribute::Bold),
                (Modifier::DIM, Attribute::Dim),
            ] {
                if cell.modifier.contains(modifier) {
                    queue!(out, SetAttribute(attribute))?;
                }
            }
        }
        queue!(out, Print(cell.symbol()))?;
        // After a wide one the cursor may be anywhere, as terminals disagree.
        at = cell.symbol().is_ascii().then_some((x + 1, y));
    }
    if !cells.is_empty() {
        queue!(out, SetAttribute(Attribute::Reset), ResetColor)?;
    }
    Ok(())
}

/// Those that the view has, of the terminal's own sixteen: its owner chose them to
/// be read.
fn colour(color: Color) -> Colour {
    match color {
        Color::Black => Colour::Black,
        Color::Red => Colour::DarkRed,
        Color::Green => Colour::DarkGreen,
        Color::Yellow => Colour::DarkYellow,
        Color::Cyan => Colour::DarkCyan,
        Color::Gray => Colour::Grey,
        // The dark one cannot be read on black.
        Color::LightBlue => Colour::Blue,
        _ => Colour::Reset,
    }
}
