//! From units to the text of files: the one printer.

mod docs;

use proc_macro2::TokenStream;
use quote::quote;

use crate::emit::{self, Unit};
use crate::messages::{Messages, Patch};

/// One generated file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its name, in the output directory: one component, made of package
    /// segments.
    pub name: String,
    /// Its text.
    pub content: String,
}

/// Prints units, each with the messages of its package.
pub(crate) fn print(
    units: impl Iterator<Item = Unit>,
    mut messages: Option<Messages<'_>>,
) -> Vec<File> {
    units.map(|unit| file(unit, messages.as_mut())).collect()
}

fn file(unit: Unit, messages: Option<&mut Messages<'_>>) -> File {
    let mut content = unit.head;
    if let (Some(package), Some(messages)) = (unit.package, messages) {
        let patch = Patch {
            inside: &unit.inside,
            item_attribute: unit.item_attribute,
        };
        content.push_str(&messages.text(package, patch));
    }
    if let Some(attribute) = unit.item_attribute.filter(|_| !unit.text.is_empty()) {
        content.push_str(attribute);
        content.push('\n');
    }
    content.push_str(&unit.text);
    let attribute: TokenStream = unit
        .item_attribute
        .unwrap_or_default()
        .parse()
        .expect("an attribute");
    for tokens in unit.services {
        let text = emit::part(&pretty(quote!(#attribute #tokens)));
        docs::put_back(&text, &unit.docs, &mut content);
    }
    File {
        name: unit.file_name,
        content,
    }
}

fn pretty(tokens: TokenStream) -> String {
    let file = syn::parse2(tokens).expect("emitters make items");
    prettyplease::unparse(&file)
}
