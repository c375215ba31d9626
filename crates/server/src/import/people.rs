//! The people and teams of a log on their way into the directory.

use std::collections::{HashMap, HashSet};

use holdfast_desk::{Person, PersonId, Team};

use super::register::Register;
use super::tables::code_of;
use crate::storage::{Account, StorageError, Transaction};

/// Adds everybody whom the log speaks of and the directory does not know; those it knows never lose a role or a
/// team. How many people and teams are new.
///
/// # Errors
/// What SQLite reports.
pub fn add(transaction: &dyn Transaction, register: Register) -> Result<(usize, usize), StorageError> {
    let (people, teams) = register.people();
    let accounts = transaction.accounts()?;
    let mut logins: HashSet<String> = accounts.iter().map(|account| account.login.to_lowercase()).collect();
    let known: HashMap<PersonId, Account> =
        accounts.into_iter().map(|account| (account.person.id, account)).collect();
    let new_people = people.iter().filter(|person| !known.contains_key(&person.id)).count();
    let accounts: Vec<Account> = people
        .into_iter()
        .filter_map(|person| match known.get(&person.id) {
            Some(account) => grown(account, &person),
            None => Some(Account { login: free_login(&person.name, &mut logins), person, password: None }),
        })
        .collect();

    let known: HashSet<_> = transaction.teams()?.into_iter().map(|team| team.id).collect();
    let teams: Vec<Team> = teams.into_iter().filter(|team| !known.contains(&team.id)).collect();
    transaction.add_teams(&teams)?;
    transaction.add_people(&accounts)?;
    Ok((new_people, teams.len()))
}

/// Somebody the directory knows, with what the log adds; `None` when that is nothing.
fn grown(account: &Account, seen: &Person) -> Option<Account> {
    let mut person = account.person.clone();
    person.role = person.role.max(seen.role);
    let more = seen.teams.iter().filter(|team| !account.person.teams.contains(team));
    person.teams.extend(more);
    (person != account.person).then(|| Account { person, ..account.clone() })
}

/// A login made of a name: `Resolver 89` signs in as `resolver.89`.
fn free_login(name: &str, taken: &mut HashSet<String>) -> String {
    let plain = code_of(name).replace('_', ".");
    let plain = if plain.is_empty() { "person".to_owned() } else { plain };
    let mut login = plain.clone();
    let mut count = 1;
    while !taken.insert(login.clone()) {
        count += 1;
        login = format!("{plain}.{count}");
    }
    login
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logins_are_made_of_names_and_never_given_twice() {
        let mut taken = HashSet::from(["admin".to_owned()]);
        assert_eq!(free_login("Updated by  21", &mut taken), "updated.by.21");
        assert_eq!(free_login("Updated by 21", &mut taken), "updated.by.21.2");
        assert_eq!(free_login("Admin", &mut taken), "admin.2");
        assert_eq!(free_login("-", &mut taken), "person");
    }
}
