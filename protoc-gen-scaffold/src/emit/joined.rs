//! Paths as single tokens.
//!
//! Generated code says `::core::result::Result` where people say `Result`, and
//! spends most of its tokens on that. So a path is carried through `quote`,
//! `syn` and `prettyplease` as one identifier, with a letter that is two bytes
//! wide in the place of `::`, and taken apart in the printed text. The printer
//! counts bytes and never breaks a path, so the text is what it would have been;
//! it takes half the time. See docs/printing.md.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::ToTokens;

/// A letter to Rust, and none that a name or a path of ours can hold.
const JOINT: char = '\u{1c1}';

/// A path of identifiers as one token; any other type as what it is.
pub(super) fn path(path: &str) -> TokenStream {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':';
    if !path.contains("::") || !path.chars().all(plain) {
        return path.parse().expect("options and names hold types only");
    }
    let joined = path.replace("::", JOINT.encode_utf8(&mut [0; 2]));
    Ident::new(&joined, Span::call_site()).into_token_stream()
}

/// A string that has no such letter, whatever it says.
pub(super) fn string(text: &str) -> Literal {
    let escaped = text.escape_default().to_string();
    format!("\"{escaped}\"").parse().expect("an escaped string")
}

/// Takes all paths of a printed text apart.
pub(crate) fn part(text: &str) -> String {
    text.replace(JOINT, "::")
}
