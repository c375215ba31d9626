//! People, teams, and what each role may do.

use serde::{Deserialize, Serialize};

use crate::{OrganisationId, PersonId, TeamId, read_by_fields};

/// What a person is at this desk. The order is that of growing rights.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Raises tickets, follows and answers their own, never sees internal notes.
    Requester,
    /// Works tickets.
    Agent,
    /// An agent who also edits rules.
    Lead,
    /// A lead who also runs the installation.
    Admin,
}

impl Role {
    /// Whether this person works for the desk, and so sees every ticket and its notes.
    pub fn is_agent(self) -> bool {
        self >= Role::Agent
    }
}

/// A person as everybody on the desk sees them. There may be thousands: they are read straight from their text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Who it is.
    pub id: PersonId,
    /// What they are called.
    pub name: String,
    /// What they are here.
    pub role: Role,
    /// The teams they work in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub teams: Vec<TeamId>,
    /// What they belong to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<OrganisationId>,
}

/// A team of agents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(Deserialize))]
pub struct Team {
    /// Which team.
    pub id: TeamId,
    /// What it is called.
    pub name: String,
    /// Whether its tickets are for its members alone, and for leads.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub private: bool,
}

read_by_fields!(Team { id, name; private });

/// Who is acting: what the rules need to know of the person behind a command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// Who it is.
    pub person: PersonId,
    /// In which role.
    pub role: Role,
    /// For which teams.
    #[serde(default)]
    pub teams: Vec<TeamId>,
}

impl From<&Person> for Actor {
    fn from(person: &Person) -> Self {
        Self { person: person.id, role: person.role, teams: person.teams.clone() }
    }
}

/// Everybody the desk knows, found by id.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "DirectoryData", into = "DirectoryData")]
pub struct Directory {
    /// In the order of their ids.
    people: Vec<Person>,
    /// In the order of their names.
    teams: Vec<Team>,
}

#[derive(Clone, Serialize, Deserialize)]
struct DirectoryData {
    people: Vec<Person>,
    teams: Vec<Team>,
}

impl From<DirectoryData> for Directory {
    fn from(data: DirectoryData) -> Self {
        Self::new(data.people, data.teams)
    }
}

impl From<Directory> for DirectoryData {
    fn from(directory: Directory) -> Self {
        Self { people: directory.people, teams: directory.teams }
    }
}

impl Directory {
    /// A directory of these people and teams. Made quickest of people in the order of their ids.
    pub fn new(people: Vec<Person>, teams: Vec<Team>) -> Self {
        let mut directory = Self::default();
        for team in teams {
            let place = directory.teams.partition_point(|other| other.name <= team.name);
            directory.teams.insert(place, team);
        }
        for person in people {
            match directory.place(person.id) {
                Ok(place) => directory.people[place] = person,
                Err(place) => directory.people.insert(place, person),
            }
        }
        directory
    }

    /// The person with this id.
    pub fn person(&self, id: PersonId) -> Option<&Person> {
        self.place(id).ok().map(|place| &self.people[place])
    }

    fn place(&self, id: PersonId) -> Result<usize, usize> {
        self.people.binary_search_by_key(&id, |person| person.id)
    }

    /// The team with this id.
    pub fn team(&self, id: TeamId) -> Option<&Team> {
        self.teams.iter().find(|team| team.id == id)
    }

    /// Every team, by name.
    pub fn teams(&self) -> &[Team] {
        &self.teams
    }

    /// Everybody, in the order of their ids.
    pub fn people(&self) -> impl Iterator<Item = &Person> {
        self.people.iter()
    }

    /// Everybody who works for the desk, by name.
    pub fn agents(&self) -> Vec<&Person> {
        let mut agents: Vec<&Person> = self.people().filter(|person| person.role.is_agent()).collect();
        agents.sort_by_cached_key(|agent| agent.name.clone());
        agents
    }
}
