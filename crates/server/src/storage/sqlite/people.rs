//! People and teams.

use holdfast_desk::{OrganisationId, Person, PersonId, Role, Team, TeamId};
use rusqlite::{OptionalExtension, Row};

use super::{Session, read_json, write_json};
use crate::storage::contract::{ReadPeople, WritePeople, WriteWorkspace};
use crate::storage::{Account, StorageError};

impl ReadPeople for Session<'_> {
    fn person(&self, id: PersonId) -> Result<Option<Person>, StorageError> {
        let sql = "SELECT id, login, name, role, teams, organisation, password FROM people WHERE id = ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let raw = statement.query_row([id.0], RawAccount::read).optional()?;
        Ok(raw.map(RawAccount::account).transpose()?.map(|account| account.person))
    }

    fn account(&self, login: &str) -> Result<Option<Account>, StorageError> {
        let sql = "SELECT id, login, name, role, teams, organisation, password FROM people WHERE login = ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let raw = statement.query_row([login], RawAccount::read).optional()?;
        raw.map(RawAccount::account).transpose()
    }

    fn accounts(&self) -> Result<Vec<Account>, StorageError> {
        let sql = "SELECT id, login, name, role, teams, organisation, password FROM people ORDER BY id";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([], RawAccount::read)?;
        rows.map(|raw| raw?.account()).collect()
    }

    fn teams(&self) -> Result<Vec<Team>, StorageError> {
        let mut statement =
            self.connection.prepare_cached("SELECT id, name, private FROM teams ORDER BY id")?;
        let rows = statement.query_map([], |row| {
            Ok(Team { id: TeamId(row.get(0)?), name: row.get(1)?, private: row.get(2)? })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

impl WritePeople for Session<'_> {
    fn add_people(&self, accounts: &[Account]) -> Result<(), StorageError> {
        let mut statement = self.connection.prepare_cached(
            "INSERT INTO people (id, login, name, role, teams, organisation, password)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT (id) DO UPDATE SET name = excluded.name, role = excluded.role, teams = excluded.teams,
                 organisation = excluded.organisation
             WHERE (name, role, teams, organisation)
                 IS NOT (excluded.name, excluded.role, excluded.teams, excluded.organisation)",
        )?;
        let mut changed = 0;
        for Account { person, login, password } in accounts {
            let role = write_json("role", &person.role)?;
            let teams = write_json("teams", &person.teams)?;
            let organisation = person.organisation.as_ref().map(OrganisationId::as_str);
            let row =
                (person.id.0, login, &person.name, role.trim_matches('"'), teams, organisation, password);
            changed += statement.execute(row).map_err(|error| match error.sqlite_error_code() {
                Some(rusqlite::ErrorCode::ConstraintViolation) => StorageError::LoginTaken(login.clone()),
                _ => error.into(),
            })?;
        }
        if changed > 0 { self.reference_changed() } else { Ok(()) }
    }

    fn add_teams(&self, teams: &[Team]) -> Result<(), StorageError> {
        let mut statement = self.connection.prepare_cached(
            "INSERT INTO teams (id, name, private) VALUES (?1, ?2, ?3)
             ON CONFLICT (id) DO UPDATE SET name = excluded.name, private = excluded.private
             WHERE (name, private) IS NOT (excluded.name, excluded.private)",
        )?;
        let mut changed = 0;
        for team in teams {
            changed += statement.execute((team.id.0, &team.name, team.private))?;
        }
        if changed > 0 { self.reference_changed() } else { Ok(()) }
    }

    fn set_password(&self, login: &str, hash: &str) -> Result<bool, StorageError> {
        let sql = "UPDATE people SET password = ?2 WHERE login = ?1";
        let found = self.connection.execute(sql, (login, hash))? > 0;
        self.connection.execute(
            "DELETE FROM refresh_sessions WHERE person = (SELECT id FROM people WHERE login = ?1)",
            [login],
        )?;
        Ok(found)
    }
}

/// A row of `people`, before its texts are read.
struct RawAccount {
    id: PersonId,
    login: String,
    name: String,
    role: String,
    teams: String,
    organisation: Option<String>,
    password: Option<String>,
}

impl RawAccount {
    fn read(row: &Row) -> rusqlite::Result<Self> {
        Ok(Self {
            id: PersonId(row.get(0)?),
            login: row.get(1)?,
            name: row.get(2)?,
            role: row.get(3)?,
            teams: row.get(4)?,
            organisation: row.get(5)?,
            password: row.get(6)?,
        })
    }

    fn account(self) -> Result<Account, StorageError> {
        let role: Role = read_json("role", &format!("\"{}\"", self.role))?;
        let teams = read_json("teams", &self.teams)?;
        let organisation = self.organisation.map(OrganisationId);
        let person = Person { id: self.id, name: self.name, role, teams, organisation };
        Ok(Account { person, login: self.login, password: self.password })
    }
}
