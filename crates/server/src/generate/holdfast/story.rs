//! The history of one ticket: what each update of its life means at our desk, decided by our rules.

use chrono::{NaiveDateTime, Timelike};
use holdfast_desk::ticket::{Context, NewTicket, TicketNumber, Want, decide, evolve};
use holdfast_desk::{
    Actor, ChannelId, Command, Event, EventId, Header, Instant, Rules, StatusId, StatusKind, TicketId,
};

use super::cast::Cast;
use super::text::Matter;
use super::words::{Topic, Words};
use crate::generate::dice::Dice;
use crate::generate::ticket::{State, Update};
use crate::import::{ImportError, Mapping};

/// After an update somebody says something more, so many times in 10,000, and then again: ten events a ticket.
const MORE: u32 = 1_950;

/// What every story shares.
pub struct Scene<'a> {
    pub rules: &'a Rules,
    pub cast: &'a Cast,
    pub words: &'a Words,
    pub statuses: &'a Statuses,
}

/// Our statuses for the states of the log, as its mapping has them.
pub struct Statuses(Vec<(&'static str, StatusId, StatusKind)>);

impl Statuses {
    pub fn of(rules: &Rules) -> Result<Self, ImportError> {
        let mapping = Mapping::load("servicenow-incidents")?;
        let status = |state: &State| {
            let status = rules.workflow.status(&mapping.state.values.get(state.name())?.as_str().into())?;
            Some((state.name(), status.id.clone(), status.kind))
        };
        Ok(Self(State::ALL.iter().filter_map(status).collect()))
    }

    fn get(&self, state: State) -> Option<(&StatusId, StatusKind)> {
        let found = self.0.iter().find(|(name, ..)| *name == state.name());
        found.map(|(_, status, kind)| (status, *kind))
    }
}

impl Scene<'_> {
    /// Tells what happened to a ticket, from its opening to its last update.
    pub fn tell(
        &self,
        dice: &mut Dice,
        number: TicketNumber,
        opened: Instant,
        updates: &[Update],
    ) -> Vec<Event> {
        let Some(first) = updates.first() else { return Vec::new() };
        let (Some(topic), Some(requester)) =
            (self.words.topic(first.category), self.cast.requester(first.caller))
        else {
            return Vec::new();
        };
        let matter = Matter::new(dice, self.words, &self.cast.names, topic, self.words.site(first.location));
        let ticket = TicketId(dice.id(opened));
        let mut story = Story {
            scene: self,
            dice,
            matter,
            topic,
            requester,
            number,
            ticket,
            header: None,
            last: None,
            events: Vec::new(),
        };
        story.begin(opened, first);
        let mut before = first;
        for update in updates {
            story.update(before, update);
            before = update;
        }
        story.events
    }
}

/// A story under way.
struct Story<'a> {
    scene: &'a Scene<'a>,
    dice: &'a mut Dice,
    matter: Matter<'a>,
    topic: &'a Topic,
    requester: &'a Actor,
    number: TicketNumber,
    ticket: TicketId,
    header: Option<Header>,
    last: Option<Instant>,
    events: Vec<Event>,
}

