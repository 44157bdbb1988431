//! Who parses.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use super::closure::Closure;
use super::find::{self, Protoc};
use crate::fault::Fault;

/// Who parses the `.proto` files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Backend {
    /// `Pure`; `Protoc` if a file is written in an edition.
    #[default]
    Auto,
    /// protox, in this process. Knows no editions.
    Pure,
    /// The protoc that is asked for, or `$PROTOC`, or the carried one (feature `vendored-protoc`), or the one on
    /// `PATH`.
    Protoc,
}

/// A choice that was made.
pub(super) enum Chosen {
    Pure,
    Protoc(Protoc),
}

// === impl Backend ===

impl Backend {
    /// Never falls back: a file that one backend refuses is refused, or its
    /// mistakes would hide behind the other's success.
    pub(super) fn choose(self, closure: &Closure, protoc: Option<&Path>) -> Result<Chosen, Fault> {
        let edition = closure.edition();
        match (self, &edition) {
            (Self::Pure | Self::Auto, None) => Ok(Chosen::Pure),
            (Self::Pure, Some((file, place))) => {
                Err(Fault::new("the backend `pure` does not read editions")
                    .at(*file, *place)
                    .help("choose the backend `auto` or `protoc`, or write the file in proto3"))
            }
            (Self::Protoc, _) => find::find(protoc).map(Chosen::Protoc),
            (Self::Auto, Some((file, place))) => {
                find::find(protoc).map(Chosen::Protoc).map_err(|none| {
                    Fault::new(format!(
                        "a file in an edition needs protoc, but {}",
                        none.message
                    ))
                    .at(*file, *place)
                    .help(none.help)
                })
            }
        }
    }
}

impl FromStr for Backend {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        match text {
            "auto" => Ok(Self::Auto),
            "pure" => Ok(Self::Pure),
            "protoc" => Ok(Self::Protoc),
            _ => Err(Fault::new(format!("there is no backend {text:?}"))
                .help("write `auto`, `pure` or `protoc`")),
        }
    }
}

impl fmt::Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Auto => "auto",
            Self::Pure => "pure",
            Self::Protoc => "protoc",
        })
    }
}
