//! The log's own counters, against what the replay of its rows counts.

use std::fmt;

use holdfast_desk::Header;

use super::mapping::{Counter, Counts};

/// How many tickets that differ are named.
const NAMED: usize = 5;

/// What was counted of one ticket.
#[derive(Clone, Debug, Default)]
pub struct Counted {
    /// The log's counters on its first row; `None` when the log does not have the ticket from its beginning.
    first: Option<Vec<Option<u64>>>,
    last: Vec<Option<u64>>,
    team_changes: u64,
}

impl Counted {
    /// Takes in the first row of a ticket.
    pub fn begin(&mut self, counters: &[Option<u64>]) {
        self.first = Some(counters.to_vec());
        self.last = counters.to_vec();
    }

    /// Takes in a later row.
    pub fn go_on(&mut self, counters: &[Option<u64>], team_changed: bool) {
        self.last.clear();
        self.last.extend_from_slice(counters);
        self.team_changes += u64::from(team_changed);
    }

    /// By how much the log's counter grew.
    fn growth(&self, index: usize) -> Option<i64> {
        let at = |counters: &[Option<u64>]| i64::try_from(counters.get(index).copied().flatten()?).ok();
        Some(at(&self.last)? - at(self.first.as_ref()?)?)
    }
}

/// The comparison of one counter over all tickets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CounterCheck {
    /// The log's column.
    pub column: String,
    /// What it was compared with.
    pub counts: Counts,
    /// How many tickets were compared.
    pub compared: u64,
    /// How many of them differ.
    pub differ: u64,
    /// Some that differ: the ticket's number in the log, the log's count, ours.
    pub named: Vec<(String, i64, i64)>,
}

/// Every comparison that the mapping asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CounterChecks(pub Vec<CounterCheck>);

impl CounterChecks {
    /// Nothing compared yet.
    pub fn new(counters: &[Counter]) -> Self {
        let check = |counter: &Counter| CounterCheck {
            column: counter.column.clone(),
            counts: counter.counts,
            compared: 0,
            differ: 0,
            named: Vec::new(),
        };
        Self(counters.iter().map(check).collect())
    }

    /// Compares one ticket.
    pub fn compare(&mut self, number: &str, counted: &Counted, header: &Header) {
        for (index, check) in self.0.iter_mut().enumerate() {
            let Some(theirs) = counted.growth(index) else { continue };
            let ours = match check.counts {
                Counts::Reopenings => i64::from(header.reopenings),
                Counts::Handovers => i64::from(header.reassignments),
                Counts::TeamChanges => i64::try_from(counted.team_changes).unwrap_or(i64::MAX),
            };
            check.compared += 1;
            if ours != theirs {
                check.differ += 1;
                if check.named.len() < NAMED {
                    check.named.push((number.to_owned(), theirs, ours));
                }
            }
        }
    }
}

impl fmt::Display for CounterChecks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for check in &self.0 {
            let counts = match check.counts {
                Counts::Reopenings => "reopenings",
                Counts::Handovers => "handovers, as ticket headers count",
                Counts::TeamChanges => "changes of the team",
            };
            let CounterCheck { column, compared, differ, .. } = check;
            writeln!(f, "    {differ:>9}  of {compared} tickets differ in {column} ({counts})")?;
            for (number, theirs, ours) in &check.named {
                writeln!(f, "               {number}: {theirs} in the log, {ours} replayed")?;
            }
        }
        Ok(())
    }
}
