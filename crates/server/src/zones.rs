//! Time zones as tables, made from the IANA data that this binary was built with.

use chrono::{DateTime, Offset, TimeZone};
use chrono_tz::Tz;
use holdfast_desk::sla::Zone;

const DAY: i64 = 86_400;
/// From when to when changes are looked for, in seconds since 1970: 1900 to 2100.
const SPAN: std::ops::Range<i64> = -2_208_988_800..4_102_444_800;

/// The table of a zone with all its changes; `None` when there is no zone of this name.
pub fn table(name: &str) -> Option<Zone> {
    let zone: Tz = name.parse().ok()?;
    let offset_at = |seconds: i64| {
        let at = DateTime::from_timestamp(seconds, 0).unwrap_or_default();
        zone.offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc()
    };
    let first = offset_at(SPAN.start);
    let mut changes = Vec::new();
    let mut offset = first;
    // No zone ever changed its clocks and changed them back within a day.
    for day in (SPAN.start..SPAN.end).step_by(DAY as usize) {
        let there = offset_at(day + DAY);
        if there != offset {
            let (mut before, mut after) = (day, day + DAY);
            while before + 1 < after {
                let middle = (before + after) / 2;
                if offset_at(middle) == offset { before = middle } else { after = middle }
            }
            changes.push((after, there));
            offset = there;
        }
    }
    let version = chrono_tz::IANA_TZDB_VERSION.to_owned();
    Some(Zone { name: zone.name().to_owned(), version, offset: first, changes })
}

#[cfg(test)]
mod tests {
    use super::*;
    use holdfast_desk::Instant;

    #[test]
    fn a_table_has_every_change() {
        let berlin = table("Europe/Berlin").unwrap();
        let at = |text: &str| Instant::parse(text).unwrap();
        assert_eq!(berlin.offset_at(at("2026-03-29T00:59:59Z")), 3600);
        assert_eq!(berlin.offset_at(at("2026-03-29T01:00:00Z")), 7200);
        assert_eq!(berlin.offset_at(at("2099-07-01T00:00:00Z")), 7200);
        assert_eq!(table("Pacific/Apia").unwrap().offset_at(at("2011-12-30T10:00:00Z")), 14 * 3600);
        assert_eq!(table("Europe/Nowhere"), None);
    }
}
