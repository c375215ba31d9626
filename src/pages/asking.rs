//! What the person is asked, over everything else: one list for each thing that can be chosen, and the words that go
//! with a transition.

use holdfast_desk::queue::{Order, Query};
use holdfast_desk::ticket::{Comment, Want};
use holdfast_desk::{Command, Header, Role, StatusId, TicketId};
use leptos::ev;
use leptos::prelude::*;

use super::keys::KEYS;
use super::list::{ColumnsChooser, Fields, SaveView, SortChooser, Values};
use super::ticket::TakeBack;
use super::ui::{Asking, Ui, perform_with};
use super::why::Why;
use crate::browser::{dom, page};
use crate::desk::words::{number, view_icon};
use crate::desk::{Desk, Draft, Reference};
use crate::parts::{Choice, Chooser, Dialog, Notices, icon};
use crate::route::Route;

/// Tickets that the palette offers.
const TICKETS: usize = 400;

/// Whatever is being asked.
#[component]
pub fn Asked() -> impl IntoView {
    let (desk, ui) = (expect_context::<Desk>(), expect_context::<Ui>());
    let notices = expect_context::<Notices>();
    move || {
        let asking = ui.asking.get()?;
        let reference = untrack(|| desk.reference())?;
        let close = move || ui.asked();
        let asked = Asks { desk, ui, notices, reference: &reference };
        Some(match asking {
            Asking::Keys => view! { <Keys /> }.into_any(),
            Asking::Why(ticket) => view! { <Why ticket /> }.into_any(),
            Asking::Transition(ticket, to) => view! { <Transition ticket to /> }.into_any(),
            Asking::TakeBack(ticket, event) => view! { <TakeBack ticket event /> }.into_any(),
            Asking::Filter => view! { <Fields /> }.into_any(),
            Asking::Values(field, place) => view! { <Values field place /> }.into_any(),
            Asking::Sort => view! { <SortChooser /> }.into_any(),
            Asking::Columns => view! { <ColumnsChooser /> }.into_any(),
            Asking::View => view! { <SaveView /> }.into_any(),
            // Asked by the bar of what is picked.
            Asking::Many(_) => return None,
            Asking::Palette => {
                view! { <Chooser title="Type a command, a ticket or a person".to_owned() choices=asked.palette() close /> }
                    .into_any()
            }
            Asking::Status(ticket) => {
                view! { <Chooser title="Status".to_owned() choices=asked.status(ticket) close /> }.into_any()
            }
            Asking::Agent(ticket) => {
                view! { <Chooser title="Who is to have it?".to_owned() choices=asked.agent(ticket) close /> }.into_any()
            }
            Asking::Priority(ticket) => {
                view! { <Chooser title="Priority".to_owned() choices=asked.priority(ticket) close /> }.into_any()
            }
            Asking::Category(ticket) => {
                view! { <Chooser title="Category".to_owned() choices=asked.category(ticket) close /> }.into_any()
            }
        })
    }
}

struct Asks<'a> {
    desk: Desk,
    ui: Ui,
    notices: Notices,
    reference: &'a Reference,
}

