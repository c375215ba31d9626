//! Which policy and which calendar a ticket is measured by, now and at any time before.

use holdfast_desk::sla::{
    AppliesTo, Calendar, CalendarOf, ClockState, Conditions, Day, Hours, Policy, Sla, SlaRules, SlaVersion,
    Subject, WorksBy, Zone,
};
use holdfast_desk::ticket::{Created, evolve};
use holdfast_desk::{Change, Event, EventId, Header, Instant, PersonId, StatusKind, TeamId, TicketId};
use proptest::prelude::*;
use uuid::Uuid;

use crate::support::{at, created, office, policy, start, target, window};

/// Makes rules wrong in one way.
type Spoil = fn(&mut SlaVersion);

const NORTH: TeamId = TeamId(Uuid::from_u128(1));
const SOUTH: TeamId = TeamId(Uuid::from_u128(2));
const REQUESTER: PersonId = PersonId(Uuid::from_u128(3));
const AGENT: PersonId = PersonId(Uuid::from_u128(4));

fn event(at: Instant, by: PersonId, changes: Vec<Change>) -> Event {
    Event { id: EventId(Uuid::nil()), ticket: TicketId(Uuid::from_u128(9)), by, at, changes }
}

fn raised() -> Event {
    let created = Created { requester: REQUESTER, team: Some(NORTH), ..created("p2") };
    event(start(), REQUESTER, vec![Change::Created(Box::new(created))])
}

fn resolved() -> Change {
    let (to, status_kind, cause) = ("done".into(), StatusKind::Resolved, Default::default());
    Change::Transitioned { to, status_kind, cause }
}

fn header(events: &[Event]) -> Header {
    events.iter().fold(None, evolve).unwrap()
}

fn always() -> Calendar {
    let mut calendar = office(&[]);
    let day = vec![holdfast_desk::sla::Window::whole_day()];
    calendar.hours = holdfast_desk::sla::Day::ALL.iter().map(|weekday| (*weekday, day.clone())).collect();
    (calendar.id, calendar.holidays, calendar.breaks, calendar.extra) =
        ("always".into(), vec![], vec![], vec![]);
    calendar
}

fn named(name: &str, applies_to: AppliesTo, hours: i64) -> Policy {
    let targets = [("p1".into(), target(1)), ("p2".into(), target(hours))].into();
    Policy { name: name.to_owned(), applies_to, targets, calendar: "always".into(), ..policy() }
}

fn when(change: impl FnOnce(&mut Conditions)) -> AppliesTo {
    let mut conditions = Conditions::default();
    change(&mut conditions);
    AppliesTo::Where(conditions)
}

fn version(valid_from: Instant, policies: Vec<Policy>) -> SlaVersion {
    let calendars = vec![always(), office(&[window("09:00", "17:00")])];
    SlaVersion { valid_from, policies, calendars, calendars_of: Vec::new() }
}

/// Tickets of the south in 6 h, those with the tag `vip` in 2 h, others in 12 h; from the second day on all in 20 h.
fn rules() -> SlaRules {
    let first = vec![
        named("vip", when(|c| c.tags = vec!["vip".to_owned()]), 2),
        named("south", when(|c| c.teams = vec![SOUTH]), 6),
        named("rest", AppliesTo::Everything, 12),
    ];
    let second = vec![named("all", AppliesTo::Everything, 20)];
    let versions = vec![version(Instant::default(), first), version(start().plus_seconds(86_400), second)];
    SlaRules { versions, zones: vec![Zone::utc()] }
}

fn due(sla: &Sla, events: &[Event], as_of: Instant) -> Option<Instant> {
    let header = header(events);
    sla.clocks(Subject { header: &header, organisation: None }, as_of).resolution.due
}

fn hours(count: i64) -> Instant {
    start().plus_seconds(count * 3600)
}

#[test]
fn the_first_policy_that_applies_is_the_one_at_every_instant() {
    let sla = Sla::compile(&rules(), 2026..2027);
    let mut events = vec![raised()];
    assert_eq!(due(&sla, &events, hours(0)), Some(hours(12)));
    events.push(event(hours(1), AGENT, vec![Change::Assigned { team: Some(SOUTH), agent: None }]));
    events.push(event(hours(2), AGENT, vec![Change::Tagged { add: vec!["vip".to_owned()], remove: vec![] }]));
    assert_eq!(due(&sla, &events, hours(0)), Some(hours(12)), "as of then");
    assert_eq!(due(&sla, &events, hours(1)), Some(hours(6)), "the target counts from the creation");
    assert_eq!(due(&sla, &events, hours(2)), Some(hours(2)));
    events.push(event(hours(3), AGENT, vec![Change::Tagged { add: vec![], remove: vec!["vip".to_owned()] }]));
    assert_eq!(due(&sla, &events, hours(3)), Some(hours(6)));
    assert_eq!(due(&sla, &events, hours(25)), Some(hours(20)), "a newer version holds for what is open");
    let header = header(&events);
    let clocks = sla.clocks(Subject { header: &header, organisation: None }, hours(25));
    assert_eq!(clocks.resolution.breached_at, Some(hours(2)), "what was missed under another target stays");
}

