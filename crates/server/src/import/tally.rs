//! What an import did, counted.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use holdfast_desk::ticket::Cause;
use holdfast_desk::{Change, Event, Header, Instant};

use super::counters::CounterChecks;
use super::skip::Skipped;

/// What an import did, counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Rows read.
    pub rows: u64,
    /// Rows that change nothing that a ticket has.
    pub unchanged: u64,
    /// Rows whose events are in the database already.
    pub known: u64,
    /// Rows later than `--until`.
    pub later: u64,
    /// Rows passed over, by reason.
    pub skipped: Skipped,
    /// Tickets added.
    pub tickets: u64,
    /// Events added.
    pub events: u64,
    /// The changes in them, by kind.
    pub changes: BTreeMap<String, u64>,
    /// Transitions of the log that the workflow would refuse: from, to.
    pub refused: BTreeMap<(String, String), u64>,
    /// Rows with a time before that of the row before them.
    pub backwards: u64,
    /// Tickets opened after their first row was written.
    pub opened_late: u64,
    /// Rows with another requester than before; tickets keep their first.
    pub requesters_kept: u64,
    /// Rows with another channel than before; tickets keep their first.
    pub channels_kept: u64,
    /// Texts cut because they were longer than they may be.
    pub cut: u64,
    /// People, teams, categories and channels added.
    pub reference: [usize; 4],
    /// The log's counters against ours.
    pub counters: CounterChecks,
    /// The local time that became now, and now.
    pub until_is_now: Option<(String, Instant)>,
    /// How long it took.
    pub took: Duration,
}

impl Tally {
    /// Notes an event that is added.
    pub fn added(&mut self, event: &Event) {
        self.events += 1;
        for change in &event.changes {
            match self.changes.get_mut(change.kind()) {
                Some(count) => *count += 1,
                None => {
                    self.changes.insert(change.kind().to_owned(), 1);
                }
            }
        }
    }

    /// Notes a transition that the workflow would refuse, if the event has one and is new.
    pub fn against_workflow(&mut self, before: &Header, event: &Event, is_known: bool) {
        for change in event.changes.iter().filter(|_| !is_known) {
            if let Change::Transitioned { to, cause: Cause::Imported { against_workflow: true }, .. } = change
            {
                *self.refused.entry((before.status.to_string(), to.to_string())).or_default() += 1;
            }
        }
    }

    fn rate(&self) -> f64 {
        self.rows as f64 / self.took.as_secs_f64().max(0.001)
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = |count: u64, what: &str| writeln!(f, "    {count:>9}  {what}");
        line(self.rows, "rows read")?;
        line(self.tickets, "tickets added")?;
        line(self.events, "events added, with these changes:")?;
        for (kind, count) in &self.changes {
            line(*count, &format!("  {kind}"))?;
        }
        let [people, teams, categories, channels] = self.reference;
        let named =
            [(people, "people"), (teams, "teams"), (categories, "categories"), (channels, "channels")];
        for (count, what) in named.into_iter().filter(|(count, _)| *count > 0) {
            line(count as u64, &format!("{what} added"))?;
        }
        let notes = [
            (self.known, "rows whose events are here already"),
            (self.unchanged, "rows that change nothing a ticket has: no event"),
            (self.later, "rows later than --until: left out"),
            (
                self.backwards,
                "rows with a time before that of their ticket's last: kept in order, at the last time",
            ),
            (
                self.opened_late,
                "tickets opened after their first row by their own account: created with that row",
            ),
            (self.requesters_kept, "rows with another requester: a ticket keeps its first"),
            (self.channels_kept, "rows with another channel: a ticket keeps its first"),
            (self.cut, "texts cut to the limits of Holdfast"),
        ];
        for (count, what) in notes.into_iter().filter(|(count, _)| *count > 0) {
            line(count, what)?;
        }
        line(self.skipped.total(), "rows skipped")?;
        write!(f, "{}", self.skipped)?;
        writeln!(
            f,
            "    {:>9}  transitions against the workflow, kept and marked",
            self.refused.values().sum::<u64>()
        )?;
        for ((from, to), count) in &self.refused {
            writeln!(f, "    {count:>9}    {from} to {to}")?;
        }
        write!(f, "{}", self.counters)?;
        if let Some((until, now)) = &self.until_is_now {
            writeln!(
                f,
                "    Every time was moved, so that {until} of the log is {now}: this is a demonstration."
            )?;
        }
        write!(f, "    took {:.2} s, {:.0} rows a second", self.took.as_secs_f64(), self.rate())
    }
}
