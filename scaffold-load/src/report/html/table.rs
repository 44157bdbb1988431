//! Tables: texts to the left, numbers to the right, and wider than the page only
//! within their card.

use super::escape::escape;

/// A table as it is filled.
#[derive(Debug)]
pub(super) struct Table {
    columns: Vec<(String, Kind)>,
    body: String,
    rows: usize,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Words that may be broken into lines.
    Text,
    /// A name that stays in one.
    Name,
    Number,
}

/// What a cell holds.
#[derive(Debug)]
pub(super) enum Cell {
    Text(String),
    /// Markup of our own.
    Markup(String),
}

// === impl Table ===

impl Table {
    pub(super) fn new<'a>(columns: impl IntoIterator<Item = (&'a str, Kind)>) -> Self {
        let columns = columns.into_iter();
        Self {
            columns: columns
                .map(|(name, kind)| (name.to_owned(), kind))
                .collect(),
            body: String::new(),
            rows: 0,
        }
    }

    pub(super) fn row(&mut self, cells: impl IntoIterator<Item = Cell>) {
        self.rows += 1;
        self.body.push_str("<tr>");
        for (cell, (_, kind)) in cells.into_iter().zip(&self.columns) {
            let inner = match cell {
                Cell::Text(text) => escape(&text),
                Cell::Markup(markup) => markup,
            };
            self.body
                .push_str(&format!("<td{}>{inner}</td>", kind.class()));
        }
        self.body.push_str("</tr>");
    }

    /// Markup of our own below the row before, as wide as the table.
    pub(super) fn below(&mut self, markup: &str) {
        let width = self.columns.len();
        self.body.push_str(&format!(
            "<tr class=\"below\"><td class=\"t\" colspan=\"{width}\"><div>{markup}</div></td></tr>"
        ));
    }

    /// A line over the rows that follow.
    pub(super) fn heading(&mut self, text: &str) {
        let (text, width) = (escape(text), self.columns.len());
        self.body.push_str(&format!(
            "<tr><th class=\"t group\" colspan=\"{width}\" scope=\"rowgroup\">{text}</th></tr>"
        ));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// The table as HTML.
    pub(super) fn markup(self) -> String {
        let head: String = self
            .columns
            .iter()
            .map(|(name, kind)| format!("<th scope=\"col\"{}>{}</th>", kind.class(), escape(name)))
            .collect();
        format!(
            "<div class=\"scroll\"><table><thead><tr>{head}</tr></thead><tbody>{}</tbody></table></div>",
            self.body
        )
    }
}

// === impl Kind ===

impl Kind {
    fn class(self) -> &'static str {
        match self {
            Self::Text => " class=\"t w\"",
            Self::Name => " class=\"t\"",
            Self::Number => "",
        }
    }
}

// === impl Cell ===

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<u64> for Cell {
    fn from(number: u64) -> Self {
        Self::Text(number.to_string())
    }
}
