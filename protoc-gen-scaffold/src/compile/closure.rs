//! The files asked for and all that they import, gathered before any parser
//! runs: what is missing, unreadable or circular is found here.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::inputs::Includes;
use super::scan::{Scan, scan};
use super::source::{ANNOTATIONS, ANNOTATIONS_NAME};
use crate::descriptor::bundled;
use crate::fault::{Fault, Faults};

/// All files, each after the files it imports.
pub(super) struct Closure {
    pub(super) files: Vec<File>,
    missing: Vec<(String, Fault)>,
}

pub(super) struct File {
    pub(super) name: String,
    /// Where it was read; nothing for what this program carries.
    pub(super) path: Option<PathBuf>,
    pub(super) imports: Vec<String>,
    /// Those of them that whoever imports this file gets too.
    pub(super) public: Vec<String>,
    /// The place after the last word.
    pub(super) end: (u32, u32),
    edition: Option<(String, (u32, u32))>,
    /// Taken by the parser that wants it, so that it is not held twice.
    text: RefCell<Option<String>>,
}

// === impl Closure ===

impl Closure {
    /// Reads the named files and, from there, every import that is found.
    pub(super) fn gather(names: &[String], includes: &Includes) -> Result<Self, Faults> {
        let mut gather = Gather {
            includes,
            states: HashMap::new(),
            files: Vec::new(),
            missing: Vec::new(),
            faults: Faults::new(),
        };
        for name in names {
            gather.root(name);
        }
        gather.faults.gate(Self {
            files: gather.files,
            missing: gather.missing,
        })
    }

    /// The first file written in an edition, and where it says so.
    pub(super) fn edition(&self) -> Option<(&str, (u32, u32))> {
        self.files.iter().find_map(|file| {
            let (_, place) = file.edition.as_ref()?;
            Some((file.name.as_str(), *place))
        })
    }

    /// The latest edition that any file is written in.
    pub(super) fn latest_edition(&self) -> Option<(&str, &str, (u32, u32))> {
        self.files
            .iter()
            .filter_map(|file| {
                let (year, place) = file.edition.as_ref()?;
                Some((year.as_str(), file.name.as_str(), *place))
            })
            .max_by_key(|(year, ..)| *year)
    }

    /// Imports that nobody has, by the file that names them.
    pub(super) fn missing(&self) -> impl Iterator<Item = &Fault> {
        self.missing.iter().map(|(_, fault)| fault)
    }

    /// Imports that protoc does not have either: what it carries besides is all
    /// in one folder.
    pub(super) fn missing_to_protoc(&self) -> impl Iterator<Item = &Fault> {
        self.missing
            .iter()
            .filter(|(import, _)| !import.starts_with("google/protobuf/"))
            .map(|(_, fault)| fault)
    }
}

// === impl File ===

impl File {
    /// The text, for the one who asks first.
    pub(super) fn take_text(&self) -> String {
        self.text.take().unwrap_or_default()
    }
}

struct Gather<'a> {
    includes: &'a Includes,
    states: HashMap<String, State>,
    files: Vec<File>,
    missing: Vec<(String, Fault)>,
    faults: Faults,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    /// Its imports are being followed: to meet it again is a circle.
    Open,
    Done,
    Missing,
}

/// A file whose imports are being followed.
struct Frame {
    name: String,
    path: Option<PathBuf>,
    text: String,
    scan: Scan,
    next: usize,
}

// === impl Gather ===

