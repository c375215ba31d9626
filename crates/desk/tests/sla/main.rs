//! SLA: what holds for any calendar, any history and any rules. That the answers are those on which everybody agrees is
//! shown by the cases in `tests/sla`, with `holdfast sla check`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // A panic is how a test says what broke.

mod calendars;
mod clocks;
mod deadlines;
mod explanations;
mod hostile;
mod naive;
mod policies;
mod support;
