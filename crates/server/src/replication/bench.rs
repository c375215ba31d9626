//! How fast the server accepts what devices send: against the same rows going into one bare table, and against itself
//! with a hundred times as much in the database.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant as Clock};

use holdfast_desk::ticket::{Created, TicketNumber, evolve};
use holdfast_desk::{Actor, Change, Event, EventId, Header, Instant, Person, TicketId, demo};
use holdfast_sync::protocol::{DeviceId, Epoch, Proposed, PushRequest, Recorded, Seq, Stamp};
use thiserror::Error;
use uuid::Uuid;

use super::push;
use crate::setup::{self, SetupError};
use crate::storage::sqlite::BareHistory;
use crate::storage::{EventRows, HeaderRows, Storage, StorageError};

/// Events of a ticket that are there already.
const HISTORY: u64 = 10;
/// Tickets to which something happens while it is measured: the newest.
const BUSY: u64 = 10_000;
/// Events that happen to a ticket in a row.
const VISIT: u64 = 10;
/// Events of a push.
const BATCH: u64 = 500;
/// Pushes of a round.
const PUSHES: u64 = 40;
/// How often each side runs; the medians count.
const ROUNDS: u64 = 5;
/// Tickets that are stored at a time while a database is filled.
const AT_ONCE: u64 = 10_000;

const SAID: &str =
    "went through the log again; the tunnel drops when the lease is renewed, replaced the cable";