impl Story<'_> {
    /// Whoever answers the phone may know at once which team it is for; otherwise it is sorted in afterwards, like what
    /// comes by itself.
    fn begin(&mut self, opened: Instant, first: &Update) {
        let channel = match first.channel {
            1 => "web",
            2 => "email",
            _ => "phone",
        };
        let by_phone = channel == "phone";
        let desk = self.scene.cast.member(self.dice, None);
        let by = desk.filter(|_| by_phone).unwrap_or(self.requester).clone();
        let is_sorted = by_phone && self.dice.chance(4_000);
        let has_asset = first.asset > 0 || self.dice.chance(3_500);
        let tags = if by_phone { self.tags(2_500) } else { Vec::new() };
        let raised = NewTicket {
            subject: self.matter.subject(self.dice),
            description: self.matter.description(self.dice),
            requester: self.requester.person,
            channel: ChannelId::from(channel),
            priority: self.priority(first).unwrap_or_else(|| "p3".into()),
            category: is_sorted.then(|| self.topic.category()),
            team: self.scene.cast.team(first.group).filter(|_| is_sorted),
            agent: None,
            site: self.matter.site.clone(),
            asset: has_asset.then(|| self.matter.asset.clone()),
            tags,
        };
        self.happen(opened, &by, vec![Want::Create(Box::new(raised))]);
        if let Some(desk) = desk.filter(|_| !is_sorted) {
            self.happen(opened, desk, vec![Want::Categorise { to: self.topic.category() }]);
            let team = self.scene.cast.team(first.group);
            self.happen(opened, desk, vec![Want::Assign { team, agent: None }]);
        }
    }

    fn update(&mut self, before: &Update, now: &Update) {
        let at = instant(now.at).plus_millis(self.dice.below(60_000).into());
        let told = self.events.len();
        self.facts(at, before, now);
        self.state(at, now.state);
        if self.events.len() == told {
            self.talk(at);
        }
        while self.dice.chance(MORE) {
            let later = at.plus_seconds(self.dice.about(3_600));
            self.talk(later);
        }
    }

    /// What changed of the ticket besides its state.
    fn facts(&mut self, at: Instant, before: &Update, now: &Update) {
        if (now.group, now.resolver) != (before.group, before.resolver) {
            let by = self.agent();
            let team = self.scene.cast.team(now.group);
            let agent = if now.resolver == 0 { None } else { self.scene.cast.member(self.dice, team) };
            self.happen(at, &by, vec![Want::Assign { team, agent: agent.map(|agent| agent.person) }]);
        }
        let mut wants = Vec::new();
        if now.priority != before.priority {
            wants.extend(self.priority(now).map(|to| Want::Prioritise { to }));
        }
        if now.category != before.category
            && let Some(topic) = self.scene.words.topic(now.category)
        {
            wants.push(Want::Categorise { to: topic.category() });
        }
        if now.symptom != before.symptom {
            self.matter.turn(self.dice, self.topic);
            wants.push(Want::Retitle { subject: self.matter.subject(self.dice) });
        }
        if now.location != before.location {
            self.matter.site = self.scene.words.site(now.location);
            let asset = self.header.as_ref().and_then(|header| header.asset.clone());
            wants.push(Want::Locate { site: self.matter.site.clone(), asset });
        }
        let add = self.tags(700);
        if !add.is_empty() {
            wants.push(Want::Tag { add, remove: Vec::new() });
        }
        let by = self.agent();
        for want in wants {
            self.happen(at, &by, vec![want]);
        }
    }

    /// The way to the status that the log's state stands for, with what people say on it.
    fn state(&mut self, at: Instant, state: State) {
        let (Some((to, kind)), Some(header)) = (self.scene.statuses.get(state), &self.header) else { return };
        if header.status == *to {
            return;
        }
        let was = header.kind;
        let there = Want::Transition { to: to.clone() };
        let (by, wants) = match kind {
            StatusKind::Pending => {
                (self.agent(), vec![Want::Reply { text: self.matter.question(self.dice) }, there])
            }
            StatusKind::OnHold => {
                (self.agent(), vec![Want::Note { text: self.matter.note(self.dice) }, there])
            }
            StatusKind::Resolved => {
                (self.agent(), vec![Want::Reply { text: self.matter.solution(self.dice) }, there])
            }
            // The requester writes, and the workflow takes the ticket up again.
            StatusKind::Open if was.is_done() => {
                (self.requester.clone(), vec![Want::Reply { text: self.matter.reopening(self.dice) }])
            }
            StatusKind::Open if was == StatusKind::Pending => {
                (self.requester.clone(), vec![Want::Reply { text: self.matter.answer(self.dice) }])
            }
            StatusKind::Open if self.dice.chance(4_000) => {
                (self.agent(), vec![Want::Reply { text: self.matter.progress(self.dice) }, there])
            }
            _ => (self.agent(), vec![there]),
        };
        self.happen(at, &by, wants);
    }

    /// Somebody says something that changes nothing else.
    fn talk(&mut self, at: Instant) {
        let kind = self.header.as_ref().map_or(StatusKind::Closed, |header| header.kind);
        let agent = self.agent();
        let (by, want) = match self.dice.below(100) {
            // What a requester writes while the desk waits for them, or believes to be done, is more than talk.
            0..30 if !kind.is_waiting() && !kind.is_done() => {
                (self.requester.clone(), Want::Reply { text: self.matter.answer(self.dice) })
            }
            30..60 if !kind.is_done() => (agent, Want::Reply { text: self.matter.progress(self.dice) }),
            _ => (agent, Want::Note { text: self.matter.note(self.dice) }),
        };
        self.happen(at, &by, vec![want]);
    }

    /// Does what is wanted where the rules let it, some time after what happened last.
    fn happen(&mut self, at: Instant, by: &Actor, wants: Vec<Want>) {
        let pause = i64::from(20_000 + self.dice.below(240_000));
        let at = self.last.map_or(at, |last| at.max(last.plus_millis(pause)));
        let Scene { rules, cast, .. } = self.scene;
        let context = Context { rules, directory: &cast.directory, actor: by, at, number: Some(self.number) };
        if let Ok(changes) = decide(self.header.as_ref(), &Command { wants }, &context) {
            let event =
                Event { id: EventId(self.dice.id(at)), ticket: self.ticket, by: by.person, at, changes };
            self.header = evolve(self.header.take(), &event);
            self.last = Some(at);
            self.events.push(event);
        }
    }

    /// Who of the desk does what is done next: whoever has the ticket, or somebody of the team that has it.
    fn agent(&mut self) -> Actor {
        let Scene { cast, .. } = self.scene;
        let (team, agent) = self.header.as_ref().map_or((None, None), |header| (header.team, header.agent));
        let has_it = agent.and_then(|agent| cast.directory.person(agent)).map(Actor::from);
        has_it.or_else(|| cast.member(self.dice, team).cloned()).unwrap_or_else(|| self.requester.clone())
    }

    fn priority(&self, update: &Update) -> Option<holdfast_desk::PriorityId> {
        let place = (update.priority as usize).checked_sub(1)?;
        self.scene.rules.priorities.get(place).map(|priority| priority.id.clone())
    }

    /// A tag or two, so many times in 10,000.
    fn tags(&mut self, times: u32) -> Vec<String> {
        let count = if self.dice.chance(times) { 1 + self.dice.below(2) } else { 0 };
        (0..count).filter_map(|_| self.dice.one_of(&self.scene.words.tags).cloned()).collect()
    }
}

/// The log's clock is that of the desk. What would be done at night is done in the morning.
fn instant(at: NaiveDateTime) -> Instant {
    let instant = Instant::from_millis(at.and_utc().timestamp_millis());
    match at.hour() {
        7..19 => instant,
        hour => instant.plus_seconds(i64::from((31 - hour) % 24) * 3_600),
    }
}
