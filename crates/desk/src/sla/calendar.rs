//! Calendars: when a desk works. A calendar is compiled once into working intervals; adding and measuring working
//! time is then a search in them.

use std::collections::BTreeSet;

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::Zone;
use crate::Instant;

/// A day of the week, Monday first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Day {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

impl Day {
    const ALL: [Self; 7] = [Self::Mon, Self::Tue, Self::Wed, Self::Thu, Self::Fri, Self::Sat, Self::Sun];
}

/// When a desk works, in the wall-clock time of a zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calendar {
    /// What it is called.
    pub name: String,
    /// The zone whose clocks it goes by.
    pub zone: String,
    /// The windows of each working day, as `HH:MM`. A window that does not end after its start crosses midnight
    /// and belongs to the day it starts on; `24:00` is the end of the day.
    pub hours: Vec<(Day, Vec<(String, String)>)>,
    /// Local dates without working time.
    #[serde(default, with = "super::dates")]
    pub holidays: BTreeSet<NaiveDate>,
}

/// Why something is not a calendar.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CalendarError {
    /// A time of day is not written as one.
    #[error("hours of {day:?}: {text:?} is not a time of day such as 08:30")]
    NotATime {
        /// The day in question.
        day: Day,
        /// What is written there.
        text: String,
    },
    /// Two windows of one week overlap.
    #[error("hours of {day:?}: this window overlaps another")]
    Overlap {
        /// The day in question.
        day: Day,
    },
    /// There is no window at all.
    #[error("hours: the calendar has no working time; open one window at least")]
    NoWorkingTime,
    /// The zone's table is not among the rules.
    #[error("zone: {0:?} is not a time zone known here")]
    UnknownZone(String),
}

/// The years for which calendars are compiled. What is due later than that has no due time.
const YEARS: std::ops::Range<i32> = 2000..2050;
const DAY: i64 = 86_400;
const WEEK: i64 = 7 * DAY;

/// A calendar compiled into its working intervals, in milliseconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkingTime {
    /// Start and end of each interval, in order, none touching another.
    intervals: Vec<(i64, i64)>,
    /// How much working time lies before each interval.
    before: Vec<i64>,
}

impl WorkingTime {
    /// Every second of every day.
    pub fn always() -> Self {
        Self::new(vec![(i64::MIN / 4, i64::MAX / 4)])
    }

    /// Compiles a calendar by the clocks of its zone.
    ///
    /// # Errors
    /// What makes it no calendar, naming the field.
    pub fn compile(calendar: &Calendar, zone: &Zone) -> Result<Self, CalendarError> {
        let week = read_week(calendar)?;
        let mut intervals = Vec::new();
        let mut date = NaiveDate::from_ymd_opt(YEARS.start, 1, 1);
        while let Some(day) = date.filter(|day| day.year() < YEARS.end) {
            let midnight = day.and_time(NaiveTime::MIN);
            let skipped = zone.skips(midnight) && zone.skips(midnight + TimeDelta::seconds(DAY - 1));
            if !skipped && !calendar.holidays.contains(&day) {
                for (start, end) in &week[day.weekday().num_days_from_monday() as usize] {
                    let wall = |seconds: &i64| -> NaiveDateTime { midnight + TimeDelta::seconds(*seconds) };
                    intervals.push((zone.first(wall(start)).millis(), zone.last(wall(end)).millis()));
                }
            }
            date = day.checked_add_days(Days::new(1));
        }
        Ok(Self::new(intervals))
    }

    fn new(mut intervals: Vec<(i64, i64)>) -> Self {
        intervals.retain(|(start, end)| start < end);
        intervals.sort_unstable();
        let mut merged: Vec<(i64, i64)> = Vec::with_capacity(intervals.len());
        for (start, end) in intervals {
            match merged.last_mut() {
                Some(last) if start <= last.1 => last.1 = last.1.max(end),
                _ => merged.push((start, end)),
            }
        }
        let mut sum = 0;
        let before = merged
            .iter()
            .map(|(start, end)| {
                let before = sum;
                sum += end - start;
                before
            })
            .collect();
        Self { intervals: merged, before }
    }

    /// The instant at which `seconds` of working time have passed since `start`: a closing instant rather than
    /// the next opening. With nothing to add it is the start itself. `None` beyond the compiled years.
    pub fn add(&self, start: Instant, seconds: i64) -> Option<Instant> {
        self.add_millis(start, seconds.saturating_mul(1000))
    }

    /// [`Self::add`] in milliseconds, for sums of several stretches.
    pub(super) fn add_millis(&self, start: Instant, millis: i64) -> Option<Instant> {
        if millis <= 0 {
            return Some(start);
        }
        let goal = self.worked_until(start.millis()).saturating_add(millis);
        // The last interval that begins before the goal is the one in which the goal is reached.
        let index = self.before.partition_point(|before| *before < goal).checked_sub(1)?;
        let (from, to) = self.intervals[index];
        let due = from.saturating_add(goal - self.before[index]);
        (due <= to).then(|| Instant::from_millis(due))
    }

    /// The whole seconds of working time between two instants; 0 when the end is before the start.
    pub fn within(&self, start: Instant, end: Instant) -> i64 {
        self.millis_within(start, end) / 1000
    }

