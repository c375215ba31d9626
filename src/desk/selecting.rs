//! What pages ask of the lists beside the tickets: what there is to filter by, and how what is picked stands.

use holdfast_desk::queue::{Field, Query, Term, Value};
use holdfast_desk::{StatusId, TicketId};
use leptos::prelude::*;

use super::Desk;

impl Desk {
    /// The values that a field can have on this desk.
    pub fn values(&self, field: Field) -> Vec<Value> {
        self.with_mut(|inner| inner.ask(|lists, asked| lists.values(field, asked.known))).unwrap_or_default()
    }

    /// The places of the terms that name nothing there is. Tracks changes.
    pub fn unknown(&self, terms: &[Term]) -> Vec<usize> {
        self.revision.track();
        let query = Query::of(terms.iter().cloned());
        self.with_mut(|inner| inner.ask(|lists, asked| lists.unknown(&query, asked))).unwrap_or_default()
    }

    /// How many of these tickets are in which status.
    pub fn statuses_of(&self, tickets: impl IntoIterator<Item = TicketId>) -> Vec<(StatusId, usize)> {
        self.with_mut(|inner| inner.ask(|lists, _| lists.statuses_of(tickets))).unwrap_or_default()
    }
}
