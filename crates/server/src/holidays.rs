//! Holidays out of an iCalendar file (RFC 5545), with recurrence.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate, TimeZone};
use holdfast_desk::Instant;
use holdfast_desk::sla::Holiday;
use icalendar::parser::{Component, read_calendar, unfold};
use rrule::{RRuleSet, Tz};
use thiserror::Error;

/// Years around now for which recurring days are written down: before, and after.
const YEARS: (i32, i32) = (2, 10);
/// Days of one entry at the most; a rule that has more is no holiday.
const MOST_DAYS: u16 = 2_000;
/// Days of one file at the most.
const MOST: usize = 4_000;

/// Why a file gives no holidays.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum HolidayError {
    /// It is not an iCalendar file.
    #[error("this is not an iCalendar file: it has to begin with BEGIN:VCALENDAR ({0})")]
    NotACalendar(String),
    /// An entry cannot be understood.
    #[error("the entry {0:?} has the rule {1:?}, which cannot be understood")]
    Rule(String, String),
    /// There is no whole day in it.
    #[error("there is no entry in it that takes a whole day")]
    NoDays,
    /// There are too many.
    #[error("there are more than {MOST} days in it")]
    TooMany,
}

/// Entries that only announce that the clocks change, by what their names hold.
const CLOCK_CHANGES: [&str; 10] = [
    "daylight saving",
    "summer time begins",
    "summer time ends",
    "clocks go",
    "clock change",
    "time change",
    "zeitumstellung",
    "sommerzeit",
    "winterzeit",
    "heure d'été",
];

/// The whole days of a file around an instant, in order, one holiday a day.
///
/// # Errors
/// Why there are none.
pub fn read(text: &str, around: Instant) -> Result<Vec<Holiday>, HolidayError> {
    let not = |why: &str| HolidayError::NotACalendar(why.lines().next().unwrap_or_default().to_owned());
    if !text.trim_start().starts_with("BEGIN:VCALENDAR") {
        return Err(not("it does not"));
    }
    let unfolded = unfold(text.trim_start());
    let calendar = read_calendar(&unfolded).map_err(|error| not(&error))?;
    let year = around.to_chrono().year();
    let span = (year - YEARS.0, year + YEARS.1);
    let mut days: BTreeMap<NaiveDate, String> = BTreeMap::new();
    for entry in calendar.components.iter().filter(|component| component.name == "VEVENT") {
        let name = value(entry, "SUMMARY").unwrap_or_default();
        let is_clock_change = CLOCK_CHANGES.iter().any(|words| name.to_lowercase().contains(words));
        if is_clock_change || value(entry, "STATUS").as_deref() == Some("CANCELLED") {
            continue;
        }
        for date in days_of(entry, &name, span)? {
            days.entry(date).or_insert_with(|| name.clone());
        }
        if days.len() > MOST {
            return Err(HolidayError::TooMany);
        }
    }
    if days.is_empty() {
        return Err(HolidayError::NoDays);
    }
    Ok(days.into_iter().map(|(date, name)| Holiday { date: date.into(), name, off: false }).collect())
}

fn value(entry: &Component, name: &str) -> Option<String> {
    let text = entry.find_prop(name)?.val.to_string();
    Some(text.replace("\\,", ",").replace("\\;", ";").replace("\\n", " ").trim().to_owned())
}

/// A date without a time: entries with a time take no whole day.
fn date(text: &str) -> Option<NaiveDate> {
    (text.len() == 8).then(|| NaiveDate::parse_from_str(text, "%Y%m%d").ok()).flatten()
}

/// The days of an entry within these years: its own, and those of its recurrence.
fn days_of(entry: &Component, name: &str, span: (i32, i32)) -> Result<Vec<NaiveDate>, HolidayError> {
    let Some(first) = value(entry, "DTSTART").as_deref().and_then(date) else { return Ok(Vec::new()) };
    // The end is the day after the last one.
    let end = value(entry, "DTEND").as_deref().and_then(date).unwrap_or(first + Days::new(1));
    let length = (end - first).num_days().clamp(1, 366) as u64;
    let starts = match value(entry, "RRULE") {
        None => vec![first],
        Some(rule) => {
            recurring(first, &rule, span).ok_or_else(|| HolidayError::Rule(name.to_owned(), rule.clone()))?
        }
    };
    let left_out: Vec<NaiveDate> = value(entry, "EXDATE")
        .map(|list| list.split(',').filter_map(|text| date(text.trim())).collect())
        .unwrap_or_default();
    let within = |date: &NaiveDate| (span.0..=span.1).contains(&date.year());
    let starts = starts.into_iter().filter(|date| !left_out.contains(date));
    Ok(starts.flat_map(|start| (0..length).map(move |day| start + Days::new(day))).filter(within).collect())
}

