//! What was changed together is one event, and holds or falls as one, whatever others did meanwhile.

use holdfast_desk::access::{Sight, redact};
use holdfast_desk::ticket::{Want, evolve};
use holdfast_desk::workflow::presets;
use holdfast_desk::{Change, Command, Header, PersonId, Refusal, Role, StatusKind};

use crate::strategies::{AGENT, Desk, LEAD, REQUESTER, TEAMS, event, start};

fn transition(to: &str) -> Want {
    Want::Transition { to: to.into() }
}

/// A resolution: who it is with, what was done, and that it is done.
fn resolution() -> Command {
    Command {
        wants: vec![
            Want::Assign { team: Some(TEAMS[0]), agent: Some(AGENT) },
            Want::Reply { text: "A new fan is in.".to_owned() },
            transition("resolved"),
        ],
    }
}

fn after(desk: &Desk, header: &Header, by: PersonId, command: &Command) -> Header {
    let changes = desk.decide(Some(header), by, command).unwrap();
    evolve(Some(header.clone()), &event(by, start(), changes)).unwrap()
}

/// Verifies: F45. Status, resolution and assignee are one event: all of it in the history, or nothing.
#[test]
fn a_resolution_is_one_event() {
    let desk = Desk::new(0);
    let raised = desk.raised();
    let changes = desk.decide(Some(&raised), AGENT, &resolution()).unwrap();
    let kinds: Vec<&str> = changes.iter().map(Change::kind).collect();
    assert_eq!(kinds, ["assigned", "replied", "transitioned"], "and no trigger beside what was asked for");
    let whole = event(AGENT, start(), changes);
    let header = evolve(Some(raised.clone()), &whole).unwrap();
    assert_eq!((header.kind, header.agent, header.replies), (StatusKind::Resolved, Some(AGENT), 1));
    assert_eq!(redact(&whole, Sight::Public), Some(whole.clone()), "nobody sees half of it");
    assert_eq!(Command::behind(&whole.changes), Some(resolution()), "what is decided again is the whole");
}

/// Verifies: F45. Where one part cannot be, no part is: neither the words nor the assignee go in without the status.
#[test]
fn a_part_that_cannot_be_takes_the_rest_with_it() {
    let desk = Desk::new(0);
    let closed = after(&desk, &desk.raised(), AGENT, &transition("closed").into());
    let refusal = desk.decide(Some(&closed), AGENT, &resolution()).unwrap_err();
    let Refusal::TransitionNotAllowed { from, to, allowed } = &refusal else { panic!("{refusal}") };
    assert_eq!((from.as_str(), to.as_str()), ("closed", "resolved"));
    assert!(allowed.contains(&"open".into()), "and it says where it can go");
    for spoilt in 0..3 {
        let mut command = resolution();
        command.wants[spoilt] = match spoilt {
            0 => Want::Assign { team: None, agent: Some(REQUESTER) },
            1 => Want::Reply { text: " ".to_owned() },
            _ => transition("nowhere"),
        };
        assert!(desk.decide(Some(&desk.raised()), AGENT, &command).is_err());
    }
}

/// Every order in which these can reach the server.
fn orders<T: Clone>(items: &[T]) -> Vec<Vec<T>> {
    if items.is_empty() {
        return vec![Vec::new()];
    }
    let first = |index: usize| {
        let mut rest = items.to_vec();
        let first = rest.remove(index);
        orders(&rest).into_iter().map(move |rest| [vec![first.clone()], rest].concat())
    };
    (0..items.len()).flat_map(first).collect()
}

/// Verifies: F45. Several people decide on the same state with no network: one closes, one reopens, one hands over,
/// one resolves with all that belongs to it. In whatever order they arrive, each holds as a whole or is told in which
/// state it found the ticket, and the workflow is never left.
#[test]
fn in_any_order_each_holds_whole_or_hears_the_state() {
    for preset in 0..presets::all().len() {
        let desk = Desk::new(preset);
        let workflow = &desk.rules.workflow;
        for base in reachable(&desk) {
            let offline: Vec<(PersonId, Vec<Change>)> = wishes(&base)
                .filter_map(|(by, command)| Some((by, desk.decide(Some(&base), by, &command).ok()?)))
                .collect();
            for order in orders(&offline) {
                let mut state = base.clone();
                for (by, decided) in order {
                    let again = Command::behind(&decided).unwrap();
                    match desk.decide(Some(&state), by, &again) {
                        Ok(changes) => {
                            let next =
                                evolve(Some(state.clone()), &event(by, start(), changes.clone())).unwrap();
                            holds_whole(&desk, &state, &next, &again);
                            state = next;
                        }
                        Err(Refusal::TransitionNotAllowed { from, to, allowed }) => {
                            assert_eq!(from, state.status, "the loser hears the state that stands");
                            assert!(!allowed.contains(&to));
                            let open = workflow.allowed(&from, desk.actor(by).role);
                            assert_eq!(allowed, open.map(|t| t.to.clone()).collect::<Vec<_>>());
                        }
                        Err(Refusal::NothingToDo { .. }) => {
                            let given = (state.team, state.agent) == (Some(TEAMS[0]), Some(AGENT));
                            assert!(given || (state.team, state.agent) == (Some(TEAMS[1]), Some(LEAD)));
                        }
                        Err(other) => panic!("{other}"),
                    }
                }
            }
        }
    }
}

/// The ticket in every status that the workflow has, as far as an agent can take it there.
fn reachable(desk: &Desk) -> Vec<Header> {
    let mut found = vec![desk.raised()];
    let mut next = 0;
    while let Some(header) = found.get(next).cloned() {
        next += 1;
        for transition in desk.rules.workflow.allowed(&header.status, Role::Agent) {
            if found.iter().all(|known| known.status != transition.to) {
                let to = Want::Transition { to: transition.to.clone() };
                found.push(after(desk, &header, AGENT, &to.into()));
            }
        }
    }
    found
}

/// What people want of a ticket in this state.
fn wishes(base: &Header) -> impl Iterator<Item = (PersonId, Command)> {
    let hand_over = Want::Assign { team: Some(TEAMS[1]), agent: Some(LEAD) };
    let reopened = if base.kind.is_done() { "open" } else { "pending" };
    [
        (AGENT, resolution()),
        (LEAD, transition("closed").into()),
        (AGENT, Command { wants: vec![Want::Note { text: "Not done.".to_owned() }, transition(reopened)] }),
        (LEAD, hand_over.into()),
        (REQUESTER, Want::Reply { text: "It is loud again.".to_owned() }.into()),
    ]
    .into_iter()
}

/// Everything that was wanted is so, by a way that the guard table has.
fn holds_whole(desk: &Desk, before: &Header, after: &Header, command: &Command) {
    let workflow = &desk.rules.workflow;
    assert_eq!(workflow.status(&after.status).unwrap().kind, after.kind);
    for want in &command.wants {
        match want {
            Want::Transition { to } => {
                assert!(workflow.transition(&before.status, to).is_some(), "{} to {to}", before.status);
                assert_eq!(&after.status, to);
            }
            Want::Assign { team, agent } => assert_eq!((&after.team, &after.agent), (team, agent)),
            Want::Reply { .. } => assert_eq!(after.replies, before.replies + 1),
            _ => {}
        }
    }
}
