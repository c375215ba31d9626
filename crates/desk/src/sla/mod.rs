//! SLA: when a ticket is due, and whether it was met. A clock is a function of the ticket's marks, the policy and
//! the calendar, and of nothing else: nothing about it is ever stored, so nothing can drift. `docs/sla.md` tells what
//! clocks mean, and why.

mod audit;
mod calendar;
pub mod cases;
mod check;
mod clock;
mod day;
mod deadline;
mod explain;
mod hours;
mod mark;
mod policy;
mod rules;
mod stopwatch;
mod working_time;
mod zone;

pub use audit::Audit;
pub use calendar::{Calendar, CalendarError, Exception, Holiday};
pub use check::{Problem, SlaError};
pub use clock::{Clock, ClockState, Clocks, Moment, Plan, Run, Which};
pub use day::{Date, Day, Window};
pub use deadline::Deadline;
pub use explain::Step;
pub use hours::Hours;
pub use mark::{Mark, MarkKind};
pub use policy::{
    AppliesTo, CalendarOf, Conditions, LONGEST_TARGET, Policy, Reopen, RespondOn, SlaRules, SlaVersion,
    Target, WorksBy,
};
pub use rules::{Sla, Subject};
pub use working_time::WorkingTime;
pub use zone::Zone;
