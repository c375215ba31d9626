//! Time zones as tables, made from the IANA data that this binary was built with.

use chrono::{DateTime, Offset, TimeZone};
use chrono_tz::Tz;
use holdfast_desk::sla::{SlaRules, Zone};

/// The table of a zone with all its changes; `None` when there is no zone of this name.
pub fn table(name: &str) -> Option<Zone> {
    let zone: Tz = name.parse().ok()?;
    let version = chrono_tz::IANA_TZDB_VERSION.to_owned();
    Some(Zone::tabulated(zone.name().to_owned(), version, |seconds| {
        let at = DateTime::from_timestamp(seconds, 0).unwrap_or_default();
        zone.offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc()
    }))
}

/// The tables that say something else here than in the rules in force: those, and what this binary knows.
pub fn outdated(rules: &SlaRules) -> Vec<(&Zone, Zone)> {
    let Some(version) = rules.versions.last() else { return Vec::new() };
    let mut outdated: Vec<(&Zone, Zone)> = Vec::new();
    for calendar in &version.calendars {
        let known = rules.zone(&calendar.zone, version.valid_from).zip(table(&calendar.zone));
        if let Some((used, newer)) = known
            && !used.agrees_with(&newer)
            && !outdated.iter().any(|(other, _)| other.name == used.name)
        {
            outdated.push((used, newer));
        }
    }
    outdated
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
