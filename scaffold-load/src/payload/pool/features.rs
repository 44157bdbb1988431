//! What an edition, a syntax and the features in a file come to for a field.

use super::schema::Presence;
use crate::payload::Fault;
use crate::payload::descriptor::{FeatureSet, Field, File};

/// The features that show on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Features {
    pub(super) presence: Presence,
    pub(super) packed: bool,
    pub(super) delimited: bool,
    pub(super) closed: bool,
    /// Written in a syntax: labels and options say what features would.
    legacy: bool,
}

const EDITION_2023: i32 = 1000;

// === impl Features ===

impl Features {
    /// What holds at the top of a file.
    pub(super) fn of(file: &File) -> Result<Features, Fault> {
        let (presence, packed, legacy) = match file.syntax() {
            "" | "proto2" => (Presence::Explicit, false, true),
            "proto3" => (Presence::Implicit, true, true),
            // Later editions have changed no feature that shows here.
            "editions" if file.edition() >= EDITION_2023 => (Presence::Explicit, true, false),
            other => {
                return Err(Fault::new(
                    file.name(),
                    format!("syntax {other:?}, edition {} is not known", file.edition()),
                )
                .help("write the file in proto2, proto3 or an edition from 2023 on"));
            }
        };
        let base = Features {
            presence,
            packed,
            delimited: false,
            closed: legacy && !packed,
            legacy,
        };
        Ok(base.with(file.options.as_ref().and_then(|o| o.features.as_ref())))
    }

    /// With what is written at a place inside.
    pub(super) fn with(mut self, set: Option<&FeatureSet>) -> Features {
        let Some(set) = set else { return self };
        match set.field_presence() {
            1 => self.presence = Presence::Explicit,
            2 => self.presence = Presence::Implicit,
            3 => self.presence = Presence::Required,
            _ => {}
        }
        match set.repeated_field_encoding() {
            1 => self.packed = true,
            2 => self.packed = false,
            _ => {}
        }
        match set.enum_type() {
            1 => self.closed = false,
            2 => self.closed = true,
            _ => {}
        }
        match set.message_encoding() {
            1 => self.delimited = false,
            2 => self.delimited = true,
            _ => {}
        }
        self
    }

    /// What holds for a field.
    pub(super) fn field(mut self, field: &Field) -> Features {
        let options = field.options.as_ref();
        if !self.legacy {
            return self.with(options.and_then(|options| options.features.as_ref()));
        }
        if let Some(packed) = options.and_then(|options| options.packed) {
            self.packed = packed;
        }
        if field.label() == 2 {
            self.presence = Presence::Required;
        } else if field.proto3_optional() {
            self.presence = Presence::Explicit;
        }
        self
    }
}
