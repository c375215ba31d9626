//! Calendars and working time.

use holdfast_desk::Instant;
use holdfast_desk::sla::{
    Calendar, CalendarError, Day, Exception, Holiday, Hours, Window, WorkingTime, Zone,
};
use proptest::prelude::*;

use crate::support::{WORKING_TIMES, at, compile, date, office, start, window};

/// Berlin, as far as these tests speak of it.
fn berlin() -> Zone {
    let changes = [("2026-03-29T01:00:00Z", 7200), ("2026-10-25T01:00:00Z", 3600)];
    let changes = changes.map(|(text, offset)| (at(text).seconds(), offset)).to_vec();
    let (name, version, since) = ("Europe/Berlin".to_owned(), "test".to_owned(), Instant::default());
    Zone { name, version, offset: 3600, changes, since }
}

fn minutes(from: u32, to: u32) -> Window {
    let text = |minutes: u32| format!("{:02}:{:02}", minutes / 60, minutes % 60);
    window(&text(from), &text(to))
}

#[test]
fn a_window_lasts_as_long_as_really_passes_in_it() {
    let mut night = office(&[window("22:00", "06:00")]);
    night.zone = "Europe/Berlin".to_owned();
    night.hours.set(Day::Sat, vec![window("22:00", "06:00")]);
    let time = WorkingTime::compile(&night, &berlin(), 2026..2027).unwrap();
    assert_eq!(time.within(at("2026-03-28T12:00:00Z"), at("2026-03-29T12:00:00Z")), 7 * 3600);
    assert_eq!(time.within(at("2026-10-24T12:00:00Z"), at("2026-10-25T12:00:00Z")), 9 * 3600);
}

#[test]
fn breaks_are_taken_out_and_extra_hours_added_holiday_or_not() {
    let mut calendar = office(&[window("09:00", "17:00")]);
    calendar.extra.push(Exception { date: date("2026-03-05"), windows: vec![window("14:00", "15:00")] });
    let time = compile(&calendar);
    let on = |day: &str| time.within(at(&format!("{day}T00:00:00Z")), at(&format!("{day}T23:59:59Z")));
    assert_eq!(on("2026-03-02"), 8 * 3600);
    assert_eq!(on("2026-03-03"), 8 * 3600 - 5400, "a break");
    assert_eq!(on("2026-03-05"), 3600, "a holiday with an extra hour");
    assert_eq!(on("2026-03-07"), 2 * 3600, "a Saturday with extra hours");
    calendar.holidays[0].off = true;
    let time = compile(&calendar);
    assert_eq!(time.within(at("2026-03-05T00:00:00Z"), at("2026-03-06T00:00:00Z")), 8 * 3600, "switched off");
}

#[test]
fn what_is_no_calendar_is_refused_by_its_field() {
    let refused = |change: &dyn Fn(&mut Calendar)| {
        let mut calendar = office(&[window("09:00", "17:00")]);
        change(&mut calendar);
        WorkingTime::compile(&calendar, &Zone::utc(), 2026..2027).unwrap_err()
    };
    let said = [
        refused(&|calendar| calendar.hours = Hours::default()),
        refused(&|calendar| {
            calendar.hours.set(Day::Fri, vec![window("08:00", "12:00"), window("11:59", "13:00")])
        }),
        refused(&|calendar| calendar.hours.set(Day::Sun, vec![window("22:00", "09:01")])),
        refused(&|calendar| calendar.zone = "Mars/Olympus".to_owned()),
        refused(&|calendar| calendar.breaks[0].windows = vec![window("22:00", "06:00")]),
        refused(&|calendar| {
            let holiday = Holiday { date: date("2026-01-01"), name: String::new(), off: false };
            calendar.holidays = vec![holiday; 4_001];
        }),
    ];
    let said = said.map(|error: CalendarError| (error.field(), error.to_string()));
    let expected = [
        ("hours", "the calendar has no working time; open one window at least"),
        ("hours.fri", "a window overlaps another"),
        ("hours.mon", "a window overlaps another"),
        ("zone", "\"Mars/Olympus\" is not a time zone known here"),
        ("breaks", "the stretch on 2026-03-03 has to end on the same day"),
        ("holidays", "there are more than 4000 entries"),
    ];
    assert_eq!(said, expected.map(|(field, text)| (field.to_owned(), text.to_owned())));
}

