//! Local dates as they are written: `2026-03-05`. chrono's own reader understands far more, and is as large.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A date that is written as four digits of the year, two of the month and two of the day.
pub fn read_date(text: &str) -> Option<NaiveDate> {
    let number = |range: std::ops::Range<usize>| text.get(range)?.parse::<u32>().ok();
    let shape = text.bytes().enumerate().all(|(at, byte)| match at {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    let year = number(0..4).filter(|_| shape && text.len() == 10)?;
    NaiveDate::from_ymd_opt(year.try_into().ok()?, number(5..7)?, number(8..10)?)
}

/// Writes a set of dates.
///
/// # Errors
/// The serializer's.
pub fn serialize<S: Serializer>(dates: &BTreeSet<NaiveDate>, serializer: S) -> Result<S::Ok, S::Error> {
    let texts: Vec<String> = dates.iter().map(NaiveDate::to_string).collect();
    texts.serialize(serializer)
}

/// Reads a set of dates.
///
/// # Errors
/// Names what is not one.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeSet<NaiveDate>, D::Error> {
    let mut dates = BTreeSet::new();
    for text in Vec::<String>::deserialize(deserializer)? {
        let date = read_date(&text);
        dates.insert(
            date.ok_or_else(|| D::Error::custom(format_args!("{text:?} is not a date such as 2026-03-05")))?,
        );
    }
    Ok(dates)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_dates_are_read() {
        assert_eq!(read_date("2026-03-05"), NaiveDate::from_ymd_opt(2026, 3, 5));
        for text in
            ["2026-02-29", "2026-3-05", "26-03-05", "2026-03-05T", "2026/03/05", "+026-03-05", "", "äöüäöüß"]
        {
            assert_eq!(read_date(text), None, "{text}");
        }
    }
}
