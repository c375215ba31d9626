//! Desks, people and commands by chance.

use holdfast_desk::ticket::{Context, NewTicket, TicketNumber, Want, decide, evolve};
use holdfast_desk::workflow::presets;
use holdfast_desk::{
    Actor, Change, Command, Directory, Event, EventId, Header, Instant, Person, PersonId, Refusal, Role,
    Rules, Team, TeamId, TicketId, demo,
};
use proptest::prelude::*;
use uuid::Uuid;

pub struct Desk {
    pub rules: Rules,
    pub directory: Directory,
    pub people: Vec<Person>,
}

pub const TICKET: TicketId = TicketId(Uuid::from_u128(1));
pub const TEAMS: [TeamId; 2] = [TeamId(Uuid::from_u128(10)), TeamId(Uuid::from_u128(11))];
/// A private team in which nobody is.
pub const PRIVATE: TeamId = TeamId(Uuid::from_u128(12));
pub const REQUESTER: PersonId = person(0);
pub const STRANGER: PersonId = person(1);
pub const AGENT: PersonId = person(2);
pub const LEAD: PersonId = person(3);
pub const NOBODY: PersonId = person(9);

const fn person(index: u128) -> PersonId {
    PersonId(Uuid::from_u128(20 + index))
}

impl Desk {
    /// With the preset of this number.
    pub fn new(preset: usize) -> Self {
        let mut rules = demo::rules(start());
        rules.workflow = presets::all().swap_remove(preset).1;
        let roles = [Role::Requester, Role::Requester, Role::Agent, Role::Lead];
        let people: Vec<Person> = (0..)
            .zip(roles)
            .map(|(index, role)| Person {
                id: person(index),
                name: format!("Person {index}"),
                role,
                teams: Vec::new(),
                organisation: None,
            })
            .collect();
        let team = |(id, name): (TeamId, &str)| Team { id, name: name.to_owned(), private: id == PRIVATE };
        let ids = [TEAMS[0], TEAMS[1], PRIVATE];
        let teams = ids.into_iter().zip(["Network", "Workplace", "Staff"]).map(team).collect();
        Self { rules, directory: Directory::new(people.clone(), teams), people }
    }

    pub fn actor(&self, id: PersonId) -> Actor {
        Actor::from(self.people.iter().find(|person| person.id == id).unwrap())
    }

    pub fn decide(
        &self,
        state: Option<&Header>,
        by: PersonId,
        command: &Command,
    ) -> Result<Vec<Change>, Refusal> {
        self.decide_at(state, by, command, start())
    }

    pub fn decide_at(
        &self,
        state: Option<&Header>,
        by: PersonId,
        command: &Command,
        at: Instant,
    ) -> Result<Vec<Change>, Refusal> {
        let actor = self.actor(by);
        let (rules, directory, number) = (&self.rules, &self.directory, Some(TicketNumber(1000)));
        decide(state, command, &Context { rules, directory, actor: &actor, at, number })
    }

    /// The ticket that the requester raised.
    pub fn raised(&self) -> Header {
        let changes = self.decide(None, REQUESTER, &Command::create(new_ticket())).unwrap();
        evolve(None, &event(REQUESTER, start(), changes)).unwrap()
    }
}

pub fn start() -> Instant {
    Instant::parse("2026-03-02T09:00:00Z").unwrap()
}

pub fn event(by: PersonId, at: Instant, changes: Vec<Change>) -> Event {
    Event { id: EventId(Uuid::from_u128(7)), ticket: TICKET, by, at, changes }
}

pub fn new_ticket() -> NewTicket {
    NewTicket {
        subject: "It does not work".to_owned(),
        description: "Not at all.".to_owned(),
        requester: REQUESTER,
        channel: "phone".into(),
        priority: "p3".into(),
        category: None,
        team: None,
        agent: None,
        site: None,
        asset: None,
        tags: Vec::new(),
    }
}

/// Somebody wants something at some time after what they wanted before.
#[derive(Clone, Debug)]
pub struct Step {
    pub by: PersonId,
    pub command: Command,
    pub later_ms: i64,
}

