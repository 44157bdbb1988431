//! Validation rules: the options of `buf.validate`, read from the bytes that
//! descriptor types drop, and a check of a value against them.

mod numbers;
mod read;
mod text;

pub(crate) use numbers::Numbers;
pub(crate) use text::{Format, TextRules};

/// The rules of one field (`buf.validate.FieldRules`), or of the items, keys or
/// values in one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rules {
    pub(crate) required: bool,
    /// `IGNORE_IF_ZERO_VALUE`: zero breaks no rule.
    pub(crate) ignore_zero: bool,
    pub(crate) of: RulesOf,
    /// What is written there and cannot be followed.
    pub(crate) unread: Vec<String>,
}

#[derive(Clone, Debug, Default)]
pub(crate) enum RulesOf {
    #[default]
    Nothing,
    /// Whole numbers, booleans, enums; durations and timestamps in nanoseconds.
    Whole(Box<Numbers<i128>>),
    Real(Box<Numbers<f64>>),
    /// Strings and bytes.
    Text(Box<TextRules>),
    Repeated(Box<Count>),
    /// Keys in `items`, values beside them.
    Map(Box<Count>, Box<Rules>),
    Any {
        allowed: Vec<String>,
        forbidden: Vec<String>,
    },
    Mask {
        exact: Option<Vec<String>>,
        allowed: Vec<String>,
        forbidden: Vec<String>,
    },
}

/// How many, and of what.
#[derive(Clone, Debug, Default)]
pub(crate) struct Count {
    pub(crate) min: Option<u64>,
    pub(crate) max: Option<u64>,
    pub(crate) unique: bool,
    pub(crate) items: Rules,
}

/// `buf.validate.MessageRules`.
#[derive(Clone, Debug, Default)]
pub(crate) struct MessageRules {
    /// Names of fields of which one may be set, and whether one must be.
    pub(crate) oneofs: Vec<(Vec<String>, bool)>,
    pub(crate) unread: Vec<String>,
}

// === impl Rules ===

impl Rules {
    /// Whether nothing is asked for.
    pub(crate) fn is_empty(&self) -> bool {
        !self.required && matches!(self.of, RulesOf::Nothing)
    }

    pub(crate) fn whole(&self) -> Option<&Numbers<i128>> {
        match &self.of {
            RulesOf::Whole(rules) => Some(rules),
            _ => None,
        }
    }

    pub(crate) fn real(&self) -> Option<&Numbers<f64>> {
        match &self.of {
            RulesOf::Real(rules) => Some(rules),
            _ => None,
        }
    }

    pub(crate) fn text(&self) -> Option<&TextRules> {
        match &self.of {
            RulesOf::Text(rules) => Some(rules),
            _ => None,
        }
    }

    pub(crate) fn count(&self) -> Option<&Count> {
        match &self.of {
            RulesOf::Repeated(count) | RulesOf::Map(count, _) => Some(count),
            _ => None,
        }
    }
}
