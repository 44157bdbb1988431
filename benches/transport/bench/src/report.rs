//! Tables and the chart, of results that were written before.

use std::path::Path;

use crate::Fault;
use crate::results::{Results, VERSION};
use crate::{chart, tables};

/// `RESULTS FOLDER`: prints the tables, writes `transport.md` and `transport.svg`.
pub(crate) fn report(words: &[String]) -> Result<(), Fault> {
    let [file, folder] = words else {
        return Err("bench report RESULTS FOLDER".into());
    };
    let results: Results = serde_json::from_str(&std::fs::read_to_string(file)?)?;
    if results.version != VERSION {
        return Err(format!(
            "{file} has version {}, this reads {VERSION}",
            results.version
        )
        .into());
    }
    let mut markdown = format!("{}\n", preamble(&results));
    println!("{}\n", preamble(&results));
    for table in tables::tables(&results) {
        println!("{}", table.text().replace("**", ""));
        markdown.push_str(&format!("\n{}", table.markdown()));
    }
    for failure in &results.failures {
        println!("failed: {failure}");
    }
    std::fs::write(Path::new(folder).join("transport.md"), markdown)?;
    std::fs::write(
        Path::new(folder).join("transport.svg"),
        chart::svg(&results),
    )?;
    Ok(())
}

/// Where, how often, and of which versions.
fn preamble(results: &Results) -> String {
    let fact = |name: &str| results.machine.get(name).cloned().unwrap_or_default();
    let rounds = results
        .results
        .iter()
        .map(|row| row.rounds.len())
        .max()
        .unwrap_or(0);
    let versions: Vec<String> = results
        .versions
        .iter()
        .map(|(name, version)| format!("{name} {version}"))
        .collect();
    let hurried = if results.quick {
        " A quick run: for a first look only."
    } else {
        ""
    };
    format!(
        "{} cores of {}, Linux {}, {}. Server on one core, client on the other; median of {rounds} interleaved rounds of {} s.{hurried} Versions: {}.",
        fact("cores"),
        fact("model"),
        fact("kernel"),
        fact("rustc"),
        results.seconds,
        versions.join(", "),
    )
}