#[test]
fn what_is_resolved_keeps_the_version_it_was_resolved_under() {
    let sla = Sla::compile(&rules(), 2026..2027);
    let events = [raised(), event(hours(4), AGENT, vec![resolved()])];
    let header = header(&events);
    let clock = sla.clocks(Subject { header: &header, organisation: None }, hours(30)).resolution;
    assert_eq!((clock.state, clock.target), (ClockState::Met, 12 * 3600));
}

#[test]
fn the_most_specific_calendar_wins() {
    let mut rules = rules();
    rules.versions.truncate(1);
    let of = |of, calendar: &str| CalendarOf { of, calendar: calendar.into() };
    rules.versions[0].calendars_of = vec![
        of(WorksBy::Site("Depot".to_owned()), "always"),
        of(WorksBy::Organisation("acme".into()), "office"),
        of(WorksBy::Team(NORTH), "always"),
    ];
    let sla = Sla::compile(&rules, 2026..2027);
    let mut header = header(&[raised()]);
    let due = |header: &Header, organisation: Option<&str>| {
        let organisation = organisation.map(|id| id.into());
        sla.clocks(Subject { header, organisation: organisation.as_ref() }, start()).resolution.due
    };
    assert_eq!(due(&header, None), Some(hours(12)));
    // Eight hours on Monday, and four on Tuesday after the break from 10:00 to 11:30.
    assert_eq!(due(&header, Some("acme")), Some(at("2026-03-03T14:30:00Z")));
    header.site = Some("Depot".to_owned());
    assert_eq!(due(&header, Some("acme")), Some(hours(12)));
}

#[test]
fn rules_that_cannot_be_meant_are_refused_by_their_field() {
    let refused = |change: Spoil| {
        let mut rules = rules();
        rules.versions.truncate(1);
        change(&mut rules.versions[0]);
        rules.check().unwrap_err().to_string()
    };
    let cases: [(&str, Spoil); 10] = [
        ("versions[0].policies[0].applies_to: no ticket matches", |v| {
            v.policies[0].applies_to = when(|_| {})
        }),
        ("versions[0].policies[1].applies_to: no ticket gets here", |v| {
            v.policies[0].applies_to = AppliesTo::Everything
        }),
        ("versions[0].policies[2].calendar: there is no calendar \"moon\"", |v| {
            v.policies[2].calendar = "moon".into()
        }),
        ("versions[0].policies[0].targets.p1.resolution: a target is between", |v| {
            v.policies[0].targets.get_mut(&"p1".into()).unwrap().resolution = Some(-1);
        }),
        ("versions[0].policies[0].targets.p1.first_response: a target is between", |v| {
            v.policies[0].targets.get_mut(&"p1".into()).unwrap().first_response = Some(101 * 366 * 86_400);
        }),
        ("versions[0].policies[1].targets: a policy needs", |v| v.policies[1].targets.clear()),
        ("versions[0].policies[1].targets: a policy needs", |v| {
            v.policies[1].applies_to = when(|conditions| conditions.priorities = vec!["p9".into()]);
        }),
        ("versions[0].policies[1].applies_to: no ticket gets here", |v| {
            v.policies[0].applies_to = when(|conditions| conditions.tags = vec!["vip".into(), "site".into()]);
            v.policies[1].applies_to = when(|conditions| {
                conditions.tags = vec!["site".into()];
                conditions.priorities = vec!["p1".into()];
            });
        }),
        ("versions[0].calendars_of[1].of: somebody works by one calendar", |v| {
            let (of, calendar) = (WorksBy::Site("Depot".to_owned()), v.calendars[0].id.clone());
            v.calendars_of = vec![CalendarOf { of, calendar }; 2];
        }),
        ("versions[0].calendars[1].hours: the calendar has no working time", |v| {
            v.calendars[1].hours = Hours::default()
        }),
    ];
    for (said, change) in cases {
        let found = refused(change);
        assert!(found.starts_with(said), "{found:?} does not begin with {said:?}");
    }
    let mut rules = rules();
    rules.versions.swap(0, 1);
    assert!(rules.check().unwrap_err().to_string().starts_with("versions[1].valid_from"));
}

