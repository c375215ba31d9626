//! When tickets are raised: by the hours of the day and the days of the week of the real log.

use chrono::{Datelike, Timelike};
use holdfast_desk::Instant;

use crate::generate::Wanted;
use crate::generate::dice::Dice;

/// Tickets of the real log by the hour in which they were opened, from midnight.
const HOURS: [u32; 24] = [
    269, 222, 149, 123, 128, 132, 320, 573, 2547, 3014, 2893, 2469, 1342, 1645, 2255, 2131, 1867, 1075, 466,
    296, 226, 359, 245, 172,
];
/// By the day, from Monday.
const DAYS: [u32; 7] = [5947, 4951, 4884, 4105, 3829, 639, 563];
const BUSIEST: u32 = 3014 * 5947;
const SECONDS_OF_A_YEAR: u64 = 31_556_952;

/// When each ticket is raised, in order; the last one shortly before the end.
pub fn openings(dice: &mut Dice, wanted: &Wanted) -> Vec<Instant> {
    let busy = |at: Instant| {
        let at = at.to_chrono();
        let hour = HOURS.get(at.hour() as usize).unwrap_or(&0);
        hour * DAYS.get(at.weekday().num_days_from_monday() as usize).unwrap_or(&0)
    };
    let all: u64 = u64::from(HOURS.iter().sum::<u32>()) * u64::from(DAYS.iter().sum::<u32>());
    // As many as would be raised if every hour were the busiest one; most of them are then left out.
    let quickest = u64::from(wanted.a_year.max(1)) * u64::from(BUSIEST) * 24 * 7 / all;
    let between = u32::try_from(SECONDS_OF_A_YEAR * 1000 / quickest).unwrap_or(u32::MAX);
    let mut at = wanted.until;
    let mut openings = Vec::with_capacity(wanted.tickets as usize);
    while openings.len() < wanted.tickets as usize {
        at = at.plus_millis(-1 - dice.about(between));
        if dice.below(BUSIEST) < busy(at) {
            openings.push(at);
        }
    }
    openings.reverse();
    openings
}
