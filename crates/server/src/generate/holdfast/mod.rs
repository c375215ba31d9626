//! An export of holdfast itself: tickets that live as those of the real log do, with people, texts and open work. What
//! happens is decided by the desk's own rules, so that nothing is in it that they would not have let happen.

mod cast;
mod openings;
mod story;
mod text;
mod words;

use std::collections::BTreeMap;
use std::io::{self, Write};

use holdfast_desk::ticket::TicketNumber;
use holdfast_desk::{Event, Instant, Rules, demo};
use holdfast_sync::protocol::Recorded;

use super::Wanted;
use super::dice::Dice;
use super::ticket::{leave_open, live};
use crate::export::{self, ExportedPerson, FORM, FirstLine};
use cast::Cast;
use openings::openings;
use story::{Scene, Statuses};
use words::Words;

const FIRST_NUMBER: u32 = 1001;
/// Of 10,000 tickets that are raised at the end, so many are still to be done then.
const NOT_DONE_AT_ONCE: u32 = 6_000;
/// Of 10,000 of all tickets: the longer ago one was raised, the less likely it is one of them.
const NOT_DONE: u32 = 400;
/// Tickets of a year that one requester raises.
const OF_A_REQUESTER: u32 = 5;

/// Writes the export.
pub(super) fn write(wanted: &Wanted, out: &mut dyn Write) -> io::Result<()> {
    let words = Words::read().map_err(io::Error::other)?;
    let mut dice = Dice::new(wanted.seed);
    let openings = openings(&mut dice, wanted);
    let from = openings.first().copied().unwrap_or(wanted.until);
    let callers = (wanted.tickets.min(wanted.a_year) / OF_A_REQUESTER).max(10);
    let cast = Cast::new(&mut dice, &words, callers, from);
    let rules = rules(&words, from);
    export::line(out, &first_line(&rules, &cast)?)?;

    let statuses = Statuses::of(&rules).map_err(io::Error::other)?;
    let scene = Scene { rules: &rules, cast: &cast, words: &words, statuses: &statuses };
    let not_done = u64::from(wanted.tickets) * u64::from(NOT_DONE);
    let patience = u32::try_from(not_done / u64::from(NOT_DONE_AT_ONCE)).unwrap_or(u32::MAX);
    let mut history = History { waiting: BTreeMap::new(), seq: 0, out };
    for ((opened, number), after) in openings.iter().zip(FIRST_NUMBER..).zip((0..wanted.tickets).rev()) {
        history.write_until(*opened)?;
        let naive = opened.to_chrono().naive_utc();
        let mut updates = live(&mut dice, naive, callers);
        if dice.chance(NOT_DONE_AT_ONCE) && dice.about(patience) >= i64::from(after) {
            leave_open(&mut dice, &mut updates, naive, wanted.until.to_chrono().naive_utc());
        }
        history.add(number, scene.tell(&mut dice, TicketNumber(number), *opened, &updates));
    }
    history.write_until(wanted.until)?;
    out.flush()
}

/// What has been told and not been written yet, in the order of time.
struct History<'a> {
    waiting: BTreeMap<(Instant, u32, usize), Event>,
    seq: u64,
    out: &'a mut dyn Write,
}

impl History<'_> {
    fn add(&mut self, number: u32, events: Vec<Event>) {
        let placed = events.into_iter().enumerate();
        self.waiting.extend(placed.map(|(index, event)| ((event.at, number, index), event)));
    }

    /// Writes everything before this instant.
    fn write_until(&mut self, end: Instant) -> io::Result<()> {
        while let Some(first) = self.waiting.first_entry().filter(|first| first.key().0 < end) {
            let event = first.remove();
            self.seq += 1;
            export::line(self.out, &Recorded { seq: self.seq, received_at: event.at, stamp: None, event })?;
        }
        Ok(())
    }
}

/// The rules of the demonstration, with the categories that the words speak of.
fn rules(words: &Words, from: Instant) -> Rules {
    let mut rules = demo::rules(from);
    for topic in &words.topics {
        if rules.category(&topic.category()).is_none() {
            let category = holdfast_desk::rules::Category { id: topic.category(), name: topic.name.clone() };
            rules.categories.push(category);
        }
    }
    rules
}

fn first_line(rules: &Rules, cast: &Cast) -> io::Result<FirstLine> {
    let mut teams = cast.directory.teams().to_vec();
    teams.sort_by_key(|team| team.id);
    let people = cast.directory.people().map(|person| {
        let login = cast.logins.get(&person.id).cloned().unwrap_or_default();
        ExportedPerson { login, person: person.clone() }
    });
    let rules = serde_json::to_value(rules)?;
    Ok(FirstLine { holdfast_export: FORM, rules, teams, people: people.collect() })
}
