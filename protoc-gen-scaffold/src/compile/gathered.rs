//! Texts that were read already, handed to protox with little more than it
//! needs.
//!
//! prost-reflect, under protox, goes through all places of a file once for each
//! option in it: a file of 4 MB takes seconds, most of them there. So it gets
//! the places of options alone, which it rewrites, and the others join them when
//! it is done.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use prost::Message;
use prost::bytes::Bytes;
use prost_types::{FileDescriptorProto, SourceCodeInfo};
use protox::file::{File, FileResolver};

use super::closure::Closure;
use super::order::Header;
use crate::descriptor::{FileDescriptorSet, canonical};

pub(super) struct Gathered {
    texts: HashMap<String, String>,
    /// Encoded places that protox did not get, by file.
    aside: RefCell<HashMap<String, Vec<u8>>>,
    /// Whether protox gets all places after all, for its errors.
    pub(super) whole: Cell<bool>,
}

/// The same, for protox to own.
pub(super) struct Shared(pub(super) Rc<Gathered>);

/// Where a parser keeps options that are not resolved yet.
const UNINTERPRETED: i32 = 999;

// === impl Gathered ===

impl Gathered {
    pub(super) fn new(closure: &Closure) -> Self {
        let files = closure.files.iter();
        Self {
            texts: files
                .map(|file| (file.name.clone(), file.take_text()))
                .collect(),
            aside: RefCell::default(),
            whole: Cell::new(false),
        }
    }

    /// An encoded set, with the places that were set aside back in it.
    pub(super) fn complete(&self, set: &[u8]) -> FileDescriptorSet {
        let mut set = FileDescriptorSet::decode(set).unwrap_or_default();
        let mut aside = self.aside.borrow_mut();
        for file in &mut set.file {
            let header = Header::decode(file.clone()).unwrap_or_default();
            if let Some(places) = aside.remove(header.name()) {
                *file = Bytes::from(canonical::join_source_info(file, &places));
            }
        }
        set
    }

    fn lean(&self, file: File) -> File {
        let mut file = FileDescriptorProto::from(file);
        let places = file.source_code_info.take().unwrap_or_default().location;
        // An index may be 999 too: then a place goes the long way, and no harm.
        let (options, others) = places
            .into_iter()
            .partition(|place| place.path.contains(&UNINTERPRETED));
        file.source_code_info = Some(SourceCodeInfo { location: options });
        let others = SourceCodeInfo { location: others };
        self.aside
            .borrow_mut()
            .insert(file.name().to_owned(), others.encode_to_vec());
        File::from(file)
    }
}

// === impl Shared ===

impl FileResolver for Shared {
    fn open_file(&self, name: &str) -> Result<File, protox::Error> {
        let Some(text) = self.0.texts.get(name) else {
            return Err(protox::Error::file_not_found(name));
        };
        let file = File::from_source(name, text)?;
        Ok(if self.0.whole.get() {
            file
        } else {
            self.0.lean(file)
        })
    }
}
