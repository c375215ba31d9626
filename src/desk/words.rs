//! The words of the app: how times, deadlines, changes and refusals are said to a person.

use chrono::{Datelike, Month, Timelike};
use holdfast_desk::queue::{Order, SortBy, folded};
use holdfast_desk::sla::{ClockState, Deadline};
use holdfast_desk::ticket::{Cause, TicketNumber};
use holdfast_desk::{
    CategoryId, Change, Header, Instant, PersonId, PriorityId, Refusal, StatusId, StatusKind, TeamId,
};
use holdfast_sync::protocol::Reason;

use super::Reference;
use crate::browser::clock::{local, midnight_after};

const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// A deadline as a badge says it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Due {
    /// Which of the badge's states it is: names its colour and its pattern.
    pub state: &'static str,
    /// Its icon.
    pub icon: &'static str,
    /// What it says.
    pub text: String,
    /// The exact instant, for who wants to know.
    pub exact: String,
    /// When it says something else, if nothing happens until then.
    pub until: Option<Instant>,
}

impl Due {
    /// What a deadline says now.
    pub fn new(deadline: &Deadline, now: Instant) -> Self {
        let exact = deadline.due.map(exact).unwrap_or_default();
        let ahead = |due: Instant| {
            let left = due.millis() - now.millis();
            // A second more than is left is the first that says something else.
            (format!("in {}", span(left)), Some(now.plus_millis(left % step_of_span(left) + 1)))
        };
        let mut until = None;
        let (state, icon, text) = match (deadline.state, deadline.due) {
            (ClockState::None, _) => ("none", "", "no deadline".to_owned()),
            (ClockState::Met, _) => ("met", "check", "met".to_owned()),
            (ClockState::Breached, Some(due)) if deadline.is_outstanding && due < now => {
                let late = now.millis() - due.millis();
                let step = step_of_span(late);
                until = Some(now.plus_millis(step - late % step));
                ("breached", "bolt", format!("{} late", span(late)))
            }
            (ClockState::Breached, _) => ("breached", "bolt", "missed".to_owned()),
            (ClockState::Paused, _) | (_, None) => ("paused", "pause", "paused".to_owned()),
            (ClockState::AtRisk, Some(due)) => {
                let text;
                (text, until) = ahead(due);
                ("risk", "alert", text)
            }
            (ClockState::Running, Some(due)) => {
                let midnight = midnight_after(now);
                if due < midnight {
                    let text;
                    (text, until) = ahead(due);
                    ("today", "clock", text)
                } else {
                    until = Some(midnight);
                    ("later", "later", moment(due, now))
                }
            }
        };
        Self { state, icon, text, exact, until }
    }
}

/// A stretch of time in its two largest units: `38 min`, `1 h 20`, `3 d 4 h`.
pub fn span(ms: i64) -> String {
    let minutes = ms.max(0) / 60_000;
    let (days, hours, rest) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
    match (days, hours, rest) {
        (0, 0, 0) => "under 1 min".to_owned(),
        (0, 0, rest) => format!("{rest} min"),
        (0, hours, rest) => format!("{hours} h {rest:02}"),
        (days, 0, _) if days < 100 => format!("{days} d"),
        (days, hours, _) if days < 10 => format!("{days} d {hours} h"),
        (days, _, _) if days < 730 => format!("{days} d"),
        (days, _, _) => format!("{} years", days / 365),
    }
}

/// After how many milliseconds [`span`] says something else.
fn step_of_span(ms: i64) -> i64 {
    const MINUTE: i64 = 60_000;
    match ms / (1440 * MINUTE) {
        0 => MINUTE,
        1..10 => 60 * MINUTE,
        _ => 1440 * MINUTE,
    }
}

