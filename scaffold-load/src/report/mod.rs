//! What a run did, for people and for programs.

mod html;
mod json;
mod style;
mod svg;
mod text;

use std::io;
use std::path::Path;

pub use html::html;
pub use json::{json, read_json};
pub use text::text;

use crate::run::Run;

/// Writes `report.html` and `report.json` into `out`, and says so on stdout.
pub(crate) fn write(name: &str, run: &Run, out: &Path) -> io::Result<()> {
    std::fs::create_dir_all(out)?;
    for (file, content) in [
        ("report.html", html(name, run)),
        ("report.json", json(name, run)),
    ] {
        let path = out.join(file);
        std::fs::write(&path, content)?;
        println!("  report    {}", path.display());
    }
    Ok(())
}
