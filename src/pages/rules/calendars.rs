//! Editing calendars.

use holdfast_desk::sla::{Calendar, Date, Day, Exception, Holiday};
use leptos::prelude::*;

use super::Editing;
use super::fields::{check, read_windows, show_windows, text};
use crate::browser::dom;
use crate::desk::{Desk, EditError};
use crate::parts::{Notices, icon};

/// The calendars.
pub fn section(desk: Desk, editing: Editing) -> impl IntoView + use<> {
    editing.shape.track();
    let calendars = editing.draft.with_untracked(|draft| draft.calendars.clone());
    let cards: Vec<_> =
        calendars.iter().enumerate().map(|(index, calendar)| card(desk, editing, index, calendar)).collect();
    let add = move |_| {
        editing.reshape(|draft| {
            let taken = |id: &str| draft.calendars.iter().any(|calendar| calendar.id.as_str() == id);
            let id =
                (1..).map(|number| format!("calendar-{number}")).find(|id| !taken(id)).unwrap_or_default();
            let zone =
                draft.calendars.first().map_or_else(|| "UTC".to_owned(), |calendar| calendar.zone.clone());
            let hours = read_windows("09:00–17:00").unwrap_or_default();
            draft.calendars.push(Calendar {
                id: id.as_str().into(),
                name: "New calendar".to_owned(),
                zone,
                hours: Day::ALL[..5].iter().map(|day| (*day, hours.clone())).collect(),
                holidays: Vec::new(),
                breaks: Vec::new(),
                extra: Vec::new(),
            });
        });
    };
    view! {
        <section>
            <div class="work-head">
                <h2>"Calendars"</h2>
                <button class="btn push" on:click=add>{icon("plus")}"Add a calendar"</button>
            </div>
            {cards}
        </section>
    }
}

fn card(desk: Desk, editing: Editing, index: usize, calendar: &Calendar) -> impl IntoView + use<> {
    let change = move |change: Box<dyn FnOnce(&mut Calendar)>| {
        editing.change(|draft| {
            if let Some(calendar) = draft.calendars.get_mut(index) {
                change(calendar);
            }
        });
    };
    let name = text("Name".to_owned(), calendar.name.clone(), "", editing.wrong, move |name| {
        if name.is_empty() {
            return Err("a calendar needs a name".to_owned());
        }
        let name = name.to_owned();
        change(Box::new(move |calendar| calendar.name = name));
        Ok(())
    });
    let days: Vec<_> = Day::ALL
        .into_iter()
        .map(|day| {
            let windows = show_windows(calendar.hours.of(day));
            text(day_name(day).to_owned(), windows, "closed", editing.wrong, move |text| {
                let windows = read_windows(text)?;
                change(Box::new(move |calendar| calendar.hours.set(day, windows)));
                Ok(())
            })
        })
        .collect();
    let breaks = exceptions("Breaks on single days".to_owned(), &calendar.breaks, editing, move |list| {
        change(Box::new(move |calendar| calendar.breaks = list));
    });
    let extra = exceptions("Extra hours on single days".to_owned(), &calendar.extra, editing, move |list| {
        change(Box::new(move |calendar| calendar.extra = list));
    });
    let remove = move |_| editing.reshape(|draft| drop(draft.calendars.remove(index)));
    view! {
        <article class="rules-card">
            <div class="field-row">{name}{zone(desk, editing, index, calendar)}</div>
            <div class="field-row">{days}</div>
            {holidays(desk, editing, index, calendar)}
            <div class="field-row">{breaks}{extra}</div>
            <div class="line"><button class="btn btn-quiet push" on:click=remove>"Remove"</button></div>
        </article>
    }
}

fn day_name(day: Day) -> &'static str {
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"][day as usize]
}

/// The time zone, taken over once its table is there.
fn zone(desk: Desk, editing: Editing, index: usize, calendar: &Calendar) -> AnyView {
    let notices = expect_context::<Notices>();
    let wanted = StoredValue::new(calendar.zone.clone());
    text("Time zone".to_owned(), calendar.zone.clone(), "Europe/Berlin", editing.wrong, move |name| {
        if name.is_empty() {
            return Err("a calendar needs a time zone such as Europe/Berlin".to_owned());
        }
        let name = name.to_owned();
        wanted.set_value(name.clone());
        editing.asked.update(|asked| *asked += 1);
        leptos::task::spawn_local(async move {
            let known = desk.zone(&name).await;
            editing.asked.update(|asked| *asked -= 1);
            // Whoever typed on meanwhile wants another one.
            if wanted.try_get_value().as_ref() != Some(&name) {
                return;
            }
            match known {
                Ok(table) => editing.zones.update(|zones| zones.push(table)),
                Err(error) => notices.say(&format!("“{name}”: {error}.")),
            }
            editing.change(|draft| {
                if let Some(calendar) = draft.calendars.get_mut(index) {
                    calendar.zone = name;
                }
            });
        });
        Ok(())
    })
}