/// A moment as briefly as it stays clear: the time today, the weekday within a week, the date beyond.
pub fn moment(at: Instant, now: Instant) -> String {
    let (there, here) = (local(at), local(now));
    let days = (there.date_naive() - here.date_naive()).num_days();
    if days == 0 {
        time_of_day(at)
    } else if days.abs() < 7 {
        format!("{} {}", there.weekday(), time_of_day(at))
    } else if there.year() == here.year() {
        format!("{} {}", there.day(), &month(&there)[..3])
    } else {
        format!("{} {} {}", there.day(), &month(&there)[..3], there.year())
    }
}

fn month(date: &impl Datelike) -> &'static str {
    // Months run from 1 to 12.
    Month::try_from(date.month() as u8).map_or("", |month| month.name())
}

/// The exact instant, with its zone.
pub fn exact(at: Instant) -> String {
    let there = local(at);
    format!("{}, {}:{:02} (UTC{})", day(at), time_of_day(at), there.second(), there.offset())
}

/// A day, as a heading says it.
pub fn day(at: Instant) -> String {
    let there = local(at);
    format!("{} {} {} {}", DAYS[there.weekday() as usize], there.day(), month(&there), there.year())
}

/// The time of day.
pub fn time_of_day(at: Instant) -> String {
    let there = local(at);
    format!("{:02}:{:02}", there.hour(), there.minute())
}

/// How long ago, as the state pill says it.
pub fn ago(at: Instant, now: Instant) -> String {
    match (now.millis() - at.millis()) / 1000 {
        ..10 => "just now".to_owned(),
        seconds @ 10..60 => format!("{} s ago", seconds / 10 * 10),
        _ => format!("{} ago", span(now.millis() - at.millis())),
    }
}

/// The number of a ticket as people say it; a provisional one while the server has not given one.
pub fn number(number: Option<TicketNumber>, provisional: Option<u64>, reference: &Reference) -> String {
    let prefix = &reference.rules.number_prefix;
    match (number, provisional) {
        (Some(number), _) => format!("{prefix}-{number}"),
        (None, Some(counter)) => format!("{prefix}-new{counter}"),
        (None, None) => format!("{prefix}-new"),
    }
}

/// In which order a list is.
pub fn by(order: Order) -> String {
    let what = match order.by {
        SortBy::Due => "deadline",
        SortBy::Updated => "last change",
        SortBy::Created => "when it was raised",
        other => other.name(),
    };
    format!("by {what}{}", if order.descending { ", backwards" } else { "" })
}

/// The icon of a view.
pub fn view_icon(slug: &str) -> &'static str {
    match slug {
        "mine" => "person",
        "teams" => "people",
        "unassigned" => "queue",
        "due-soon" => "clock",
        "breached" => "bolt",
        "waiting" => "pause",
        "recent" => "refresh",
        "sites" => "pin",
        "all" => "search",
        _ => "queue",
    }
}

/// What is said where a view is empty.
pub fn view_empty(slug: &str) -> (&'static str, &'static str) {
    match slug {
        "mine" => ("Nothing waits for you", "Tickets given to you, or to nobody in your teams, appear here."),
        "teams" => ("Your teams are done", "Open tickets of your teams appear here."),
        "unassigned" => ("Everything has somebody", "Open tickets without an agent appear here."),
        "due-soon" => ("No deadline presses", "Tickets with most of their time spent appear here."),
        "breached" => ("Nothing is late", "Open tickets past their deadline appear here."),
        "waiting" => ("Nobody is waited for", "Tickets that wait for somebody else appear here."),
        "recent" => ("Nothing has happened", "Tickets that changed within a day appear here."),
        "sites" => ("No site has work", "Open tickets that are at a site appear here."),
        "all" => ("No tickets yet", "Every ticket you may see appears here."),
        _ => ("Nothing here now", "Tickets that this view asks for appear here."),
    }
}

/// Names of the rules' rows and of people.
impl Reference {
    /// A person's name.
    pub fn person(&self, id: PersonId) -> String {
        self.directory.person(id).map_or_else(|| "Somebody".to_owned(), |person| person.name.clone())
    }