/// A ticket raised with anything, and up to thirty things that anybody wants of it.
pub fn life() -> impl Strategy<Value = (usize, Vec<Step>)> {
    let first = (anybody(), ticket().prop_map(Command::create), 0..100_000_i64);
    let more = proptest::collection::vec((anybody(), command(), -50_000..5_000_000_i64), 0..30);
    let step = |(by, command, later_ms)| Step { by, command, later_ms };
    (0..presets::all().len(), first, more).prop_map(move |(preset, first, more)| {
        (preset, std::iter::once(first).chain(more).map(step).collect())
    })
}

fn anybody() -> impl Strategy<Value = PersonId> {
    prop_oneof![3 => Just(REQUESTER), 1 => Just(STRANGER), 4 => Just(AGENT), 1 => Just(LEAD)]
}

fn command() -> impl Strategy<Value = Command> {
    prop_oneof![
        8 => want().prop_map(Command::from),
        4 => proptest::collection::vec(want(), 2..4).prop_map(|wants| Command { wants }),
        1 => Just(Command { wants: Vec::new() }),
    ]
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![8 => "[a-z\u{e9}\u{1F600} ]{1,12}", 1 => Just("  ".to_owned()), 1 => Just(String::new())]
}

fn maybe<T: Clone + std::fmt::Debug + 'static>(from: Vec<T>) -> impl Strategy<Value = Option<T>> {
    proptest::option::of(proptest::sample::select(from))
}

fn tags() -> impl Strategy<Value = Vec<String>> {
    let tag = prop_oneof![9 => "[abc]{1}", 1 => text()];
    proptest::collection::vec(tag, 0..4)
}

fn want() -> impl Strategy<Value = Want> {
    let mut statuses: Vec<&str> = vec!["nowhere"];
    let presets = presets::all();
    statuses.extend(presets.iter().flat_map(|(_, flow)| flow.statuses()).map(|status| status.id.as_str()));
    let statuses: Vec<String> = statuses.into_iter().map(str::to_owned).collect();
    let person = maybe(vec![AGENT, LEAD, AGENT, LEAD, REQUESTER, NOBODY]);
    let team = maybe(vec![TEAMS[0], TEAMS[1], PRIVATE, TeamId(Uuid::from_u128(99))]);
    let code = |codes: &'static [&'static str]| proptest::sample::select(codes);
    prop_oneof![
        10 => proptest::sample::select(statuses).prop_map(|to| Want::Transition { to: to.as_str().into() }),
        4 => text().prop_map(|text| Want::Reply { text }),
        2 => text().prop_map(|text| Want::Note { text }),
        4 => (team, person).prop_map(|(team, agent)| Want::Assign { team, agent }),
        1 => any::<u128>().prop_map(|id| Want::Redact { event: EventId(Uuid::from_u128(id)) }),
        1 => Just(Want::Delete),
        2 => code(&["p1", "p2", "p3", "p9"]).prop_map(|to| Want::Prioritise { to: to.into() }),
        2 => code(&["network", "hardware", "magic"]).prop_map(|to| Want::Categorise { to: to.into() }),
        1 => text().prop_map(|subject| Want::Retitle { subject }),
        3 => (tags(), tags()).prop_map(|(add, remove)| Want::Tag { add, remove }),
        1 => (proptest::option::of(text()), proptest::option::of(text()))
            .prop_map(|(site, asset)| Want::Locate { site, asset }),
        1 => ticket().prop_map(|ticket| Want::Create(Box::new(ticket))),
    ]
}

fn ticket() -> impl Strategy<Value = NewTicket> {
    let words = (text(), text(), proptest::option::of(text()));
    let who = (
        proptest::sample::select(vec![REQUESTER, REQUESTER, REQUESTER, STRANGER, NOBODY]),
        maybe(vec![AGENT, LEAD]),
        maybe(TEAMS.to_vec()),
    );
    (words, who, tags(), proptest::bool::weighted(0.7)).prop_map(
        |((subject, description, site), (requester, agent, team), tags, plain)| {
            let given = NewTicket { subject, description, requester, site, ..new_ticket() };
            if plain { given } else { NewTicket { agent, team, tags, ..given } }
        },
    )
}
