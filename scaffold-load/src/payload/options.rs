//! What payloads are made of, besides descriptors.

use super::Overrides;

/// How payloads are made. The default needs nothing said.
#[derive(Clone, Debug)]
pub struct Options {
    /// Payloads of one seed are the same, on every machine.
    pub seed: u64,
    /// The method they are for, `/package.Service/Method`: overrides may be
    /// written for one method.
    pub method: Option<String>,
    /// What a person has said of single fields.
    pub overrides: Overrides,
    /// Bounds of each payload.
    pub limits: Limits,
    /// Seconds since 1970. Times lie before it, or after it where a rule says so;
    /// fixed by default (2026-01-01), so that payloads do not change with the
    /// day.
    pub now: i64,
}

/// Bounds of a payload. What required fields, rules and overrides ask for is
/// written in any case; all else stays within.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// Bytes; 16 KiB by default. What does not fit is left out, the nested
    /// before the plain.
    pub max_size: usize,
    /// Elements of a list or a map; 3 by default, and at least 1.
    pub max_items: u32,
    /// Messages in messages; 10 by default.
    pub max_depth: u32,
    /// How often a message may lead back to itself; 3 by default.
    pub max_recursion: u32,
    /// The share of payloads that have an optional field, from 0 to 1; 1 by
    /// default.
    pub fill: f64,
}

// === impl Options ===

impl Options {
    /// The defaults, changed as the overrides' file says (`seed`, `max_size`,
    /// `max_items`, `max_depth`, `max_recursion`, `fill` in its `[payload]`).
    pub fn with_overrides(overrides: Overrides) -> Options {
        let mut options = Options::default();
        let settings = &overrides.settings;
        let limits = &mut options.limits;
        options.seed = settings.seed.unwrap_or(options.seed);
        limits.max_size = settings.max_size.unwrap_or(limits.max_size);
        limits.max_items = settings.max_items.unwrap_or(limits.max_items);
        limits.max_depth = settings.max_depth.unwrap_or(limits.max_depth);
        limits.max_recursion = settings.max_recursion.unwrap_or(limits.max_recursion);
        limits.fill = settings.fill.unwrap_or(limits.fill);
        options.overrides = overrides;
        options
    }

    /// The same options for a method: `/package.Service/Method`.
    pub fn for_method(&self, path: &str) -> Options {
        Options {
            method: Some(path.to_owned()),
            ..self.clone()
        }
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            seed: 1,
            method: None,
            overrides: Overrides::default(),
            limits: Limits::default(),
            now: 1_767_225_600,
        }
    }
}

// === impl Limits ===

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_size: 16 << 10,
            max_items: 3,
            max_depth: 10,
            max_recursion: 3,
            fill: 1.0,
        }
    }
}
