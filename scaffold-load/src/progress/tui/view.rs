//! The view as the run sees it: words to a thread that has the screen.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::{Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Instant;

use super::thread::show;
use crate::plan::Fault;
use crate::progress::about::About;
use crate::progress::frame::Frame;
use crate::progress::reduce::Reduce;
use crate::progress::watch::{Progress, SoFar, ToldOfServer};
use crate::record::{Second, ServerSample};
use crate::search::Probe;

/// What the thread is told.
#[derive(Debug)]
pub(super) enum Word {
    Connects(Box<About>),
    Goes(Instant, Arc<AtomicBool>),
    Second(Box<Frame>),
    Server(ServerSample),
    Probed(Box<Probe>),
}

/// The view. The screen is given back when it is dropped.
#[derive(Debug)]
pub(crate) struct View {
    words: Option<Sender<Word>>,
    thread: Option<JoinHandle<()>>,
    reduce: Option<Reduce>,
    /// Lines that are to be found on the normal screen afterwards.
    probes: Vec<String>,
}

// === impl View ===

impl View {
    pub(in crate::progress) fn start(name: &str, searches: bool) -> Result<Self, Fault> {
        let (words, heard) = channel();
        let name = name.to_owned();
        let thread = thread::Builder::new()
            .name("load-view".to_owned())
            .spawn(move || show(&name, searches, &heard))
            .map_err(|error| Fault::internal(format!("no thread: {error}")))?;
        Ok(Self {
            words: Some(words),
            thread: Some(thread),
            reduce: None,
            probes: Vec::new(),
        })
    }

    /// Nobody listens when the screen could not be had, or was given back.
    fn tell(&self, word: Word) {
        if let Some(words) = &self.words {
            let _ = words.send(word);
        }
    }
}

impl Progress for View {
    fn connects(&mut self, about: About) {
        self.reduce = Some(Reduce::new(&about));
        self.tell(Word::Connects(Box::new(about)));
    }

    fn goes(&mut self, begin: Instant, stop: &Arc<AtomicBool>) {
        self.tell(Word::Goes(begin, Arc::clone(stop)));
    }

    fn second(&mut self, second: &Second, so_far: &SoFar<'_>) {
        if let Some(reduce) = &mut self.reduce {
            let frame = reduce.frame(second, so_far);
            self.tell(Word::Second(Box::new(frame)));
        }
    }

    fn probed(&mut self, probe: &Probe) {
        self.probes.push(probe.to_string());
        self.tell(Word::Probed(Box::new(probe.clone())));
    }

    fn server(&self) -> Option<ToldOfServer> {
        let words = self.words.clone()?;
        Some(Box::new(move |sample| {
            let _ = words.send(Word::Server(sample.clone()));
        }))
    }
}

impl Drop for View {
    fn drop(&mut self) {
        self.words = None;
        if let Some(thread) = self.thread.take() {
            // A panic of it has been told of, and the run is not its business.
            let _ = thread.join();
        }
        for probe in &self.probes {
            eprintln!("{probe}");
        }
    }
}
