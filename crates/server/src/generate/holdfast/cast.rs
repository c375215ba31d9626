//! Who is at a made-up desk: the people of the demonstration, so that whoever knows it finds their way, and many more.

use std::collections::HashMap;

use holdfast_desk::demo;
use holdfast_desk::{Actor, Directory, Instant, Person, PersonId, Role, Team, TeamId};

use super::words::Words;
use crate::generate::dice::Dice;

/// How many work for the desk.
const AGENTS: usize = 250;
/// Every how manieth of those who begin a team leads.
const LEADS: usize = 10;
/// Where the demonstration's teams stand, by their names, among all, of which the first have most of the work.
const DEMONSTRATION: [usize; 4] = [8, 5, 2, 3];

/// Everybody, and where they work.
pub struct Cast {
    pub directory: Directory,
    pub logins: HashMap<PersonId, String>,
    /// The teams and who is in them, those with most of the work first.
    teams: Vec<(TeamId, Vec<Actor>)>,
    /// Those who raise most of the tickets first.
    requesters: Vec<Actor>,
    /// Names that people drop.
    pub names: Vec<String>,
}

impl Cast {
    /// So many requesters and everybody else, from this instant on.
    pub fn new(dice: &mut Dice, words: &Words, requesters: u32, from: Instant) -> Self {
        let demo = demo::workspace(from);
        let made_up = |name: &String| Team { id: TeamId(dice.id(from)), name: name.clone(), private: false };
        let mut teams: Vec<Team> = words.teams.iter().map(made_up).collect();
        let own: Vec<TeamId> = teams.iter().map(|team| team.id).collect();
        let mut known: Vec<(usize, &Team)> = DEMONSTRATION.into_iter().zip(demo.directory.teams()).collect();
        known.sort_by_key(|(place, _)| *place);
        for (place, team) in known {
            teams.insert(place.min(teams.len()), team.clone());
        }
        let mut company = Company { dice, words, from, people: Vec::new(), logins: demo.logins };
        let (agents, known): (Vec<Person>, Vec<Person>) =
            demo.directory.people().cloned().partition(|person| person.role.is_agent());
        for index in 0..AGENTS - agents.len() {
            company.hire(index, &own);
        }
        let missing = (requesters as usize).saturating_sub(known.len());
        let strangers: Vec<Person> = (0..missing).map(|index| company.meet(AGENTS + index)).collect();

        let Company { people, logins, .. } = company;
        let in_team = |team: &Team| {
            let members = agents.iter().chain(&people).filter(|person| person.teams.contains(&team.id));
            (team.id, members.map(Actor::from).collect())
        };
        let members = teams.iter().map(in_team).collect();
        let requesters = known.iter().chain(&strangers).map(Actor::from).collect();
        let mut everybody: Vec<Person> = [agents, known, people, strangers].concat();
        let names = everybody.iter().map(|person| person.name.clone()).collect();
        everybody.sort_by_key(|person| person.id);
        let directory = Directory::new(everybody, teams);
        Self { directory, logins: logins.into_iter().collect(), teams: members, requesters, names }
    }

    /// The team with this number in the log, from 1; `None` for 0.
    pub fn team(&self, group: u32) -> Option<TeamId> {
        self.teams.get((group as usize).checked_sub(1)?).map(|(team, _)| *team)
    }

    /// Somebody of this team, or of the first one where it is none.
    pub fn member(&self, dice: &mut Dice, team: Option<TeamId>) -> Option<&Actor> {
        let found = self.teams.iter().find(|(id, members)| Some(*id) == team && !members.is_empty());
        let (_, members) = found.or(self.teams.first())?;
        members.get(dice.below(u32::try_from(members.len()).unwrap_or(u32::MAX)) as usize)
    }

    /// The caller with this number in the log, from 1.
    pub fn requester(&self, caller: u32) -> Option<&Actor> {
        self.requesters.get(caller.saturating_sub(1) as usize % self.requesters.len().max(1))
    }
}

/// People as they come.
struct Company<'a> {
    dice: &'a mut Dice,
    words: &'a Words,
    from: Instant,
    people: Vec<Person>,
    logins: Vec<(PersonId, String)>,
}

impl Company<'_> {
    /// Each team gets two agents; the others go where most of the work is, some into a second team.
    fn hire(&mut self, index: usize, teams: &[TeamId]) {
        let count = teams.len();
        let role = if index < count && index.is_multiple_of(LEADS) { Role::Lead } else { Role::Agent };
        let end = u32::try_from(count).unwrap_or(u32::MAX);
        let place = if index < 2 * count { index % count } else { self.dice.skewed(end) as usize };
        let mut person = self.meet(index);
        person.role = role;
        person.organisation = None;
        person.teams.extend(teams.get(place));
        if self.dice.chance(1_500) {
            let second =
                teams.get(self.dice.skewed(end) as usize).filter(|team| !person.teams.contains(team));
            person.teams.extend(second);
        }
        self.people.push(person);
    }

    /// Somebody with a name of their own, as long as there are some left.
    fn meet(&mut self, index: usize) -> Person {
        let (first, last) = (&self.words.first_names, &self.words.last_names);
        let (firsts, lasts) = (first.len().max(1), last.len().max(1));
        let round = index / firsts;
        let first = first.get(index % firsts).map_or("", String::as_str);
        let last = last.get((index + round) % lasts).map_or("", String::as_str);
        let mut login = format!("{first}.{last}").to_lowercase().replace(' ', "");
        // From here on every name was given once.
        let again = index / (firsts * lasts);
        if again > 0 {
            login.push_str(&format!(".{}", again + 1));
        }
        let id = PersonId(self.dice.id(self.from));
        self.logins.push((id, login));
        let city = self.dice.one_of(&self.words.cities).map_or("", String::as_str);
        Person {
            id,
            name: format!("{first} {last}"),
            role: Role::Requester,
            teams: Vec::new(),
            organisation: Some(format!("{city} Works").as_str().into()),
        }
    }
}
