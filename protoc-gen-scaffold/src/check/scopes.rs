//! Names in their scopes, and where each came from.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::catalogue::{self, Meeting};
use crate::descriptor::{FileDescriptorProto, Locations};
use crate::fault::{Fault, Faults};
use crate::model::Place;
use crate::names;

/// All modules and what is named in them.
pub(super) struct Scopes<'a> {
    files: &'a [FileDescriptorProto],
    /// Module path to Rust name to what has it.
    modules: HashMap<String, BTreeMap<String, Item>>,
    /// Packages whose module is a message's too.
    shared: Vec<(Item, Item)>,
    /// Decoded when a fault is in the file, which is seldom.
    locations: HashMap<usize, Locations>,
    /// One pair may meet in two names; once is enough.
    told: HashSet<(Place, Place)>,
    faults: Faults,
}

/// Something with a name.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub(super) kind: Kind,
    /// Its name in the `.proto`, qualified as far as a reader needs.
    pub(super) name: String,
    pub(super) place: Place,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Package,
    Service,
    Method,
    Message,
    Nested,
    Enum,
    Value,
    Field,
    Oneof,
}

// === impl Scopes ===

impl<'a> Scopes<'a> {
    pub(super) fn new(files: &'a [FileDescriptorProto]) -> Self {
        Self {
            files,
            modules: HashMap::new(),
            shared: Vec::new(),
            locations: HashMap::new(),
            told: HashSet::new(),
            faults: Faults::new(),
        }
    }

    /// Enters a name in a module, and tells whether it is the only one.
    pub(super) fn enter(&mut self, module: &str, rust: String, item: Item) -> bool {
        let known = match self.modules.get_mut(module) {
            Some(scope) => match scope.entry(rust.clone()) {
                std::collections::btree_map::Entry::Vacant(entry) => {
                    entry.insert(item);
                    return true;
                }
                std::collections::btree_map::Entry::Occupied(entry) => entry.get().clone(),
            },
            None => {
                self.modules
                    .insert(module.to_owned(), BTreeMap::from([(rust, item)]));
                return true;
            }
        };
        match (known.kind, item.kind) {
            (Kind::Package, Kind::Package) => {}
            (Kind::Package, Kind::Nested) => self.shared.push((known, item)),
            (Kind::Nested, Kind::Package) => self.shared.push((item, known)),
            _ => {
                self.meet(&rust, &known, &item);
                return false;
            }
        }
        true
    }

    /// Enters names of a scope that is no module: fields, variants, methods.
    pub(super) fn distinct(&mut self, names: impl Iterator<Item = (String, Item)>) {
        let mut scope: HashMap<String, Item> = HashMap::new();
        for (rust, item) in names {
            match scope.get(&rust) {
                Some(known) => {
                    let known = known.clone();
                    self.meet(&rust, &known, &item);
                }
                None => {
                    scope.insert(rust, item);
                }
            }
        }
    }

    /// Reports a name that has nothing to make a Rust name of.
    pub(super) fn speakable(&mut self, proto: &str, item: impl FnOnce() -> Item) {
        if !names::is_speakable(proto) {
            let item = item();
            self.fault(&item, catalogue::name_unspeakable(&item.to_string()));
        }
    }

    /// Reports packages in modules of messages, where nothing can mount them.
    pub(super) fn modules(&mut self, tree: bool) {
        for (package, message) in std::mem::take(&mut self.shared) {
            if !tree {
                let fault = catalogue::module_needs_tree(&package.name, &message.name);
                self.fault(&message, fault);
            }
        }
    }

    /// Reports two things whose names meet.
    pub(super) fn meet(&mut self, rust: &str, one: &Item, other: &Item) {
        // The same thing twice is a matter of the request, told elsewhere.
        // A name that is nothing is told by itself.
        if rust.is_empty()
            || one.place == other.place
            || !self.told.insert((one.place.clone(), other.place.clone()))
        {
            return;
        }
        let (one_at, other_at) = (self.at(&one.place), self.at(&other.place));
        let (one_text, other_text) = (one.to_string(), other.to_string());
        let name = |item: &Item| self.files[item.place.file].name();
        self.faults.push(catalogue::names_meet(
            rust,
            Meeting {
                what: &one_text,
                at: (name(one), one_at),
            },
            Meeting {
                what: &other_text,
                at: (name(other), other_at),
            },
        ));
    }

    /// Reports something about a thing.
    pub(super) fn fault(&mut self, item: &Item, fault: Fault) {
        let at = self.at(&item.place);
        self.faults
            .push(fault.at(self.files[item.place.file].name(), at));
    }

    /// All that was reported, from the top of each file down.
    pub(super) fn into_faults(self) -> Faults {
        let mut faults: Vec<Fault> = self.faults.into_iter().collect();
        faults.sort();
        faults.into_iter().collect()
    }

    /// Points at the name itself if the compiler told where it is.
    fn at(&mut self, place: &Place) -> (u32, u32) {
        let locations = self
            .locations
            .entry(place.file)
            .or_insert_with(|| self.files[place.file].locations());
        let mut path = place.path.clone();
        if path.first() != Some(&2) {
            path.push(1);
        }
        locations.nearest(&path)
    }
}

impl std::fmt::Display for Item {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = &self.name;
        match self.kind {
            Kind::Package => write!(f, "package `{name}`"),
            Kind::Service => write!(f, "service `{name}`"),
            Kind::Method => write!(f, "method `{name}`"),
            Kind::Message => write!(f, "message `{name}`"),
            Kind::Nested => write!(f, "message `{name}` (its nested types)"),
            Kind::Enum => write!(f, "enum `{name}`"),
            Kind::Value => write!(f, "enum value `{name}`"),
            Kind::Field => write!(f, "field `{name}`"),
            Kind::Oneof => write!(f, "oneof `{name}`"),
        }
    }
}