impl Asks<'_> {
    fn header(&self, ticket: TicketId) -> Option<Header> {
        untrack(|| self.desk.header(ticket))
    }

    fn doing(&self, ticket: TicketId, want: Want, what: &'static str) -> impl Fn() + 'static + use<> {
        let (desk, notices) = (self.desk, self.notices);
        move || perform_with(desk, notices, ticket, want.clone().into(), what)
    }

    fn going(&self, to: Route) -> impl Fn() + 'static + use<> {
        move || page::go(&to.fragment())
    }

    /// Every status: those that are allowed now as verbs, the likeliest first; the others with the reason why not.
    fn status(&self, ticket: TicketId) -> Vec<Choice> {
        let Some(header) = self.header(ticket) else { return Vec::new() };
        let workflow = &self.reference.rules.workflow;
        let ui = self.ui;
        let allowed: Vec<_> = workflow.allowed(&header.status, self.desk.actor().role).collect();
        let ask = |to: &StatusId| {
            let to = to.clone();
            move || ui.ask(Asking::Transition(ticket, to.clone()))
        };
        let mut choices: Vec<Choice> = allowed
            .iter()
            .map(|transition| {
                let text = format!("{} → {}", transition.verb, self.reference.status(&transition.to));
                Choice::new("Allowed now", "check", text, ask(&transition.to))
            })
            .collect();
        let here = self.reference.status(&header.status);
        for status in workflow.statuses() {
            let is_allowed = allowed.iter().any(|transition| transition.to == status.id);
            if !is_allowed && status.id != header.status {
                let mut choice = Choice::new("Not now", "lock", status.name.clone(), || {});
                choice.why_not = Some(format!("A ticket that is {here} cannot go there"));
                choices.push(choice);
            }
        }
        choices
    }

    fn agent(&self, ticket: TicketId) -> Vec<Choice> {
        let Some(header) = self.header(ticket) else { return Vec::new() };
        let me = self.desk.actor().person;
        let give = |agent: Option<_>, team| self.doing(ticket, Want::Assign { team, agent }, "Given on");
        let mut choices = Vec::new();
        if header.agent != Some(me) {
            choices.push(Choice::new(
                "You",
                "person",
                "Take it yourself".to_owned(),
                give(Some(me), header.team),
            ));
        }
        if header.agent.is_some() {
            choices.push(Choice::new(
                "You",
                "people",
                "Give it back to the team".to_owned(),
                give(None, header.team),
            ));
        }
        let agents = self.reference.directory.agents();
        // Who works in the team that has it comes first.
        let (near, far): (Vec<_>, Vec<_>) = agents
            .into_iter()
            .filter(|agent| agent.id != me && Some(agent.id) != header.agent)
            .partition(|agent| header.team.is_some_and(|team| agent.teams.contains(&team)));
        for (group, agents) in [("In its team", near), ("Everybody", far)] {
            choices.extend(agents.into_iter().map(|agent| {
                let team = header.team.filter(|team| agent.teams.contains(team));
                let team = team.or(agent.teams.first().copied()).or(header.team);
                Choice::new(group, "person", agent.name.clone(), give(Some(agent.id), team))
            }));
        }
        let teams = self.reference.directory.teams().iter().filter(|team| Some(team.id) != header.team);
        choices.extend(
            teams.map(|team| Choice::new("Teams", "people", team.name.clone(), give(None, Some(team.id)))),
        );
        choices
    }

    fn priority(&self, ticket: TicketId) -> Vec<Choice> {
        let Some(header) = self.header(ticket) else { return Vec::new() };
        let others = self.reference.rules.priorities.iter().filter(|row| row.id != header.priority);
        others
            .map(|row| {
                let then = self.doing(ticket, Want::Prioritise { to: row.id.clone() }, "Priority changed");
                Choice::new("Priority", "alert", row.name.clone(), then)
            })
            .collect()
    }

    fn category(&self, ticket: TicketId) -> Vec<Choice> {
        let Some(header) = self.header(ticket) else { return Vec::new() };
        let others =
            self.reference.rules.categories.iter().filter(|row| Some(&row.id) != header.category.as_ref());
        others
            .map(|row| {
                let then = self.doing(ticket, Want::Categorise { to: row.id.clone() }, "Category changed");
                Choice::new("Category", "tag", row.name.clone(), then)
            })
            .collect()
    }

    /// Everything that can be done from here.
    fn palette(&self) -> Vec<Choice> {
        let (desk, ui) = (self.desk, self.ui);
        let is_agent = desk.actor().role.is_agent();
        let mut choices = Vec::new();
        if let Some(ticket) = untrack(|| ui.ticket()) {
            let ask = |asking: Asking| move || ui.ask(asking.clone());
            let write = |note: bool| {
                move || {
                    ui.writes_note.set(note);
                    dom::focus_soon("composer-text");
                }
            };
            let on = "On this ticket";
            choices.push(Choice::new(on, "reply", "Reply".to_owned(), write(false)).with_key("r"));
            choices.push(
                Choice::new(on, "check", "Change the status".to_owned(), ask(Asking::Status(ticket)))
                    .with_key("s"),
            );
            choices.push(
                Choice::new(on, "clock", "Why is it due then?".to_owned(), ask(Asking::Why(ticket)))
                    .with_key("w"),
            );
            if is_agent {
                choices.push(Choice::new(on, "lock", "Write a note".to_owned(), write(true)).with_key("n"));
                choices.push(
                    Choice::new(on, "person", "Assign".to_owned(), ask(Asking::Agent(ticket))).with_key("a"),
                );
                choices.push(
                    Choice::new(on, "alert", "Change the priority".to_owned(), ask(Asking::Priority(ticket)))
                        .with_key("p"),
                );
                choices.push(
                    Choice::new(on, "tag", "Change the category".to_owned(), ask(Asking::Category(ticket)))
                        .with_key("g c"),
                );
            }
            let is_there = self.header(ticket).is_some_and(|header| !header.deleted);
            if desk.actor().role >= Role::Lead && is_there {
                let delete = ask(Asking::TakeBack(ticket, None));
                choices.push(Choice::new(on, "trash", "Delete this ticket".to_owned(), delete));
            }
        }
        choices
            .push(Choice::new("Go", "plus", "New ticket".to_owned(), self.going(Route::New)).with_key("c"));
        for view in untrack(|| desk.views()).iter() {
            let to = Route::view(&view.slug);
            choices.push(Choice::new("Go", view_icon(&view.slug), view.name.clone(), self.going(to)));
        }
        choices.push(
            Choice::new("Go", "send", "Your work: waiting and refused".to_owned(), self.going(Route::Work))
                .with_key("g w"),
        );
        choices.push(Choice::new("Go", "person", "You and this device".to_owned(), self.going(Route::Me)));
        if desk.actor().role >= Role::Lead {
            choices.push(Choice::new(
                "Go",
                "clock",
                "Deadlines: policies and calendars".to_owned(),
                self.going(Route::Rules),
            ));
        }
        choices.push(
            Choice::new("Go", "keyboard", "Keyboard".to_owned(), move || ui.ask(Asking::Keys)).with_key("?"),
        );
        for ticket in untrack(|| desk.list(&Query::default(), Order::default())).into_iter().take(TICKETS) {
            if let Some(header) = self.header(ticket) {
                let no = number(header.number, desk.provisional(ticket), self.reference);
                let text = format!("{no}  {}  {}", header.subject, self.reference.person(header.requester));
                choices.push(Choice::new("Tickets", "queue", text, self.going(Route::Ticket(ticket))));
            }
        }
        choices
    }
}

