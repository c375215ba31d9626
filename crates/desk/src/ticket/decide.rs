//! Deciding: from a ticket's state and a command to the changes that happen, or the refusal.

use super::{Cause, Change, Command, Created, Event, Field, Header, NewTicket, Refusal, TicketNumber, Want};
use super::{evolve, limits};
use crate::access::{self, Scope, Sight};
use crate::workflow::Trigger;
use crate::{Actor, Directory, EventId, Instant, PersonId, Role, Rules, StatusId, TeamId};

/// Everything a decision rests on besides the ticket and the command.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The rules in force.
    pub rules: &'a Rules,
    /// Who there is.
    pub directory: &'a Directory,
    /// Who wants it.
    pub actor: &'a Actor,
    /// When, as the rules count it.
    pub at: Instant,
    /// The number a ticket gets that is raised now; known on the server alone.
    pub number: Option<TicketNumber>,
}

/// What comes of a command: the changes that happen, those that triggers add included, or why nothing does.
///
/// # Errors
/// The first rule that stands against any part of the command. Nothing of it happens then.
pub fn decide(state: Option<&Header>, command: &Command, context: &Context) -> Result<Vec<Change>, Refusal> {
    within(Field::Command, command.wants.len(), limits::WANTS)?;
    match (state, command.wants.as_slice()) {
        (_, []) => Err(Refusal::NotACommand),
        (None, [Want::Create(ticket)]) => Ok(vec![create(ticket, context)?]),
        (Some(_), [Want::Create(_)]) => Err(Refusal::AlreadyCreated),
        (_, wants) if wants.iter().any(|want| matches!(want, Want::Create(_))) => Err(Refusal::NotACommand),
        (None, _) => Err(Refusal::NoSuchTicket),
        (Some(header), wants) => {
            let sight = Scope::of(context.actor, context.directory).sight(header);
            if sight == Sight::Nothing {
                return Err(Refusal::NoSuchTicket);
            }
            if header.marks.len() >= limits::MARKS && !finishes(header, wants, context) {
                return Err(Refusal::TooMuchHappened { limit: limits::MARKS });
            }
            let role = sight.role(context.actor.role);
            let mut decision = Decision { header: header.clone(), changes: Vec::new(), role, context };
            for want in wants {
                decision.add(want)?;
            }
            decision.take_triggers(header, wants);
            Ok(decision.changes)
        }
    }
}

/// Whether this does nothing but finish a ticket that is not finished.
fn finishes(header: &Header, wants: &[Want], context: &Context) -> bool {
    let is_done = |to| context.rules.workflow.status(to).is_some_and(|status| status.kind.is_done());
    match wants {
        [Want::Transition { to }] => !header.kind.is_done() && is_done(to),
        [Want::Redact { .. } | Want::Delete] => true,
        _ => false,
    }
}

/// A decision under way: the ticket as the changes so far would leave it.
struct Decision<'a> {
    header: Header,
    changes: Vec<Change>,
    /// The role in which the person acts on this ticket.
    role: Role,
    context: &'a Context<'a>,
}

