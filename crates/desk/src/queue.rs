//! Queues: which tickets a person sees in a list, and in which order.

use std::cmp::Ordering;

use crate::sla::Deadline;
use crate::{Actor, Header, Instant};

/// A saved view over the tickets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum View {
    /// Open work of mine and of nobody in my teams: what an agent starts the day with. For a requester, their own.
    Mine,
    /// Open work of my teams, whoever has it.
    Teams,
    /// Open work that no agent has.
    Unassigned,
    /// Open work whose time is running out or has run out.
    DueSoon,
    /// Waiting for requesters or for others.
    Waiting,
    /// Everything, done or not.
    All,
}

impl View {
    /// Every view, in the order of the rail.
    pub const ALL: [Self; 6] =
        [Self::Mine, Self::Teams, Self::Unassigned, Self::DueSoon, Self::Waiting, Self::All];

    /// Whether a ticket belongs to this view of this person's.
    pub fn shows(self, actor: &Actor, header: &Header, deadline: &Deadline) -> bool {
        let open = !header.kind.is_done();
        match self {
            Self::All => !header.deleted,
            _ if !actor.role.is_agent() => open,
            Self::Mine => {
                open && header.is_work_of(actor.person, &actor.teams) && mine_or_free(actor, header)
            }
            Self::Teams => open && header.team.is_some_and(|team| actor.teams.contains(&team)),
            Self::Unassigned => open && header.agent.is_none(),
            Self::DueSoon => open && deadline.is_pressing(),
            Self::Waiting => open && crate::StatusKind::is_waiting(header.kind),
        }
    }
}

fn mine_or_free(actor: &Actor, header: &Header) -> bool {
    header.agent.is_none_or(|agent| agent == actor.person)
}

/// A ticket in a queue, with what the queue is ordered by.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Entry<'a> {
    /// The ticket.
    pub header: &'a Header,
    /// Its deadline as of the instant of the queue.
    pub deadline: Deadline,
}

impl Entry<'_> {
    /// When its work has to be done by.
    pub fn due(&self) -> Option<Instant> {
        self.deadline.due.filter(|_| self.deadline.is_outstanding)
    }

    /// Due first; what has no due time after everything that has one; what is done last, the latest first.
    pub fn by_deadline(&self, other: &Self) -> Ordering {
        let key = |entry: &Self| {
            let due = entry.due();
            (entry.header.kind.is_done(), due.is_none(), due)
        };
        key(self)
            .cmp(&key(other))
            .then(other.header.updated_at.cmp(&self.header.updated_at))
            .then(self.header.id.cmp(&other.header.id))
    }
}

/// Text as search compares it: lower case, without white space around it.
pub fn folded(text: &str) -> String {
    text.trim().to_lowercase()
}

/// Whether a ticket is found by these words: each of them somewhere in what is searched.
pub fn is_found(words: &[String], searched: &str) -> bool {
    words.iter().all(|word| searched.contains(word.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sla::{Deadlines, Sla, Subject};
    use crate::{demo, people};

    fn demonstration() -> (Actor, demo::Workspace, Instant) {
        let now = Instant::parse("2026-03-02T09:00:00Z").unwrap();
        let workspace = demo::workspace(now);
        let ana = workspace.directory.people().find(|person| person.name.starts_with("Ana")).unwrap();
        (people::Actor::from(ana), workspace, now)
    }

    fn entries<'a>(
        headers: impl Iterator<Item = &'a Header>,
        workspace: &demo::Workspace,
        now: Instant,
    ) -> Vec<Entry<'a>> {
        let mut deadlines = Deadlines::new(Sla::compile(&workspace.rules.sla, 2025..2028));
        let entry =
            |header| Entry { header, deadline: deadlines.of(Subject { header, organisation: None }, now) };
        headers.map(entry).collect()
    }

    #[test]
    fn a_queue_is_in_the_order_of_its_deadlines() {
        let (ana, workspace, now) = demonstration();
        let headers = workspace.headers();
        let mut entries = entries(headers.values(), &workspace, now);
        entries.retain(|entry| View::Mine.shows(&ana, entry.header, &entry.deadline));
        entries.sort_by(Entry::by_deadline);
        assert!(entries.len() >= 5, "the demonstration gives Ana something to do");
        let dues: Vec<Option<Instant>> = entries.iter().map(Entry::due).collect();
        let running: Vec<Instant> = dues.iter().flatten().copied().collect();
        assert!(running.is_sorted());
        assert!(dues.iter().skip_while(|due| due.is_some()).all(Option::is_none), "paused ones come last");
    }

    #[test]
    fn mine_is_what_i_have_and_what_nobody_has_in_my_teams() {
        let (ana, workspace, now) = demonstration();
        for entry in &entries(workspace.headers().values(), &workspace, now) {
            let mine = View::Mine.shows(&ana, entry.header, &entry.deadline);
            let someone_elses = entry.header.agent.is_some_and(|agent| agent != ana.person);
            assert!(!(mine && (someone_elses || entry.header.kind.is_done())));
        }
    }
}