impl Gather<'_> {
    /// Goes through the imports with a stack of its own: chains of them can be
    /// longer than ours is deep.
    fn root(&mut self, name: &str) {
        if self.states.contains_key(name) {
            return;
        }
        let mut stack = Vec::new();
        match self.open(name) {
            Ok(frame) => stack.push(frame),
            Err(fault) => return self.faults.push(fault),
        }
        while let Some(frame) = stack.last_mut() {
            let Some(import) = frame.scan.imports.get(frame.next) else {
                self.close(&mut stack);
                continue;
            };
            frame.next += 1;
            let (name, place) = (import.name.clone(), import.place);
            match self.states.get(&name) {
                Some(State::Done) => {}
                Some(State::Open) => {
                    let fault = circle(&stack, &name, place);
                    self.faults.push(fault);
                }
                None if bundled(&name).is_some() => {}
                Some(State::Missing) | None => match self.open(&name) {
                    Ok(next) => stack.push(next),
                    Err(fault) if self.states.get(&name) == Some(&State::Missing) => {
                        let message = format!("the import `{name}` does not exist");
                        let fault = fault.at(frame.name.clone(), place);
                        self.missing.push((name, Fault { message, ..fault }));
                    }
                    Err(fault) => self.faults.push(fault),
                },
            }
        }
    }

    fn open(&mut self, name: &str) -> Result<Frame, Fault> {
        let path = self.includes.find(name);
        let text = match &path {
            Some(path) => read(name, path),
            None if name == ANNOTATIONS_NAME => Ok(ANNOTATIONS.to_owned()),
            None => {
                self.states.insert(name.to_owned(), State::Missing);
                return Err(Fault::new(format!("the file `{name}` does not exist"))
                    .help(looked(self.includes)));
            }
        };
        self.states.insert(name.to_owned(), State::Open);
        let text = text.inspect_err(|_| {
            self.states.insert(name.to_owned(), State::Done);
        })?;
        let scan = scan(&text);
        if let Some(place) = scan.too_deep {
            self.states.insert(name.to_owned(), State::Done);
            return Err(Fault::new("nesting is too deep")
                .at(name, place)
                .help("protobuf compilers take 32 messages in one another at most"));
        }
        Ok(Frame {
            name: name.to_owned(),
            path,
            text,
            scan,
            next: 0,
        })
    }

    fn close(&mut self, stack: &mut Vec<Frame>) {
        let Some(frame) = stack.pop() else { return };
        self.states.insert(frame.name.clone(), State::Done);
        let imports = &frame.scan.imports;
        let public = imports.iter().filter(|import| import.public);
        self.files.push(File {
            name: frame.name,
            path: frame.path,
            public: public.map(|import| import.name.clone()).collect(),
            imports: imports.iter().map(|import| import.name.clone()).collect(),
            end: frame.scan.end,
            edition: frame.scan.edition,
            text: RefCell::new(Some(frame.text)),
        });
    }
}

fn circle(stack: &[Frame], name: &str, place: (u32, u32)) -> Fault {
    let from = stack.iter().position(|frame| frame.name == name);
    let mut way: Vec<_> = stack[from.unwrap_or(0)..]
        .iter()
        .map(|frame| frame.name.as_str())
        .collect();
    way.push(name);
    let importer = stack.last().map_or("", |frame| &frame.name);
    Fault::new(format!("files import each other: {}", way.join(" -> ")))
        .at(importer, place)
        .help("move what they share to a file that imports neither")
}

fn looked(includes: &Includes) -> String {
    let list: Vec<_> = includes
        .paths()
        .iter()
        .map(|include| format!("`{}`", include.display()))
        .collect();
    format!("looked in the include directories {}", list.join(", "))
}

/// The text of a file, without the mark that some editors put before it.
fn read(name: &str, path: &Path) -> Result<String, Fault> {
    let bytes = std::fs::read(path).map_err(|error| {
        Fault::new(format!("cannot read `{}`: {error}", path.display())).at(name, (0, 0))
    })?;
    match String::from_utf8(bytes) {
        Ok(mut text) => {
            if text.starts_with('\u{feff}') {
                text.drain(..'\u{feff}'.len_utf8());
            }
            Ok(text)
        }
        Err(error) => {
            let good = error.utf8_error().valid_up_to();
            let before = &error.as_bytes()[..good];
            let line = before.iter().filter(|byte| **byte == b'\n').count() as u32 + 1;
            let start = before.iter().rposition(|byte| *byte == b'\n');
            let column = String::from_utf8_lossy(&before[start.map_or(0, |at| at + 1)..])
                .chars()
                .count() as u32
                + 1;
            Err(Fault::new("the file is not UTF-8")
                .at(name, (line, column))
                .help("save it as UTF-8"))
        }
    }
}