impl Decision<'_> {
    fn add(&mut self, want: &Want) -> Result<(), Refusal> {
        access::permit(self.role, want)?;
        if self.header.deleted {
            return Err(Refusal::Deleted);
        }
        let change = match want {
            Want::Create(_) => return Err(Refusal::NotACommand),
            Want::Transition { to } => self.transition(to)?,
            Want::Reply { text } => Change::Replied { text: said(Field::Reply, text, limits::TEXT)? },
            Want::Note { text } => Change::Noted { text: said(Field::Note, text, limits::TEXT)? },
            Want::Assign { team, agent } => self.assign(*team, *agent)?,
            Want::Prioritise { to } => {
                known_priority(self.context, to)?;
                changes(Field::Priority, *to != self.header.priority)?;
                Change::Prioritised { to: to.clone() }
            }
            Want::Categorise { to } => {
                known_category(self.context, to)?;
                changes(Field::Category, Some(to) != self.header.category.as_ref())?;
                Change::Categorised { to: to.clone() }
            }
            Want::Retitle { subject } => {
                let subject = said(Field::Subject, subject, limits::SUBJECT)?;
                changes(Field::Subject, subject != self.header.subject)?;
                Change::Retitled { subject }
            }
            Want::Tag { add, remove } => self.tag(add, remove)?,
            Want::Locate { site, asset } => {
                let (site, asset) = (place(Field::Site, site)?, place(Field::Asset, asset)?);
                changes(Field::Site, (&site, &asset) != (&self.header.site, &self.header.asset))?;
                Change::Located { site, asset }
            }
            Want::Redact { event } => Change::Redacted { event: *event },
            Want::Delete => Change::Deleted,
        };
        self.happen(change);
        Ok(())
    }

    fn transition(&self, to: &StatusId) -> Result<Change, Refusal> {
        let (workflow, role) = (&self.context.rules.workflow, self.role);
        let from = &self.header.status;
        let open = workflow.transition(from, to).filter(|transition| transition.is_open_to(role));
        match (open, workflow.status(to)) {
            (Some(_), Some(status)) => {
                Ok(Change::Transitioned { to: to.clone(), status_kind: status.kind, cause: Cause::Command })
            }
            _ => Err(Refusal::TransitionNotAllowed {
                from: from.clone(),
                to: to.clone(),
                allowed: workflow.allowed(from, role).map(|transition| transition.to.clone()).collect(),
            }),
        }
    }

    fn assign(&self, team: Option<TeamId>, agent: Option<PersonId>) -> Result<Change, Refusal> {
        known_assignment(self.context, team, agent)?;
        let field = if team == self.header.team { Field::Agent } else { Field::Team };
        changes(field, (team, agent) != (self.header.team, self.header.agent))?;
        Ok(Change::Assigned { team, agent })
    }

    fn tag(&self, add: &[String], remove: &[String]) -> Result<Change, Refusal> {
        let mut add = tags(add)?;
        add.retain(|tag| !self.header.tags.contains(tag));
        let mut remove = tags(remove)?;
        remove.retain(|tag| self.header.tags.contains(tag) && !add.contains(tag));
        changes(Field::Tags, !(add.is_empty() && remove.is_empty()))?;
        within(Field::Tags, self.header.tags.len() + add.len() - remove.len(), limits::TAGS)?;
        Ok(Change::Tagged { add, remove })
    }

    /// Takes the transitions that the workflow attaches to what was just decided. Where the command itself asked
    /// for a status, its word stands.
    fn take_triggers(&mut self, before: &Header, wants: &[Want]) {
        if wants.iter().any(|want| matches!(want, Want::Transition { .. })) {
            return;
        }
        let got_agent = before.agent.is_none() && self.header.agent.is_some();
        let requester_wrote = self.context.actor.person == before.requester
            && wants.iter().any(|want| matches!(want, Want::Reply { .. }));
        for (trigger, fired) in
            [(Trigger::AgentAssigned, got_agent), (Trigger::RequesterReplied, requester_wrote)]
        {
            let workflow = &self.context.rules.workflow;
            if fired
                && let Some(transition) = workflow.triggered(&self.header.status, trigger)
                && let Some(status) = workflow.status(&transition.to)
            {
                self.happen(Change::Transitioned {
                    to: status.id.clone(),
                    status_kind: status.kind,
                    cause: Cause::Trigger { trigger },
                });
            }
        }
    }

    fn happen(&mut self, change: Change) {
        let event = Event {
            id: EventId(uuid::Uuid::nil()),
            ticket: self.header.id,
            by: self.context.actor.person,
            at: self.context.at,
            changes: vec![change],
        };
        if let Some(header) = evolve(Some(self.header.clone()), &event) {
            self.header = header;
        }
        self.changes.extend(event.changes);
    }
}

