//! Editing policies.

use holdfast_desk::sla::{AppliesTo, Conditions, Policy, Reopen, RespondOn, Target};
use holdfast_desk::{PriorityId, StatusKind};
use leptos::prelude::*;

use super::Editing;
use super::fields::{check, choose, read_span, show_span, text};
use crate::desk::Reference;
use crate::parts::icon;

/// The policies, in the order in which they are tried.
pub fn section(editing: Editing, reference: &Reference) -> impl IntoView + use<> {
    editing.shape.track();
    let policies = editing.draft.with_untracked(|draft| draft.policies.clone());
    let count = policies.len();
    let cards: Vec<_> = policies
        .iter()
        .enumerate()
        .map(|(index, policy)| card(editing, reference, index, count, policy))
        .collect();
    let first = reference.rules.priorities.first().map(|row| row.id.clone());
    let add = move |_| {
        let priority = first.clone();
        editing.reshape(move |draft| {
            let Some(calendar) = draft.calendars.first().map(|calendar| calendar.id.clone()) else { return };
            let target = Target { resolution: Some(8 * 3600), ..Target::default() };
            let priorities = priority.iter().cloned().collect();
            draft.policies.insert(
                0,
                Policy {
                    name: "New policy".to_owned(),
                    applies_to: AppliesTo::Where(Conditions { priorities, ..Conditions::default() }),
                    targets: priority.into_iter().map(|id| (id, target)).collect(),
                    pause_on: vec![StatusKind::Pending, StatusKind::OnHold],
                    pause_first_response: false,
                    respond_on: RespondOn::Reply,
                    reopen: Reopen::Continue,
                    at_risk_percent: 80,
                    calendar,
                },
            );
        });
    };
    view! {
        <section>
            <div class="work-head">
                <h2>"Policies"</h2>
                <button class="btn push" on:click=add>{icon("plus")}"Add a policy"</button>
            </div>
            <p class="quiet">"The first that applies to a ticket is the one."</p>
            {cards}
        </section>
    }
}

fn card(
    editing: Editing,
    reference: &Reference,
    index: usize,
    count: usize,
    policy: &Policy,
) -> impl IntoView + use<> {
    let change = move |change: Box<dyn FnOnce(&mut Policy)>| {
        editing.change(|draft| {
            if let Some(policy) = draft.policies.get_mut(index) {
                change(policy);
            }
        });
    };
    let calendars = editing.draft.with_untracked(|draft| {
        draft
            .calendars
            .iter()
            .map(|calendar| (calendar.id.to_string(), calendar.name.clone()))
            .collect::<Vec<_>>()
    });
    let name = text("Name".to_owned(), policy.name.clone(), "", editing.wrong, move |name| {
        if name.is_empty() {
            return Err("a policy needs a name".to_owned());
        }
        let name = name.to_owned();
        change(Box::new(move |policy| policy.name = name));
        Ok(())
    });
    let calendar = choose("Calendar".to_owned(), calendars, policy.calendar.to_string(), move |id| {
        change(Box::new(move |policy| policy.calendar = id.as_str().into()));
    });
    let at_risk = text(
        "At risk from, in percent".to_owned(),
        policy.at_risk_percent.to_string(),
        "80",
        editing.wrong,
        move |text| {
            let percent = text.parse().map_err(|_| format!("“{text}” is not a number from 1 to 100"))?;
            change(Box::new(move |policy| policy.at_risk_percent = percent));
            Ok(())
        },
    );
    let waits = [(StatusKind::Pending, "waiting for the requester"), (StatusKind::OnHold, "on hold")].map(
        |(kind, name)| {
            check(format!("Stand still while {name}"), policy.pause_on.contains(&kind), move |is_on| {
                change(Box::new(move |policy| {
                    policy.pause_on.retain(|known| *known != kind);
                    if is_on {
                        policy.pause_on.push(kind);
                    }
                }));
            })
        },
    );
    let first_too = check(
        "The first response stands still as well".to_owned(),
        policy.pause_first_response,
        move |is_on| {
            change(Box::new(move |policy| policy.pause_first_response = is_on));
        },
    );
    let on_work = check(
        "Taking up the work answers the requester".to_owned(),
        policy.respond_on == RespondOn::Work,
        move |is_on| {
            change(Box::new(move |policy| {
                policy.respond_on = if is_on { RespondOn::Work } else { RespondOn::Reply }
            }));
        },
    );
    let restart =
        check("A reopening begins again".to_owned(), policy.reopen == Reopen::Restart, move |is_on| {
            change(Box::new(move |policy| {
                policy.reopen = if is_on { Reopen::Restart } else { Reopen::Continue }
            }));
        });
    let move_by = move |by: isize| {
        move |_| {
            editing.reshape(move |draft| {
                let to = index.saturating_add_signed(by).min(draft.policies.len().saturating_sub(1));
                draft.policies.swap(index, to);
            });
        }
    };
    view! {
        <article class="rules-card">
            <div class="field-row">{name}{calendar}{at_risk}</div>
            {applies_to(editing, reference, index, policy)}
            <table class="rules-targets">
                <thead><tr><th scope="col">"Priority"</th><th scope="col">"First response"</th><th scope="col">"Next response"</th><th scope="col">"Resolution"</th></tr></thead>
                <tbody>{reference.rules.priorities.iter().map(|row| targets(editing, index, policy, &row.id, &row.name)).collect::<Vec<_>>()}</tbody>
            </table>
            <div class="field-row">{waits.into_iter().collect::<Vec<_>>()}{first_too}{on_work}{restart}</div>
            <div class="line">
                <button class="btn btn-quiet" disabled=index == 0 on:click=move_by(-1)>"Earlier"</button>
                <button class="btn btn-quiet" disabled=index + 1 == count on:click=move_by(1)>"Later"</button>
                <button class="btn btn-quiet push" on:click=move |_| editing.reshape(|draft| drop(draft.policies.remove(index)))>"Remove"</button>
            </div>
        </article>
    }
}

