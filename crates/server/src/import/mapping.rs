//! The mapping: how the columns of a log become tickets, as a TOML file says. `docs/import.md` explains each entry.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use serde::Deserialize;

use super::ImportError;
use super::template::Templates;

/// The mappings that come with the program, by the names under which `--mapping` finds them.
const SHIPPED: [(&str, &str); 1] =
    [("servicenow-incidents", include_str!("../../mappings/servicenow-incidents.toml"))];

/// How a log becomes tickets.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// What the log is called. Part of every id made from it.
    pub source: String,
    /// How the file is written.
    #[serde(default)]
    pub file: FileForm,
    /// What places a row in a ticket's history.
    pub row: RowColumns,
    /// What a ticket is about.
    pub ticket: TicketColumns,
    /// Who has to do with it.
    pub people: PeopleColumns,
    /// Its status.
    pub state: Translation,
    /// Its priority.
    pub priority: Translation,
    /// How it reached the desk.
    pub channel: Translation,
    /// The log's own counters, to check the replay against.
    #[serde(default)]
    pub counters: Vec<Counter>,
}

/// How the file is written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FileForm {
    /// What stands between two cells.
    pub delimiter: char,
    /// What a cell says that has no value.
    pub missing: Vec<String>,
}

impl Default for FileForm {
    fn default() -> Self {
        Self { delimiter: ',', missing: vec![String::new()] }
    }
}

/// What places a row in a ticket's history.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RowColumns {
    /// The ticket's number in the log.
    pub number: String,
    /// The how manieth update of its ticket the row is.
    #[serde(default)]
    pub revision: Option<String>,
    /// When the row was written.
    pub time: String,
    /// How times are written; the first form that fits counts.
    pub time_formats: Vec<String>,
    /// What orders the rows of a ticket.
    #[serde(default)]
    pub order: Order,
}

/// What orders the rows of a ticket. Rows of different tickets may be mixed in every case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// The file does; the log is read as a stream.
    #[default]
    File,
    /// The column `revision` does, as a number; the log is held in memory.
    Revision,
    /// The column `time` does; the log is held in memory.
    Time,
}

/// What a ticket is about.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TicketColumns {
    /// When it was opened; without it, when its first row was written.
    #[serde(default)]
    pub opened: Option<String>,
    /// In one line, what it is about.
    pub subject: Templates,
    /// The whole of it, as its first row has it.
    #[serde(default)]
    pub description: Templates,
    /// The category.
    #[serde(default)]
    pub category: Templates,
    /// Where it is.
    #[serde(default)]
    pub site: Templates,
    /// Which thing it is about.
    #[serde(default)]
    pub asset: Templates,
    /// Its tags: here each template stands for one.
    #[serde(default)]
    pub tags: Templates,
}

/// Who has to do with a ticket.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeopleColumns {
    /// Whose ticket it is.
    pub requester: Named,
    /// Who wrote the row.
    pub actor: Named,
    /// Which agent has it.
    pub agent: Maybe,
    /// Which team has it.
    pub team: Maybe,
}

/// A column of names, and the name to use where it has none.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Named {
    /// The column, if the log has one.
    #[serde(default)]
    pub column: Option<String>,
    /// Who it is where the log does not say.
    pub missing: String,
}

/// A column of names in which a missing one means nobody.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Maybe {
    /// The column, if the log has one.
    #[serde(default)]
    pub column: Option<String>,
}

/// How a column's values become codes of our rules.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Translation {
    /// The column, if the log has one.
    #[serde(default)]
    pub column: Option<String>,
    /// The code where the cell has no value; without one, the row is skipped.
    #[serde(default)]
    pub missing: Option<String>,
    /// What to do with a value that is not in the table.
    #[serde(default)]
    pub unknown: Unknown,
    /// The log's value to our code.
    #[serde(default)]
    pub values: BTreeMap<String, String>,
}

