//! What was done can be taken back.

use holdfast_desk::ticket::{Cause, Field, Undo, Want, evolve};
use holdfast_desk::{Change, Command, Header};
use proptest::prelude::*;

use crate::strategies::{AGENT, Desk, LEAD, Step, event, life, start};

fn sorted(tags: &[String]) -> Vec<&String> {
    let mut tags: Vec<_> = tags.iter().collect();
    tags.sort();
    tags
}

/// The ticket after these steps, as far as they are allowed.
fn lived(desk: &Desk, steps: &[Step]) -> Option<Header> {
    steps.iter().fold(None, |state, step| match desk.decide(state.as_ref(), step.by, &step.command) {
        Ok(changes) => evolve(state, &event(step.by, start(), changes)),
        Err(_) => state,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    /// Doing something and taking it back leaves a ticket as it was, but for what is said to stay.
    #[test]
    fn what_is_done_and_taken_back_is_as_if_it_had_not_been((preset, steps) in life()) {
        let desk = Desk::new(preset);
        let (before, done) = steps.split_at(steps.len() - 1);
        let Some(before) = lived(&desk, before) else { return Ok(()) };
        let Ok(changes) = desk.decide(Some(&before), LEAD, &done[0].command) else { return Ok(()) };
        let after = evolve(Some(before.clone()), &event(LEAD, start(), changes)).unwrap();
        if after.deleted {
            return Ok(());
        }
        let (command, stays) = Undo::of(&before, &after).map_or((None, Vec::new()), |undo| {
            undo.command(&after, &desk.rules.workflow, desk.actor(LEAD).role)
        });
        let changes = command.map_or(Vec::new(), |command| desk.decide(Some(&after), LEAD, &command).unwrap());
        // Giving a ticket to somebody may move it on by itself, also when it is given back.
        let is_moved = changes.iter().any(|change| {
            matches!(change, Change::Transitioned { cause: Cause::Trigger { .. }, .. })
        });
        let now = evolve(Some(after), &event(LEAD, start(), changes)).unwrap();
        let stays = |field| stays.contains(&field);
        prop_assert!(now.status == before.status || stays(Field::Status) || is_moved);
        prop_assert!(now.category == before.category || stays(Field::Category));
        prop_assert_eq!((now.team, now.agent), (before.team, before.agent));
        prop_assert_eq!(&now.priority, &before.priority);
        prop_assert_eq!(sorted(&now.tags), sorted(&before.tags));
    }
}

#[test]
fn what_somebody_changed_since_stays_as_they_left_it() {
    let desk = Desk::new(0);
    let before = desk.raised();
    let wants = |want: Want| Command::from(want);
    let did = |header: &Header, command: &Command| {
        let changes = desk.decide(Some(header), AGENT, command).unwrap();
        evolve(Some(header.clone()), &event(AGENT, start(), changes)).unwrap()
    };
    let tags = |tag: &str| vec![tag.to_owned()];
    let both = Command {
        wants: vec![Want::Prioritise { to: "p1".into() }, Want::Tag { add: tags("vip"), remove: Vec::new() }],
    };
    let after = did(&before, &both);
    let now = did(&after, &wants(Want::Prioritise { to: "p2".into() }));
    let undo = Undo::of(&before, &after).unwrap();
    let (command, stays) = undo.command(&now, &desk.rules.workflow, desk.actor(AGENT).role);
    assert_eq!(command, Some(Want::Tag { add: Vec::new(), remove: tags("vip") }.into()));
    assert_eq!(stays, [Field::Priority]);
    assert_eq!(Undo::of(&before, &did(&before, &wants(Want::Note { text: "Hello".to_owned() }))), None);
}