    /// A person's first name, for where there is little room.
    pub fn first_name(&self, id: PersonId) -> String {
        let name = self.person(id);
        let is_label = name.split(' ').nth(1).is_some_and(|word| word.chars().all(|c| c.is_ascii_digit()));
        if is_label { name } else { name.split(' ').next().unwrap_or_default().to_owned() }
    }

    /// What a person belongs to, or that there is nothing.
    pub fn organisation(&self, id: PersonId) -> String {
        let known = self.directory.person(id).and_then(|person| person.organisation.as_ref());
        known.map_or_else(|| "None".to_owned(), ToString::to_string)
    }

    /// A team's name.
    pub fn team(&self, id: Option<TeamId>) -> String {
        id.and_then(|id| self.directory.team(id))
            .map_or_else(|| "No team".to_owned(), |team| team.name.clone())
    }

    /// An agent's name, or that there is none.
    pub fn agent(&self, id: Option<PersonId>) -> String {
        id.map_or_else(|| "Nobody".to_owned(), |id| self.person(id))
    }

    /// A status's name.
    pub fn status(&self, id: &StatusId) -> String {
        self.rules.workflow.status(id).map_or_else(|| id.to_string(), |status| status.name.clone())
    }

    /// A priority's name.
    pub fn priority(&self, id: &PriorityId) -> String {
        self.rules.priority(id).map_or_else(|| id.to_string(), |priority| priority.name.clone())
    }

    /// A category's name.
    pub fn category(&self, id: Option<&CategoryId>) -> String {
        id.map_or_else(
            || "No category".to_owned(),
            |id| self.rules.category(id).map_or_else(|| id.to_string(), |category| category.name.clone()),
        )
    }
}

/// What search looks through on one ticket.
pub fn searched(header: &Header, reference: &Reference) -> String {
    let mut text = number(header.number, None, reference);
    let agent = header.agent.map(|agent| reference.person(agent)).unwrap_or_default();
    let team = header.team.map(|_| reference.team(header.team)).unwrap_or_default();
    let category = reference.category(header.category.as_ref());
    let person = reference.person(header.requester);
    let site = header.site.clone().unwrap_or_default();
    let asset = header.asset.clone().unwrap_or_default();
    let status = reference.status(&header.status);
    for part in [&header.subject, &person, &agent, &team, &category, &site, &asset, &status] {
        text.push(' ');
        text.push_str(part);
    }
    for tag in &header.tags {
        text.push(' ');
        text.push_str(tag);
    }
    folded(&text)
}

/// What a change did, after the name of who did it; `None` for what is shown as a message.
pub fn change(change: &Change, reference: &Reference) -> Option<String> {
    Some(match change {
        Change::Created(_) | Change::Replied { .. } | Change::Noted { .. } => return None,
        Change::Transitioned { to, status_kind, cause } => {
            let name = reference.status(to);
            let said = match status_kind {
                StatusKind::Resolved => format!("resolved it ({name})"),
                StatusKind::Closed => format!("closed it ({name})"),
                _ => format!("moved it to {name}"),
            };
            match cause {
                Cause::Command => said,
                Cause::Trigger { .. } => format!("{said}, by itself"),
                Cause::Imported { against_workflow: false } => said,
                Cause::Imported { against_workflow: true } => {
                    format!("{said}; imported, today's workflow does not allow it")
                }
            }
        }
        Change::Assigned { team, agent } => match agent {
            Some(_) => format!("gave it to {}, {}", reference.agent(*agent), reference.team(*team)),
            None if team.is_some() => format!("gave it to {}", reference.team(*team)),
            None => "took it from everybody".to_owned(),
        },
        Change::Prioritised { to } => format!("set the priority to {}", reference.priority(to)),
        Change::Categorised { to } => format!("set the category to {}", reference.category(Some(to))),
        Change::Retitled { subject } => format!("called it “{subject}”"),
        Change::Tagged { add, remove } => {
            let list = |sign: &str, tags: &[String]| {
                tags.iter().map(|tag| format!("{sign}{tag}")).collect::<Vec<_>>().join(" ")
            };
            format!("tagged it {} {}", list("+", add), list("−", remove))
        }
        Change::Located { site, asset } => {
            let site = site.as_deref().unwrap_or("no site");
            match asset {
                Some(asset) => format!("placed it at {site}, {asset}"),
                None => format!("placed it at {site}"),
            }
        }
        Change::Redacted { .. } => "removed words from it".to_owned(),
        Change::Deleted => "deleted it".to_owned(),
        Change::Unknown(_) => "did something that this version of the app cannot show yet".to_owned(),
    })
}