fn recurring(first: NaiveDate, rule: &str, span: (i32, i32)) -> Option<Vec<NaiveDate>> {
    // The rule is about dates; as instants they are midnights in UTC.
    let until = |part: &str| match part.strip_prefix("UNTIL=") {
        Some(text) if text.len() == 8 => format!("UNTIL={text}T000000Z"),
        _ => part.to_owned(),
    };
    let rule: Vec<String> = rule.split(';').map(until).collect();
    let text = format!("DTSTART:{}T000000Z\nRRULE:{}", first.format("%Y%m%d"), rule.join(";"));
    let midnight = |year| Tz::UTC.with_ymd_and_hms(year, 1, 1, 0, 0, 0).single();
    let set: RRuleSet = text.parse().ok()?;
    let set = set.after(midnight(span.0)?).before(midnight(span.1 + 1)?);
    Some(set.all(MOST_DAYS).dates.into_iter().map(|at| at.date_naive()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_entries(entries: &str) -> Result<Vec<String>, HolidayError> {
        let text =
            format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Test//EN\r\n{entries}END:VCALENDAR\r\n");
        let around = Instant::parse("2026-11-21T00:00:00Z").unwrap();
        let days = read(&text, around)?;
        Ok(days.iter().map(|day| format!("{} {}", day.date, day.name)).collect())
    }

    fn entry(start: &str, rest: &str) -> String {
        format!(
            "BEGIN:VEVENT\r\nUID:{start}{}\r\nDTSTART;VALUE=DATE:{start}\r\n{rest}END:VEVENT\r\n",
            rest.len()
        )
    }

    #[test]
    fn single_days_and_longer_ones_are_read() {
        let entries = entry("20261225", "SUMMARY:Christmas\\, first day\r\n")
            + &entry("20270101", "DTEND;VALUE=DATE:20270103\r\nSUMMARY:New\r\n  Year\r\n");
        let expected = ["2026-12-25 Christmas, first day", "2027-01-01 New Year", "2027-01-02 New Year"];
        assert_eq!(read_entries(&entries).unwrap(), expected);
    }

    #[test]
    fn recurrence_is_written_down_but_for_what_is_left_out() {
        let yearly =
            entry("20200501", "RRULE:FREQ=YEARLY\r\nEXDATE;VALUE=DATE:20270501\r\nSUMMARY:Labour Day\r\n");
        let days = read_entries(&yearly).unwrap();
        assert_eq!(days.first().unwrap(), "2024-05-01 Labour Day");
        assert_eq!(days.last().unwrap(), "2036-05-01 Labour Day");
        assert_eq!(days.len(), 12, "{days:?}");
        let thanksgiving = entry(
            "20241128",
            "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH;UNTIL=20261231\r\nSUMMARY:Thanksgiving\r\n",
        );
        let days = read_entries(&thanksgiving).unwrap();
        assert_eq!(days, ["2024-11-28 Thanksgiving", "2025-11-27 Thanksgiving", "2026-11-26 Thanksgiving"]);
    }

    #[test]
    fn what_is_no_holiday_is_left_out() {
        let entries = entry("20260329", "SUMMARY:Daylight Saving Time begins\r\n")
            + &entry("20261025", "SUMMARY:Ende der Sommerzeit\r\n")
            + &entry("20260501", "STATUS:CANCELLED\r\nSUMMARY:Not this year\r\n")
            + "BEGIN:VEVENT\r\nUID:t\r\nDTSTART:20260502T090000Z\r\nSUMMARY:Meeting\r\nEND:VEVENT\r\n"
            + &entry("20260503", "SUMMARY:Day off\r\n");
        assert_eq!(read_entries(&entries).unwrap(), ["2026-05-03 Day off"]);
    }

    #[test]
    fn what_is_no_calendar_is_refused() {
        let around = Instant::parse("2026-11-21T00:00:00Z").unwrap();
        assert!(matches!(read("<html>", around), Err(HolidayError::NotACalendar(_))));
        assert!(matches!(
            read("BEGIN:VCALENDAR\r\nBEGIN:VEVENT", around),
            Err(HolidayError::NotACalendar(_))
        ));
        assert_eq!(read_entries(""), Err(HolidayError::NoDays));
        let broken = entry("20260101", "RRULE:FREQ=SOMETIMES\r\nSUMMARY:Odd\r\n");
        assert_eq!(
            read_entries(&broken),
            Err(HolidayError::Rule("Odd".to_owned(), "FREQ=SOMETIMES".to_owned()))
        );
        let daily = entry("20200101", "RRULE:FREQ=DAILY\r\nSUMMARY:Every day\r\n");
        assert!(read_entries(&daily).unwrap().len() <= usize::from(MOST_DAYS));
    }
}
