//! How the run was made, and how to make it again.

use super::page::{card, section};
use super::table::{Kind, Table};
use crate::report::html::escape;
use crate::report::repeat::{repeat, settings as all};
use crate::run::Run;

pub(super) fn settings(run: &Run) -> String {
    let table = |other: bool| {
        let mut table = Table::new([("setting", Kind::Name), ("value", Kind::Text)]);
        for (name, value, _) in all(&run.plan).into_iter().filter(|one| one.2 == other) {
            table.row([name.into(), value.into()]);
        }
        table
    };
    let set = table(true);
    let set = match set.is_empty() {
        true => String::new(),
        false => set.markup(),
    };
    let content = format!(
        "<p>To repeat it (seed {}):</p><pre>{}</pre>{set}<details><summary>Settings that are as usual</summary>{}</details>",
        run.plan.seed,
        escape(&repeat(&run.plan).join(" \\\n  ")),
        table(false).markup()
    );
    section(
        "settings",
        "Settings",
        "Values of metadata are not saved.",
        &card(&content),
    )
}
