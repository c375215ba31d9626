//! Why something is due when it is due.

use holdfast_desk::sla::{Sla, SlaRules, SlaVersion, Step, Subject, Which, Zone};
use holdfast_desk::ticket::evolve;
use holdfast_desk::{Change, Event, EventId, PersonId, StatusKind, TicketId};
use uuid::Uuid;

use crate::support::{at, created, office, policy, window};

#[test]
fn the_steps_lead_from_the_beginning_to_the_due_time() {
    let mut calendar = office(&[window("09:00", "17:00")]);
    calendar.name = "Office hours".to_owned();
    let version = SlaVersion {
        valid_from: Default::default(),
        policies: vec![policy()],
        calendars: vec![calendar],
        calendars_of: Vec::new(),
    };
    let rules = SlaRules { versions: vec![version], zones: vec![Zone::utc()] };
    let sla = Sla::compile(&rules, 2026..2027);
    let event = |text: &str, change| Event {
        id: EventId(Uuid::nil()),
        ticket: TicketId(Uuid::nil()),
        by: PersonId(Uuid::from_u128(1)),
        at: at(text),
        changes: vec![change],
    };
    let created = created("p1");
    let moved =
        |kind| Change::Transitioned { to: "some".into(), status_kind: kind, cause: Default::default() };
    let events = [
        event("2026-03-06T16:30:00Z", Change::Created(Box::new(created))),
        event("2026-03-09T09:10:00Z", moved(StatusKind::Pending)),
        event("2026-03-09T11:00:00Z", moved(StatusKind::Open)),
    ];
    let header = events.iter().fold(None, evolve).unwrap();
    let steps = sla.explain(
        Subject { header: &header, organisation: None },
        Which::Resolution,
        at("2026-03-09T12:00:00Z"),
    );
    let ran = |from: &str, to: &str, seconds| Step::Ran { from: at(from), to: at(to), seconds };
    assert_eq!(
        steps,
        [
            Step::Began {
                at: at("2026-03-06T16:30:00Z"),
                target: 4 * 3600,
                policy: "Test".to_owned(),
                calendar: "Office hours".to_owned()
            },
            ran("2026-03-06T16:30:00Z", "2026-03-06T17:00:00Z", 1800),
            // Saturday the 7th has extra hours from ten to twelve.
            Step::Closed { from: at("2026-03-06T17:00:00Z"), to: at("2026-03-07T10:00:00Z") },
            ran("2026-03-07T10:00:00Z", "2026-03-07T12:00:00Z", 7200),
            Step::Closed { from: at("2026-03-07T12:00:00Z"), to: at("2026-03-09T09:00:00Z") },
            ran("2026-03-09T09:00:00Z", "2026-03-09T09:10:00Z", 600),
            Step::Stood {
                from: at("2026-03-09T09:10:00Z"),
                to: Some(at("2026-03-09T11:00:00Z")),
                kind: StatusKind::Pending
            },
            ran("2026-03-09T11:00:00Z", "2026-03-09T12:20:00Z", 4800),
            Step::Due { at: at("2026-03-09T12:20:00Z") },
        ]
    );
    let seconds: i64 =
        steps.iter().map(|step| if let Step::Ran { seconds, .. } = step { *seconds } else { 0 }).sum();
    assert_eq!(seconds, 4 * 3600, "the steps add up to the target");
}