/// What to do with a value that is not in the table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unknown {
    /// Skip the row and say so.
    #[default]
    Skip,
    /// Add it to the rules under its own name. For channels only.
    Add,
    /// Use this code.
    Use(String),
}

/// A counter that the log keeps itself.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counter {
    /// Its column.
    pub column: String,
    /// What it is compared with.
    pub counts: Counts,
}

/// What a replay counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Counts {
    /// How often a ticket came back after it was done: the header's `reopenings`.
    Reopenings,
    /// How often it passed from a team to something else: the header's `reassignments`.
    Handovers,
    /// How often its team changed, from and to no team included.
    TeamChanges,
}

impl Mapping {
    /// The mapping in a file, or the shipped one of that name.
    ///
    /// # Errors
    /// When there is neither, or it is no mapping: with line and field.
    pub fn load(name: &str) -> Result<Self, ImportError> {
        if let Some((_, text)) = SHIPPED.iter().find(|(shipped, _)| *shipped == name) {
            return Self::parse(name, text);
        }
        let text = fs::read_to_string(name).map_err(|source| ImportError::MappingFile {
            path: PathBuf::from(name),
            shipped: SHIPPED.map(|(name, _)| name).join(", "),
            source,
        })?;
        Self::parse(name, &text)
    }

    /// Reads a mapping; `name` is what errors call it.
    ///
    /// # Errors
    /// What is wrong with it, with line and field.
    pub fn parse(name: &str, text: &str) -> Result<Self, ImportError> {
        let wrong = |message: String| ImportError::Mapping { name: name.to_owned(), message };
        let mapping: Self = toml::from_str(text).map_err(|error| wrong(error.to_string()))?;
        mapping.check().map_err(wrong)?;
        Ok(mapping)
    }

    fn check(&self) -> Result<(), String> {
        if self.source.trim().is_empty() {
            return Err("source: must not be blank; it keeps the ids of two logs apart".to_owned());
        }
        if !self.file.delimiter.is_ascii() {
            return Err("file.delimiter: must be an ASCII character".to_owned());
        }
        if self.row.time_formats.is_empty() {
            return Err("row.time_formats: name one form at least, such as \"%d/%m/%Y %H:%M\"".to_owned());
        }
        if self.row.order == Order::Revision && self.row.revision.is_none() {
            return Err("row.order: \"revision\" needs row.revision".to_owned());
        }
        if self.ticket.subject.0.is_empty() {
            return Err("ticket.subject: one template at least".to_owned());
        }
        let tables = [("state", &self.state), ("priority", &self.priority), ("channel", &self.channel)];
        for (name, table) in tables {
            if table.column.is_none() && table.missing.is_none() {
                return Err(format!("{name}: needs a column, or with `missing` the code for every ticket"));
            }
            if table.unknown == Unknown::Add && name != "channel" {
                return Err(format!(
                    "{name}.unknown: \"add\" is for channels; an import never adds a {name}"
                ));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_mappings_are_mappings() {
        for (name, _) in SHIPPED {
            assert_eq!(Mapping::load(name).unwrap().source, name);
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_line_and_field() {
        let shipped = SHIPPED[0].1;
        let refused = |from: &str, to: &str| {
            assert!(shipped.contains(from));
            Mapping::parse("mine.toml", &shipped.replace(from, to)).unwrap_err().to_string()
        };
        let unknown = refused("revision =", "revison =");
        assert!(unknown.contains("mine.toml") && unknown.contains("line 14"), "{unknown}");
        assert!(unknown.contains("unknown field `revison`"), "{unknown}");
        assert!(refused("source = \"servicenow-incidents\"", "").contains("missing field `source`"));
        assert!(refused("\"{location}\"", "\"{location\"").contains("has no }"));
        assert!(refused("unknown = \"skip\"", "unknown = \"add\"").contains("state.unknown"));
        assert!(refused("column = \"priority\"", "").contains("priority: needs a column"));
    }
}