fn create(ticket: &NewTicket, context: &Context) -> Result<Change, Refusal> {
    let actor = context.actor;
    if actor.role == Role::Requester {
        let plain = ticket.team.is_none() && ticket.agent.is_none() && ticket.tags.is_empty();
        let allowed = ticket.requester == actor.person && plain;
        if !allowed {
            return Err(Refusal::NotPermitted {
                action: "raising a ticket for others, giving it to somebody, or tagging it".to_owned(),
                role: actor.role,
            });
        }
    }
    known_priority(context, &ticket.priority)?;
    if let Some(category) = &ticket.category {
        known_category(context, category)?;
    }
    if context.rules.channel(&ticket.channel).is_none() {
        return Err(Refusal::UnknownChannel { channel: ticket.channel.clone() });
    }
    if context.directory.person(ticket.requester).is_none() {
        return Err(Refusal::UnknownPerson { person: ticket.requester });
    }
    known_assignment(context, ticket.team, ticket.agent)?;
    let tags = tags(&ticket.tags)?;
    within(Field::Tags, tags.len(), limits::TAGS)?;
    let description = ticket.description.trim();
    within(Field::Description, description.chars().count(), limits::TEXT)?;
    let initial = context.rules.workflow.initial();
    Ok(Change::Created(Box::new(Created {
        number: context.number,
        subject: said(Field::Subject, &ticket.subject, limits::SUBJECT)?,
        description: description.to_owned(),
        requester: ticket.requester,
        channel: ticket.channel.clone(),
        status: initial.id.clone(),
        status_kind: initial.kind,
        priority: ticket.priority.clone(),
        category: ticket.category.clone(),
        team: ticket.team,
        agent: ticket.agent,
        site: place(Field::Site, &ticket.site)?,
        asset: place(Field::Asset, &ticket.asset)?,
        tags,
    })))
}

fn known_priority(context: &Context, priority: &crate::PriorityId) -> Result<(), Refusal> {
    let known = context.rules.priority(priority).map(|_| ());
    known.ok_or_else(|| Refusal::UnknownPriority { priority: priority.clone() })
}

fn known_category(context: &Context, category: &crate::CategoryId) -> Result<(), Refusal> {
    let known = context.rules.category(category).map(|_| ());
    known.ok_or_else(|| Refusal::UnknownCategory { category: category.clone() })
}

fn known_assignment(context: &Context, team: Option<TeamId>, agent: Option<PersonId>) -> Result<(), Refusal> {
    if let Some(team) = team
        && context.directory.team(team).is_none()
    {
        return Err(Refusal::UnknownTeam { team });
    }
    match agent.map(|person| (person, context.directory.person(person))) {
        Some((person, None)) => Err(Refusal::UnknownPerson { person }),
        Some((person, Some(found))) if !found.role.is_agent() => Err(Refusal::NotAnAgent { person }),
        _ => Ok(()),
    }
}

/// Text as it is kept: without white space around it, not blank, not too long.
fn said(field: Field, text: &str, limit: usize) -> Result<String, Refusal> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Refusal::Blank { field });
    }
    within(field, text.chars().count(), limit)?;
    Ok(text.to_owned())
}

fn place(field: Field, place: &Option<String>) -> Result<Option<String>, Refusal> {
    let place = place.as_deref().map(str::trim).filter(|place| !place.is_empty());
    place.map(|place| said(field, place, limits::PLACE)).transpose()
}

fn tags(tags: &[String]) -> Result<Vec<String>, Refusal> {
    within(Field::Tags, tags.len(), limits::TAGS)?;
    let mut kept: Vec<String> = Vec::with_capacity(tags.len());
    for tag in tags {
        let tag = said(Field::Tag, tag, limits::TAG)?;
        if !kept.contains(&tag) {
            kept.push(tag);
        }
    }
    Ok(kept)
}

fn within(field: Field, length: usize, limit: usize) -> Result<(), Refusal> {
    if length > limit { Err(Refusal::TooLong { field, length, limit }) } else { Ok(()) }
}

fn changes(field: Field, something: bool) -> Result<(), Refusal> {
    if something { Ok(()) } else { Err(Refusal::NothingToDo { field }) }
}
