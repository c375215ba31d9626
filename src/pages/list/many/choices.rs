//! What there is to choose for many tickets: the same as for one, but for what depends on each.

use std::rc::Rc;

use holdfast_desk::TeamId;
use holdfast_desk::queue::Field;
use holdfast_desk::ticket::Want;
use leptos::prelude::*;

use super::{Work, picked, thousands, want};
use crate::desk::Desk;
use crate::pages::ui::{Asking, Many, Ui};
use crate::parts::{Choice, OfTyped};

/// Where they can go: what is allowed for most of them first.
pub fn statuses(desk: Desk, ui: Ui) -> Vec<Choice> {
    let Some(reference) = untrack(|| desk.reference()) else { return Vec::new() };
    let (workflow, role) = (&reference.rules.workflow, desk.actor().role);
    let here = desk.statuses_of(picked(ui));
    let all: usize = here.iter().map(|(_, count)| count).sum();
    let ways = workflow.statuses().iter().map(|to| {
        let can = |from| workflow.transition(from, &to.id).is_some_and(|way| way.is_open_to(role));
        let count: usize = here.iter().filter(|(from, _)| can(from)).map(|(_, count)| count).sum();
        (to, count)
    });
    let mut ways: Vec<_> = ways.collect();
    ways.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let choice = |(to, count): (&holdfast_desk::workflow::Status, usize)| {
        let id = to.id.clone();
        let then = move || ui.ask(Asking::Many(Many::Transition(id.clone())));
        let group = match count {
            0 => "Not now",
            count if count == all => "Allowed for all of them",
            _ => "Allowed for some of them",
        };
        let text = match count {
            count if count == all || count == 0 => to.name.clone(),
            count => format!("{} ({} of {})", to.name, thousands(count), thousands(all)),
        };
        let mut choice = Choice::new(group, if count == 0 { "lock" } else { "check" }, text, then);
        choice.why_not = (count == 0).then(|| "None of them can go there from where it is".to_owned());
        choice
    };
    ways.into_iter().map(choice).collect()
}

/// Who can have them.
pub fn agents(work: Work, desk: Desk, ui: Ui) -> Vec<Choice> {
    let Some(reference) = untrack(|| desk.reference()) else { return Vec::new() };
    let me = desk.actor().person;
    let mut choices = Vec::new();
    let nobody = move || {
        want(work, desk, ui, "given back to the team".to_owned(), |header| Want::Assign {
            team: header.team,
            agent: None,
        });
    };
    for agent in reference.directory.agents() {
        let (id, teams, name) = (agent.id, agent.teams.clone(), agent.name.clone());
        let give = move || {
            let teams = teams.clone();
            want(work, desk, ui, format!("given to {name}"), move |header| {
                let own: Option<TeamId> = header.team.filter(|team| teams.contains(team));
                let team = own.or(teams.first().copied()).or(header.team);
                Want::Assign { team, agent: Some(id) }
            });
        };
        if id == me {
            choices.insert(0, Choice::new("You", "person", "Take them yourself".to_owned(), give));
            choices
                .insert(1, Choice::new("You", "people", "Give them back to their team".to_owned(), nobody));
        } else {
            choices.push(Choice::new("Everybody", "person", agent.name.clone(), give));
        }
    }
    for team in reference.directory.teams() {
        let (id, name) = (team.id, team.name.clone());
        let give = move || {
            want(work, desk, ui, format!("given to {name}"), move |_| Want::Assign {
                team: Some(id),
                agent: None,
            });
        };
        choices.push(Choice::new("Teams", "people", team.name.clone(), give));
    }
    choices
}

/// How urgent they can be.
pub fn priorities(work: Work, desk: Desk, ui: Ui) -> Vec<Choice> {
    let Some(reference) = untrack(|| desk.reference()) else { return Vec::new() };
    let choice = |row: &holdfast_desk::rules::Priority| {
        let (to, name) = (row.id.clone(), row.name.clone());
        let then = move || {
            let to = to.clone();
            want(work, desk, ui, format!("priority {name}"), move |_| Want::Prioritise { to: to.clone() });
        };
        Choice::new("Priority", "alert", row.name.clone(), then)
    };
    reference.rules.priorities.iter().map(choice).collect()
}

/// What they can be about.
pub fn categories(work: Work, desk: Desk, ui: Ui) -> Vec<Choice> {
    let Some(reference) = untrack(|| desk.reference()) else { return Vec::new() };
    let choice = |row: &holdfast_desk::rules::Category| {
        let (to, name) = (row.id.clone(), row.name.clone());
        let then = move || {
            let to = to.clone();
            want(work, desk, ui, format!("category {name}"), move |_| Want::Categorise { to: to.clone() });
        };
        Choice::new("Category", "queue", row.name.clone(), then)
    };
    reference.rules.categories.iter().map(choice).collect()
}

/// The tags that there are, to be put on and taken off.
pub fn tags(work: Work, desk: Desk, ui: Ui) -> Vec<Choice> {
    let known = desk.values(Field::Tag);
    let known = || known.iter().filter(|tag| tag.word != "none");
    let on = known().map(|tag| tag_on(work, desk, ui, tag.word.clone()));
    let off = known().map(|tag| {
        let word = tag.word.clone();
        let then = move || {
            let remove = vec![word.clone()];
            want(work, desk, ui, format!("tag {word} taken off"), move |_| Want::Tag {
                add: Vec::new(),
                remove: remove.clone(),
            });
        };
        Choice::new("Take off", "close", format!("Take off {}", tag.word), then)
    });
    on.chain(off).collect()
}

/// A tag that there is not yet.
pub fn typed_tag(work: Work, desk: Desk, ui: Ui) -> OfTyped {
    Rc::new(
        move |typed| {
            if typed.is_empty() { Vec::new() } else { vec![tag_on(work, desk, ui, typed.to_owned())] }
        },
    )
}

fn tag_on(work: Work, desk: Desk, ui: Ui, tag: String) -> Choice {
    let text = format!("Put on {tag}");
    let then = move || {
        let add = vec![tag.clone()];
        want(work, desk, ui, format!("tagged {tag}"), move |_| Want::Tag {
            add: add.clone(),
            remove: Vec::new(),
        });
    };
    Choice::new("Put on", "tag", text, then)
}
