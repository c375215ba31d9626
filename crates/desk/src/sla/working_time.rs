//! A calendar compiled into its working intervals: adding and measuring working time is a search in them.

use std::ops::Range;
use std::sync::Arc;

use super::day::{DAY, Date, Day, Window};
use super::{Calendar, CalendarError, Hours, Zone};
use crate::Instant;

/// The working time of a calendar. It is compiled for some years; what lies beyond them is computed when it is asked
/// for, to the same answers.
#[derive(Clone, Debug)]
pub struct WorkingTime {
    intervals: Intervals,
    /// The days it is made of, for more years; `None` when every second counts.
    days: Option<Arc<Days>>,
}

impl WorkingTime {
    /// Every second of every day.
    pub fn always() -> Self {
        let all = i64::MIN / 4..i64::MAX / 4;
        Self { intervals: Intervals::new(&[(all.start, all.end)], all), days: None }
    }

    /// Compiles a calendar by the clocks of its zone, for these years in advance.
    ///
    /// # Errors
    /// What makes it no calendar, naming the field.
    pub fn compile(calendar: &Calendar, zone: &Zone, years: Range<i32>) -> Result<Self, CalendarError> {
        calendar.check()?;
        if zone.name != calendar.zone {
            return Err(CalendarError::UnknownZone(calendar.zone.clone()));
        }
        Ok(Self::of_checked(calendar, zone, years))
    }

    /// Compiles a calendar that was checked where it was made. One that is wrong all the same gives some working time.
    pub(super) fn of_checked(calendar: &Calendar, zone: &Zone, years: Range<i32>) -> Self {
        let days = Days::new(calendar, zone);
        Self { intervals: days.compile(years), days: Some(Arc::new(days)) }
    }

    /// The instant at which `seconds` of working time have passed since `start`: a closing instant rather than
    /// the next opening. With nothing to add it is the start itself. `None` beyond the year 9999.
    pub fn add(&self, start: Instant, seconds: i64) -> Option<Instant> {
        self.add_millis(start, seconds.saturating_mul(1000))
    }

    /// [`Self::add`] in milliseconds, for sums of several stretches.
    pub(super) fn add_millis(&self, start: Instant, millis: i64) -> Option<Instant> {
        if millis <= 0 {
            return Some(start);
        }
        let from = start.millis();
        if let Some(due) = self.intervals.add(from, millis) {
            return Some(Instant::from_millis(due));
        }
        let days = self.days.as_ref()?;
        let first = year_of(from);
        let mut years = 2;
        while first + years <= LAST_YEAR {
            if let Some(due) = days.compile(first..first + years).add(from, millis) {
                return Some(Instant::from_millis(due));
            }
            years *= 4;
        }
        days.compile(first..LAST_YEAR + 1).add(from, millis).map(Instant::from_millis)
    }

    /// The whole seconds of working time between two instants; 0 when the end is before the start.
    pub fn within(&self, start: Instant, end: Instant) -> i64 {
        self.millis_within(start, end) / 1000
    }

    /// [`Self::within`] in milliseconds, for sums of several stretches.
    pub(super) fn millis_within(&self, start: Instant, end: Instant) -> i64 {
        let (from, to) = (start.millis(), end.millis());
        if to <= from {
            return 0;
        }
        match (&self.days, self.intervals.within(from, to)) {
            (_, Some(millis)) => millis,
            (Some(days), None) => days.compile(year_of(from)..year_of(to) + 2).within(from, to).unwrap_or(0),
            (None, None) => to - from,
        }
    }

    /// The working intervals between two instants, clipped to them.
    pub fn intervals(&self, start: Instant, end: Instant) -> Vec<(Instant, Instant)> {
        let (from, to) = (start.millis(), end.millis());
        let made;
        let intervals = match &self.days {
            Some(days) if !self.intervals.holds(from, to) => {
                made = days.compile(year_of(from)..year_of(to) + 2);
                &made
            }
            _ => &self.intervals,
        };
        let first = intervals.list.partition_point(|interval| interval.closes <= from);
        let here = intervals.list[first..].iter().take_while(|interval| interval.opens < to);
        here.map(|Interval { opens, closes, .. }| {
            (Instant::from_millis(*opens.max(&from)), Instant::from_millis(*closes.min(&to)))
        })
        .collect()
    }
}

/// The last year that an instant can be in.
const LAST_YEAR: i32 = 9_999;

/// The year of an instant in UTC, in milliseconds since 1970; not later than it really is.
fn year_of(millis: i64) -> i32 {
    // The mean year of the calendar; at the turn of a year this may be one too early, which only costs time.
    ((millis - 2 * DAY * 1000).div_euclid(31_556_952_000) + 1970) as i32
}

/// The day number of the first of January.
fn first_day(year: i32) -> i64 {
    let before = i64::from(year) - 1;
    before * 365 + before.div_euclid(4) - before.div_euclid(100) + before.div_euclid(400) - 719_162
}

/// A working interval, in milliseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Interval {
    opens: i64,
    closes: i64,
    /// How much working time lies before it.
    before: i64,
}

