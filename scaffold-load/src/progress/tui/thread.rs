//! The view's thread: hears, looks at keys, and draws four times a second.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, TryRecvError};
use std::time::{Duration, Instant};

use crossterm::event;

use super::draw::draw;
use super::keys::{Key, key};
use super::state::State;
use super::terminal::{Terminal, leave};
use super::view::Word;
use crate::run::interrupt;

/// From one picture to the next.
const PICTURE: Duration = Duration::from_millis(250);
/// The same when a key was pressed.
const ANSWER: Duration = Duration::from_millis(100);
/// A run that fails before that leaves the screen alone.
const PATIENCE: Duration = Duration::from_millis(300);

/// What is shown, and the run that it is of.
struct Shown {
    state: State,
    /// When what is measured begins, and what tells that it ends early.
    run: Option<(Instant, Arc<AtomicBool>)>,
}

/// Shows what is heard, until nothing more comes or the screen is given back.
pub(super) fn show(name: &str, searches: bool, heard: &Receiver<Word>) {
    let mut shown = Shown {
        state: State::new(name, searches),
        run: None,
    };
    let Ok(first) = heard.recv() else {
        return;
    };
    shown.hear(first);
    match heard.recv_timeout(PATIENCE) {
        Ok(word) => shown.hear(word),
        Err(std::sync::mpsc::RecvTimeoutError::Timeout) => {}
        Err(_) => return,
    }
    // Without a screen the run goes on unseen.
    if let Ok(terminal) = Terminal::take() {
        on_terminate();
        let _ = shown.on(terminal, heard);
    }
}

// === impl Shown ===

impl Shown {
    fn hear(&mut self, word: Word) {
        match word {
            Word::Connects(about) => {
                self.run = None;
                self.state.connects(*about);
            }
            Word::Goes(begin, stop) => self.run = Some((begin, stop)),
            Word::Second(frame) => self.state.second(*frame),
            Word::Server(sample) => self.state.server = Some(sample),
            Word::Probed(probe) => self.state.probes.push(*probe),
        }
    }

    fn on(mut self, mut terminal: Terminal, heard: &Receiver<Word>) -> std::io::Result<()> {
        loop {
            loop {
                match heard.try_recv() {
                    Ok(word) => self.hear(word),
                    Err(TryRecvError::Empty) => break,
                    Err(TryRecvError::Disconnected) => return Ok(()),
                }
            }
            self.pass(Instant::now());
            if !terminal.paint(|buffer| draw(&self.state, buffer))? {
                return Ok(());
            }
            self.keys()?;
        }
    }

    fn pass(&mut self, now: Instant) {
        if let Some((begin, stop)) = &self.run {
            let after = now.saturating_duration_since(*begin).as_secs_f64();
            let before = begin.saturating_duration_since(now).as_secs_f64();
            let stopping = stop.load(Ordering::Relaxed);
            self.state.passes(after - before, stopping);
        }
    }

    /// Takes keys until it is time for a picture.
    fn keys(&mut self) -> std::io::Result<()> {
        let began = Instant::now();
        let mut until = PICTURE;
        loop {
            let left = until.saturating_sub(began.elapsed());
            if left.is_zero() || !event::poll(left)? {
                return Ok(());
            }
            // One that is none, such as a new size, is answered as soon.
            until = ANSWER;
            match key(&event::read()?) {
                Some(Key::Stop) => interrupt(),
                Some(key) => self.state.key(key),
                None => {}
            }
        }
    }
}

/// Gives the screen back before a SIGTERM ends the process, as it would without.
#[cfg(unix)]
fn on_terminate() {
    use tokio::signal::unix::{SignalKind, signal};

    static LISTENS: AtomicBool = AtomicBool::new(false);
    if LISTENS.swap(true, Ordering::SeqCst) {
        return;
    }
    // Without it a SIGTERM leaves a terminal that `reset` mends.
    let _ = std::thread::Builder::new()
        .name("load-terminate".to_owned())
        .spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            let Ok(runtime) = runtime else { return };
            runtime.block_on(async {
                if let Ok(mut terminates) = signal(SignalKind::terminate()) {
                    terminates.recv().await;
                    leave();
                    std::process::exit(128 + SignalKind::terminate().as_raw_value());
                }
            });
        });
}

#[cfg(not(unix))]
fn on_terminate() {}
