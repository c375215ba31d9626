//! What holds whatever anybody wants, on every preset.

use holdfast_desk::access::{Scope, Sight, redact};
use holdfast_desk::sla::MarkKind;
use holdfast_desk::ticket::{Cause, evolve};
use holdfast_desk::{Actor, Change, Command, Event, Header, Instant, Refusal, Role, StatusKind};
use proptest::prelude::*;

use crate::strategies::{Desk, REQUESTER, STRANGER, Step, event, life, start};

/// Plays a life; hands every decision that was taken to `see` and returns the history.
fn play(
    desk: &Desk,
    steps: &[Step],
    mut see: impl FnMut(
        Option<&Header>,
        &Step,
        Instant,
        &Result<Vec<Change>, Refusal>,
    ) -> Result<(), TestCaseError>,
) -> Result<(Vec<Event>, Option<Header>), TestCaseError> {
    let (mut state, mut history, mut at) = (None, Vec::new(), start());
    for step in steps {
        at = at.plus_millis(step.later_ms);
        let decision = desk.decide_at(state.as_ref(), step.by, &step.command, at);
        see(state.as_ref(), step, at, &decision)?;
        if let Ok(changes) = decision {
            prop_assert!(!changes.is_empty(), "an event is never empty");
            let event = event(step.by, at, changes);
            state = evolve(state, &event);
            history.push(event);
        }
    }
    Ok((history, state))
}

