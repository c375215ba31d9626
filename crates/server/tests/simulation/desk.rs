//! The desk that the simulation plays at: the demonstration's rules, few people, and commands by chance.

use holdfast_desk::ticket::{NewTicket, Want};
use holdfast_desk::workflow::presets;
use holdfast_desk::{
    Actor, Command, EventId, Header, Instant, Person, PersonId, Role, Rules, Team, TeamId, demo,
};
use uuid::Uuid;

use crate::dice::Dice;

pub struct Desk {
    pub rules: Rules,
    pub people: Vec<Person>,
    pub teams: Vec<Team>,
}

impl Desk {
    /// Two agents of different teams, a requester, a lead, and a requester who has no device.
    pub fn new(dice: &mut Dice, start: Instant) -> Self {
        let mut rules = demo::rules(start);
        let workflows = presets::all();
        rules.workflow = dice.pick(&workflows).1;
        let teams: Vec<Team> = [("Network", false), ("Staff", true)]
            .iter()
            .zip(1..)
            .map(|((name, private), id)| Team {
                id: TeamId(Uuid::from_u128(id)),
                name: (*name).to_owned(),
                private: *private,
            })
            .collect();
        let cast = [Role::Agent, Role::Agent, Role::Requester, Role::Lead, Role::Requester];
        let people: Vec<Person> = cast
            .iter()
            .zip(11..)
            .map(|(role, id)| Person {
                id: PersonId(Uuid::from_u128(id)),
                name: format!("Person {id}"),
                role: *role,
                teams: if role.is_agent() { vec![teams[(id % 2) as usize].id] } else { Vec::new() },
                organisation: None,
            })
            .collect();
        Self { rules, people, teams }
    }

    /// Something that somebody might want of a ticket; not always something they can have.
    pub fn command(&self, dice: &mut Dice, actor: &Actor, state: &Header, event: Option<EventId>) -> Command {
        match event {
            Some(event) if actor.role == Role::Lead && dice.percent(20) => {
                return Want::Redact { event }.into();
            }
            _ if actor.role == Role::Lead && dice.percent(6) => return Want::Delete.into(),
            _ => {}
        }
        let count = if dice.percent(25) { 2 } else { 1 };
        Command { wants: (0..count).map(|_| self.want(dice, actor, state)).collect() }
    }

    fn want(&self, dice: &mut Dice, actor: &Actor, state: &Header) -> Want {
        let text = || format!("Text {}", state.marks.len());
        let roll = if actor.role.is_agent() { dice.below(100) } else { dice.below(50) };
        match roll {
            0..35 => {
                let open: Vec<_> = self.rules.workflow.allowed(&state.status, actor.role).collect();
                match open.is_empty() {
                    true => Want::Reply { text: text() },
                    false => Want::Transition { to: dice.pick(&open).to.clone() },
                }
            }
            35..50 => Want::Reply { text: text() },
            50..60 => Want::Note { text: text() },
            60..75 => {
                let agents: Vec<PersonId> =
                    self.people.iter().filter(|p| p.role.is_agent()).map(|p| p.id).collect();
                let agent = dice.percent(70).then(|| dice.pick(&agents));
                Want::Assign { team: Some(dice.pick(&self.teams).id), agent }
            }
            75..82 => Want::Prioritise { to: dice.pick(&self.rules.priorities).id },
            82..88 => Want::Categorise { to: dice.pick(&self.rules.categories).id },
            88..92 => Want::Retitle { subject: format!("Subject {}", dice.below(3)) },
            92..97 => Want::Tag {
                add: vec![format!("tag {}", dice.below(3))],
                remove: vec![format!("tag {}", dice.below(3))],
            },
            _ => Want::Locate { site: Some(format!("Site {}", dice.below(3))), asset: None },
        }
    }

    pub fn new_ticket(&self, dice: &mut Dice, actor: &Actor) -> Command {
        let agent = actor.role.is_agent();
        let requesters: Vec<PersonId> =
            [&self.people[2], &self.people[4], &self.people[0]].iter().map(|person| person.id).collect();
        Command::create(NewTicket {
            subject: "It does not work".to_owned(),
            description: String::new(),
            requester: if agent { dice.pick(&requesters) } else { actor.person },
            channel: dice.pick(&self.rules.channels).id,
            priority: dice.pick(&self.rules.priorities).id,
            category: None,
            team: agent.then(|| dice.pick(&self.teams).id),
            agent: None,
            site: None,
            asset: None,
            tags: if agent { vec!["inside".to_owned()] } else { Vec::new() },
        })
    }
}