/// Working intervals of some years.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Intervals {
    /// In order, none touching another.
    list: Vec<Interval>,
    /// Where the list is complete.
    span: Range<i64>,
    by_start: Grid,
    by_work: Grid,
}

impl Intervals {
    fn new(stretches: &[(i64, i64)], span: Range<i64>) -> Self {
        let mut before = 0;
        let mut list = Vec::with_capacity(stretches.len());
        for (opens, closes) in stretches.iter().copied() {
            list.push(Interval { opens, closes, before });
            before += closes - opens;
        }
        let by_start = Grid::new(list.iter().map(|interval| interval.opens));
        let by_work = Grid::new(list.iter().map(|interval| interval.before));
        Self { list, span, by_start, by_work }
    }

    fn holds(&self, from: i64, to: i64) -> bool {
        self.span.contains(&from) && self.span.contains(&to)
    }

    fn within(&self, from: i64, to: i64) -> Option<i64> {
        self.holds(from, to).then(|| self.worked_until(to) - self.worked_until(from))
    }

    /// When so much has been worked; `None` when that is not before the list ends, or it begins too late.
    fn add(&self, from: i64, millis: i64) -> Option<i64> {
        if !self.span.contains(&from) {
            return None;
        }
        let goal = self.worked_until(from).saturating_add(millis);
        // The last interval that begins before the goal is the one in which the goal is reached.
        let here = self.by_work.around(goal);
        let index = here.start + self.list[here].partition_point(|interval| interval.before < goal);
        let Interval { opens, closes, before } = self.list[index.checked_sub(1)?];
        let due = opens.saturating_add(goal - before);
        (due <= closes && due <= self.span.end).then_some(due)
    }

    fn worked_until(&self, at: i64) -> i64 {
        let here = self.by_start.around(at);
        let index = here.start + self.list[here].partition_point(|interval| interval.opens < at);
        let Some(last) = index.checked_sub(1) else { return 0 };
        let Interval { opens, closes, before } = self.list[last];
        before + at.min(closes) - opens
    }
}

/// Where in a sorted list values lie, about: a search looks at a few entries instead of halving all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Grid {
    origin: i64,
    /// How wide a step is, as a power of two.
    bits: u32,
    /// The index of the first entry that is not below each step.
    first: Vec<u32>,
    len: usize,
}

impl Grid {
    fn new(sorted: impl ExactSizeIterator<Item = i64> + Clone) -> Self {
        let (len, origin) = (sorted.len(), sorted.clone().next().unwrap_or(0));
        let width = sorted.clone().last().unwrap_or(0).saturating_sub(origin).unsigned_abs();
        // About one entry a step.
        let bits = (width / len.max(1) as u64).checked_ilog2().unwrap_or(0);
        let steps = usize::try_from(width >> bits).unwrap_or(0) + 1;
        let mut first = Vec::with_capacity(steps + 1);
        for (entry, index) in sorted.zip(0_u32..) {
            let step = (entry.saturating_sub(origin) >> bits) as usize;
            while first.len() <= step {
                first.push(index);
            }
        }
        first.push(len as u32);
        Self { origin, bits, first, len }
    }

    /// The entries among which a value lies: all before are below it, all behind are not.
    fn around(&self, value: i64) -> Range<usize> {
        let steps = value.saturating_sub(self.origin) >> self.bits;
        if steps < 0 {
            return 0..0;
        }
        // In a browser a step far behind the list does not even fit into an index.
        match usize::try_from(steps).ok().and_then(|step| Some((step, *self.first.get(step)?))) {
            Some((step, from)) => from as usize..self.first.get(step + 1).map_or(self.len, |to| *to as usize),
            None => self.len..self.len,
        }
    }
}

/// What days look like: a calendar's week and its exceptions, by the clocks of a zone.
#[derive(Debug)]
struct Days {
    zone: Zone,
    week: Hours,
    /// Days that are not as their weekday, in order.
    special: Vec<(i64, Special)>,
}

#[derive(Debug, Default)]
struct Special {
    is_holiday: bool,
    breaks: Vec<Window>,
    extra: Vec<Window>,
}

impl Days {
    fn new(calendar: &Calendar, zone: &Zone) -> Self {
        let mut special: Vec<(i64, Special)> = Vec::new();
        let mut on = |date: Date, change: &dyn Fn(&mut Special)| {
            let day = date.number();
            let place = special.partition_point(|(other, _)| *other < day);
            if special.get(place).is_none_or(|(other, _)| *other != day) {
                special.insert(place, (day, Special::default()));
            }
            change(&mut special[place].1);
        };
        for holiday in calendar.holidays.iter().filter(|holiday| !holiday.off) {
            on(holiday.date, &|day| day.is_holiday = true);
        }
        for exception in &calendar.breaks {
            on(exception.date, &|day| day.breaks.extend(&exception.windows));
        }
        for exception in &calendar.extra {
            on(exception.date, &|day| day.extra.extend(&exception.windows));
        }
        Self { zone: zone.clone(), week: calendar.hours.clone(), special }
    }