fn fold<'a>(history: impl IntoIterator<Item = &'a Event>) -> Option<Header> {
    history.into_iter().fold(None, evolve)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    /// Verifies: F67. The header kept up to date is the history folded, also when it was written down in between;
    /// a refusal changes nothing, and deciding again decides the same.
    #[test]
    fn the_header_is_the_history_folded((preset, steps) in life()) {
        let desk = Desk::new(preset);
        let mut states: Vec<Option<Header>> = Vec::new();
        let (history, state) = play(&desk, &steps, |state, step, at, decision| {
            let before = state.cloned();
            prop_assert_eq!(&desk.decide_at(state, step.by, &step.command, at), decision);
            prop_assert_eq!(&before, &state.cloned());
            states.push(before);
            Ok(())
        })?;
        prop_assert_eq!(&fold(&history), &state);
        let json = serde_json::to_string(&history).unwrap();
        let read: Vec<Event> = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(&read, &history);
        prop_assert_eq!(serde_json::to_string(&read).unwrap(), json);
        for split in 0..history.len() {
            let cached = serde_json::to_string(&fold(&history[..split])).unwrap();
            let cached: Option<Header> = serde_json::from_str(&cached).unwrap();
            prop_assert_eq!(&history[split..].iter().fold(cached, evolve), &state);
        }
    }

    /// Every transition is in the guard table from the status before it and open to whoever asked for it; status and
    /// kind are always those of the workflow.
    #[test]
    fn nothing_leaves_the_workflow((preset, steps) in life()) {
        let desk = Desk::new(preset);
        let workflow = &desk.rules.workflow;
        play(&desk, &steps, |state, step, at, decision| {
            let Ok(changes) = decision else { return Ok(()) };
            let role = desk.actor(step.by).role;
            let mut state = state.cloned();
            for change in changes {
                if let (Change::Transitioned { to, status_kind, cause }, Some(before)) = (change, &state) {
                    let transition = workflow.transition(&before.status, to);
                    prop_assert!(transition.is_some(), "{} to {to}", before.status);
                    let transition = transition.unwrap();
                    match cause {
                        Cause::Command => prop_assert!(transition.is_open_to(role)),
                        Cause::Trigger { trigger } => {
                            prop_assert_eq!(transition.trigger, Some(*trigger));
                        }
                        Cause::Imported { .. } => prop_assert!(false, "a decision is no import"),
                    }
                    prop_assert_eq!(workflow.status(to).unwrap().kind, *status_kind);
                }
                state = evolve(state, &event(step.by, at, vec![change.clone()]));
                let after = state.as_ref().unwrap();
                let stands = workflow.status(&after.status).unwrap().kind == after.kind;
                prop_assert!(stands || (after.deleted && after.kind == StatusKind::Closed));
            }
            Ok(())
        })?;
    }

    /// What is sent to be decided again is decided the same on the same state.
    #[test]
    fn a_decision_is_decided_again_the_same((preset, steps) in life()) {
        let desk = Desk::new(preset);
        play(&desk, &steps, |state, step, at, decision| {
            if let Ok(changes) = decision {
                let again = Command::behind(changes).unwrap();
                prop_assert_eq!(&desk.decide_at(state, step.by, &again, at), decision);
            }
            Ok(())
        })?;
    }

    /// Neither notes nor tags nor what this version cannot read reach a requester; an agent reads everything. What a
    /// requester folds shows them their ticket as it is.
    #[test]
    fn a_requester_reads_nothing_internal((preset, steps) in life(), secret in "[a-z]{4}") {
        let desk = Desk::new(preset);
        let (mut history, _) = play(&desk, &steps, |_, _, _, _| Ok(()))?;
        // The server records nothing as earlier than what it knew of the ticket.
        let mut known = start();
        for event in &mut history {
            known = known.max(event.at);
            event.at = known;
        }
        let state = fold(&history);
        let unknown = serde_json::json!({"kind": "whispered", "text": secret});
        for event in history.iter_mut().skip(1).step_by(3) {
            event.changes.push(Change::Unknown(unknown.clone()));
        }
        let read: Vec<Event> = history.iter().filter_map(|event| redact(event, Sight::Public)).collect();
        for event in &read {
            prop_assert!(!event.changes.is_empty());
            for change in &event.changes {
                let secret =
                    matches!(change, Change::Noted { .. } | Change::Tagged { .. } | Change::Unknown(_));
                prop_assert!(!secret);
            }
        }
        let text = serde_json::to_string(&read).unwrap();
        prop_assert!(!text.contains("whispered") && !text.contains("\"noted\"") && !text.contains("tag"));
        for event in &history {
            prop_assert_eq!(&redact(event, Sight::Everything).unwrap(), event);
            prop_assert_eq!(redact(event, Sight::Nothing), None);
        }
        if let (Some(mut theirs), Some(real)) = (fold(&read), state) {
            prop_assert!(theirs.updated_at <= real.updated_at);
            theirs.updated_at = real.updated_at;
            let mut real = Header { tags: Vec::new(), ..real };
            real.marks.retain(|mark| !matches!(mark.kind, MarkKind::TagsWas(_)));
            prop_assert_eq!(theirs, real);
        }
    }

    /// What somebody does not see is not there for them, whatever they want of it.
    #[test]
    fn a_stranger_learns_nothing((preset, steps) in life()) {
        let desk = Desk::new(preset);
        play(&desk, &steps, |state, step, _, decision| {
            if let Some(header) = state
                && let actor = desk.actor(step.by)
                && Scope::of(&actor, &desk.directory).sight(header) == Sight::Nothing
            {
                let refusals = [Refusal::NoSuchTicket, Refusal::NotACommand, Refusal::AlreadyCreated];
                prop_assert!(decision.as_ref().is_err_and(|refusal| refusals.contains(refusal)));
            }
            Ok(())
        })?;
    }

    /// Marks are in order of time whatever the clocks of devices said, so that deadlines can search in them.
    #[test]
    fn marks_are_in_order((preset, steps) in life()) {
        let desk = Desk::new(preset);
        let (_, state) = play(&desk, &steps, |_, _, _, _| Ok(()))?;
        prop_assert!(state.is_none_or(|header| header.marks.is_sorted_by_key(|mark| mark.at)));
    }

    /// Refusals are values: they survive being written, and say themselves in one line.
    #[test]
    fn refusals_survive_being_written((preset, steps) in life()) {
        let desk = Desk::new(preset);
        play(&desk, &steps, |_, _, _, decision| {
            if let Err(refusal) = decision {
                let json = serde_json::to_string(refusal).unwrap();
                prop_assert_eq!(&serde_json::from_str::<Refusal>(&json).unwrap(), refusal);
                prop_assert!(!refusal.to_string().is_empty() && !refusal.to_string().contains('\n'));
            }
            Ok(())
        })?;
    }

    /// A requester never brings about what only the desk may do.
    #[test]
    fn a_requester_does_nothing_internal((preset, steps) in life()) {
        let desk = Desk::new(preset);
        play(&desk, &steps, |_, step, _, decision| {
            let actor: Actor = desk.actor(step.by);
            if let (Role::Requester, Ok(changes)) = (actor.role, decision) {
                for change in changes {
                    match change {
                        Change::Replied { .. } | Change::Transitioned { .. } => {}
                        Change::Created(created) => {
                            prop_assert_eq!(created.requester, actor.person);
                            prop_assert_eq!((created.team, created.agent), (None, None));
                            prop_assert_eq!(&created.tags, &Vec::<String>::new());
                        }
                        other => prop_assert!(false, "{} by a requester", other.kind()),
                    }
                }
            }
            Ok(())
        })?;
    }

    /// Verifies: F41. Whatever a newer version made is kept as it came, and marks the ticket.
    #[test]
    fn what_is_unknown_is_kept(value in json(3), split in 0..3_usize) {
        let mut object = serde_json::Map::new();
        object.insert("kind".to_owned(), "teleported".into());
        object.insert("value".to_owned(), value);
        let json = serde_json::to_string(&object).unwrap();
        let change: Change = serde_json::from_str(&json).unwrap();
        prop_assert!(matches!(change, Change::Unknown(_)));
        prop_assert_eq!(serde_json::to_string(&change).unwrap(), json);
        prop_assert_eq!(change.kind(), "teleported");
        prop_assert_eq!(Command::behind(std::slice::from_ref(&change)), None);

        let desk = Desk::new(0);
        let header = desk.raised();
        prop_assert!(!header.needs_update);
        let mut changes = vec![Change::Replied { text: "a".to_owned() }, Change::Noted { text: "b".to_owned() }];
        changes.insert(split, change);
        let event = event(STRANGER, start(), changes);
        let json = serde_json::to_string(&event).unwrap();
        prop_assert_eq!(serde_json::to_string(&serde_json::from_str::<Event>(&json).unwrap()).unwrap(), json);
        let after = evolve(Some(header.clone()), &event).unwrap();
        prop_assert!(after.needs_update);
        let rest = Header { needs_update: false, replies: 0, marks: header.marks.clone(), ..after };
        prop_assert_eq!(rest, header);
    }
}

/// JSON as the desk may meet it: whole numbers, since what people type is text.
fn json(depth: u32) -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        "\\PC{0,8}".prop_map(Into::into),
    ];
    leaf.prop_recursive(depth, 16, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(serde_json::Value::from),
            proptest::collection::btree_map("[a-z]{1,4}", inner, 0..4)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

/// A device with a slow clock answers: what it shows must not come out of order.
#[test]
fn an_event_with_an_earlier_time_does_not_disorder_the_marks() {
    let desk = Desk::new(0);
    let reply = || vec![Change::Replied { text: "Hello".to_owned() }];
    let first = event(REQUESTER, start().plus_seconds(60), reply());
    let second = event(REQUESTER, start().plus_seconds(30), reply());
    let header = evolve(evolve(Some(desk.raised()), &first), &second).unwrap();
    let times: Vec<_> = header.marks.iter().map(|mark| mark.at).collect();
    let late = start().plus_seconds(60);
    assert_eq!(times, [start(), start(), late, late]);
}
