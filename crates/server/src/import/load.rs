//! The storing side of an import: one transaction for everything.

use std::path::PathBuf;
use std::sync::mpsc;
use std::thread;

use chrono::NaiveDateTime;
use chrono_tz::Tz;
use holdfast_desk::{Instant, Rules};
use indicatif::ProgressBar;

use super::ImportError;
use super::ids::Ids;
use super::log_file::LogFile;
use super::mapping::Mapping;
use super::reading::{Batch, Read, Reading};
use super::register::Register;
use super::replay::{Before, Replay};
use super::row::RowReader;
use super::tables::Tables;
use super::tally::Tally;
use super::wall_clock::WallClock;
use super::words::Words;
use super::{people, reference};
use crate::replication::folded;
use crate::storage::{EventRows, Storage, Transaction};

/// Batches of events that wait to be stored at the most.
const WAITING: usize = 16;

/// What to import, and how.
#[derive(Clone, Debug)]
pub struct Import {
    /// How the log becomes tickets.
    pub mapping: Mapping,
    /// The zone of its clocks.
    pub zone: Tz,
    /// Whether the first row that cannot be read is the end.
    pub strict: bool,
    /// The local time of the last rows wanted.
    pub until: Option<NaiveDateTime>,
    /// Whether every time is moved so that `until` is now.
    pub until_is_now: bool,
    /// When the import takes place.
    pub now: Instant,
    /// The logs, in order.
    pub files: Vec<PathBuf>,
}

impl Import {
    /// Loads the logs, all of them or nothing.
    ///
    /// # Errors
    /// Why nothing was written.
    pub fn run(&self, storage: &Storage, progress: &ProgressBar) -> Result<Tally, ImportError> {
        let started = std::time::Instant::now();
        let logs: Vec<LogFile> = self
            .files
            .iter()
            .map(|path| LogFile::open(path, &self.mapping, progress))
            .collect::<Result<_, _>>()?;
        let clock = self.clock()?;
        let mut tally: Tally = storage.write(|transaction| {
            let rules = transaction.reference()?.rules.clone();
            let counters = transaction.counters()?;
            let before = Before {
                events: transaction.event_ids()?,
                headers: transaction.all_headers()?,
                head: counters.head,
                next_number: counters.next_number.0,
            };
            let (sink, arriving) = mpsc::sync_channel(WAITING);
            let ids = Ids::of(&self.mapping.source);
            let mut words = Words::default();
            let tables = Tables::new(&self.mapping, &rules, &mut words)?;
            let register = Register::new(ids.clone());
            let reading = Reading {
                mapping: &self.mapping,
                strict: self.strict,
                received_at: self.now,
                rows: RowReader::new(&self.mapping, tables, words, register, clock, self.until),
                replay: Replay::new(ids, &rules.workflow, &before),
                tally: Tally::default(),
                progress,
                sink,
                batch: EventRows::default(),
            };
            transaction.begin_bulk()?;
            let read: Read = thread::scope(|scope| {
                let reader = scope.spawn(|| reading.read(logs));
                let stored = arriving.iter().try_for_each(|batch| match batch {
                    Batch::Events(events) => transaction.record(&events),
                    Batch::Headers(headers) => transaction.put_headers(&headers),
                });
                // The reader notices that nobody listens any more, and ends.
                drop(arriving);
                let read = reader.join().map_err(|_| ImportError::ReaderGone)?;
                stored?;
                read
            })?;
            transaction.end_bulk()?;
            self.finish(transaction, &rules, read)
        })?;
        progress.finish_and_clear();
        tally.took = started.elapsed();
        Ok(tally)
    }

    fn clock(&self) -> Result<WallClock, ImportError> {
        let formats = &self.mapping.row.time_formats;
        let mut clock = WallClock::new(self.zone, formats).map_err(|format| ImportError::Mapping {
            name: self.mapping.source.clone(),
            message: format!(
                "row.time_formats: {format:?} is not a form of times that chrono's strftime knows"
            ),
        })?;
        if let Some(until) = self.until.filter(|_| self.until_is_now) {
            clock.shift(self.now.millis() - clock.instant(until).millis());
        }
        Ok(clock)
    }

    fn finish(&self, transaction: &dyn Transaction, rules: &Rules, read: Read) -> Result<Tally, ImportError> {
        let Read { rows, grown, mut tally } = read;
        for ticket in grown {
            let history = transaction.history_after(ticket, 0)?;
            if let (Some(header), Some(last)) = (folded(&history), history.last()) {
                transaction.put_header(&header, last.seq)?;
            }
        }
        let (categories, channels) = reference::extend(transaction, rules, &rows, self.now)?;
        let (people, teams) = people::add(transaction, rows.register)?;
        tally.reference = [people, teams, categories, channels];
        let until = self.until.filter(|_| self.until_is_now);
        tally.until_is_now = until.map(|until| (until.to_string(), self.now));
        Ok(tally)
    }
}
