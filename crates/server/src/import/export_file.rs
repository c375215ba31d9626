//! Loading our own export into a workspace in which nothing happened yet.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use holdfast_desk::ticket::{Header, evolve};
use holdfast_desk::{Event, Rules, TicketId};
use holdfast_sync::protocol::{Recorded, Seq};
use indicatif::ProgressBar;
use serde::de::DeserializeOwned;

use super::ImportError;
use super::log_file::open_bytes;
use super::skip::Place;
use crate::export::{FORM, FirstLine};
use crate::setup;
use crate::storage::{Account, Storage, Transaction};
use crate::storage::{EventRows, HeaderRows};

/// Events that are stored together.
const BATCH: usize = 512;

/// What came out of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Loaded {
    /// How many events.
    pub events: u64,
    /// How many tickets.
    pub tickets: usize,
    /// How many people.
    pub people: usize,
}

/// Loads an export, all of it or nothing. Its rules and people take the place of those that are there; whoever has a
/// login on both sides keeps the password.
///
/// # Errors
/// Why nothing was written.
pub fn load_export(storage: &Storage, path: &Path, progress: &ProgressBar) -> Result<Loaded, ImportError> {
    let mut lines = Lines::new(path, open_bytes(path, progress)?);
    let first: FirstLine = lines.next()?.ok_or_else(|| lines.wrong("the file is empty"))?;
    if first.holdfast_export != FORM {
        let found = first.holdfast_export;
        return Err(lines.wrong(format!("the export has form {found}, this version reads form {FORM}")));
    }
    let rules: Rules = serde_json::from_value(first.rules.clone()).map_err(|error| lines.wrong(error))?;
    let loaded = storage.write(|transaction| {
        if transaction.workspace()?.is_some() && transaction.counters()?.head > 0 {
            return Err(ImportError::NotEmpty);
        }
        put_reference(transaction, &first, &rules)?;
        transaction.begin_bulk()?;
        let mut headers: HashMap<TicketId, (Header, Seq)> = HashMap::new();
        let mut batch = EventRows::default();
        let mut events = 0;
        let mut last = 0;
        while let Some(recorded) = lines.next::<Recorded<Event>>()? {
            if recorded.seq <= last {
                return Err(lines.wrong("sequence numbers have to grow"));
            }
            last = recorded.seq;
            let ticket = recorded.event.ticket;
            let before = headers.remove(&ticket).map(|(header, _)| header);
            let header = evolve(before, &recorded.event)
                .filter(|header| header.number.is_some())
                .ok_or_else(|| lines.wrong("the ticket was not raised before this, or has no number"))?;
            headers.insert(ticket, (header, last));
            batch.push(&recorded, None)?;
            events += 1;
            if batch.len() == BATCH {
                transaction.record(&batch.take())?;
            }
        }
        transaction.record(&batch)?;
        let tickets = headers.len();
        let mut headers: Vec<(Header, Seq)> = headers.into_values().collect();
        headers.sort_unstable_by_key(|(header, _)| header.number);
        let mut stored = HeaderRows::default();
        for (header, seq) in &headers {
            stored.push(header, *seq)?;
        }
        transaction.put_headers(&stored)?;
        transaction.end_bulk()?;
        Ok(Loaded { events, tickets, people: first.people.len() })
    })?;
    progress.finish_and_clear();
    Ok(loaded)
}

fn put_reference(transaction: &dyn Transaction, first: &FirstLine, rules: &Rules) -> Result<(), ImportError> {
    if transaction.workspace()?.is_none() {
        transaction.create_workspace(&setup::new_workspace()?, rules)?;
    }
    let mut passwords: HashMap<String, String> = transaction
        .accounts()?
        .into_iter()
        .filter_map(|account| Some((account.login.to_lowercase(), account.password?)))
        .collect();
    transaction.clear_reference()?;
    transaction.put_rules(rules)?;
    transaction.add_teams(&first.teams)?;
    let accounts: Vec<Account> = first
        .people
        .iter()
        .map(|exported| Account {
            person: exported.person.clone(),
            login: exported.login.clone(),
            password: passwords.remove(&exported.login.to_lowercase()),
        })
        .collect();
    Ok(transaction.add_people(&accounts)?)
}

/// The lines of an export, read one by one.
struct Lines<'a> {
    path: &'a Path,
    rest: BufReader<Box<dyn Read + Send>>,
    line: u64,
    text: String,
}

impl<'a> Lines<'a> {
    fn new(path: &'a Path, bytes: Box<dyn Read + Send>) -> Self {
        Self { path, rest: BufReader::new(bytes), line: 0, text: String::new() }
    }

    fn next<T: DeserializeOwned>(&mut self) -> Result<Option<T>, ImportError> {
        self.text.clear();
        self.line += 1;
        let read = self.rest.read_line(&mut self.text).map_err(ImportError::read(self.path))?;
        if read == 0 {
            return Ok(None);
        }
        serde_json::from_str(&self.text).map(Some).map_err(|error| self.wrong(error))
    }

    fn wrong(&self, reason: impl ToString) -> ImportError {
        ImportError::Line {
            place: Place { file: self.path.into(), line: self.line },
            reason: reason.to_string(),
        }
    }
}
