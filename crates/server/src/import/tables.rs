//! The mapping's tables: values of a log to codes of our rules, checked against the rules before anything is read.

use std::collections::BTreeMap;

use holdfast_desk::Rules;
use rustc_hash::FxHashMap;

use super::ImportError;
use super::layout::Column;
use super::mapping::{Mapping, Translation, Unknown};
use super::skip::Skip;
use super::words::{Word, Words};

/// One table.
#[derive(Clone, Debug)]
pub struct Table {
    codes: FxHashMap<String, Word>,
    missing: Option<Word>,
    otherwise: Otherwise,
}

/// What a value becomes that is not in the table.
#[derive(Clone, Copy, Debug)]
enum Otherwise {
    Skip,
    Add,
    Use(Word),
}

impl Table {
    fn new(written: &Translation, words: &mut Words) -> Self {
        Self {
            codes: written.values.iter().map(|(value, code)| (value.clone(), words.keep(code))).collect(),
            missing: written.missing.as_deref().map(|code| words.keep(code)),
            otherwise: match &written.unknown {
                Unknown::Skip => Otherwise::Skip,
                Unknown::Add => Otherwise::Add,
                Unknown::Use(code) => Otherwise::Use(words.keep(code)),
            },
        }
    }

    /// The code for what a row has in this column.
    ///
    /// # Errors
    /// Why the row has to be skipped.
    pub fn read(
        &mut self,
        column: Option<&Column>,
        cell: Option<&str>,
        words: &mut Words,
    ) -> Result<Word, Skip> {
        let column = || column.map_or_else(String::new, |column| column.name.clone());
        let Some(value) = cell else {
            return self.missing.ok_or_else(|| Skip::NoValue { column: column() });
        };
        if let Some(code) = self.codes.get(value) {
            return Ok(*code);
        }
        match self.otherwise {
            Otherwise::Skip => Err(Skip::Unknown { column: column(), text: value.to_owned() }),
            Otherwise::Use(code) => Ok(code),
            Otherwise::Add => {
                let code = words.keep(&code_of(value));
                self.codes.insert(value.to_owned(), code);
                Ok(code)
            }
        }
    }
}

/// The three tables of a mapping.
#[derive(Clone, Debug)]
pub struct Tables {
    pub state: Table,
    pub priority: Table,
    pub channel: Table,
}

impl Tables {
    /// Reads the tables and checks them against the rules of the desk.
    ///
    /// # Errors
    /// [`ImportError::UnknownCode`] for a status or priority that the rules do not have.
    pub fn new(mapping: &Mapping, rules: &Rules, words: &mut Words) -> Result<Self, ImportError> {
        let statuses: Vec<&str> = rules.workflow.statuses().iter().map(|status| status.id.as_str()).collect();
        let priorities: Vec<&str> = rules.priorities.iter().map(|priority| priority.id.as_str()).collect();
        check("state", &mapping.state, &statuses)?;
        check("priority", &mapping.priority, &priorities)?;
        Ok(Self {
            state: Table::new(&mapping.state, words),
            priority: Table::new(&mapping.priority, words),
            channel: Table::new(&mapping.channel, words),
        })
    }

    /// The channels that the log may have used: code to name.
    pub fn channels(&self, words: &Words) -> BTreeMap<String, String> {
        let table = &self.channel;
        let other = match table.otherwise {
            Otherwise::Use(code) => Some(code),
            Otherwise::Skip | Otherwise::Add => None,
        };
        let unnamed =
            table.missing.into_iter().chain(other).map(|code| (words.owned(code), words.owned(code)));
        let mut named: Vec<(String, String)> =
            table.codes.iter().map(|(value, code)| (words.owned(*code), value.clone())).collect();
        named.sort();
        unnamed.chain(named.into_iter().rev()).collect()
    }
}

fn check(table: &str, written: &Translation, known: &[&str]) -> Result<(), ImportError> {
    let other = match &written.unknown {
        Unknown::Use(code) => Some(code),
        Unknown::Skip | Unknown::Add => None,
    };
    let named = written.values.iter().map(|(value, code)| (format!("{table}.values: {value:?}"), code));
    let missing = written.missing.iter().map(|code| (format!("{table}.missing"), code));
    let unknown = other.into_iter().map(|code| (format!("{table}.unknown"), code));
    for (entry, code) in named.chain(missing).chain(unknown) {
        if !known.contains(&code.as_str()) {
            return Err(ImportError::UnknownCode {
                table: entry,
                code: code.clone(),
                known: known.join(", "),
            });
        }
    }
    Ok(())
}

/// The code that a name gets: `Category 26 / Subcategory 174` is `category_26_subcategory_174`.
pub fn code_of(name: &str) -> String {
    let mut code = String::with_capacity(name.len());
    for letter in name.chars() {
        if letter.is_alphanumeric() {
            code.extend(letter.to_lowercase());
        } else if !code.ends_with('_') && !code.is_empty() {
            code.push('_');
        }
    }
    code.trim_end_matches('_').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_codes() {
        assert_eq!(code_of("Category 26 / Subcategory 174"), "category_26_subcategory_174");
        assert_eq!(code_of(" Self service!"), "self_service");
    }
}
