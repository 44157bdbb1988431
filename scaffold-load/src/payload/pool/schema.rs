//! What a message is on the wire: plain data, every name resolved.

use std::collections::BTreeMap;

use super::Method;

/// All types of a descriptor set.
#[derive(Debug, Default)]
pub(crate) struct Schema {
    pub(crate) messages: Vec<Message>,
    pub(crate) enums: Vec<Enum>,
    pub(crate) types: BTreeMap<String, Type>,
    pub(crate) methods: Vec<Method>,
}

#[derive(Debug)]
pub(crate) struct Enum {
    pub(crate) values: Vec<(String, i32)>,
    /// Readers take no other value.
    pub(crate) closed: bool,
}

/// Where a named type lies in the [`Schema`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    Message(usize),
    Enum(usize),
}

#[derive(Debug, Default)]
pub(crate) struct Message {
    /// Full, without a leading dot.
    pub(crate) name: String,
    pub(crate) package: String,
    /// By number.
    pub(crate) fields: Vec<Field>,
    pub(crate) oneofs: Vec<Oneof>,
    /// An encoded `buf.validate.MessageRules`.
    pub(crate) rules: Vec<u8>,
    pub(crate) known: Option<Known>,
    pub(crate) map_entry: bool,
    /// Messages of one component hold each other; see [`Schema::recursive`].
    pub(crate) component: usize,
}

#[derive(Debug)]
pub(crate) struct Oneof {
    pub(crate) name: String,
    /// An encoded `buf.validate.OneofRules`.
    pub(crate) rules: Vec<u8>,
}

#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) number: u32,
    pub(crate) kind: Kind,
    pub(crate) label: Label,
    /// An index into the message's oneofs; not the one behind `optional`.
    pub(crate) oneof: Option<usize>,
    /// Only a server sets it (`google.api.field_behavior`).
    pub(crate) output_only: bool,
    /// An encoded `buf.validate.FieldRules`.
    pub(crate) rules: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Label {
    Single(Presence),
    Repeated {
        packed: bool,
    },
    /// The field's kind is the entry message.
    Map,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Presence {
    Explicit,
    /// Zero is the same as not there.
    Implicit,
    Required,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Double,
    Float,
    Int64,
    Uint64,
    Int32,
    Fixed64,
    Fixed32,
    Bool,
    String,
    Bytes,
    Uint32,
    Sfixed32,
    Sfixed64,
    Sint32,
    Sint64,
    Enum(usize),
    Message(usize),
    Group(usize),
    /// Its type is not in the set.
    Missing,
}

/// Messages whose meaning is fixed by protobuf itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Known {
    Any,
    Duration,
    Empty,
    FieldMask,
    ListValue,
    Struct,
    Timestamp,
    Value,
    /// Field 1 of this kind.
    Wrapper(Kind),
}

// === impl Schema ===

impl Schema {
    pub(crate) fn message(&self, name: &str) -> Option<usize> {
        match self.types.get(name.trim_start_matches('.')) {
            Some(Type::Message(at)) => Some(*at),
            _ => None,
        }
    }

    /// Whether a field of `outer` with a value of type `inner` may lead back to
    /// `outer`.
    pub(crate) fn recursive(&self, outer: usize, inner: usize) -> bool {
        self.messages[outer].component == self.messages[inner].component
    }
}

// === impl Kind ===

impl Kind {
    pub(crate) fn message(self) -> Option<usize> {
        match self {
            Kind::Message(at) | Kind::Group(at) => Some(at),
            _ => None,
        }
    }

    /// Whether repeated values of it may stand in one run of bytes.
    pub(crate) fn is_packable(self) -> bool {
        !matches!(
            self,
            Kind::String | Kind::Bytes | Kind::Message(_) | Kind::Group(_) | Kind::Missing
        )
    }

    /// The least and the greatest value, of a kind that is a whole number.
    pub(crate) fn range(self) -> Option<(i128, i128)> {
        Some(match self {
            Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 | Kind::Enum(_) => {
                (i32::MIN.into(), i32::MAX.into())
            }
            Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => (i64::MIN.into(), i64::MAX.into()),
            Kind::Uint32 | Kind::Fixed32 => (0, u32::MAX.into()),
            Kind::Uint64 | Kind::Fixed64 => (0, u64::MAX.into()),
            Kind::Bool => (0, 1),
            _ => return None,
        })
    }
}

// === impl Known ===

impl Known {
    pub(crate) const ALL: [(&'static str, Known); 17] = [
        ("Any", Known::Any),
        ("Duration", Known::Duration),
        ("Empty", Known::Empty),
        ("FieldMask", Known::FieldMask),
        ("ListValue", Known::ListValue),
        ("Struct", Known::Struct),
        ("Timestamp", Known::Timestamp),
        ("Value", Known::Value),
        ("BoolValue", Known::Wrapper(Kind::Bool)),
        ("BytesValue", Known::Wrapper(Kind::Bytes)),
        ("DoubleValue", Known::Wrapper(Kind::Double)),
        ("FloatValue", Known::Wrapper(Kind::Float)),
        ("Int32Value", Known::Wrapper(Kind::Int32)),
        ("Int64Value", Known::Wrapper(Kind::Int64)),
        ("StringValue", Known::Wrapper(Kind::String)),
        ("UInt32Value", Known::Wrapper(Kind::Uint32)),
        ("UInt64Value", Known::Wrapper(Kind::Uint64)),
    ];
}