#[test]
fn a_newer_table_of_a_zone_moves_what_is_open_and_leaves_what_was_decided() {
    let moved_by = |hours: i32| Zone { name: "Test/Moved".to_owned(), offset: hours * 3600, ..Zone::utc() };
    let calendar = |opens: &str| Calendar {
        zone: "Test/Moved".to_owned(),
        hours: Day::ALL.into_iter().map(|day| (day, vec![window(opens, "23:00")])).collect(),
        ..always()
    };
    let version = |valid_from| SlaVersion {
        calendars: vec![calendar("12:00")],
        ..version(valid_from, vec![named("all", AppliesTo::Everything, 1)])
    };
    let mut rules = SlaRules { versions: Vec::new(), zones: Vec::new() };
    rules.add(version(Instant::default()), [moved_by(0)]);
    let due_at = |rules: &SlaRules, as_of| due(&Sla::compile(rules, 2026..2027), &[raised()], as_of);
    let one = at("2026-03-02T13:00:00Z");
    assert_eq!(due_at(&rules, start()), Some(one));

    let mut same = rules.clone();
    same.add(version(hours(1)), [moved_by(0)]);
    assert_eq!(same.zones, rules.zones, "a table that says nothing new is not kept twice");

    rules.add(version(hours(1)), [moved_by(1)]);
    assert_eq!(rules.zones.len(), 2);
    assert!(rules.check().is_ok());
    assert_eq!(due_at(&rules, start()), Some(one), "as of then, nothing is known of it");
    assert_eq!(
        due_at(&rules, hours(1)),
        Some(one.plus_seconds(-3600)),
        "what is open follows the newer table"
    );
    let done = [raised(), event(start(), AGENT, vec![resolved()])];
    let found = due(&Sla::compile(&rules, 2026..2027), &done, hours(2));
    assert_eq!(found, Some(one), "what is resolved keeps the table it was resolved under");
}

#[test]
fn an_audit_tells_what_rests_on_late_news() {
    let sla = Sla::compile(&rules(), 2026..2027);
    let resolve = Change::Transitioned {
        to: "done".into(),
        status_kind: StatusKind::Resolved,
        cause: Default::default(),
    };
    let events = [raised(), event(hours(2), AGENT, vec![resolve])];
    let audit = |received_at| {
        let history = events.iter().zip([start(), received_at]);
        let audits = sla.audit(history, None, 300, hours(20));
        let resolution =
            audits.iter().find(|audit| audit.which == holdfast_desk::sla::Which::Resolution).unwrap();
        (resolution.claimed.state, resolution.received.state, resolution.late_seconds())
    };
    assert_eq!(audit(hours(2).plus_seconds(299)), (ClockState::Met, ClockState::Met, 0));
    assert_eq!(audit(hours(5)), (ClockState::Met, ClockState::Met, 3 * 3600));
    assert_eq!(audit(hours(14)), (ClockState::Met, ClockState::Breached, 12 * 3600));
}

/// What can happen to a ticket that decides which policy applies, or what its clocks do.
fn changes() -> impl Strategy<Value = (PersonId, Change)> {
    let moved = crate::support::kinds().prop_map(|status_kind| Change::Transitioned {
        to: "some".into(),
        status_kind,
        cause: Default::default(),
    });
    let team = proptest::option::of(proptest::sample::select(vec![NORTH, SOUTH]));
    let tags = || proptest::collection::vec(Just("vip".to_owned()), 0..2);
    let change = prop_oneof![
        3 => moved,
        2 => team.prop_map(|team| Change::Assigned { team, agent: None }),
        2 => (tags(), tags()).prop_map(|(add, remove)| Change::Tagged { add, remove }),
        1 => proptest::sample::select(vec!["p1", "p2"]).prop_map(|to| Change::Prioritised { to: to.into() }),
        1 => Just(Change::Replied { text: "Hello".to_owned() }),
    ];
    (proptest::sample::select(vec![REQUESTER, AGENT]), change)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    /// Two histories that are the same up to an instant have the same clocks as of it.
    #[test]
    fn later_events_do_not_matter(later in proptest::collection::vec((changes(), 0..40_000_i64), 0..12), share in 0..12_usize) {
        let sla = Sla::compile(&rules(), 2026..2027);
        let (mut now, mut events) = (start(), vec![raised()]);
        for ((by, change), seconds) in later {
            now = now.plus_seconds(seconds);
            events.push(event(now, by, vec![change]));
        }
        let as_of = events[share.min(events.len() - 1)].at;
        let known: Vec<Event> = events.iter().filter(|event| event.at <= as_of).cloned().collect();
        let (whole, part) = (header(&events), header(&known));
        let clocks = |header| sla.clocks(Subject { header, organisation: None }, as_of);
        prop_assert_eq!(clocks(&whole), clocks(&part));
    }
}
