//! A desk to try things on: people, rules and tickets in every state that a page has to show. The server fills an
//! empty workspace with it on request; without a server the app runs on it alone.
//!
//! Everything is counted back from the instant that comes in, and ids are derived from names, so that the same
//! instant gives the same desk everywhere.

mod people;
mod stories;

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::sla::{AppliesTo, Calendar, Day, Policy, SlaRules, SlaVersion, Target, Window, Zone};
use crate::ticket::evolve;
use crate::workflow::presets;
use crate::{
    CategoryId, ChannelId, Directory, Event, Header, Instant, PersonId, PriorityId, Rules, StatusKind,
    TicketId,
};

/// A desk to try things on.
#[derive(Clone, Debug)]
pub struct Workspace {
    /// Its rules.
    pub rules: Rules,
    /// Who is there.
    pub directory: Directory,
    /// Under which name each of them signs in.
    pub logins: Vec<(PersonId, String)>,
    /// What happened so far, in order.
    pub events: Vec<Event>,
}

impl Workspace {
    /// The tickets as their histories leave them.
    pub fn headers(&self) -> BTreeMap<TicketId, Header> {
        let mut headers = BTreeMap::new();
        for event in &self.events {
            if let Some(header) = evolve(headers.remove(&event.ticket), event) {
                headers.insert(event.ticket, header);
            }
        }
        headers
    }
}

/// The demonstration desk as it stands at this instant.
pub fn workspace(now: Instant) -> Workspace {
    let rules = rules(now);
    let cast = people::cast();
    let events = stories::events(now, &rules, &cast);
    Workspace { rules, directory: cast.directory, logins: cast.logins, events }
}

/// The rules that a desk starts with: the service desk's workflow, four priorities, and targets around the clock.
/// Response targets are those of seed 002, resolution targets of P1 and P2 those of seed 000.
pub fn rules(now: Instant) -> Rules {
    let hours = |first: i64, resolution: i64| Target {
        first_response: Some(first * 3600),
        next_response: None,
        resolution: Some(resolution * 3600),
    };
    let targets = [("p1", hours(1, 4)), ("p2", hours(4, 24)), ("p3", hours(24, 72)), ("p4", hours(24, 120))];
    Rules {
        version: 1,
        valid_from: now,
        desk: "Holdfast".to_owned(),
        number_prefix: "HF".to_owned(),
        workflow: presets::service_desk(),
        priorities: rows(&["P1 Critical", "P2 High", "P3 Moderate", "P4 Low"], |name| {
            crate::rules::Priority {
                id: PriorityId(code(name.split(' ').next().unwrap_or(name))),
                name: name.to_owned(),
            }
        }),
        categories: rows(&["Network", "Hardware", "Software", "Access", "Printing", "Phones"], |name| {
            crate::rules::Category { id: CategoryId(code(name)), name: name.to_owned() }
        }),
        channels: rows(&["Phone", "Email", "Web", "Site visit"], |name| crate::rules::Channel {
            id: ChannelId(code(name)),
            name: name.to_owned(),
        }),
        sla: SlaRules {
            versions: vec![SlaVersion {
                // Whatever was imported from an earlier desk is measured as well.
                valid_from: Instant::default(),
                policies: vec![Policy {
                    name: "Standard".to_owned(),
                    applies_to: AppliesTo::Everything,
                    targets: targets.into_iter().map(|(id, target)| (id.into(), target)).collect(),
                    pause_on: vec![StatusKind::Pending, StatusKind::OnHold],
                    pause_first_response: false,
                    respond_on: Default::default(),
                    reopen: Default::default(),
                    at_risk_percent: 80,
                    calendar: "always".into(),
                }],
                calendars: vec![around_the_clock()],
                calendars_of: Vec::new(),
            }],
            zones: vec![Zone::utc()],
        },
    }
}

fn around_the_clock() -> Calendar {
    Calendar {
        id: "always".into(),
        name: "Around the clock".to_owned(),
        zone: "UTC".to_owned(),
        hours: Day::ALL.iter().map(|day| (*day, vec![Window::whole_day()])).collect(),
        holidays: Vec::new(),
        breaks: Vec::new(),
        extra: Vec::new(),
    }
}

fn rows<T>(names: &[&str], row: impl Fn(&str) -> T) -> Vec<T> {
    names.iter().map(|name| row(name)).collect()
}

fn code(name: &str) -> String {
    name.to_lowercase().replace(' ', "_")
}

/// An id that belongs to a name: the same in every demonstration.
fn id_of(what: &str, name: &str) -> Uuid {
    // FNV-1a in both directions: no more is asked of it than that these few names differ.
    let fnv = |bytes: &mut dyn Iterator<Item = u8>| {
        bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })
    };
    let text = format!("{what}/{name}");
    let (high, low) = (fnv(&mut text.bytes()), fnv(&mut text.bytes().rev()));
    uuid::Builder::from_custom_bytes(((u128::from(high) << 64) | u128::from(low)).to_be_bytes()).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Change;

    #[test]
    fn the_demonstration_shows_every_kind_of_status() {
        let workspace = workspace(Instant::parse("2026-03-02T09:00:00Z").unwrap());
        let headers = workspace.headers();
        assert!(headers.len() >= 24);
        for status in workspace.rules.workflow.statuses() {
            assert!(headers.values().any(|header| header.status == status.id), "{} is shown", status.name);
        }
        let numbers: std::collections::BTreeSet<_> = headers.values().map(|header| header.number).collect();
        assert_eq!(numbers.len(), headers.len(), "every ticket has a number of its own");
    }

    #[test]
    fn the_demonstration_keeps_its_own_rules() {
        let workspace = workspace(Instant::parse("2026-03-02T09:00:00Z").unwrap());
        let mut headers: BTreeMap<TicketId, Header> = BTreeMap::new();
        for event in &workspace.events {
            let before = headers.remove(&event.ticket);
            for change in &event.changes {
                if let (Change::Transitioned { to, .. }, Some(before)) = (change, &before) {
                    assert!(workspace.rules.workflow.transition(&before.status, to).is_some());
                }
            }
            headers.insert(event.ticket, evolve(before, event).unwrap());
        }
        assert!(workspace.events.is_sorted_by_key(|event| event.at));
    }

    #[test]
    fn everybody_has_an_id_and_a_login_of_their_own() {
        let workspace = workspace(Instant::default());
        let ids: std::collections::BTreeSet<_> = workspace.logins.iter().map(|(id, _)| *id).collect();
        let logins: std::collections::BTreeSet<_> = workspace.logins.iter().map(|(_, name)| name).collect();
        assert_eq!((ids.len(), logins.len()), (workspace.logins.len(), workspace.logins.len()));
        assert_eq!(workspace.directory.people().count(), ids.len());
    }
}
