//! Why something is due when it is due, in words.

use holdfast_desk::sla::{Step, Which};
use holdfast_desk::{Instant, StatusKind};

use super::words::{moment, span};

/// What a clock is called.
pub fn clock_name(which: Which) -> &'static str {
    match which {
        Which::FirstResponse => "First response",
        Which::NextResponse => "Next response",
        Which::Resolution => "Resolution",
    }
}

/// A step of an explanation: when, and what.
pub fn step(step: &Step, now: Instant) -> (Instant, String) {
    let long = |seconds: i64| span(seconds * 1000);
    let until = |to: &Instant| moment(*to, now);
    match step {
        Step::Began { at, target, policy, calendar } => {
            (*at, format!("began: {} allowed by “{policy}”, counted by “{calendar}”", long(*target)))
        }
        Step::Ran { from, to, seconds } => (*from, format!("{} until {}", long(*seconds), until(to))),
        Step::RanOn { from, to, intervals, seconds } => {
            (*from, format!("{} in {intervals} working periods until {}", long(*seconds), until(to)))
        }
        Step::Closed { from, to } => (*from, format!("nobody works until {}", until(to))),
        Step::Stood { from, to: Some(to), kind } => {
            (*from, format!("stood still until {} ({})", until(to), waited_for(*kind)))
        }
        Step::Stood { from, to: None, kind } => (*from, format!("stands still ({})", waited_for(*kind))),
        Step::Due { at } => (*at, "due".to_owned()),
        Step::Stopped { at, used } => (*at, format!("done after {}", long(*used))),
        Step::Missed { at } => (*at, "its time was up".to_owned()),
    }
}

fn waited_for(kind: StatusKind) -> &'static str {
    match kind {
        StatusKind::Pending => "waiting for the requester",
        StatusKind::OnHold => "on hold",
        StatusKind::Resolved | StatusKind::Closed => "done",
        StatusKind::New | StatusKind::Open => "paused by the policy",
    }
}
