//! `holdfast team`: who is in a team, and whether its tickets are for its members alone.

use holdfast_desk::{Person, Team};

use super::{Database, Failure};
use crate::storage::{Account, StorageError, Transaction};

/// What to change.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    database: Database,
    /// The team's name.
    name: String,
    /// Its tickets are for its members and for leads alone.
    #[arg(long, conflicts_with = "open")]
    private: bool,
    /// Its tickets are for everybody who works for the desk.
    #[arg(long)]
    open: bool,
    /// Somebody who joins it; may be repeated.
    #[arg(long, value_name = "LOGIN")]
    add: Vec<String>,
    /// Somebody who leaves it; may be repeated.
    #[arg(long, value_name = "LOGIN")]
    remove: Vec<String>,
}

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
enum TeamError {
    #[error("there is no team {0:?}")]
    NoTeam(String),
    #[error("nobody has the login {0:?}")]
    Nobody(String),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Changes the team, all of it or nothing, and says how it is now.
pub fn run(args: &Args) -> Result<(), Failure> {
    let storage = args.database.open_existing()?;
    let (team, members) = storage
        .write(|transaction| change(transaction, args))
        .map_err(|error| args.database.failure(&error))?;
    let kind = if team.private { "private" } else { "open" };
    println!("{} is {kind}; in it: {}", team.name, members.join(", "));
    Ok(())
}

fn change(transaction: &dyn Transaction, args: &Args) -> Result<(Team, Vec<String>), TeamError> {
    let found = transaction.teams()?.into_iter().find(|team| team.name == args.name);
    let mut team = found.ok_or_else(|| TeamError::NoTeam(args.name.clone()))?;
    team.private = args.private || (team.private && !args.open);
    transaction.add_teams(std::slice::from_ref(&team))?;
    for (logins, joins) in [(&args.add, true), (&args.remove, false)] {
        for login in logins {
            let account = transaction.account(login)?.ok_or_else(|| TeamError::Nobody(login.clone()))?;
            let mut person = account.person.clone();
            person.teams.retain(|other| *other != team.id);
            person.teams.extend(joins.then_some(team.id));
            transaction.add_people(&[Account { person, ..account }])?;
        }
    }
    let is_member = |person: &Person| person.teams.contains(&team.id);
    let accounts = transaction.accounts()?;
    let members =
        accounts.into_iter().filter(|account| is_member(&account.person)).map(|account| account.login);
    Ok((team.clone(), members.collect()))
}
