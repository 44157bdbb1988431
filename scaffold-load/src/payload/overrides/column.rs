//! Columns of CSV files (RFC 4180, the first line names the columns).

use std::path::Path;
use std::sync::Arc;

use super::Literal;
use crate::payload::make::Source;

/// Rows that are read; files beyond it are a mistake, or memory that the test
/// itself needs.
#[cfg(feature = "csv")]
const MAX_ROWS: usize = 1_000_000;

/// Reads `FILE#COLUMN`, the file relative to `folder`; what is wrong and how to
/// mend it otherwise.
pub(super) fn column(
    text: &str,
    folder: &Path,
    random: bool,
) -> Result<Source<Literal>, (String, String)> {
    let Some((file, name)) = text.rsplit_once('#') else {
        return Err((
            format!("{text:?} names no column"),
            "write the file and the column: csv = \"users.csv#id\"".to_owned(),
        ));
    };
    let cells = read(&folder.join(file), name)?;
    Ok(Source::Column {
        cells: cells.into(),
        file: Arc::from(file),
        random,
    })
}

#[cfg(feature = "csv")]
fn read(path: &Path, name: &str) -> Result<Vec<Literal>, (String, String)> {
    let shown = path.display();
    let broken = |error: csv::Error| {
        (
            format!("{shown}: {error}"),
            "the file is CSV (RFC 4180), UTF-8, its first line the columns' names; a relative path \
             begins at the folder of this file"
                .to_owned(),
        )
    };
    let mut reader = csv::Reader::from_path(path).map_err(broken)?;
    let headers = reader.headers().map_err(broken)?.clone();
    let at = headers
        .iter()
        .position(|header| header.trim() == name)
        .ok_or_else(|| {
            let known: Vec<&str> = headers.iter().collect();
            (
                format!("{shown} has no column {name:?}"),
                format!("its columns are: {}", known.join(", ")),
            )
        })?;
    let mut cells = Vec::new();
    for record in reader.records() {
        if cells.len() == MAX_ROWS {
            return Err((
                format!("{shown} has over {MAX_ROWS} rows"),
                "cut it: a load test repeats rows anyway".to_owned(),
            ));
        }
        let record = record.map_err(broken)?;
        cells.push(Literal::Text(record.get(at).unwrap_or_default().to_owned()));
    }
    if cells.is_empty() {
        return Err((
            format!("{shown} has no rows"),
            "write at least one below the columns' names".to_owned(),
        ));
    }
    Ok(cells)
}

#[cfg(not(feature = "csv"))]
fn read(path: &Path, _name: &str) -> Result<Vec<Literal>, (String, String)> {
    Err((
        format!("{} cannot be read: CSV is not built in", path.display()),
        "switch on the feature `csv` of scaffold-load: features = [\"csv\"]".to_owned(),
    ))
}