#[test]
fn years_that_are_not_compiled_have_the_same_answers() {
    let calendar = office(&[window("09:00", "17:00")]);
    let (near, far) =
        (compile(&calendar), WorkingTime::compile(&calendar, &Zone::utc(), 2000..2060).unwrap());
    for (from, seconds) in
        [("2011-06-01T10:00:00Z", 90_000_000), ("2026-12-31T16:00:00Z", 7200), ("2040-01-01T00:00:00Z", 1)]
    {
        let due = near.add(at(from), seconds).unwrap();
        assert_eq!(Some(due), far.add(at(from), seconds), "{from}");
        assert_eq!(near.within(at(from), due), seconds, "{from}");
    }
    assert_eq!(near.add(at("9999-12-31T00:00:00Z"), 900_000), None, "beyond the last year");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    /// What was added is there, and adding in two steps is adding at once.
    #[test]
    fn what_was_added_is_there(later in 0..10_000_000_i64, first in 0..500_000_i64, second in 0..500_000_i64) {
        let start = start().plus_seconds(later);
        for time in WORKING_TIMES.iter() {
            let due = time.add(start, first).unwrap();
            prop_assert!(due >= start);
            prop_assert_eq!(time.within(start, due), first);
            let at_once = time.add(start, first + second).unwrap();
            prop_assert_eq!(time.within(start, at_once), first + second);
            if second > 0 {
                prop_assert_eq!(time.add(due, second).unwrap(), at_once);
            }
        }
    }

    /// Stretches of time add up, and are as long as their intervals.
    #[test]
    fn stretches_add_up(mut times in proptest::collection::vec(0..10_000_000_i64, 3)) {
        times.sort_unstable();
        let [a, b, c] = [times[0], times[1], times[2]].map(|s| start().plus_seconds(s));
        for time in WORKING_TIMES.iter() {
            prop_assert_eq!(time.within(a, b) + time.within(b, c), time.within(a, c));
            prop_assert_eq!(time.within(c, a), 0);
            let listed = time.intervals(a, c);
            prop_assert_eq!(listed.iter().map(|(from, to)| to.seconds() - from.seconds()).sum::<i64>(), time.within(a, c));
        }
    }

    /// A window in two parts is the window.
    #[test]
    fn splitting_a_window_changes_nothing(from in 0..1380_u32, length in 2..600_u32, at in 1..599_u32, later in 0..9_000_000_i64, seconds in 0..400_000_i64) {
        let to = (from + length).min(1439);
        let split = from + at.min(to - from).max(1);
        let whole = compile(&office(&[minutes(from, to)]));
        let parts = compile(&office(&if split < to { vec![minutes(from, split), minutes(split, to)] } else { vec![minutes(from, to)] }));
        let start = start().plus_seconds(later);
        prop_assert_eq!(whole.add(start, seconds), parts.add(start, seconds));
        prop_assert_eq!(whole.within(start, start.plus_seconds(seconds)), parts.within(start, start.plus_seconds(seconds)));
    }

    /// A day off or a break more never makes anything due earlier.
    #[test]
    fn closing_never_makes_anything_due_earlier(day in 1..29_u32, from in 0..1380_u32, length in 1..600_u32, later in 0..3_000_000_i64, seconds in 0..400_000_i64) {
        let calendar = office(&[window("09:00", "12:00"), window("13:00", "17:30")]);
        let date = date(&format!("2026-03-{day:02}"));
        let mut with_holiday = calendar.clone();
        with_holiday.holidays.push(Holiday { date, name: String::new(), off: false });
        let mut with_break = calendar.clone();
        let windows = vec![minutes(from, (from + length).min(1439))];
        with_break.breaks.push(Exception { date, windows });
        let start = start().plus_seconds(later);
        let due = compile(&calendar).add(start, seconds);
        prop_assert!(compile(&with_holiday).add(start, seconds) >= due);
        prop_assert!(compile(&with_break).add(start, seconds) >= due);
    }
}
