//! The forms of a report, by name.

/// A form of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// One page for people, `report.html`.
    Html,
    /// The whole run for programs, `report.json`.
    Json,
    /// A summary for comments and steps of CI, `report.md`.
    Markdown,
    /// Objectives as test cases, `report.xml`.
    Junit,
    /// Histograms second by second, `report.hlog`.
    Hlog,
}

// === impl Format ===

impl Format {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Html,
        Self::Json,
        Self::Markdown,
        Self::Junit,
        Self::Hlog,
    ];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Json => "json",
            Self::Markdown => "md",
            Self::Junit => "junit",
            Self::Hlog => "hlog",
        }
    }

    /// How its file's name ends.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Junit => "xml",
            other => other.name(),
        }
    }

    /// Reads names with commas between; each form once.
    pub(crate) fn list(text: &str) -> Result<Vec<Self>, String> {
        let mut formats = Vec::new();
        for name in text.split(',').map(str::trim) {
            let format = Self::ALL.into_iter().find(|format| format.name() == name);
            let format = format.ok_or_else(|| {
                let known = Self::ALL.map(Self::name).join(", ");
                format!("`{name}` is no form of a report; there are {known}")
            })?;
            if !formats.contains(&format) {
                formats.push(format);
            }
        }
        Ok(formats)
    }
}

#[cfg(test)]
mod tests {
    use super::Format;

    #[test]
    fn names_are_read() {
        assert_eq!(Format::list("md, html,md").unwrap().len(), 2);
        let why = Format::list("html,pdf").unwrap_err();
        assert!(why.contains("`pdf`") && why.contains("html, json, md, junit, hlog"));
        assert!(Format::list("").is_err());
    }
}
