//! `mount!()`: the generated files beside a `mod.rs`, as a module tree.
//!
//! A generator that is run once for each directory of protos cannot write the
//! module tree: no run knows of the others. So its `mod.rs` says only
//! `::scaffold_runtime::mount!();`, and this macro looks when the crate is
//! built: every `a.b.rs` beside the file of the call becomes module `a::b`,
//! `_.rs` (files without a package) is mounted in place, and `mod.rs` itself is
//! left out.
//!
//! Cargo sees a new file when the generator writes `mod.rs` anew, which every
//! run does.

#![forbid(unsafe_code)]

mod tree;

use std::path::Path;

use proc_macro::{Span, TokenStream};

/// Mounts the generated files beside the file of the call.
///
/// # Errors
///
/// A compile error if the folder cannot be read, or a file's name is not a
/// protobuf package.
#[proc_macro]
pub fn mount(input: TokenStream) -> TokenStream {
    let answer = if input.is_empty() {
        here().and_then(|file| tree::mounted(&file))
    } else {
        Err("mount!() takes nothing: it mounts the files beside its own".to_owned())
    };
    let text = answer.unwrap_or_else(|error| format!("::core::compile_error!({error:?});"));
    text.parse().expect("the tree is Rust")
}

fn here() -> Result<std::path::PathBuf, String> {
    let span = Span::call_site();
    span.local_file()
        // Under a remapped path, rustc runs where cargo started it.
        .or_else(|| Some(Path::new(&span.file()).to_path_buf()))
        .filter(|file| file.is_file())
        .ok_or_else(|| {
            "mount!() cannot tell which file it stands in; generate with the option mount=tree"
                .to_owned()
        })
}
