//! What a queue keeps of many tickets is what the clocks say, at every instant, and nothing is computed twice for it.

use holdfast_desk::queue::{Here, Lists};
use holdfast_desk::sla::{AppliesTo, Deadline, Mark, MarkKind, Sla, SlaRules, SlaVersion, Subject, Zone};
use holdfast_desk::ticket::evolve;
use holdfast_desk::{Change, Event, EventId, Header, Instant, PersonId, StatusKind, TicketId};
use proptest::prelude::*;
use uuid::Uuid;

use crate::support::{created, kinds, office, policy, start, window};

fn sla() -> Sla {
    let version = |valid_from, at_risk_percent| SlaVersion {
        valid_from,
        policies: vec![holdfast_desk::sla::Policy {
            applies_to: AppliesTo::Everything,
            at_risk_percent,
            calendar: office(&[]).id,
            ..policy()
        }],
        calendars: vec![office(&[window("09:00", "17:00")])],
        calendars_of: Vec::new(),
    };
    // The second version comes to hold while the tickets are open.
    let versions = vec![version(Instant::default(), 80), version(start().plus_seconds(3 * 86_400), 50)];
    let rules = SlaRules { versions, zones: vec![Zone::utc()] };
    rules.check().unwrap();
    Sla::compile(&rules, 2026..2027)
}

fn ticket(number: u128, priority: &str) -> Header {
    let id = TicketId(Uuid::from_u128(number));
    let created = created(priority);
    let changes = vec![Change::Created(Box::new(created))];
    let event =
        Event { id: EventId(Uuid::nil()), ticket: id, by: PersonId(Uuid::nil()), at: start(), changes };
    evolve(None, &event).unwrap()
}

/// What is done to the tickets in turn.
#[derive(Clone, Debug)]
enum Step {
    /// So many seconds pass.
    Wait(i64),
    /// A ticket goes to a status of this kind.
    Move(usize, StatusKind),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        (0..200_000_i64).prop_map(Step::Wait),
        (0..3_usize, kinds()).prop_map(|(ticket, kind)| Step::Move(ticket, kind)),
    ];
    proptest::collection::vec(step, 1..20)
}

fn subject(header: &Header) -> Subject<'_> {
    Subject { header, organisation: None }
}

fn put(lists: &mut Lists, sla: &Sla, header: &Header, now: Instant) {
    lists.put(header, sla.deadline(subject(header), now), Here::default(), now);
}

proptest! {
    /// Whatever happens to whichever ticket: what is kept is what is computed anew, and between two instants named by
    /// [`Lists::next_change`] nothing changes.
    #[test]
    fn what_is_kept_is_what_the_clocks_say(steps in steps()) {
        let sla = sla();
        let mut lists = Lists::default();
        let priority = "p1";
        let mut tickets: Vec<Header> = (1..4).map(|number| ticket(number, priority)).collect();
        let mut now = start();
        for header in &tickets {
            put(&mut lists, &sla, header, now);
        }
        for step in steps {
            match step {
                Step::Wait(seconds) => {
                    let then = now.plus_seconds(seconds);
                    if let Some(next) = lists.next_change().filter(|next| *next > then) {
                        for header in &tickets {
                            let at = Deadline::from(&sla.clocks(subject(header), now));
                            let before = Deadline::from(&sla.clocks(subject(header), next.plus_millis(-1)));
                            prop_assert_eq!(at.state, before.state);
                        }
                    }
                    now = then;
                }
                Step::Move(ticket, kind) => {
                    let header = &mut tickets[ticket];
                    header.kind = kind;
                    header.marks.push(Mark { at: now, kind: MarkKind::Status(kind) });
                    put(&mut lists, &sla, header, now);
                }
            }
            // Nothing is computed but what has changed.
            for overtaken in lists.overtaken(now) {
                let header = tickets.iter().find(|header| header.id == overtaken).unwrap();
                put(&mut lists, &sla, header, now);
            }
            for header in &tickets {
                let clocks = Deadline::from(&sla.clocks(subject(header), now));
                // A queue does not ask when something stopped.
                let due = clocks.due.filter(|_| clocks.is_outstanding);
                prop_assert_eq!(lists.deadline(header.id), Some(Deadline { due, ..clocks }));
            }
        }
    }
}