    /// The working intervals of these years. A window belongs to the day it starts on, so that the days before and after
    /// are looked at as well.
    fn compile(&self, years: Range<i32>) -> Intervals {
        let (first, last) = (first_day(years.start), first_day(years.end));
        let mut intervals: Vec<(i64, i64)> = Vec::with_capacity((last - first).max(0) as usize);
        let mut cuts = Vec::new();
        let mut near = self.zone.changes.partition_point(|(at, _)| *at <= (first - 4) * DAY);
        let begin = self.special.partition_point(|(day, _)| *day < first - 3);
        let mut special = self.special[begin..].iter().peekable();
        for day in first - 3..last + 3 {
            let midnight = day * DAY;
            let special = special.next_if(|(number, _)| *number == day).map(|(_, special)| special);
            let steady = self.zone.steady(midnight, midnight + 2 * DAY, &mut near);
            let real = |window: &Window| {
                let (opens, closes) = (midnight + window.opens(), midnight + window.closes());
                match steady {
                    Some(offset) => (opens - offset, closes - offset),
                    None => (self.zone.first(opens), self.zone.last(closes)),
                }
            };
            let in_millis = |(opens, closes): (i64, i64)| (opens * 1000, closes * 1000);
            // A date that the zone skipped has no time at all.
            if steady.is_none() && self.zone.skips(midnight) && self.zone.skips(midnight + DAY - 1) {
                continue;
            }
            if special.is_none_or(|special| !special.is_holiday) {
                // 1970 began on a Thursday.
                let windows = self.week.of(Day::ALL[(day + 3).rem_euclid(7) as usize]);
                intervals.extend(windows.iter().map(real).map(in_millis));
            }
            if let Some(special) = special {
                intervals.extend(special.extra.iter().map(real).map(in_millis));
                cuts.extend(special.breaks.iter().map(real).map(in_millis));
            }
        }
        let list = without(joined(intervals), &joined(cuts));
        Intervals::new(&list, first * DAY * 1000..last * DAY * 1000)
    }
}

/// The same stretches in order, with those that touch made one.
fn joined(found: Vec<(i64, i64)>) -> Vec<(i64, i64)> {
    let mut intervals: Vec<(i64, i64)> = Vec::with_capacity(found.len());
    for interval in found.into_iter().filter(|(start, end)| start < end) {
        // Nearly all of them are in order.
        intervals.insert(intervals.partition_point(|other| *other <= interval), interval);
    }
    intervals.dedup_by(|next, last| {
        let touches = next.0 <= last.1;
        if touches {
            last.1 = last.1.max(next.1);
        }
        touches
    });
    intervals
}

/// What is left of stretches once others are cut out; both in order.
fn without(intervals: Vec<(i64, i64)>, cuts: &[(i64, i64)]) -> Vec<(i64, i64)> {
    if cuts.is_empty() {
        return intervals;
    }
    let mut left = Vec::with_capacity(intervals.len() + cuts.len());
    for (mut start, end) in intervals {
        let first = cuts.partition_point(|(_, cut_end)| *cut_end <= start);
        for (cut_start, cut_end) in cuts[first..].iter().take_while(|(cut_start, _)| *cut_start < end) {
            if start < *cut_start {
                left.push((start, *cut_start));
            }
            start = start.max(*cut_end);
        }
        if start < end {
            left.push((start, end));
        }
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grid_finds_what_halving_finds() {
        let lists: [&[i64]; 5] =
            [&[], &[5], &[0, 0, 0, 9], &[-40, -3, 100, 101, 102, 5_000, 5_001], &[1, 2, 4, 8, 1 << 40]];
        for list in lists {
            let grid = Grid::new(list.iter().copied());
            for value in (-50..5_100).chain([i64::MIN, 1 << 40, (1 << 40) + 1, i64::MAX]) {
                let here = grid.around(value);
                let found = here.start + list[here].partition_point(|entry| *entry < value);
                assert_eq!(found, list.partition_point(|entry| *entry < value), "{value} in {list:?}");
            }
        }
    }

    #[test]
    fn years_begin_on_their_first_day() {
        for (year, date) in
            [(1970, "1970-01-01"), (2000, "2000-01-01"), (2026, "2026-01-01"), (1, "0001-01-01")]
        {
            assert_eq!(first_day(year), Date::parse(date).unwrap().number());
        }
        for (text, years) in [("2026-01-01T00:00:00Z", [2025, 2026]), ("2025-12-31T23:59:59Z", [2025, 2025])]
        {
            assert!(years.contains(&year_of(Instant::parse(text).unwrap().millis())), "{text}");
        }
    }

    #[test]
    fn what_is_cut_out_is_gone() {
        let cut = |cuts: &[(i64, i64)]| without(vec![(0, 10), (20, 30)], cuts);
        assert_eq!(cut(&[]), [(0, 10), (20, 30)]);
        assert_eq!(cut(&[(5, 25)]), [(0, 5), (25, 30)]);
        assert_eq!(cut(&[(2, 3), (4, 5), (20, 30)]), [(0, 2), (3, 4), (5, 10)]);
        assert_eq!(cut(&[(-5, 40)]), []);
    }
}
