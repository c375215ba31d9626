//! Raising a ticket.

use holdfast_desk::ticket::NewTicket;
use holdfast_desk::{PersonId, Refusal, TeamId};
use leptos::ev;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::browser::{dom, page};
use crate::desk::{ActError, Desk, Draft, Reference};
use crate::parts::{Notices, icon};
use crate::route::Route;

/// People that the field for the requester suggests.
const SUGGESTED: usize = 40;

/// What was typed so far: kept on the device at every change.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Fields {
    subject: String,
    description: String,
    requester: String,
    priority: String,
    category: String,
    channel: String,
    team: String,
    site: String,
}

/// The page.
#[component]
pub fn New() -> impl IntoView {
    let (desk, notices) = (expect_context::<Desk>(), expect_context::<Notices>());
    let kept = Draft::open(desk, "new".to_owned());
    let draft = RwSignal::new(Fields::default());
    // What was left is taken over once it has been read; from then on every change is kept.
    Effect::new(move |_| {
        if let Ok(left) = serde_json::from_str::<Fields>(&kept.text.read())
            && draft.with_untracked(Fields::is_blank)
        {
            draft.set(left);
        }
    });
    let wrong = RwSignal::new(None::<String>);
    let is_agent = desk.actor().role.is_agent();
    Effect::new(move |before: Option<bool>| {
        let text =
            draft.with(|draft| (!draft.is_blank()).then(|| serde_json::to_string(draft).unwrap_or_default()));
        // The first time nothing was typed yet.
        if before.is_some() {
            kept.typed(text.unwrap_or_default());
        }
        true
    });
    dom::focus_soon("new-subject");

    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let Some(reference) = untrack(|| desk.reference()) else { return };
        let ticket = match draft.get_untracked().ticket(&desk, &reference) {
            Ok(ticket) => ticket,
            Err(why) => return wrong.set(Some(why)),
        };
        leptos::task::spawn_local(async move {
            match desk.raise(kept, ticket).await {
                Ok(None) => {}
                Ok(Some(id)) => {
                    draft.set(Fields::default());
                    notices.saved("Ticket raised");
                    page::go(&Route::Ticket(id).fragment());
                }
                Err(ActError::Refused(Refusal::Blank { .. })) => {
                    wrong.set(Some("Say in a line what is wrong.".to_owned()));
                    dom::focus_soon("new-subject");
                }
                Err(error) => wrong.set(Some(error.to_string())),
            }
        });
    };
    let text = move |id: &'static str,
                     label: &'static str,
                     read: fn(&Fields) -> String,
                     write: fn(&mut Fields, String)| {
        view! {
            <div class="field">
                <label for=id>{label}</label>
                <input
                    class="input"
                    id=id
                    autocomplete="off"
                    prop:value=move || draft.with(read)
                    on:input=move |event| draft.update(|draft| write(draft, event_target_value(&event)))
                />
            </div>
        }
    };
    let choice = move |id: &'static str,
                       label: &'static str,
                       options: Vec<(String, String)>,
                       read: fn(&Fields) -> String,
                       write: fn(&mut Fields, String)| {
        let options: Vec<_> = options
            .into_iter()
            .map(|(value, name)| {
                let is_chosen = value == draft.with_untracked(read);
                view! { <option value=value selected=is_chosen>{name}</option> }
            })
            .collect();
        view! {
            <div class="field">
                <label for=id>{label}</label>
                <select class="input" id=id on:change=move |event| {
                    draft.update(|draft| write(draft, event_target_value(&event)));
                }>{options}</select>
            </div>
        }
    };
    let form = move |reference: &Reference| {
        let rules = &reference.rules;
        let none = (String::new(), "Not known yet".to_owned());
        let rows = |rows: Vec<(String, String)>| [none.clone()].into_iter().chain(rows).collect::<Vec<_>>();
        let categories =
            rows(rules.categories.iter().map(|row| (row.id.to_string(), row.name.clone())).collect());
        let teams = rows(
            reference.directory.teams().iter().map(|row| (row.id.to_string(), row.name.clone())).collect(),
        );
        let channels = rules.channels.iter().map(|row| (row.id.to_string(), row.name.clone())).collect();
        let priorities: Vec<(String, String)> =
            rules.priorities.iter().map(|row| (row.id.to_string(), row.name.clone())).collect();
        let usual = rules.priorities.get(2).or(rules.priorities.last()).map(|row| row.id.to_string());
        if let (true, Some(usual)) = (draft.with_untracked(|draft| draft.priority.is_empty()), usual) {
            draft.update_untracked(|draft| draft.priority = usual);
        }
        let seg: Vec<_> = priorities
            .into_iter()
            .map(|(value, name)| {
                let own = value.clone();
                let is_chosen = move || draft.with(|draft| draft.priority == own);
                view! {
                    <label>
                        <input type="radio" name="priority" prop:checked=is_chosen on:change=move |_| {
                            draft.update(|draft| draft.priority = value.clone());
                        } />
                        {name}
                    </label>
                }
            })
            .collect();
        view! {
            {text("new-subject", "What is wrong?", |d| d.subject.clone(), |d, v| d.subject = v)}
            <div class="field">
                <label for="new-description">"Tell more"</label>
                <textarea
                    class="input"
                    id="new-description"
                    rows="5"
                    prop:value=move || draft.with(|draft| draft.description.clone())
                    on:input=move |event| draft.update(|draft| draft.description = event_target_value(&event))
                ></textarea>
            </div>
            {is_agent.then(|| view! { <Requester draft /> })}
            <fieldset class="field"><legend>"Priority"</legend><div class="seg">{seg}</div></fieldset>
            <div class="field-row">
                {choice("new-category", "About", categories, |d| d.category.clone(), |d, v| d.category = v)}
                {is_agent.then(|| choice("new-team", "Team", teams, |d| d.team.clone(), |d, v| d.team = v))}
                {is_agent.then(|| choice("new-channel", "Came by", channels, |d| d.channel.clone(), |d, v| d.channel = v))}
            </div>
            {text("new-site", "Where", |d| d.site.clone(), |d, v| d.site = v)}
        }
    };
    view! {
        <main class="pane" data-pane="new" id="main" tabindex="-1">
            <div class="page">
                <h1>"New ticket"</h1>
                <form class="form" on:submit=submit>
                    {move || desk.reference().map(|reference| form(&reference))}
                    <span class="error" role="alert">
                        {move || wrong.get().map(|why| view! { {icon("warning")} {why} })}
                    </span>
                    <div class="form-foot">
                        <button class="btn btn-main">"Raise ticket"</button>
                        <button
                            type="button"
                            class="btn btn-quiet"
                            on:click=move |_| {
                                draft.set(Fields::default());
                                page::back();
                            }
                        >
                            "Discard"
                        </button>
                        <Show when=move || kept.kept.get()>
                            <span class="promise push" data-state="saved">{icon("check")}"Draft saved on this device"</span>
                        </Show>
                    </div>
                </form>
            </div>
        </main>
    }
}