/// What to say as a ticket goes to another status: one event, with the words and the transition in it.
#[component]
fn Transition(ticket: TicketId, to: StatusId) -> impl IntoView {
    let (desk, ui) = (expect_context::<Desk>(), expect_context::<Ui>());
    let notices = expect_context::<Notices>();
    let is_agent = desk.actor().role > Role::Requester;
    let header = untrack(|| desk.header(ticket));
    let reference = untrack(|| desk.reference());
    let verb = match (&header, &reference) {
        (Some(header), Some(reference)) => {
            let transition = reference.rules.workflow.transition(&header.status, &to);
            transition.map_or_else(String::new, |transition| transition.verb.clone())
        }
        _ => String::new(),
    };
    let subject = header.map(|header| header.subject).unwrap_or_default();
    let draft = Draft::open(desk, format!("{ticket}/transition"));
    let text = draft.text;
    let is_note = RwSignal::new(is_agent);
    let send = move || {
        let words = text.get_untracked().trim().to_owned();
        let comment = (!words.is_empty())
            .then(|| if is_note.get_untracked() { Comment::Note(words) } else { Comment::Reply(words) });
        let command = Command::transition(to.clone(), comment);
        leptos::task::spawn_local(async move {
            // Only what is on the disk leaves the dialog.
            match desk.act_from(draft, ticket, command).await {
                Ok(Some(_)) => {
                    ui.asked();
                    notices.saved("Done");
                }
                Ok(None) => {}
                Err(error) => notices.failed(&error),
            }
        });
    };
    let on_enter = send.clone();
    let on_key = move |event: ev::KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            on_enter();
        }
    };
    let kind = move |note: bool, words: &'static str| {
        view! {
            <label>
                <input
                    type="radio"
                    name="comment-kind"
                    prop:checked=move || is_note.get() == note
                    on:change=move |_| is_note.set(note)
                />
                {words}
            </label>
        }
    };
    view! {
        <Dialog attr:aria-labelledby="transition-title" close=move || ui.asked()>
            <form class="form" on:submit=move |event: ev::SubmitEvent| {
                event.prevent_default();
                send();
            }>
                <h2 id="transition-title">{verb.clone()}</h2>
                <p class="quiet">{subject}</p>
                <div class="field">
                    <label for="transition-text">"Say something with it (optional)"</label>
                    <textarea
                        class="input"
                        id="transition-text"
                        rows="4"
                        autofocus
                        prop:value=move || text.get()
                        on:input=move |event| draft.typed(event_target_value(&event))
                        on:keydown=on_key
                    ></textarea>
                </div>
                {is_agent.then(|| view! {
                    <fieldset class="field">
                        <legend>"Who reads it"</legend>
                        <div class="seg">
                            {kind(true, "The team only")}
                            {kind(false, "The requester too")}
                        </div>
                    </fieldset>
                })}
                <div class="dialog-foot">
                    <button type="button" class="btn btn-quiet" on:click=move |_| ui.asked()>"Cancel"</button>
                    <button class="btn btn-main">{icon("check")}{verb.clone()}</button>
                </div>
            </form>
        </Dialog>
    }
}

/// Every key there is.
#[component]
fn Keys() -> impl IntoView {
    let ui = expect_context::<Ui>();
    let row = |(what, keys): &(&'static str, &'static str)| {
        let keys: Vec<_> = keys.split(' ').map(|key| view! { <kbd>{key}</kbd> }).collect();
        view! { <div>{*what}" "<span class="keys">{keys}</span></div> }
    };
    view! {
        <Dialog attr:aria-labelledby="keys-title" close=move || ui.asked()>
            <h2 id="keys-title">"Keyboard"</h2>
            <div class="shortcuts">{KEYS.iter().map(row).collect::<Vec<_>>()}</div>
            <div class="dialog-foot">
                <button class="btn btn-main" autofocus on:click=move |_| ui.asked()>"Close"</button>
            </div>
        </Dialog>
    }
}