fn targets(
    editing: Editing,
    index: usize,
    policy: &Policy,
    id: &PriorityId,
    name: &str,
) -> impl IntoView + use<> {
    let target = policy.targets.get(id).copied().unwrap_or_default();
    let cell = |which: usize, label: &str| {
        let id = id.clone();
        let field = text(
            format!("{label}, {name}"),
            show_span(target.each()[which].1),
            "none",
            editing.wrong,
            move |text| {
                let seconds = read_span(text)?;
                editing.change(|draft| {
                    let Some(policy) = draft.policies.get_mut(index) else { return };
                    let target = policy.targets.entry(id.clone()).or_default();
                    match which {
                        0 => target.first_response = seconds,
                        1 => target.next_response = seconds,
                        _ => target.resolution = seconds,
                    }
                    policy.targets.retain(|_, target| *target != Target::default());
                });
                Ok(())
            },
        );
        view! { <td>{field}</td> }
    };
    view! {
        <tr>
            <th scope="row">{name.to_owned()}</th>
            {cell(0, "First response")}{cell(1, "Next response")}{cell(2, "Resolution")}
        </tr>
    }
}

/// Whom a policy is for.
fn applies_to(
    editing: Editing,
    reference: &Reference,
    index: usize,
    policy: &Policy,
) -> impl IntoView + use<> {
    let everything = policy.applies_to == AppliesTo::Everything;
    let options = vec![
        ("everything".to_owned(), "Every ticket".to_owned()),
        ("where".to_owned(), "Only some tickets".to_owned()),
    ];
    let chosen = if everything { "everything" } else { "where" };
    let choice = choose("For".to_owned(), options, chosen.to_owned(), move |chosen| {
        editing.reshape(move |draft| {
            if let Some(policy) = draft.policies.get_mut(index) {
                policy.applies_to = match chosen.as_str() {
                    "everything" => AppliesTo::Everything,
                    _ => AppliesTo::Where(Conditions::default()),
                };
            }
        });
    });
    let AppliesTo::Where(conditions) = &policy.applies_to else { return choice.into_any() };
    let change = move |change: Box<dyn FnOnce(&mut Conditions)>| {
        editing.change(|draft| {
            if let Some(AppliesTo::Where(conditions)) =
                draft.policies.get_mut(index).map(|policy| &mut policy.applies_to)
            {
                change(conditions);
            }
        });
    };
    let rules = &reference.rules;
    let priorities: Vec<_> = rules
        .priorities
        .iter()
        .map(|row| {
            let id = row.id.clone();
            check(row.name.clone(), conditions.priorities.contains(&id), move |is_on| {
                let id = id.clone();
                change(Box::new(move |conditions| toggle(&mut conditions.priorities, id, is_on)));
            })
        })
        .collect();
    let categories: Vec<_> = rules
        .categories
        .iter()
        .map(|row| {
            let id = row.id.clone();
            check(row.name.clone(), conditions.categories.contains(&id), move |is_on| {
                let id = id.clone();
                change(Box::new(move |conditions| toggle(&mut conditions.categories, id, is_on)));
            })
        })
        .collect();
    let channels: Vec<_> = rules
        .channels
        .iter()
        .map(|row| {
            let id = row.id.clone();
            check(row.name.clone(), conditions.channels.contains(&id), move |is_on| {
                let id = id.clone();
                change(Box::new(move |conditions| toggle(&mut conditions.channels, id, is_on)));
            })
        })
        .collect();
    let teams: Vec<_> = reference
        .directory
        .teams()
        .iter()
        .map(|team| {
            let id = team.id;
            check(team.name.clone(), conditions.teams.contains(&id), move |is_on| {
                change(Box::new(move |conditions| toggle(&mut conditions.teams, id, is_on)));
            })
        })
        .collect();
    let list = |texts: &str| {
        texts.split(',').map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned).collect::<Vec<_>>()
    };
    let tags = text(
        "Tags, one of".to_owned(),
        conditions.tags.join(", "),
        "vip, onsite",
        editing.wrong,
        move |text| {
            let tags = list(text);
            change(Box::new(move |conditions| conditions.tags = tags));
            Ok(())
        },
    );
    let named: Vec<String> = conditions.organisations.iter().map(ToString::to_string).collect();
    let organisations =
        text("Organisations, one of".to_owned(), named.join(", "), "acme", editing.wrong, move |text| {
            let ids = list(text).iter().map(|id| id.as_str().into()).collect();
            change(Box::new(move |conditions| conditions.organisations = ids));
            Ok(())
        });
    let group = |name: &'static str, boxes: Vec<_>| view! { <fieldset class="rules-boxes"><legend>{name}</legend>{boxes}</fieldset> };
    view! {
        {choice}
        <details open=conditions.is_empty()>
            <summary>"Conditions: one of each kind that is ticked"</summary>
            {group("Priority", priorities)}{group("Category", categories)}{group("Channel", channels)}{group("Team", teams)}
            <div class="field-row">{tags}{organisations}</div>
        </details>
    }
    .into_any()
}

fn toggle<T: PartialEq>(list: &mut Vec<T>, value: T, is_on: bool) {
    list.retain(|known| *known != value);
    if is_on {
        list.push(value);
    }
}
