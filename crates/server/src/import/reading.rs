//! The reading side of an import: rows in, events out. It runs on a thread of its own while another one stores.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::mpsc::SyncSender;

use csv::StringRecord;
use holdfast_desk::{Instant, TicketId};
use holdfast_sync::protocol::Recorded;
use indicatif::ProgressBar;

use super::ImportError;
use super::counters::CounterChecks;
use super::layout::Layout;
use super::log_file::{LogFile, broken};
use super::mapping::{Mapping, Order};
use super::replay::{Outcome, Replay, Step};
use super::row::RowReader;
use super::skip::{Place, Skip};
use super::tally::Tally;
use crate::storage::{EventRows, HeaderRows};

/// Events that are handed over together.
const BATCH: usize = 512;
/// After how many rows the progress bar is told.
const TOLD: u64 = 4096;

/// The reading side of an import.
pub struct Reading<'a> {
    pub mapping: &'a Mapping,
    pub strict: bool,
    pub received_at: Instant,
    pub rows: RowReader,
    pub replay: Replay<'a>,
    pub tally: Tally,
    pub progress: &'a ProgressBar,
    pub sink: SyncSender<Batch>,
    pub batch: EventRows,
}

/// What is handed over to be stored.
pub enum Batch {
    /// Events, in order.
    Events(EventRows),
    /// Headers of new tickets, after all events.
    Headers(HeaderRows),
}

/// What the reading side knows at its end.
pub struct Read {
    pub rows: RowReader,
    /// Tickets that were there before and got more events.
    pub grown: Vec<TicketId>,
    pub tally: Tally,
}

impl Reading<'_> {
    /// Reads logs to their ends, and sends the events that come of them.
    ///
    /// # Errors
    /// When a log cannot be read, at a row that cannot with `--strict`, and when nobody takes the events any more.
    pub fn read(mut self, logs: Vec<LogFile>) -> Result<Read, ImportError> {
        if self.mapping.row.order == Order::File {
            for mut log in logs {
                self.rows.other_file();
                let mut record = StringRecord::new();
                while self.next(&mut log, &mut record)? {
                    self.take(&log.layout, &log.path, &record)?;
                }
            }
        } else {
            self.read_sorted(logs)?;
        }
        self.send_events()?;
        self.tally.cut = self.rows.cut;
        let mut checks = CounterChecks::new(&self.mapping.counters);
        self.replay.check(&mut checks);
        self.tally.counters = checks;
        let Outcome { new, grown } = self.replay.finish();
        for batch in new.chunks(BATCH) {
            let mut headers = HeaderRows::default();
            for (header, seq) in batch {
                headers.push(header, *seq)?;
            }
            send(&self.sink, Batch::Headers(headers))?;
        }
        Ok(Read { rows: self.rows, grown, tally: self.tally })
    }

    /// Reads everything first and puts the rows of each ticket in their order. Rows alike stay as they are.
    fn read_sorted(&mut self, logs: Vec<LogFile>) -> Result<(), ImportError> {
        let mut tickets: HashMap<String, usize> = HashMap::new();
        let mut kept = Vec::new();
        let mut layouts: Vec<(Layout, Arc<std::path::Path>)> = Vec::new();
        for mut log in logs {
            let mut record = StringRecord::new();
            while self.next(&mut log, &mut record)? {
                match self.rows.sort_key(&log.layout, &record, self.mapping.row.order) {
                    Ok(key) => {
                        let next = tickets.len();
                        let number = record.get(log.layout.number.index).unwrap_or_default();
                        let ticket = *tickets.entry(number.to_owned()).or_insert(next);
                        kept.push((ticket, key, layouts.len(), record.clone()));
                    }
                    Err(skip) => {
                        self.skip(Place { file: Arc::clone(&log.path), line: line(&record) }, &skip)?
                    }
                }
            }
            layouts.push((log.layout, log.path));
        }
        kept.sort_by_key(|(ticket, key, ..)| (*ticket, *key));
        let mut open = None;
        for (_, _, log, record) in kept {
            if open.replace(log) != Some(log) {
                self.rows.other_file();
            }
            let (layout, path) = &layouts[log];
            self.take(layout, path, &record)?;
        }
        Ok(())
    }

    /// Reads the next row into `record`; false at the end. Rows that are no text are passed over.
    fn next(&mut self, log: &mut LogFile, record: &mut StringRecord) -> Result<bool, ImportError> {
        loop {
            let line = log.rows.position().line();
            match log.rows.read_record(record) {
                Ok(more) => {
                    self.tally.rows += u64::from(more);
                    if self.tally.rows.is_multiple_of(TOLD) {
                        let rate = self.tally.rows as f64 / self.progress.elapsed().as_secs_f64().max(0.001);
                        self.progress.set_message(format!("{} rows, {rate:.0} rows/s", self.tally.rows));
                    }
                    return Ok(more);
                }
                Err(error) if matches!(error.kind(), csv::ErrorKind::Utf8 { .. }) => {
                    self.tally.rows += 1;
                    let line = error.position().map_or(line, csv::Position::line);
                    self.skip(Place { file: Arc::clone(&log.path), line }, &Skip::NotText)?;
                }
                Err(error) => return Err(broken(&log.path, error)),
            }
        }
    }

    fn take(
        &mut self,
        layout: &Layout,
        file: &Arc<std::path::Path>,
        record: &StringRecord,
    ) -> Result<(), ImportError> {
        let (number, row) = match self.rows.read(layout, record) {
            Ok(Some(row)) => row,
            Ok(None) => {
                self.tally.later += 1;
                return Ok(());
            }
            Err(skip) => return self.skip(Place { file: Arc::clone(file), line: line(record) }, &skip),
        };
        let cell = |index: usize| record.get(index).unwrap_or_default().trim();
        let step = Step {
            number,
            revision: layout.revision.as_ref().map_or("", |column| cell(column.index)),
            counters: layout.counters.iter().map(|(column, _)| cell(column.index).parse().ok()).collect(),
            row,
        };
        let event =
            self.replay.step(&step, &mut self.rows, |rows| rows.description(layout, record), &mut self.tally);
        if let Some((seq, event)) = event {
            self.batch.push(&Recorded { seq, received_at: self.received_at, stamp: None, event }, None)?;
            if self.batch.len() == BATCH {
                self.send_events()?;
            }
        }
        Ok(())
    }

    fn skip(&mut self, place: Place, skip: &Skip) -> Result<(), ImportError> {
        if self.strict {
            return Err(ImportError::Strict { place, reason: skip.to_string() });
        }
        self.tally.skipped.note(place, skip);
        Ok(())
    }

    fn send_events(&mut self) -> Result<(), ImportError> {
        send(&self.sink, Batch::Events(self.batch.take()))
    }
}

fn send(sink: &SyncSender<Batch>, batch: Batch) -> Result<(), ImportError> {
    sink.send(batch).map_err(|_| ImportError::ReaderGone)
}

fn line(record: &StringRecord) -> u64 {
    record.position().map_or(0, csv::Position::line)
}
