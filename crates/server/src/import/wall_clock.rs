//! The times of a log: wall clocks of one zone, in forms that the mapping names.

use chrono::format::{Item, Parsed, StrftimeItems, parse};
use chrono::{NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone};
use chrono_tz::Tz;
use holdfast_desk::Instant;

/// A time as a log has it, and the instant that it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// What the clock on the wall showed.
    pub local: NaiveDateTime,
    /// When that was.
    pub at: Instant,
}

/// Reads times.
#[derive(Clone, Debug)]
pub struct WallClock {
    zone: Tz,
    formats: Vec<Vec<Item<'static>>>,
    /// By how much every instant is moved, in milliseconds.
    shift: i64,
    last: Option<(String, Moment)>,
}

impl WallClock {
    /// A clock of this zone that reads these forms.
    ///
    /// # Errors
    /// The form that is none.
    pub fn new(zone: Tz, formats: &[String]) -> Result<Self, String> {
        let items = |format: &String| StrftimeItems::new(format).parse_to_owned().map_err(|_| format.clone());
        let formats = formats.iter().map(items).collect::<Result<_, _>>()?;
        Ok(Self { zone, formats, shift: 0, last: None })
    }

    /// Moves every instant read from now on by this much.
    pub fn shift(&mut self, ms: i64) {
        self.shift = ms;
        self.last = None;
    }

    /// Reads a time; `None` when it is in none of the forms.
    pub fn read(&mut self, text: &str) -> Option<Moment> {
        if let Some((_, moment)) = self.last.as_ref().filter(|(last, _)| last == text) {
            return Some(*moment);
        }
        let moment = self.formats.iter().find_map(|format| self.parse(text, format))?;
        let kept = self.last.get_or_insert_with(|| (String::new(), moment));
        kept.0.clear();
        kept.0.push_str(text);
        kept.1 = moment;
        Some(moment)
    }

    fn parse(&self, text: &str, format: &[Item<'static>]) -> Option<Moment> {
        let mut parsed = Parsed::new();
        parse(&mut parsed, text, format.iter()).ok()?;
        // A form with an offset of its own names the instant; a form without a time of day means midnight.
        if parsed.offset().is_some() {
            let at = parsed.to_datetime().ok()?;
            let instant = Instant::from_millis(at.timestamp_millis()).plus_millis(self.shift);
            return Some(Moment { local: at.with_timezone(&self.zone).naive_local(), at: instant });
        }
        let midnight = || parsed.to_naive_date().map(|date| date.and_time(NaiveTime::MIN));
        let local = parsed.to_naive_datetime_with_offset(0).or_else(|_| midnight()).ok()?;
        Some(Moment { local, at: self.instant(local) })
    }

    /// The first instant at which the wall showed this. Where it never did, because the clocks went forward, the
    /// time is shifted forward by the gap, as [`holdfast_desk::sla::Zone::first`] does.
    pub fn instant(&self, local: NaiveDateTime) -> Instant {
        let real = self.zone.from_local_datetime(&local).earliest();
        let seconds = match real {
            Some(at) => at.timestamp_millis(),
            None => local.and_utc().timestamp_millis() - self.offset_before_gap(local),
        };
        Instant::from_millis(seconds).plus_millis(self.shift)
    }

    /// The offset that held before the gap in which this time lies, in milliseconds.
    fn offset_before_gap(&self, local: NaiveDateTime) -> i64 {
        // No gap is longer than a day: that is how far a country jumps that changes sides of the date line.
        const QUARTERS_OF_A_DAY_AND_A_BIT: i32 = 100;
        (1..=QUARTERS_OF_A_DAY_AND_A_BIT)
            .filter_map(|quarter| local.checked_sub_signed(TimeDelta::minutes(15) * quarter))
            .find_map(|earlier| self.zone.from_local_datetime(&earlier).latest())
            .map_or(0, |at| i64::from(at.offset().fix().local_minus_utc()) * 1000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock(format: &str) -> WallClock {
        WallClock::new(chrono_tz::Europe::Berlin, &[format.to_owned()]).unwrap()
    }

    #[test]
    fn a_wall_clock_is_read_by_the_summer_time_of_its_zone() {
        let mut clock = clock("%d/%m/%Y %H:%M");
        let mut at = |text: &str| clock.read(text).map(|moment| moment.at.to_string());
        assert_eq!(at("29/2/2016 01:16").as_deref(), Some("2016-02-29T00:16:00Z"));
        assert_eq!(at("1/7/2016 12:00").as_deref(), Some("2016-07-01T10:00:00Z"));
        assert_eq!(
            at("27/3/2016 02:30").as_deref(),
            Some("2016-03-27T01:30:00Z"),
            "skipped: shifted forward"
        );
        assert_eq!(at("30/10/2016 02:30").as_deref(), Some("2016-10-30T00:30:00Z"), "twice: the first");
        assert_eq!(at("30/2/2016 02:30"), None);
        assert_eq!(at("?"), None);
    }

    #[test]
    fn other_forms_are_read_too() {
        let at = |format: &str, text: &str| clock(format).read(text).unwrap().at.to_string();
        assert_eq!(at("%Y-%m-%dT%H:%M:%S%z", "2026-07-01T12:00:00+0000"), "2026-07-01T12:00:00Z");
        assert_eq!(at("%Y-%m-%d", "2026-07-01"), "2026-06-30T22:00:00Z");
        assert_eq!(at("%s", "0"), "1969-12-31T23:00:00Z", "seconds of a wall clock");
    }

    #[test]
    fn times_agree_with_the_zones_of_the_desk() {
        let zone = holdfast_desk::sla::Zone {
            name: "Europe/Berlin".to_owned(),
            version: "test".to_owned(),
            offset: 3600,
            changes: vec![(1_459_040_400, 7200), (1_477_789_200, 3600)],
            since: holdfast_desk::Instant::default(),
        };
        let clock = clock("%s");
        let start: NaiveDateTime = "2016-03-26T00:00:00".parse().unwrap();
        for quarter in 0..(240 * 96) {
            let local = start + TimeDelta::minutes(15) * quarter;
            let shown = local.and_utc().timestamp();
            assert_eq!(clock.instant(local).seconds(), zone.first(shown), "{local}");
        }
    }
}
