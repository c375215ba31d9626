//! Who works by another calendar than the policy names: teams, organisations and sites.

use holdfast_desk::sla::{CalendarOf, WorksBy};
use holdfast_desk::{OrganisationId, TeamId};
use leptos::prelude::*;

use super::Editing;
use super::fields::{choose, text};
use crate::desk::Reference;
use crate::parts::icon;

/// The rows, one for each of them.
pub fn section(editing: Editing, reference: &Reference) -> impl IntoView + use<> {
    editing.shape.track();
    let rows = editing.draft.with_untracked(|draft| draft.calendars_of.clone());
    let rows: Vec<_> =
        rows.iter().enumerate().map(|(index, of)| row(editing, reference, index, of)).collect();
    let add = move |of: WorksBy| {
        move |_| {
            editing.reshape(|draft| {
                if let Some(calendar) = draft.calendars.first().map(|calendar| calendar.id.clone()) {
                    draft.calendars_of.push(CalendarOf { of: of.clone(), calendar });
                }
            });
        }
    };
    let free = |team: &TeamId| {
        editing
            .draft
            .with_untracked(|draft| draft.calendars_of.iter().all(|row| row.of != WorksBy::Team(*team)))
    };
    let team = reference.directory.teams().iter().map(|team| team.id).find(free);
    let add_team = team.map(|team| {
        view! { <button class="btn" on:click=add(WorksBy::Team(team))>{icon("plus")}"A team"</button> }
    });
    view! {
        <section>
            <h2>"Who works by another calendar"</h2>
            <p class="quiet">"The most specific one counts: that of the site, then of the requester’s organisation, then of the team."</p>
            <ul class="rules-works-by">{rows}</ul>
            <div class="line">
                {add_team}
                <button class="btn" on:click=add(WorksBy::Organisation(OrganisationId::from("")))>{icon("plus")}"An organisation"</button>
                <button class="btn" on:click=add(WorksBy::Site(String::new()))>{icon("plus")}"A site"</button>
            </div>
        </section>
    }
}

fn row(editing: Editing, reference: &Reference, index: usize, row: &CalendarOf) -> impl IntoView + use<> {
    let change = move |change: Box<dyn FnOnce(&mut CalendarOf)>| {
        editing.change(|draft| {
            if let Some(row) = draft.calendars_of.get_mut(index) {
                change(row);
            }
        });
    };
    let named = move |label: &str, value: &str, make: fn(&str) -> WorksBy| {
        let what = label.to_lowercase();
        text(label.to_owned(), value.to_owned(), "", editing.wrong, move |name| {
            if name.is_empty() {
                return Err(format!("which {what}?"));
            }
            let of = make(name);
            change(Box::new(move |row| row.of = of));
            Ok(())
        })
    };
    let who = match &row.of {
        WorksBy::Team(team) => {
            let teams =
                reference.directory.teams().iter().map(|team| (team.id.to_string(), team.name.clone()));
            choose("Team".to_owned(), teams.collect(), team.to_string(), move |id| {
                if let Ok(team) = id.parse() {
                    change(Box::new(move |row| row.of = WorksBy::Team(team)));
                }
            })
        }
        WorksBy::Organisation(id) => {
            named("Organisation", id.as_str(), |id| WorksBy::Organisation(id.into()))
        }
        WorksBy::Site(site) => named("Site", site, |site| WorksBy::Site(site.to_owned())),
    };
    let calendars = editing.draft.with_untracked(|draft| {
        draft.calendars.iter().map(|calendar| (calendar.id.to_string(), calendar.name.clone())).collect()
    });
    let calendar = choose("Calendar".to_owned(), calendars, row.calendar.to_string(), move |id| {
        change(Box::new(move |row| row.calendar = id.as_str().into()));
    });
    let remove = move |_| editing.reshape(|draft| drop(draft.calendars_of.remove(index)));
    view! {
        <li class="field-row">
            {who}{calendar}
            <button class="btn btn-quiet" on:click=remove>"Remove"</button>
        </li>
    }
}
