//! Who works by another calendar than the policy names: teams, organisations and sites.

use holdfast_desk::OrganisationId;
use holdfast_desk::sla::{CalendarOf, WorksBy};
use leptos::prelude::*;

use super::Editing;
use super::fields::{choose, text};
use crate::desk::Reference;
use crate::parts::icon;

/// The rows, one for each of them.
pub fn section(editing: Editing, reference: &Reference) -> impl IntoView + use<> {
    editing.shape.track();
    let rows = editing.draft.with_untracked(|draft| draft.calendars_of.clone());
    let teams = reference.directory.teams().iter().map(|team| WorksBy::Team(team.id));
    let organisations = organisations(reference).into_iter().map(WorksBy::Organisation);
    let is_free = |of: &WorksBy| rows.iter().all(|row| row.of != *of);
    let (team, organisation) = (teams.into_iter().find(is_free), organisations.into_iter().find(is_free));
    let add = |of: WorksBy, name: &'static str| {
        let add = move |_| {
            editing.reshape(|draft| {
                if let Some(calendar) = draft.calendars.first().map(|calendar| calendar.id.clone()) {
                    draft.calendars_of.push(CalendarOf { of: of.clone(), calendar });
                }
            });
        };
        view! { <button class="btn" on:click=add>{icon("plus")}{name}</button> }
    };
    let views: Vec<_> =
        rows.iter().enumerate().map(|(index, of)| row(editing, reference, index, of)).collect();
    view! {
        <section>
            <h2>"Who works by another calendar"</h2>
            <p class="quiet">"The most specific one counts: that of the site, then of the requester’s organisation, then of the team."</p>
            <ul class="rules-works-by">{views}</ul>
            <div class="line">
                {team.map(|of| add(of, "A team"))}
                {organisation.map(|of| add(of, "An organisation"))}
                {add(WorksBy::Site(String::new()), "A site")}
            </div>
        </section>
    }
}

/// What requesters belong to.
fn organisations(reference: &Reference) -> Vec<OrganisationId> {
    let mut known: Vec<OrganisationId> =
        reference.directory.people().filter_map(|person| person.organisation.clone()).collect();
    known.sort_unstable();
    known.dedup();
    known
}

fn row(editing: Editing, reference: &Reference, index: usize, row: &CalendarOf) -> impl IntoView + use<> {
    let change = move |change: Box<dyn FnOnce(&mut CalendarOf)>| {
        editing.change(|draft| {
            if let Some(row) = draft.calendars_of.get_mut(index) {
                change(row);
            }
        });
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
            let mut known = organisations(reference);
            // Nobody may belong to it any more.
            known.extend((!known.contains(id)).then(|| id.clone()));
            let known = known.into_iter().map(|id| (id.to_string(), id.to_string())).collect();
            choose("Organisation".to_owned(), known, id.to_string(), move |id| {
                change(Box::new(move |row| row.of = WorksBy::Organisation(id.as_str().into())));
            })
        }
        WorksBy::Site(site) => text("Site".to_owned(), site.clone(), "Depot 7", editing.wrong, move |site| {
            let of = WorksBy::Site(site.to_owned());
            change(Box::new(move |row| row.of = of));
            Ok(())
        }),
    };
    let calendars = editing.draft.with_untracked(|draft| {
        draft.calendars.iter().map(|calendar| (calendar.id.to_string(), calendar.name.clone())).collect()
    });
    let calendar = choose("Calendar".to_owned(), calendars, row.calendar.to_string(), move |id| {
        change(Box::new(move |row| row.calendar = id.as_str().into()));
    });
    let remove = move |_| editing.reshape(|draft| drop(draft.calendars_of.remove(index)));
    view! {
        <li>
            {who}{calendar}
            <button class="btn btn-quiet" on:click=remove>"Remove"</button>
        </li>
    }
}