/// Why nothing could be measured.
#[derive(Debug, Error)]
pub enum BenchError {
    /// The storage failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// No desk could be set up.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// The file system refuses.
    #[error("{0}")]
    Files(#[from] std::io::Error),
    /// What is sent is not JSON.
    #[error("{0}")]
    Json(#[from] serde_json::Error),
    /// The server did not take what was sent.
    #[error("the server accepted {0} of {BATCH} events")]
    Refused(usize),
    /// The storage does not give back what was stored.
    #[error("{0} of the events of a round came back")]
    Missing(usize),
}

/// What an event took, in seconds: the medians of all rounds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Costs {
    /// As rows of the same tables, written out already.
    pub rows: f64,
    /// As a row of one table without any index.
    pub bare: f64,
    /// Accepted by a server with few events.
    pub few: f64,
    /// Accepted by a server with many.
    pub many: f64,
}

/// Measures the four in turn, in a folder that is removed again. `few` and `many` are how many events there are.
///
/// # Errors
/// Why one of them did not come to its end.
pub fn measure(few: u64, many: u64) -> Result<Costs, BenchError> {
    let folder = std::env::temp_dir().join(format!("holdfast-bench-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let costs = rounds(&folder, few, many);
    fs::remove_dir_all(&folder)?;
    costs
}

fn rounds(folder: &Path, few: u64, many: u64) -> Result<Costs, BenchError> {
    let (path, copy) = (folder.join("few"), folder.join("copy"));
    let mut small = Desk::fill(&path, few / HISTORY)?;
    fs::copy(&path, &copy)?;
    let mut large = Desk::fill(&folder.join("many"), many / HISTORY)?;
    let sides = [BareHistory::of_desk(&copy)?, BareHistory::without_index(&folder.join("bare"))?];
    let mut took = [const { Vec::new() }; 4];
    for _ in 0..ROUNDS {
        took[2].push(small.take_in()?);
        took[3].push(large.take_in()?);
        let rows = small.last_rows()?;
        for (side, took) in sides.iter().zip(&mut took) {
            let began = Clock::now();
            for (events, headers) in &rows {
                side.keep(events, headers)?;
            }
            took.push(began.elapsed());
        }
    }
    let [rows, bare, few, many] = took.map(|times| median(times).as_secs_f64() / (BATCH * PUSHES) as f64);
    Ok(Costs { rows, bare, few, many })
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// What a push leaves behind: its events, and the headers that they lead to, as JSON.
type Rows = (EventRows, Vec<(Header, Seq, String)>);

/// A desk with a device that sends to it.
struct Desk {
    storage: Storage,
    epoch: Epoch,
    ana: Person,
    tickets: u64,
    /// How many events there were before.
    before: u64,
    /// How many events the device has made.
    made: u64,
}

impl Desk {
    /// A desk with so many tickets, ten events each.
    fn fill(path: &Path, tickets: u64) -> Result<Self, BenchError> {
        let storage = Storage::open(path)?;
        let now = Instant::from_millis(NOW);
        setup::first_demo(&storage, now)?;
        let (epoch, head) = storage.read(|view| -> Result<_, StorageError> {
            Ok((view.existing_workspace()?.epoch, view.counters()?.head))
        })?;
        let demo = demo::workspace(now);
        let is_agent = |person: &&Person| person.role.is_agent();
        let ana = demo.directory.people().find(is_agent).cloned().ok_or(StorageError::Empty)?;
        let is_raised = |event: &Event| match event.changes.first() {
            Some(Change::Created(created)) => Some(created.as_ref().clone()),
            _ => None,
        };
        let like = demo.events.iter().find_map(is_raised).ok_or(StorageError::Empty)?;
        let before = storage.write(|transaction| -> Result<u64, StorageError> {
            transaction.begin_bulk()?;
            let mut seq = head;
            for first in (0..tickets).step_by(AT_ONCE as usize) {
                let (mut events, mut headers) = (EventRows::default(), HeaderRows::default());
                for number in first..(first + AT_ONCE).min(tickets) {
                    let mut header = None;
                    for place in 0..HISTORY {
                        seq += 1;
                        let change = if place == 0 { raised(&like, number) } else { said(place) };
                        let event = event(number, seq, &ana, change);
                        header = evolve(header, &event);
                        let stamp = stamp(seq, 1);
                        let recorded = Recorded { seq, received_at: event.at, stamp: Some(stamp), event };
                        events.push(&recorded, Some([0; 32]))?;
                    }
                    if let Some(header) = &header {
                        headers.push(header, seq)?;
                    }
                }
                transaction.record(&events)?;
                transaction.put_headers(&headers)?;
            }
            transaction.end_bulk()?;
            Ok(seq)
        })?;
        storage.checkpoint()?;
        // What was set up for filling it is no part of what is measured.
        drop(storage);
        Ok(Self { storage: Storage::open(path)?, epoch, ana, tickets, before, made: 0 })
    }

    /// What happens next, on one of the newest tickets.
    fn next(&mut self) -> Proposed<Event> {
        self.made += 1;
        let busy = BUSY.min(self.tickets);
        // A visit's worth on each, all of them in turn, in no order.
        let ticket = self.tickets - 1 - (self.made / VISIT * 7_919) % busy;
        let seq = self.before + self.made;
        Proposed { stamp: stamp(self.made, 2), event: event(ticket, seq, &self.ana, said(self.made % 10)) }
    }

    /// What the last round left in the database, push by push.
    fn last_rows(&self) -> Result<Vec<Rows>, BenchError> {
        self.storage.read(|view| {
            let mut events = Vec::new();
            let mut after = self.before + self.made - BATCH * PUSHES;
            // One page may hold less than a round.
            while let page = view.events_after(after, (BATCH * PUSHES) as usize)?
                && let Some(last) = page.last()
            {
                after = last.seq;
                events.extend(page);
            }
            if events.len() as u64 != BATCH * PUSHES {
                return Err(BenchError::Missing(events.len()));
            }
            let rows = events.chunks(BATCH as usize).map(|batch| {
                let (mut rows, mut headers, mut last) = (EventRows::default(), Vec::new(), BTreeMap::new());
                for recorded in batch {
                    rows.push(recorded, Some([0; 32]))?;
                    last.insert(recorded.event.ticket, recorded.seq);
                }
                for (ticket, seq) in last {
                    let header = view.header(ticket)?.ok_or(StorageError::Empty)?;
                    let json = serde_json::to_string(&header)?;
                    headers.push((header, seq, json));
                }
                Ok((rows, headers))
            });
            rows.collect()
        })
    }

    /// How long a round of pushes takes, from the bytes of the request to those of the answer.
    fn take_in(&mut self) -> Result<Duration, BenchError> {
        let mut bodies = Vec::new();
        for _ in 0..PUSHES {
            let events = (0..BATCH).map(|_| self.next()).collect();
            bodies.push(serde_json::to_vec(&PushRequest { epoch: self.epoch, events })?);
        }
        let (actor, now) = (Actor::from(&self.ana), Instant::from_millis(NOW));
        let began = Clock::now();
        for body in bodies {
            let request: PushRequest<Event> = serde_json::from_slice(&body)?;
            let answer = self.storage.write(|transaction| push(transaction, &actor, &request, now))?;
            let accepted = serde_json::to_string(&answer)?.matches("\"accepted\"").count();
            if accepted != BATCH as usize {
                return Err(BenchError::Refused(accepted));
            }
        }
        Ok(began.elapsed())
    }
}

/// In March 2026.
const NOW: i64 = 1_772_000_000_000;

/// Ids as devices make them: they grow with time.
fn id(kind: u16, count: u64) -> Uuid {
    Uuid::from_u128(
        (u128::from(NOW as u64 / 2 + count) << 80)
            | (7 << 76)
            | (u128::from(kind) << 64)
            | (2 << 62)
            | u128::from(count),
    )
}

fn stamp(count: u64, device: u128) -> Stamp {
    Stamp {
        device: DeviceId(Uuid::from_u128(device)),
        device_seq: count,
        occurred_at: Instant::from_millis(NOW),
        offset_ms: 0,
    }
}

fn event(ticket: u64, count: u64, by: &Person, change: Change) -> Event {
    let (id, ticket) = (EventId(id(1, count)), TicketId(id(2, ticket)));
    Event { id, ticket, by: by.id, at: Instant::from_millis(NOW), changes: vec![change] }
}

fn raised(like: &Created, ticket: u64) -> Change {
    // Behind the numbers of the demonstration.
    let number = Some(TicketNumber(100_000 + ticket as u32));
    Change::Created(Box::new(Created { number, ..like.clone() }))
}

fn said(place: u64) -> Change {
    let text = format!("Visit {place}: {SAID}");
    if place.is_multiple_of(3) { Change::Replied { text } } else { Change::Noted { text } }
}
