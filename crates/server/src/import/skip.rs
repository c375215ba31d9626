//! Rows that an import passes over, and where they are.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

/// Where something stands: a file and a line of it, counted from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub file: Arc<Path>,
    /// The line; the header is line 1.
    pub line: u64,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} line {}", self.file.display(), self.line)
    }
}

/// Why a row is passed over. Rows with the same kind of reason are counted together; what is special about one is
/// kept beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Skip {
    /// It has more or fewer cells than the header.
    Cells {
        /// How many it has.
        found: usize,
        /// How many the header has.
        expected: usize,
    },
    /// It is not text in UTF-8.
    NotText,
    /// A column without which the row means nothing has no value.
    NoValue {
        /// Which column.
        column: String,
    },
    /// A time is not one.
    NotATime {
        /// Which column.
        column: String,
        /// What it says.
        text: String,
    },
    /// A revision is not a number.
    NotANumber {
        /// Which column.
        column: String,
        /// What it says.
        text: String,
    },
    /// A value that the mapping does not translate.
    Unknown {
        /// Which column.
        column: String,
        /// What it says.
        text: String,
    },
}

impl Skip {
    /// The reason, as rows with the same one are counted.
    pub fn kind(&self) -> String {
        match self {
            Self::Cells { .. } => "the number of cells is not that of the header".to_owned(),
            Self::NotText => "the row is not text in UTF-8".to_owned(),
            Self::NoValue { column } => format!("{column}: no value"),
            Self::NotATime { column, .. } => format!("{column}: not a time"),
            Self::NotANumber { column, .. } => format!("{column}: not a number"),
            Self::Unknown { column, .. } => format!("{column}: a value that the mapping does not translate"),
        }
    }

    /// What is special about this row.
    pub fn detail(&self) -> String {
        match self {
            Self::Cells { found, expected } => format!("{found} cells instead of {expected}"),
            Self::NotText | Self::NoValue { .. } => String::new(),
            Self::NotATime { text, .. } | Self::NotANumber { text, .. } | Self::Unknown { text, .. } => {
                format!("{text:?}")
            }
        }
    }
}

impl fmt::Display for Skip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let detail = self.detail();
        if detail.is_empty() { write!(f, "{}", self.kind()) } else { write!(f, "{} ({detail})", self.kind()) }
    }
}

/// How many rows of one reason are named one by one.
const NAMED: usize = 20;

/// The rows passed over so far, by reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Skipped(BTreeMap<String, (u64, Vec<(Place, String)>)>);

impl Skipped {
    /// Notes a row.
    pub fn note(&mut self, place: Place, skip: &Skip) {
        let (count, named) = self.0.entry(skip.kind()).or_default();
        *count += 1;
        if named.len() < NAMED {
            named.push((place, skip.detail()));
        }
    }

    /// How many there are.
    pub fn total(&self) -> u64 {
        self.0.values().map(|(count, _)| count).sum()
    }
}

impl fmt::Display for Skipped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (kind, (count, named)) in &self.0 {
            writeln!(f, "    {count:>9}  {kind}")?;
            for (place, detail) in named {
                writeln!(f, "               {place} {detail}")?;
            }
            let more = count - named.len() as u64;
            if more > 0 {
                writeln!(f, "               and {more} more")?;
            }
        }
        Ok(())
    }
}