/// One day a line, with its stretches: `2026-12-24 12:00–17:00`.
fn exceptions(
    label: String,
    list: &[Exception],
    editing: Editing,
    change: impl Fn(Vec<Exception>) + 'static,
) -> AnyView {
    let shown: Vec<String> = list
        .iter()
        .map(|exception| format!("{} {}", exception.date, show_windows(&exception.windows)))
        .collect();
    text(label, shown.join("; "), "2026-12-24 12:00–17:00; …", editing.wrong, move |text| {
        let entries = text.split(';').map(str::trim).filter(|entry| !entry.is_empty());
        let read = entries.map(|entry| {
            let (date, windows) = entry.split_once(' ').unwrap_or((entry, ""));
            let date =
                Date::parse(date).ok_or_else(|| format!("“{date}” is not a date such as 2026-12-24"))?;
            let windows = read_windows(windows)?;
            if windows.is_empty() {
                return Err(format!("{date} needs a stretch such as 12:00–17:00"));
            }
            Ok(Exception { date, windows })
        });
        change(read.collect::<Result<_, String>>()?);
        Ok(())
    })
}

/// Something that happens to a calendar's days off.
type ChangeDays = Box<dyn FnOnce(&mut Vec<Holiday>)>;

/// Days off: typed, or out of a file, each of them to be switched off.
fn holidays(desk: Desk, editing: Editing, index: usize, calendar: &Calendar) -> impl IntoView + use<> {
    let notices = expect_context::<Notices>();
    let with = move |change: ChangeDays| {
        editing.reshape(|draft| {
            if let Some(calendar) = draft.calendars.get_mut(index) {
                change(&mut calendar.holidays);
            }
        });
    };
    let rows: Vec<_> = calendar
        .holidays
        .iter()
        .enumerate()
        .map(|(at, holiday)| {
            let toggled = check(format!("{} {}", holiday.date, holiday.name), !holiday.off, move |is_on| {
                editing.change(|draft| {
                    let holiday =
                        draft.calendars.get_mut(index).and_then(|calendar| calendar.holidays.get_mut(at));
                    if let Some(holiday) = holiday {
                        holiday.off = !is_on;
                    }
                });
            });
            view! { <li>{toggled}</li> }
        })
        .collect();
    let count = calendar.holidays.len();
    let is_short = (1..=12).contains(&count);
    let add =
        text("Add a day".to_owned(), String::new(), "2026-12-25 Christmas", editing.wrong, move |text| {
            if text.is_empty() {
                return Ok(());
            }
            let (date, name) = text.split_once(' ').unwrap_or((text, ""));
            let date =
                Date::parse(date).ok_or_else(|| format!("“{date}” is not a date such as 2026-12-25"))?;
            let name = name.trim().to_owned();
            with(Box::new(move |days| add_days(days, vec![Holiday { date, name, off: false }])));
            Ok(())
        });
    let import = move |found: Result<Vec<Holiday>, EditError>| match found {
        Ok(days) => with(Box::new(move |known| add_days(known, days))),
        Err(error) => notices.say(&format!("Nothing imported: {error}.")),
    };
    let chosen = move |event: leptos::ev::Event| {
        leptos::task::spawn_local(async move {
            if let Some(text) = dom::chosen_text(event).await {
                import(desk.holidays(text).await);
            }
        });
    };
    let feed = text(
        "Import from the address of a feed".to_owned(),
        String::new(),
        "https://example.org/holidays.ics",
        editing.wrong,
        move |address| {
            let address = address.to_owned();
            if !address.is_empty() {
                leptos::task::spawn_local(async move { import(desk.feed(&address).await) });
            }
            Ok(())
        },
    );
    view! {
        <details open=is_short>
            <summary>{format!("Holidays: {count}")}</summary>
            <ul class="rules-days">{rows}</ul>
        </details>
        <div class="field-row">
            {add}
            <label class="field">
                <span>"Import an iCalendar file (.ics)"</span>
                <input class="input" type="file" accept=".ics,text/calendar" on:change=chosen />
            </label>
            {feed}
        </div>
    }
}

/// Adds days in order; one that is there already stays as it is.
fn add_days(known: &mut Vec<Holiday>, days: Vec<Holiday>) {
    for day in days {
        let place = known.partition_point(|other| other.date < day.date);
        if known.get(place).is_none_or(|other| other.date != day.date) {
            known.insert(place, day);
        }
    }
}
