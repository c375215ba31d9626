//! The people and teams of a log, and what each was seen doing.

use holdfast_desk::{Person, PersonId, Role, Team, TeamId};
use rustc_hash::FxHashMap;

use super::ids::Ids;

/// In what part a person appears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// It is their ticket.
    Requester,
    /// They wrote a row.
    Actor,
    /// A ticket was theirs to work on.
    Agent,
}

/// Everybody seen so far.
#[derive(Clone)]
pub struct Register {
    ids: Ids,
    people: FxHashMap<String, Seen>,
    teams: FxHashMap<String, TeamId>,
}

#[derive(Clone, Debug)]
struct Seen {
    id: PersonId,
    asked: bool,
    acted: bool,
    worked: bool,
    teams: Vec<TeamId>,
}

impl Register {
    /// Nobody yet.
    pub fn new(ids: Ids) -> Self {
        Self { ids, people: FxHashMap::default(), teams: FxHashMap::default() }
    }

    /// The team of this name.
    pub fn team(&mut self, name: &str) -> TeamId {
        if let Some(id) = self.teams.get(name) {
            return *id;
        }
        let id = self.ids.team(name);
        self.teams.insert(name.to_owned(), id);
        id
    }

    /// The person of this name, seen in this part, and for this team when they worked.
    pub fn person(&mut self, name: &str, part: Part, team: Option<TeamId>) -> PersonId {
        let ids = &self.ids;
        let seen = match self.people.get_mut(name) {
            Some(seen) => seen,
            None => self.people.entry(name.to_owned()).or_insert_with(|| Seen {
                id: ids.person(name),
                asked: false,
                acted: false,
                worked: false,
                teams: Vec::new(),
            }),
        };
        match part {
            Part::Requester => seen.asked = true,
            Part::Actor => seen.acted = true,
            Part::Agent => {
                seen.worked = true;
                seen.teams.extend(team.filter(|team| !seen.teams.contains(team)));
            }
        }
        seen.id
    }

    /// Everybody, by name. Whoever worked on a ticket is an agent, and whoever wrote rows without ever having a
    /// ticket of their own; whoever only has tickets, or writes to them, is a requester.
    pub fn people(self) -> (Vec<Person>, Vec<Team>) {
        let mut people: Vec<Person> = self
            .people
            .into_iter()
            .map(|(name, seen)| {
                let agent = seen.worked || (seen.acted && !seen.asked);
                let role = if agent { Role::Agent } else { Role::Requester };
                let mut teams = seen.teams;
                teams.sort_unstable();
                Person { id: seen.id, name, role, teams, organisation: None }
            })
            .collect();
        people.sort_by(|a, b| a.name.cmp(&b.name));
        let mut teams: Vec<Team> =
            self.teams.into_iter().map(|(name, id)| Team { id, name, private: false }).collect();
        teams.sort_by(|a, b| a.name.cmp(&b.name));
        (people, teams)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_did_says_what_they_are() {
        let mut register = Register::new(Ids::of("test"));
        let team = register.team("Network");
        register.person("Ana", Part::Agent, Some(team));
        register.person("Ana", Part::Requester, None);
        register.person("Robot", Part::Actor, None);
        register.person("Lena", Part::Requester, None);
        register.person("Lena", Part::Actor, None);
        let (people, teams) = register.people();
        let roles: Vec<(&str, Role, usize)> =
            people.iter().map(|person| (person.name.as_str(), person.role, person.teams.len())).collect();
        assert_eq!(roles, [("Ana", Role::Agent, 1), ("Lena", Role::Requester, 0), ("Robot", Role::Agent, 0)]);
        assert_eq!(teams.len(), 1);
    }
}
