//! SLA: when a ticket is due, and whether it was met. A clock is a function of the ticket's marks, the policy and
//! the calendar, and of nothing else: nothing about it is ever stored, so nothing can drift.

mod calendar;
mod clock;
mod dates;
mod policy;
mod zone;

pub use calendar::{Calendar, CalendarError, Day, WorkingTime};
pub use clock::{Clock, ClockState, Clocks, Mark, MarkKind, clocks};
pub use policy::{Policy, Reopen, RespondOn, SlaRules, Target};
pub use zone::Zone;
