//! Tickets as a kind of replicated thing: the rules of the desk, plugged in.

use holdfast_desk::access::{Scope, Sight};
use holdfast_desk::ticket::{Context, Shelf, TicketNumber, decide, evolve};
use holdfast_desk::{Actor, Command, Directory, Event, EventId, Header, Instant, Refusal, Rules, TicketId};

use crate::protocol::Recorded;
use crate::{Kind, States, Write};

/// As much of an unknown kind as a refusal repeats, in characters.
const KIND: usize = 60;

/// Tickets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tickets;

/// What decisions about tickets rest on.
#[derive(Clone, Copy, Debug)]
pub struct TicketRules<'a> {
    /// The rules in force.
    pub rules: &'a Rules,
    /// Who there is.
    pub directory: &'a Directory,
    /// Who acts.
    pub actor: &'a Actor,
    /// The number of a ticket raised now; known on the server alone.
    pub number: Option<TicketNumber>,
    /// How events are decided again.
    pub again: Again,
}

/// An event decided again on another state, as of an instant: [`decide_again`], or [`not_yet`] where that is not at hand.
pub type Again =
    for<'a> fn(Option<&Header>, &Event, Instant, TicketRules<'a>) -> Result<(Event, Header), Refusal>;

/// Nothing is decided again yet: what waits is shown as it was made.
///
/// # Errors
/// Always.
pub fn not_yet(
    _: Option<&Header>,
    _: &Event,
    _: Instant,
    _: TicketRules<'_>,
) -> Result<(Event, Header), Refusal> {
    Err(Refusal::NoSuchTicket)
}

/// Decides an event again by the rules of the desk.
///
/// # Errors
/// Why it cannot happen there.
pub fn decide_again(
    state: Option<&Header>,
    event: &Event,
    at: Instant,
    rules: TicketRules<'_>,
) -> Result<(Event, Header), Refusal> {
    let Some(command) = Command::behind(&event.changes) else {
        let unknown = |change: &&holdfast_desk::Change| matches!(change, holdfast_desk::Change::Unknown(_));
        let kind = event.changes.iter().find(unknown).map_or("unknown", |change| change.kind());
        // A refusal is kept for ever, and the kind is whatever somebody sent.
        return Err(Refusal::UnknownKind { kind: kind.chars().take(KIND).collect() });
    };
    let changes = decide(state, &command, &rules.context(at))?;
    let event = Event { id: event.id, ticket: event.ticket, by: event.by, at, changes };
    // Only a decision to create leads to a state out of none, and every other one was taken on a state.
    let state = evolve(state.cloned(), &event).ok_or(Refusal::NoSuchTicket)?;
    Ok((event, state))
}

impl<'a> TicketRules<'a> {
    /// The same as the rules of the desk take it.
    pub fn context(self, at: Instant) -> Context<'a> {
        Context { rules: self.rules, directory: self.directory, actor: self.actor, at, number: self.number }
    }
}

/// What changes when tickets are read again to which something happened that the version of the app at that time did not
/// know. This one may.
pub fn read_again(tickets: impl IntoIterator<Item = (Header, Vec<Recorded<Event>>)>) -> Write<Tickets> {
    let replay = |(header, history): (Header, Vec<Recorded<Event>>)| {
        let now = history.iter().fold(None, |state, recorded| evolve(state, &recorded.event));
        now.filter(|now| *now != header).map(|now| (now.id, now))
    };
    Write { states: tickets.into_iter().filter_map(replay).collect(), ..Write::default() }
}

impl Kind for Tickets {
    type Id = TicketId;
    type Event = Event;
    type State = Header;
    type States = Shelf;
    type Refusal = Refusal;
    type Scope = Scope;
    type Rules<'a> = TicketRules<'a>;

    fn event_id(event: &Event) -> EventId {
        event.id
    }

    fn thing(event: &Event) -> TicketId {
        event.ticket
    }

    fn last_at(state: &Header) -> Instant {
        state.updated_at
    }

    fn scope(rules: TicketRules<'_>) -> Scope {
        Scope::of(rules.actor, rules.directory)
    }

    fn sight(scope: &Scope, state: &Header) -> Sight {
        scope.sight(state)
    }

    fn evolve(state: Option<Header>, event: &Event) -> Option<Header> {
        evolve(state, event)
    }

    fn decide_again(
        state: Option<&Header>,
        event: &Event,
        at: Instant,
        rules: TicketRules<'_>,
    ) -> Result<(Event, Header), Refusal> {
        (rules.again)(state, event, at, rules)
    }
}

impl States<TicketId, Header> for Shelf {
    fn count(&self) -> usize {
        self.len()
    }

    fn has(&self, ticket: TicketId) -> bool {
        self.has(ticket)
    }

    fn get(&self, ticket: TicketId) -> Option<Header> {
        self.get(ticket)
    }

    fn put(&mut self, _: TicketId, header: Header) {
        self.put(header);
    }

    fn remove(&mut self, ticket: TicketId) {
        self.remove(ticket);
    }

    fn things(&self) -> impl Iterator<Item = TicketId> {
        self.tickets()
    }

    fn each(&self) -> impl Iterator<Item = (TicketId, Header)> {
        self.headers().map(|header| (header.id, header))
    }
}
