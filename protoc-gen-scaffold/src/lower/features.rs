//! Which features hold at a place: the defaults of the edition, then every
//! setting from the file inwards.

use crate::descriptor::{Edition, FeatureSet, feature_set as set};
use crate::descriptor::{FieldDescriptorProto, FileDescriptorProto};
use crate::fault::Fault;

/// The features that shape generated code, resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Features {
    /// Whether a field knows that it was set.
    pub presence: set::FieldPresence,
    /// Whether an enum takes values it does not list. prost keeps every enum
    /// field as an open `i32`, so a closed one differs in nothing generated.
    pub enumeration: set::EnumType,
    /// How repeated numbers are written.
    pub repeated: set::RepeatedFieldEncoding,
    /// Whether a message field is written with a length or with an end tag.
    pub message: set::MessageEncoding,
}

/// A feature value that means nothing.
#[derive(Debug)]
pub(crate) struct Unknown {
    feature: &'static str,
    value: i32,
}

// === impl Features ===

impl Features {
    /// The defaults of an edition.
    pub fn of(edition: Edition) -> Self {
        let proto2 = Self {
            presence: set::FieldPresence::Explicit,
            enumeration: set::EnumType::Closed,
            repeated: set::RepeatedFieldEncoding::Expanded,
            message: set::MessageEncoding::LengthPrefixed,
        };
        let proto3 = Self {
            presence: set::FieldPresence::Implicit,
            enumeration: set::EnumType::Open,
            repeated: set::RepeatedFieldEncoding::Packed,
            ..proto2
        };
        if edition < Edition::Proto3 {
            proto2
        } else if edition < Edition::Edition2023 {
            proto3
        } else {
            // 2024 changes naming and visibility, nothing on the wire.
            Self {
                presence: set::FieldPresence::Explicit,
                ..proto3
            }
        }
    }

    /// These features with the settings of an inner place laid over them.
    pub(crate) fn with(mut self, over: Option<&FeatureSet>) -> Result<Self, Unknown> {
        let Some(over) = over else {
            return Ok(self);
        };
        lay("field_presence", over.field_presence, &mut self.presence)?;
        lay("enum_type", over.enum_type, &mut self.enumeration)?;
        lay(
            "repeated_field_encoding",
            over.repeated_field_encoding,
            &mut self.repeated,
        )?;
        lay("message_encoding", over.message_encoding, &mut self.message)?;
        Ok(self)
    }

    /// These features with what a proto2 or proto3 field says in its own words.
    pub(crate) fn with_legacy(mut self, field: &FieldDescriptorProto) -> Self {
        if field.proto3_optional() {
            self.presence = set::FieldPresence::Explicit;
        }
        if let Some(packed) = field.options.as_ref().and_then(|options| options.packed) {
            self.repeated = if packed {
                set::RepeatedFieldEncoding::Packed
            } else {
                set::RepeatedFieldEncoding::Expanded
            };
        }
        self
    }
}

fn lay<T: TryFrom<i32> + Default + PartialEq>(
    feature: &'static str,
    over: Option<i32>,
    under: &mut T,
) -> Result<(), Unknown> {
    if let Some(value) = over {
        // The zero of each feature is its "unknown".
        *under = T::try_from(value)
            .ok()
            .filter(|known| *known != T::default())
            .ok_or(Unknown { feature, value })?;
    }
    Ok(())
}

// === impl Unknown ===

impl Unknown {
    pub(crate) fn fault(&self) -> Fault {
        Fault::new(format!(
            "feature `{}` has the unknown value {}",
            self.feature, self.value
        ))
        .help("a newer edition may have added it: set a value of edition 2024 or update this tool")
    }
}

/// The edition a file is written in; the two syntaxes are editions too.
pub(crate) fn edition(file: &FileDescriptorProto) -> Result<Edition, Fault> {
    match file.syntax.as_deref() {
        None | Some("" | "proto2") => Ok(Edition::Proto2),
        Some("proto3") => Ok(Edition::Proto3),
        Some("editions") => match Edition::try_from(file.edition.unwrap_or_default()) {
            Ok(known @ (Edition::Edition2023 | Edition::Edition2024)) => Ok(known),
            _ => Err(Fault::new(format!(
                "edition {} is not supported",
                edition_name(file.edition.unwrap_or_default())
            ))
            .help("write the file in proto2, proto3, edition 2023 or edition 2024")),
        },
        Some(syntax) => Err(Fault::new(format!("syntax {syntax:?} is not supported"))
            .help("write the file in proto2, proto3, edition 2023 or edition 2024")),
    }
}

/// `EDITION_2026` is 1002, and no rule leads from one to the other.
fn edition_name(number: i32) -> String {
    match number {
        0 => "(none given)".to_owned(),
        1002 => "2026".to_owned(),
        9999 => "UNSTABLE".to_owned(),
        other => format!("number {other}"),
    }
}
