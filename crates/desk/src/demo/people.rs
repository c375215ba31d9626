//! Who is at the demonstration desk.

use std::collections::HashMap;

use super::id_of;
use crate::{Directory, Person, PersonId, Role, Team, TeamId};

/// The teams, and the agents in each; an agent may be in several.
const TEAMS: [(&str, &[&str]); 4] = [
    ("Network", &["Ana Ruiz", "Ben Okafor", "Ines Moreau"]),
    ("Workplace", &["Ana Ruiz", "Chloe Martin", "Dmitri Volkov"]),
    ("Applications", &["Elif Kaya", "Chloe Martin"]),
    ("Field service", &["Farid Haddad", "Ben Okafor", "Ines Moreau"]),
];

/// Who leads, and who runs the installation. Everybody else in a team is an agent.
const LEADS: [(&str, Role); 2] = [("Ines Moreau", Role::Lead), ("Dmitri Volkov", Role::Admin)];

/// Requesters, and what each belongs to.
const REQUESTERS: [(&str, &str); 8] = [
    ("Lena Fischer", "Harbour Clinic"),
    ("Marek Novak", "Harbour Clinic"),
    ("Nadia Rahman", "Northern Rail"),
    ("Oscar Lindqvist", "Northern Rail"),
    ("Priya Nair", "Northern Rail"),
    ("Quentin Dubois", "City Works"),
    ("Rosa Silva", "City Works"),
    ("Samuel Osei", "City Works"),
];

/// Everybody, and how stories speak of them.
pub(super) struct Cast {
    pub directory: Directory,
    pub logins: Vec<(PersonId, String)>,
    by_first_name: HashMap<String, PersonId>,
    teams: HashMap<&'static str, TeamId>,
}

impl Cast {
    /// The person with this first name. Stories only speak of who is there; a test reads every one.
    pub fn person(&self, first_name: &str) -> PersonId {
        self.by_first_name.get(first_name).copied().unwrap_or(PersonId(uuid::Uuid::nil()))
    }

    /// The team of this name.
    pub fn team(&self, name: &str) -> Option<TeamId> {
        self.teams.get(name).copied()
    }
}

pub(super) fn cast() -> Cast {
    let teams: HashMap<&str, TeamId> =
        TEAMS.iter().map(|(name, _)| (*name, TeamId(id_of("team", name)))).collect();
    let mut people: Vec<Person> = Vec::new();
    for (team, members) in TEAMS {
        for name in members {
            let found = people.iter_mut().find(|person| person.name == *name);
            match found {
                Some(person) => person.teams.push(teams[team]),
                None => people.push(person(name, role_of(name), vec![teams[team]])),
            }
        }
    }
    people.extend(REQUESTERS.iter().map(|(name, organisation)| Person {
        organisation: Some((*organisation).into()),
        ..person(name, Role::Requester, Vec::new())
    }));

    let first_name = |person: &Person| person.name.split(' ').next().unwrap_or_default().to_owned();
    let by_first_name = people.iter().map(|person| (first_name(person), person.id)).collect();
    let logins = people.iter().map(|person| (person.id, first_name(person).to_lowercase())).collect();
    let teams_list =
        teams.iter().map(|(name, id)| Team { id: *id, name: (*name).to_owned(), private: false }).collect();
    Cast { directory: Directory::new(people, teams_list), logins, by_first_name, teams }
}

fn person(name: &str, role: Role, teams: Vec<TeamId>) -> Person {
    Person { id: PersonId(id_of("person", name)), name: name.to_owned(), role, teams, organisation: None }
}

fn role_of(name: &str) -> Role {
    LEADS.iter().find(|(lead, _)| *lead == name).map_or(Role::Agent, |(_, role)| *role)
}
