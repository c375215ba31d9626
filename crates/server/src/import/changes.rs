//! What happened between two rows of a ticket.

use holdfast_desk::ticket::{Cause, Created, Header, TicketNumber};
use holdfast_desk::{Change, StatusId, StatusKind, Workflow};

use super::row::{Snapshot, Texts};
use super::words::Words;

impl Snapshot {
    /// The ticket as it was raised.
    pub fn created(
        &self,
        number: TicketNumber,
        description: String,
        words: &Words,
        workflow: &Workflow,
    ) -> Change {
        let status = StatusId(words.owned(self.status));
        Change::Created(Box::new(Created {
            number: Some(number),
            subject: words.owned(self.texts.subject),
            description,
            requester: self.requester,
            channel: words.text(self.channel).into(),
            status_kind: kind_of(&status, workflow),
            status,
            priority: words.text(self.priority).into(),
            category: self.texts.category.map(|word| words.text(word).into()),
            team: self.team,
            agent: self.agent,
            site: self.texts.site.map(|word| words.owned(word)),
            asset: self.texts.asset.map(|word| words.owned(word)),
            tags: self.texts.tags.iter().map(|word| words.owned(*word)).collect(),
        }))
    }

    /// What happened on the way from this row to the next. The status comes last, as it does when an agent says
    /// something and resolves.
    pub fn changes_to(&self, next: &Self, words: &Words, workflow: &Workflow) -> Vec<Change> {
        let mut changes = Vec::new();
        if next.priority != self.priority {
            changes.push(Change::Prioritised { to: words.text(next.priority).into() });
        }
        // A ticket keeps its last category: there is no change that takes one away.
        if let Some(category) = next.texts.category.filter(|_| next.texts.category != self.texts.category) {
            changes.push(Change::Categorised { to: words.text(category).into() });
        }
        if next.texts.subject != self.texts.subject {
            changes.push(Change::Retitled { subject: words.owned(next.texts.subject) });
        }
        if (next.texts.site, next.texts.asset) != (self.texts.site, self.texts.asset) {
            let owned = |word: Option<_>| word.map(|word| words.owned(word));
            changes.push(Change::Located { site: owned(next.texts.site), asset: owned(next.texts.asset) });
        }
        if next.texts.tags != self.texts.tags {
            let only = |these: &Self, others: &Self| -> Vec<String> {
                let new = these.texts.tags.iter().filter(|tag| !others.texts.tags.contains(tag));
                new.map(|tag| words.owned(*tag)).collect()
            };
            let (add, remove) = (only(next, self), only(self, next));
            if !(add.is_empty() && remove.is_empty()) {
                changes.push(Change::Tagged { add, remove });
            }
        }
        if (next.team, next.agent) != (self.team, self.agent) {
            changes.push(Change::Assigned { team: next.team, agent: next.agent });
        }
        if next.status != self.status {
            let (from, to) = (StatusId(words.owned(self.status)), StatusId(words.owned(next.status)));
            let against_workflow = workflow.transition(&from, &to).is_none();
            let status_kind = kind_of(&to, workflow);
            changes.push(Change::Transitioned {
                to,
                status_kind,
                cause: Cause::Imported { against_workflow },
            });
        }
        changes
    }

    /// A ticket as the desk has it, in the words of a log.
    pub fn of_header(header: &Header, words: &mut Words) -> Self {
        let texts = Texts {
            subject: words.keep(&header.subject),
            category: header.category.as_ref().map(|category| words.keep(category.as_str())),
            site: header.site.as_deref().map(|site| words.keep(site)),
            asset: header.asset.as_deref().map(|asset| words.keep(asset)),
            tags: header.tags.iter().map(|tag| words.keep(tag)).collect(),
        };
        Self {
            texts,
            requester: header.requester,
            channel: words.keep(header.channel.as_str()),
            status: words.keep(header.status.as_str()),
            priority: words.keep(header.priority.as_str()),
            team: header.team,
            agent: header.agent,
        }
    }
}

/// The tables of the mapping were checked against the workflow, so the status is always one of its own.
fn kind_of(status: &StatusId, workflow: &Workflow) -> StatusKind {
    workflow.status(status).unwrap_or_else(|| workflow.initial()).kind
}

#[cfg(test)]
mod tests {
    use holdfast_desk::PersonId;
    use holdfast_desk::workflow::presets;
    use uuid::Uuid;

    use super::*;

    fn snapshot(words: &mut Words, status: &str) -> Snapshot {
        let texts = Texts {
            subject: words.keep("It is broken"),
            category: Some(words.keep("network")),
            site: None,
            asset: None,
            tags: [words.keep("INC1")].into(),
        };
        Snapshot {
            texts,
            requester: PersonId(Uuid::nil()),
            channel: words.keep("phone"),
            status: words.keep(status),
            priority: words.keep("p3"),
            team: None,
            agent: None,
        }
    }

    #[test]
    fn a_transition_that_the_workflow_refuses_is_history_and_marked() {
        let (mut words, workflow) = (Words::default(), presets::service_desk());
        let (resolved, pending) = (snapshot(&mut words, "resolved"), snapshot(&mut words, "pending"));
        let causes: Vec<bool> = [(&resolved, &pending), (&pending, &resolved)]
            .into_iter()
            .flat_map(|(from, to)| from.changes_to(to, &words, &workflow))
            .map(|change| match change {
                Change::Transitioned { cause: Cause::Imported { against_workflow }, .. } => against_workflow,
                other => panic!("only the status differs, not {other:?}"),
            })
            .collect();
        assert_eq!(causes, [true, false]);
        assert_eq!(pending.changes_to(&pending, &words, &workflow), []);
    }

    #[test]
    fn one_row_may_hold_several_changes_and_the_status_comes_last() {
        let (mut words, workflow) = (Words::default(), presets::service_desk());
        let before = snapshot(&mut words, "new");
        let texts = Texts {
            category: None,
            site: Some(words.keep("Depot 7")),
            tags: [words.keep("INC1"), words.keep("CHG9")].into(),
            ..before.texts.clone()
        };
        let after = Snapshot {
            texts,
            agent: Some(PersonId(Uuid::max())),
            priority: words.keep("p1"),
            status: words.keep("open"),
            ..before.clone()
        };
        let changes = before.changes_to(&after, &words, &workflow);
        let kinds: Vec<&str> = changes.iter().map(Change::kind).collect();
        assert_eq!(kinds, ["prioritised", "located", "tagged", "assigned", "transitioned"]);
        assert_eq!(changes[2], Change::Tagged { add: vec!["CHG9".to_owned()], remove: vec![] });
    }
}
