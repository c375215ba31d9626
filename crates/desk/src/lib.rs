//! The rules of the desk: what a ticket is, what may happen to it, when it is due, who may see it.
//!
//! A ticket is a state machine over an append-only history, with deadlines computed from it. [`ticket::decide`]
//! turns a command into changes or a refusal, [`ticket::evolve`] folds events into the ticket's header. Nothing
//! here reads a clock, rolls dice or does I/O: instants and ids come in, so the same code takes the decisions on
//! the device and on the server.

pub mod access;
pub mod demo;
pub mod fields;
pub mod id;
pub mod people;
pub mod queue;
pub mod rules;
pub mod sla;
pub mod ticket;
pub mod time;
pub mod workflow;

pub use id::{
    CalendarId, CategoryId, ChannelId, EventId, OrganisationId, PersonId, PriorityId, StatusId, TeamId,
    TicketId, ViewId,
};
pub use people::{Actor, Directory, Person, Role, Team};
pub use rules::Rules;
pub use ticket::{Change, Command, Event, Header, Refusal};
pub use time::Instant;
pub use workflow::{StatusKind, Workflow};