/// The field that names the requester, suggesting who it could be.
#[component]
fn Requester(draft: RwSignal<Fields>) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let suggestions = move || {
        let typed = draft.with(|draft| draft.requester.to_lowercase());
        let reference = desk.reference()?;
        let mut names: Vec<String> = reference
            .directory
            .people()
            .map(|person| person.name.clone())
            .filter(|name| name.to_lowercase().contains(&typed))
            .collect();
        names.sort();
        names.truncate(SUGGESTED);
        Some(names.into_iter().map(|name| view! { <option value=name></option> }).collect::<Vec<_>>())
    };
    view! {
        <div class="field">
            <label for="new-requester">"For whom"</label>
            <input
                class="input"
                id="new-requester"
                list="people"
                autocomplete="off"
                placeholder="Yourself"
                prop:value=move || draft.with(|draft| draft.requester.clone())
                on:input=move |event| draft.update(|draft| draft.requester = event_target_value(&event))
            />
            <datalist id="people">{suggestions}</datalist>
        </div>
    }
}

impl Fields {
    /// Whether nothing was typed or chosen; the usual priority is chosen by itself.
    fn is_blank(&self) -> bool {
        Self { priority: String::new(), ..self.clone() } == Self::default()
    }

    /// The ticket it asks for, or in a sentence what is missing.
    fn ticket(self, desk: &Desk, reference: &Reference) -> Result<NewTicket, String> {
        let rules = &reference.rules;
        let channel = match self.channel.as_str() {
            "" => rules.channels.first().map(|row| row.id.clone()),
            chosen => Some(chosen.into()),
        };
        let team: Option<TeamId> = self.team.parse().ok();
        Ok(NewTicket {
            requester: requester(&self.requester, desk, reference)?,
            channel: channel.ok_or("The desk has no channels yet; ask a lead to add one.")?,
            subject: self.subject,
            description: self.description,
            priority: self.priority.as_str().into(),
            category: (!self.category.is_empty()).then(|| self.category.as_str().into()),
            team,
            agent: None,
            site: (!self.site.trim().is_empty()).then_some(self.site),
            asset: None,
            tags: Vec::new(),
        })
    }
}

fn requester(name: &str, desk: &Desk, reference: &Reference) -> Result<PersonId, String> {
    let name = name.trim();
    if name.is_empty() {
        return Ok(desk.actor().person);
    }
    let mut found = reference.directory.people().filter(|person| person.name.eq_ignore_ascii_case(name));
    match (found.next(), found.next()) {
        (Some(person), None) => Ok(person.id),
        (Some(_), Some(_)) => Err(format!("There is more than one {name}. Choose from the list.")),
        (None, _) => Err(format!("Nobody here is called {name}. Choose from the list.")),
    }
}
