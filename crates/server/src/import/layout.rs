//! Where a log has what the mapping speaks of: names of columns become their places in the header row.

use std::collections::HashMap;
use std::path::Path;

use csv::StringRecord;

use super::ImportError;
use super::mapping::{Counts, Mapping};
use super::template::{Template, Templates};

/// A column of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its place in a row.
    pub index: usize,
    /// Its name.
    pub name: String,
}

/// Where a log has what the mapping speaks of.
#[derive(Clone, Debug)]
pub struct Layout {
    /// How many cells a row has.
    pub width: usize,
    pub number: Column,
    pub revision: Option<Column>,
    pub time: Column,
    pub opened: Option<Column>,
    pub state: Option<Column>,
    pub priority: Option<Column>,
    pub channel: Option<Column>,
    pub requester: Option<Column>,
    pub actor: Option<Column>,
    pub agent: Option<Column>,
    pub team: Option<Column>,
    pub subject: Vec<Template<usize>>,
    pub description: Vec<Template<usize>>,
    pub category: Vec<Template<usize>>,
    pub site: Vec<Template<usize>>,
    pub asset: Vec<Template<usize>>,
    pub tags: Vec<Template<usize>>,
    /// The columns that decide about all texts: those of the templates, and the number.
    pub described: Vec<usize>,
    pub counters: Vec<(Column, Counts)>,
}

impl Layout {
    /// Finds the mapping's columns in a header row.
    ///
    /// # Errors
    /// [`ImportError::MissingColumns`], naming every one that is not there.
    pub fn find(mapping: &Mapping, header: &StringRecord, file: &Path) -> Result<Self, ImportError> {
        let mut finder = Finder { places: HashMap::new(), missing: Vec::new() };
        for (index, name) in header.iter().enumerate() {
            finder.places.entry(name.trim()).or_insert(index);
        }
        let Mapping { row, ticket, people, .. } = mapping;
        let mut layout = Self {
            width: header.len(),
            number: finder.column("row.number", &row.number),
            revision: finder.maybe("row.revision", &row.revision),
            time: finder.column("row.time", &row.time),
            opened: finder.maybe("ticket.opened", &ticket.opened),
            state: finder.maybe("state.column", &mapping.state.column),
            priority: finder.maybe("priority.column", &mapping.priority.column),
            channel: finder.maybe("channel.column", &mapping.channel.column),
            requester: finder.maybe("people.requester", &people.requester.column),
            actor: finder.maybe("people.actor", &people.actor.column),
            agent: finder.maybe("people.agent", &people.agent.column),
            team: finder.maybe("people.team", &people.team.column),
            subject: finder.templates("ticket.subject", &ticket.subject),
            description: finder.templates("ticket.description", &ticket.description),
            category: finder.templates("ticket.category", &ticket.category),
            site: finder.templates("ticket.site", &ticket.site),
            asset: finder.templates("ticket.asset", &ticket.asset),
            tags: finder.templates("ticket.tags", &ticket.tags),
            described: Vec::new(),
            counters: mapping
                .counters
                .iter()
                .map(|counter| (finder.column("counters", &counter.column), counter.counts))
                .collect(),
        };
        if finder.missing.is_empty() {
            layout.described = layout.described();
            return Ok(layout);
        }
        Err(ImportError::MissingColumns {
            file: file.to_owned(),
            missing: finder.missing.join(", "),
            present: header.iter().collect::<Vec<_>>().join(", "),
        })
    }
}

impl Layout {
    fn described(&self) -> Vec<usize> {
        let Self { subject, category, site, asset, tags, .. } = self;
        let templates = [subject, category, site, asset, tags].into_iter().flatten();
        let mut columns: Vec<usize> = templates.flat_map(Template::columns).copied().collect();
        columns.push(self.number.index);
        columns.sort_unstable();
        columns.dedup();
        columns
    }
}

struct Finder<'a> {
    places: HashMap<&'a str, usize>,
    missing: Vec<String>,
}

impl Finder<'_> {
    fn index(&mut self, entry: &str, name: &str) -> usize {
        self.places.get(name).copied().unwrap_or_else(|| {
            self.missing.push(format!("{name:?} ({entry})"));
            0
        })
    }

    fn column(&mut self, entry: &str, name: &str) -> Column {
        Column { index: self.index(entry, name), name: name.to_owned() }
    }

    fn maybe(&mut self, entry: &str, name: &Option<String>) -> Option<Column> {
        name.as_ref().map(|name| self.column(entry, name))
    }

    fn templates(&mut self, entry: &str, templates: &Templates) -> Vec<Template<usize>> {
        templates.0.iter().map(|template| template.map(|name| self.index(entry, name))).collect()
    }
}
