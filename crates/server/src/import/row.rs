//! Reading rows: from cells to a ticket as it stood after one update.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDateTime;
use csv::StringRecord;
use holdfast_desk::ticket::limits;
use holdfast_desk::{PersonId, TeamId};
use rustc_hash::FxHashMap;

use super::layout::{Column, Layout};
use super::mapping::{Mapping, Order};
use super::register::{Part, Register};
use super::skip::Skip;
use super::tables::{Tables, code_of};
use super::template::Template;
use super::wall_clock::{Moment, WallClock};
use super::words::{Word, Words};

/// What a row's templates make of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Texts {
    pub subject: Word,
    pub category: Option<Word>,
    pub site: Option<Word>,
    pub asset: Option<Word>,
    pub tags: Arc<[Word]>,
}

/// A ticket as a row has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    pub texts: Texts,
    pub requester: PersonId,
    pub channel: Word,
    pub status: Word,
    pub priority: Word,
    pub team: Option<TeamId>,
    pub agent: Option<PersonId>,
}

/// What a row says.
#[derive(Clone, Debug)]
pub struct Row {
    pub moment: Moment,
    pub opened: Option<Moment>,
    pub by: PersonId,
    pub snapshot: Snapshot,
}

/// Reads the rows of one log.
#[derive(Clone)]
pub struct RowReader {
    missing: Vec<String>,
    no_requester: String,
    no_actor: String,
    clock: WallClock,
    /// A clock for the time of opening, which every row of a ticket repeats.
    opening_clock: WallClock,
    until: Option<NaiveDateTime>,
    tables: Tables,
    /// The texts that snapshots speak of.
    pub words: Words,
    /// The people and teams that snapshots speak of.
    pub register: Register,
    /// Names of categories to their codes.
    categories: FxHashMap<String, Word>,
    /// The last row of which texts were made, and those texts: most rows repeat them.
    last: Option<(StringRecord, Texts)>,
    /// Texts that were longer than they may be, and were cut.
    pub cut: u64,
    text: String,
}

/// The cells of a row, those without a value left out.
#[derive(Clone, Copy)]
struct Cells<'a> {
    record: &'a StringRecord,
    missing: &'a [String],
}

impl<'a> Cells<'a> {
    fn get(self, index: usize) -> Option<&'a str> {
        let cell = self.record.get(index)?.trim();
        (!cell.is_empty() && !self.missing.iter().any(|missing| missing == cell)).then_some(cell)
    }

    fn maybe(self, column: Option<&Column>) -> Option<&'a str> {
        self.get(column?.index)
    }
}

impl RowReader {
    /// A reader by this mapping. Rows of a later local time than `until` are not to be taken.
    pub fn new(
        mapping: &Mapping,
        tables: Tables,
        words: Words,
        register: Register,
        clock: WallClock,
        until: Option<NaiveDateTime>,
    ) -> Self {
        Self {
            missing: mapping.file.missing.clone(),
            no_requester: mapping.people.requester.missing.clone(),
            no_actor: mapping.people.actor.missing.clone(),
            opening_clock: clock.clone(),
            clock,
            until,
            tables,
            words,
            register,
            categories: FxHashMap::default(),
            last: None,
            cut: 0,
            text: String::new(),
        }
    }

