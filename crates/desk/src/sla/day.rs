//! Days, dates and times of day, as calendars write them.

use std::fmt;

use chrono::{Datelike, NaiveDate};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Seconds of a day on which the clocks do not change.
pub(super) const DAY: i64 = 86_400;

/// A day of the week, Monday first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
    /// The week.
    pub const ALL: [Self; 7] = [Self::Mon, Self::Tue, Self::Wed, Self::Thu, Self::Fri, Self::Sat, Self::Sun];

    /// The day's name as it is written.
    pub fn code(self) -> &'static str {
        ["mon", "tue", "wed", "thu", "fri", "sat", "sun"][self as usize]
    }
}

/// A local date, written `2026-03-05`. chrono's own reader understands far more, and is as large.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(NaiveDate);

impl Date {
    /// Reads a date; `None` when it is not one.
    pub fn parse(text: &str) -> Option<Self> {
        let number = |range: std::ops::Range<usize>| text.get(range)?.parse::<u32>().ok();
        let shape = text.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
        let year = number(0..4).filter(|_| shape && text.len() == 10)?;
        NaiveDate::from_ymd_opt(year.try_into().ok()?, number(5..7)?, number(8..10)?).map(Self)
    }

    /// The day's number: days since 1970-01-01.
    pub fn number(self) -> i64 {
        i64::from(self.0.num_days_from_ce()) - 719_163
    }
}

impl From<NaiveDate> for Date {
    fn from(date: NaiveDate) -> Self {
        Self(date)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.0.year(), self.0.month(), self.0.day())
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text)
            .ok_or_else(|| D::Error::custom(format_args!("{text:?} is not a date such as 2026-03-05")))
    }
}

/// A stretch of a day by the clock on the wall, written `["09:00","17:30"]`. One whose end is not after its start
/// crosses midnight and belongs to the day it starts on; `24:00` is the end of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Window {
    /// Seconds from midnight, less than a day.
    opens: u32,
    /// Seconds from the same midnight, more than `opens` and at most a day more.
    closes: u32,
}

impl Window {
    /// Reads a window; the error names the text that is no time of day.
    ///
    /// # Errors
    /// The text that is not one, or that cannot stand there.
    pub fn parse(opens: &str, closes: &str) -> Result<Self, String> {
        let read = |text: &str| time_of_day(text).ok_or_else(|| not_a_time(text));
        let (opens, closes) = (read(opens)?, read(closes)?);
        if opens == 86_400 {
            return Err("a window cannot open at 24:00: it opens at 00:00 of the next day".to_owned());
        }
        Ok(Self { opens, closes: if closes <= opens { closes + 86_400 } else { closes } })
    }

    /// The whole day.
    pub fn whole_day() -> Self {
        Self { opens: 0, closes: 86_400 }
    }

    /// When it opens, in seconds from midnight.
    pub fn opens(self) -> i64 {
        self.opens.into()
    }

    /// When it closes, in seconds from the same midnight.
    pub fn closes(self) -> i64 {
        self.closes.into()
    }

    /// Whether it ends on the next day.
    pub fn crosses_midnight(self) -> bool {
        self.closes > 86_400
    }

    /// Its two ends as they are written.
    pub fn texts(self) -> (String, String) {
        let closes = if self.crosses_midnight() { self.closes - 86_400 } else { self.closes };
        let text = |seconds: u32| format!("{:02}:{:02}", seconds / 3600, seconds / 60 % 60);
        (text(self.opens), text(closes))
    }
}

fn not_a_time(text: &str) -> String {
    format!("{text:?} is not a time of day such as 08:30")
}

fn time_of_day(text: &str) -> Option<u32> {
    let (hours, minutes) = text.split_once(':')?;
    let digits = |text: &str| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(hours) || !digits(minutes) {
        return None;
    }
    let (hours, minutes): (u32, u32) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours < 24 && minutes < 60 || text == "24:00").then_some(hours * 3600 + minutes * 60)
}

impl Serialize for Window {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.texts().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Window {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (opens, closes) = <(String, String)>::deserialize(deserializer)?;
        Self::parse(&opens, &closes).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_dates_are_read() {
        assert_eq!(Date::parse("1970-01-02").unwrap().number(), 1);
        assert_eq!(Date::parse("2026-03-05").unwrap().to_string(), "2026-03-05");
        for text in
            ["2026-02-29", "2026-3-05", "26-03-05", "2026-03-05T", "2026/03/05", "+026-03-05", "", "äöüäöüß"]
        {
            assert_eq!(Date::parse(text), None, "{text}");
        }
    }

    #[test]
    fn windows_may_cross_midnight() {
        let night = Window::parse("22:00", "06:00").unwrap();
        assert_eq!((night.opens(), night.closes()), (22 * 3600, 30 * 3600));
        assert_eq!(night.texts(), ("22:00".to_owned(), "06:00".to_owned()));
        assert_eq!(Window::parse("00:00", "24:00"), Ok(Window::whole_day()));
        assert_eq!(Window::parse("09:00", "09:00").unwrap().closes(), 33 * 3600);
        for (opens, closes) in [
            ("24:00", "06:00"),
            ("9:00", "17:00"),
            ("09:00", "25:00"),
            ("09:60", "10:00"),
            ("+9:00", "10:00"),
        ] {
            assert!(Window::parse(opens, closes).is_err(), "{opens} {closes}");
        }
    }
}
