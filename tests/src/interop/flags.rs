//! The command line that interop clients and servers of all languages share:
//! `--name=value` or `--name value`, with underscores.

use std::collections::BTreeMap;

/// Flags by name; a flag without a value is `true`.
#[derive(Debug, Default)]
pub struct Flags(BTreeMap<String, String>);

// === impl Flags ===

impl Flags {
    /// Reads the program's own, of which these are known.
    ///
    /// # Panics
    ///
    /// For an unknown flag, or one that is none: a typing error must not make a
    /// case pass.
    pub fn of_program(known: &[&str]) -> Flags {
        let mut flags = BTreeMap::new();
        let mut arguments = std::env::args().skip(1).peekable();
        while let Some(argument) = arguments.next() {
            let name = argument.trim_start_matches('-');
            assert!(name.len() < argument.len(), "`{argument}` is no flag");
            let (name, value) = match name.split_once('=') {
                Some((name, value)) => (name, value.to_owned()),
                None => {
                    let value = arguments.next_if(|next| !next.starts_with("--"));
                    (name, value.unwrap_or_else(|| "true".to_owned()))
                }
            };
            assert!(
                known.contains(&name),
                "--{name} is unknown; known are {known:?}"
            );
            flags.insert(name.to_owned(), value);
        }
        Flags(flags)
    }

    /// A flag's text.
    pub fn text<'a>(&'a self, name: &str, default: &'a str) -> &'a str {
        self.0.get(name).map_or(default, String::as_str)
    }

    /// Whether a flag is given, and not as `false`.
    pub fn is_set(&self, name: &str) -> bool {
        self.text(name, "false") != "false"
    }

    /// A flag's number.
    ///
    /// # Panics
    ///
    /// If it is none.
    pub fn number(&self, name: &str, default: u64) -> u64 {
        self.0.get(name).map_or(default, |text| {
            text.parse()
                .unwrap_or_else(|_| panic!("--{name}={text} is no number"))
        })
    }
}