    /// [`Self::within`] in milliseconds, for sums of several stretches.
    pub(super) fn millis_within(&self, start: Instant, end: Instant) -> i64 {
        (self.worked_until(end.millis()) - self.worked_until(start.millis())).max(0)
    }

    fn worked_until(&self, at: i64) -> i64 {
        let index = self.intervals.partition_point(|(start, _)| *start < at);
        let Some(last) = index.checked_sub(1) else { return 0 };
        let (start, end) = self.intervals[last];
        self.before[last] + at.min(end) - start
    }
}

/// The windows of each day from Monday on, in seconds from its midnight; those over midnight end after 24 hours.
fn read_week(calendar: &Calendar) -> Result<[Vec<(i64, i64)>; 7], CalendarError> {
    let mut week: [Vec<(i64, i64)>; 7] = Default::default();
    let mut all: Vec<(i64, i64)> = Vec::new();
    for (day, windows) in &calendar.hours {
        for (opens, closes) in windows {
            let (start, mut end) = (time_of_day(*day, opens)?, time_of_day(*day, closes)?);
            if end <= start {
                end += DAY;
            }
            week[*day as usize].push((start, end));
            let monday = *day as i64 * DAY;
            all.push((monday + start, monday + end));
        }
    }
    all.sort_unstable();
    let Some(first) = all.first().copied() else { return Err(CalendarError::NoWorkingTime) };
    all.push((first.0 + WEEK, first.1 + WEEK));
    match all.windows(2).find(|pair| pair[1].0 < pair[0].1) {
        Some(pair) => Err(CalendarError::Overlap { day: Day::ALL[(pair[1].0 % WEEK / DAY) as usize] }),
        None => Ok(week),
    }
}

fn time_of_day(day: Day, text: &str) -> Result<i64, CalendarError> {
    let digits = |text: &str| text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()));
    let read = || {
        let (hours, minutes) = text.split_once(':').filter(|(hours, _)| hours.len() <= 2)?;
        let (hours, minutes): (i64, i64) = (digits(hours)?, digits(minutes).filter(|_| minutes.len() == 2)?);
        (hours < 24 && minutes < 60 || text == "24:00").then_some(hours * 3600 + minutes * 60)
    };
    read().ok_or_else(|| CalendarError::NotATime { day, text: text.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calendar(hours: &[(Day, &str, &str)]) -> Calendar {
        Calendar {
            name: "Test".to_owned(),
            zone: "UTC".to_owned(),
            hours: hours.iter().map(|(day, a, b)| (*day, vec![((*a).to_owned(), (*b).to_owned())])).collect(),
            holidays: BTreeSet::from([NaiveDate::from_ymd_opt(2026, 3, 3).unwrap()]),
        }
    }

    fn at(text: &str) -> Instant {
        Instant::parse(text).unwrap()
    }

    #[test]
    fn working_time_is_added_over_nights_and_holidays() {
        let office = calendar(&[(Day::Mon, "09:00", "17:00"), (Day::Tue, "09:00", "17:00")]);
        let time = WorkingTime::compile(&office, &Zone::utc()).unwrap();
        // Monday 2 March 2026 16:00; Tuesday is a holiday; the next working day is Monday 9 March.
        assert_eq!(time.add(at("2026-03-02T16:00:00Z"), 3600), Some(at("2026-03-02T17:00:00Z")));
        assert_eq!(time.add(at("2026-03-02T16:00:00Z"), 3601), Some(at("2026-03-09T09:00:01Z")));
        assert_eq!(time.within(at("2026-03-02T16:00:00Z"), at("2026-03-09T09:00:01Z")), 3601);
        assert_eq!(time.within(at("2026-03-09T09:00:01Z"), at("2026-03-02T16:00:00Z")), 0);
        assert_eq!(time.add(at("2026-03-01T16:00:00Z"), 0), Some(at("2026-03-01T16:00:00Z")));
    }

    #[test]
    fn a_window_over_midnight_belongs_to_the_day_it_starts_on() {
        let night = calendar(&[(Day::Mon, "22:00", "06:00")]);
        let time = WorkingTime::compile(&night, &Zone::utc()).unwrap();
        assert_eq!(time.within(at("2026-03-02T00:00:00Z"), at("2026-03-04T00:00:00Z")), 8 * 3600);
    }

    #[test]
    fn what_is_no_calendar_is_refused_by_name() {
        let compile = |hours: &[_]| WorkingTime::compile(&calendar(hours), &Zone::utc()).unwrap_err();
        assert_eq!(compile(&[]), CalendarError::NoWorkingTime);
        assert!(matches!(compile(&[(Day::Fri, "9 o'clock", "17:00")]), CalendarError::NotATime { .. }));
        let overlap = compile(&[(Day::Sun, "20:00", "08:00"), (Day::Mon, "07:00", "09:00")]);
        assert_eq!(overlap, CalendarError::Overlap { day: Day::Mon });
    }

    #[test]
    fn every_second_counts_around_the_clock() {
        let time = WorkingTime::always();
        assert_eq!(time.add(at("2026-03-01T16:00:00Z"), 90), Some(at("2026-03-01T16:01:30Z")));
        assert_eq!(time.within(at("1970-01-01T00:00:00Z"), at("1970-01-02T00:00:00Z")), DAY);
    }
}
