//! What keys mean.

use crossterm::event::{Event, KeyCode, KeyEventKind, KeyModifiers};

/// What somebody wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    /// The run to end; for the second time, at once.
    Stop,
    /// The next method, or the one before.
    Next,
    Before,
    /// The other scale of charts.
    Scale,
    /// The other kind of latency.
    Latency,
    /// The keys explained, or that away.
    Help,
    /// Whatever is in front away.
    Back,
}

/// The meaning of what a terminal sent, if it has one.
pub(super) fn key(event: &Event) -> Option<Key> {
    let key = event.as_key_press_event()?;
    if key.kind == KeyEventKind::Release {
        return None;
    }
    if key.modifiers.contains(KeyModifiers::CONTROL) {
        return (key.code == KeyCode::Char('c')).then_some(Key::Stop);
    }
    Some(match key.code {
        KeyCode::Char('q') => Key::Stop,
        KeyCode::Char('m') | KeyCode::Down | KeyCode::Right | KeyCode::Tab => Key::Next,
        KeyCode::Char('M') | KeyCode::Up | KeyCode::Left | KeyCode::BackTab => Key::Before,
        KeyCode::Char('l') => Key::Scale,
        KeyCode::Char('w') => Key::Latency,
        KeyCode::Char('?' | 'h') => Key::Help,
        KeyCode::Esc => Key::Back,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossterm::event::KeyEvent;

    #[test]
    fn in_raw_mode_ctrl_c_is_a_key() {
        let press = |code, modifiers| key(&Event::Key(KeyEvent::new(code, modifiers)));
        let c = KeyCode::Char('c');
        assert_eq!(press(c, KeyModifiers::CONTROL), Some(Key::Stop));
        assert_eq!(press(c, KeyModifiers::NONE), None);
        assert_eq!(press(KeyCode::Char('q'), KeyModifiers::CONTROL), None);
        assert_eq!(
            press(KeyCode::Char('q'), KeyModifiers::NONE),
            Some(Key::Stop)
        );
        assert_eq!(
            press(KeyCode::Char('M'), KeyModifiers::SHIFT),
            Some(Key::Before)
        );
        assert_eq!(key(&Event::Resize(1, 1)), None);
    }
}