/// What an event of one's own wanted, in a word or two: for lists of waiting and refused work.
pub fn wanted(changes: &[Change], reference: &Reference) -> String {
    let words: Vec<String> = changes
        .iter()
        .map(|change| match change {
            Change::Created(_) => "Raise".to_owned(),
            Change::Replied { .. } => "Reply".to_owned(),
            Change::Noted { .. } => "Note".to_owned(),
            Change::Transitioned { to, .. } => format!("Move to {}", reference.status(to)),
            Change::Assigned { team, agent } => match agent {
                Some(agent) => format!("Give to {}", reference.person(*agent)),
                None => format!("Give to {}", reference.team(*team)),
            },
            Change::Prioritised { to } => format!("Priority {}", reference.priority(to)),
            Change::Categorised { to } => format!("Category {}", reference.category(Some(to))),
            Change::Retitled { .. } => "New subject".to_owned(),
            Change::Tagged { .. } => "Tags".to_owned(),
            Change::Located { .. } => "Site".to_owned(),
            Change::Redacted { .. } => "Remove words".to_owned(),
            Change::Deleted => "Delete".to_owned(),
            Change::Unknown(_) => "Something newer".to_owned(),
        })
        .collect();
    words.join(", ")
}

/// What was written in an event, if anything.
pub fn written(changes: &[Change]) -> Option<String> {
    let texts: Vec<&str> = changes
        .iter()
        .filter_map(|change| match change {
            Change::Replied { text } | Change::Noted { text } => Some(text.as_str()),
            Change::Created(created) => Some(created.subject.as_str()),
            _ => None,
        })
        .collect();
    (!texts.is_empty()).then(|| texts.join("\n\n"))
}

/// Why something was refused, to the person whose it was.
pub fn refusal(refusal: &Refusal, reference: &Reference) -> String {
    match refusal {
        Refusal::TransitionNotAllowed { from, to, allowed } => {
            let names: Vec<String> = allowed.iter().map(|status| reference.status(status)).collect();
            let ways = match names.as_slice() {
                [] => "It can go nowhere from there.".to_owned(),
                names => format!("From there it can go to {}.", names.join(", ")),
            };
            format!(
                "The ticket is {} and cannot go to {}. {ways}",
                reference.status(from),
                reference.status(to)
            )
        }
        Refusal::NothingToDo { .. } => "It is so already; there was nothing left to change.".to_owned(),
        other => {
            let text = other.to_string();
            let mut letters = text.chars();
            let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
            format!("{first}{}.", letters.as_str())
        }
    }
}

/// Why an event of this person's needs them.
pub fn reason(why: &Reason<Refusal>, reference: &Reference) -> String {
    match why {
        Reason::Refused { refusal: stands_against } => refusal(stands_against, reference),
        Reason::EventIdReuse => "The server has something else under this id. Do it again.".to_owned(),
        Reason::TooLarge => {
            "It is larger than the server takes. Export it, or do it again in smaller parts.".to_owned()
        }
        Reason::NotYours => "It was made under another name and cannot be sent under yours.".to_owned(),
    }
}