    /// Reads a row; `None` for one that is later than wanted.
    ///
    /// # Errors
    /// Why it has to be skipped.
    pub fn read<'r>(
        &mut self,
        layout: &Layout,
        record: &'r StringRecord,
    ) -> Result<Option<(&'r str, Row)>, Skip> {
        // The marks are lent out while the cells are read, so that the rest of the reader can change meanwhile.
        let missing = std::mem::take(&mut self.missing);
        let row = number(layout, record, &missing)
            .and_then(|number| Ok((number, self.read_cells(layout, Cells { record, missing: &missing })?)));
        self.missing = missing;
        row.map(|(number, row)| row.map(|row| (number, row)))
    }

    /// What orders this row among those of its ticket.
    ///
    /// # Errors
    /// Why it has to be skipped.
    pub fn sort_key(&mut self, layout: &Layout, record: &StringRecord, order: Order) -> Result<i64, Skip> {
        number(layout, record, &self.missing)?;
        let column = match (order, &layout.revision) {
            (Order::File, _) => return Ok(0),
            (Order::Revision, Some(column)) => column,
            (Order::Revision, None) | (Order::Time, _) => &layout.time,
        };
        let cells = Cells { record, missing: &self.missing };
        let missing = || Skip::NoValue { column: column.name.clone() };
        if order == Order::Time {
            let moment = read_time(&mut self.clock, column, cells)?;
            return moment.map(|moment| moment.at.millis()).ok_or_else(missing);
        }
        let text = cells.get(column.index).ok_or_else(missing)?;
        text.parse().map_err(|_| Skip::NotANumber { column: column.name.clone(), text: text.to_owned() })
    }

    fn read_cells(&mut self, layout: &Layout, cells: Cells) -> Result<Option<Row>, Skip> {
        let moment = read_time(&mut self.clock, &layout.time, cells)?;
        let moment = moment.ok_or_else(|| Skip::NoValue { column: layout.time.name.clone() })?;
        if self.until.is_some_and(|until| moment.local > until) {
            return Ok(None);
        }
        let opened = match &layout.opened {
            Some(column) => read_time(&mut self.opening_clock, column, cells)?,
            None => None,
        };
        let Tables { state, priority, channel } = &mut self.tables;
        let words = &mut self.words;
        let status = state.read(layout.state.as_ref(), cells.maybe(layout.state.as_ref()), words)?;
        let priority =
            priority.read(layout.priority.as_ref(), cells.maybe(layout.priority.as_ref()), words)?;
        let channel = channel.read(layout.channel.as_ref(), cells.maybe(layout.channel.as_ref()), words)?;

        // Nothing below refuses the row: only the people of rows that count are put down.
        let requester = cells.maybe(layout.requester.as_ref()).unwrap_or(&self.no_requester);
        let requester = self.register.person(requester, Part::Requester, None);
        let by = cells.maybe(layout.actor.as_ref()).unwrap_or(&self.no_actor);
        let by = self.register.person(by, Part::Actor, None);
        let team = cells.maybe(layout.team.as_ref()).map(|name| self.register.team(name));
        let agent = cells.maybe(layout.agent.as_ref());
        let agent = agent.map(|name| self.register.person(name, Part::Agent, team));

        let texts = self.texts(layout, cells);
        let snapshot = Snapshot { texts, requester, channel, status, priority, team, agent };
        Ok(Some(Row { moment, opened, by, snapshot }))
    }

    fn texts(&mut self, layout: &Layout, cells: Cells) -> Texts {
        if let Some((last, texts)) = &self.last
            && layout.described.iter().all(|index| last.get(*index) == cells.record.get(*index))
        {
            return texts.clone();
        }
        let subject = self.first(&layout.subject, cells, limits::SUBJECT);
        let texts = Texts {
            // Where no template has all its values, the number still names the ticket.
            subject: subject
                .unwrap_or_else(|| self.words.keep(cells.get(layout.number.index).unwrap_or("?"))),
            category: self.category(&layout.category, cells),
            site: self.first(&layout.site, cells, limits::PLACE),
            asset: self.first(&layout.asset, cells, limits::PLACE),
            tags: self.tags(&layout.tags, cells).into(),
        };
        self.last = Some((cells.record.clone(), texts.clone()));
        texts
    }

    /// To be told before rows of another file are read, whose columns may stand elsewhere.
    pub fn other_file(&mut self) {
        self.last = None;
    }

    /// The description that a ticket gets from its first row.
    pub fn description(&mut self, layout: &Layout, record: &StringRecord) -> String {
        let cells = Cells { record, missing: &self.missing };
        let text = &mut self.text;
        if !layout.description.iter().any(|template| template.write(|index| cells.get(index), text)) {
            return String::new();
        }
        self.cut(limits::TEXT);
        self.text.trim().to_owned()
    }

    /// The first template whose columns all have a value.
    fn first(&mut self, templates: &[Template<usize>], cells: Cells, limit: usize) -> Option<Word> {
        templates.iter().find(|template| template.write(|index| cells.get(index), &mut self.text))?;
        self.keep(limit)
    }

    fn tags(&mut self, templates: &[Template<usize>], cells: Cells) -> Vec<Word> {
        let mut tags = Vec::with_capacity(templates.len());
        for template in templates.iter().take(limits::TAGS) {
            if template.write(|index| cells.get(index), &mut self.text)
                && let Some(tag) = self.keep(limits::TAG)
                && !tags.contains(&tag)
            {
                tags.push(tag);
            }
        }
        tags
    }

    fn category(&mut self, templates: &[Template<usize>], cells: Cells) -> Option<Word> {
        templates.iter().find(|template| template.write(|index| cells.get(index), &mut self.text))?;
        if let Some(word) = self.categories.get(&self.text) {
            return Some(*word);
        }
        let code = code_of(&self.text);
        let word = (!code.is_empty()).then(|| self.words.keep(&code))?;
        self.categories.insert(self.text.clone(), word);
        Some(word)
    }

    /// Keeps the text that was just written.
    fn keep(&mut self, limit: usize) -> Option<Word> {
        self.cut(limit);
        let text = self.text.trim();
        if text.is_empty() { None } else { Some(self.words.keep(text)) }
    }

    /// Cuts the text that was just written to so many characters.
    fn cut(&mut self, limit: usize) {
        // A text is never shorter in bytes than in characters.
        if self.text.len() > limit
            && let Some((end, _)) = self.text.char_indices().nth(limit - 1)
            && self.text[end..].chars().nth(1).is_some()
        {
            self.text.truncate(end);
            self.text.push('…');
            self.cut += 1;
        }
    }

    /// The categories that came up: code to name.
    pub fn categories(&self) -> BTreeMap<String, String> {
        self.categories.iter().map(|(name, code)| (self.words.owned(*code), name.clone())).collect()
    }

    /// The channels that may have come up: code to name.
    pub fn channels(&self) -> BTreeMap<String, String> {
        self.tables.channels(&self.words)
    }
}

fn read_time(clock: &mut WallClock, column: &Column, cells: Cells) -> Result<Option<Moment>, Skip> {
    let Some(text) = cells.get(column.index) else { return Ok(None) };
    let wrong = || Skip::NotATime { column: column.name.clone(), text: text.to_owned() };
    clock.read(text).map(Some).ok_or_else(wrong)
}

/// The ticket that a row is about, once it is clear that it is a row.
fn number<'r>(layout: &Layout, record: &'r StringRecord, missing: &[String]) -> Result<&'r str, Skip> {
    if record.len() != layout.width {
        return Err(Skip::Cells { found: record.len(), expected: layout.width });
    }
    let cell = record.get(layout.number.index).map(str::trim).unwrap_or_default();
    if cell.is_empty() || missing.iter().any(|missing| missing == cell) {
        return Err(Skip::NoValue { column: layout.number.name.clone() });
    }
    Ok(cell)
}
