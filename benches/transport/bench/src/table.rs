//! Tables, as text for a terminal and as Markdown.

use std::fmt::Write;

/// A table with its caption.
pub(crate) struct Table {
    pub(crate) caption: String,
    pub(crate) head: Vec<String>,
    pub(crate) rows: Vec<Vec<String>>,
}

// === impl Table ===

impl Table {
    /// Columns aligned by spaces.
    pub(crate) fn text(&self) -> String {
        let width = |column: usize| {
            let cells = std::iter::once(&self.head).chain(&self.rows);
            cells
                .map(|row| row[column].chars().count())
                .max()
                .unwrap_or(0)
        };
        let widths: Vec<usize> = (0..self.head.len()).map(width).collect();
        let mut text = format!("{}\n", self.caption);
        for row in std::iter::once(&self.head).chain(&self.rows) {
            for (index, (cell, &width)) in row.iter().zip(&widths).enumerate() {
                match index {
                    0 => write!(text, "  {cell:<width$}"),
                    _ => write!(text, "  {cell:>width$}"),
                }
                .expect("a String takes all");
            }
            text.push('\n');
        }
        text
    }

    pub(crate) fn markdown(&self) -> String {
        let mut text = format!("{}\n\n| {} |\n|---|", self.caption, self.head.join(" | "));
        text.push_str(&"---:|".repeat(self.head.len() - 1));
        text.push('\n');
        for row in &self.rows {
            writeln!(text, "| {} |", row.join(" | ")).expect("a String takes all");
        }
        text
    }
}

/// Three digits that matter, thousands apart.
pub(crate) fn number(value: f64) -> String {
    match value.abs() {
        magnitude if magnitude >= 1e6 => format!("{:.2} M", value / 1e6),
        magnitude if magnitude >= 1e4 => {
            format!("{:.0},{:03.0}", (value / 1e3).floor(), value % 1e3)
        }
        magnitude if magnitude >= 100.0 => format!("{value:.0}"),
        magnitude if magnitude >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn numbers_are_short() {
        assert_eq!(number(0.578), "0.58");
        assert_eq!(number(12.13), "12.1");
        assert_eq!(number(20_007.0), "20,007");
        assert_eq!(number(3_456_000.0), "3.46 M");
    }
}
