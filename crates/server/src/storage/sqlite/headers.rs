//! Headers: tickets as their histories leave them.

use holdfast_desk::ticket::{Header, TicketNumber};
use holdfast_desk::{PersonId, StatusId, TeamId, TicketId};
use holdfast_sync::protocol::Seq;
use rusqlite::{OptionalExtension, named_params};

use super::events::as_integer;
use super::{Transaction, View, read_json, write_json};
use crate::storage::StorageError;

/// Which tickets to list. What is `None` does not matter.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    /// In this status.
    pub status: Option<StatusId>,
    /// This team's.
    pub team: Option<TeamId>,
    /// This agent's.
    pub agent: Option<PersonId>,
    /// This requester's.
    pub requester: Option<PersonId>,
    /// Numbered after this one.
    pub after: Option<TicketNumber>,
}

impl View<'_> {
    /// A ticket by its id.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn header(&self, ticket: TicketId) -> Result<Option<Header>, StorageError> {
        let mut statement = self.connection.prepare_cached("SELECT json FROM headers WHERE ticket = ?1")?;
        let json: Option<String> = statement.query_row([ticket.0], |row| row.get(0)).optional()?;
        json.map(|json| read_json("header", &json)).transpose()
    }

    /// A ticket by its number.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn header_by_number(&self, number: TicketNumber) -> Result<Option<Header>, StorageError> {
        let mut statement = self.connection.prepare_cached("SELECT json FROM headers WHERE number = ?1")?;
        let json: Option<String> = statement.query_row([number.0], |row| row.get(0)).optional()?;
        json.map(|json| read_json("header", &json)).transpose()
    }

    /// Up to `limit` tickets in the order of their numbers.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn headers(&self, filter: &Filter, limit: usize) -> Result<Vec<Header>, StorageError> {
        let mut sql = "SELECT json FROM headers WHERE number > :after".to_owned();
        for (column, wanted) in [
            ("status", filter.status.is_some()),
            ("team", filter.team.is_some()),
            ("agent", filter.agent.is_some()),
            ("requester", filter.requester.is_some()),
        ] {
            // A filter that is not set still names its parameter, so that every statement takes all of them.
            let test =
                if wanted { format!(" AND {column} = :{column}") } else { format!(" AND :{column} IS NULL") };
            sql.push_str(&test);
        }
        sql.push_str(" ORDER BY number LIMIT :limit");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let rows = statement.query_map(
            named_params! {
                ":after": filter.after.map_or(0, |number| number.0),
                ":status": filter.status.as_ref().map(StatusId::as_str),
                ":team": filter.team.map(|team| team.0),
                ":agent": filter.agent.map(|agent| agent.0),
                ":requester": filter.requester.map(|requester| requester.0),
                ":limit": limit as i64,
            },
            |row| row.get::<_, String>(0),
        )?;
        rows.map(|json| read_json("header", &json?)).collect()
    }
}

impl Transaction<'_> {
    /// Keeps a ticket's header as of this event.
    pub(super) fn put_header(&self, header: &Header, last_seq: Seq) -> Result<(), StorageError> {
        let mut statement = self.connection.prepare_cached(
            "INSERT INTO headers (number, ticket, requester, status, team, agent, last_seq, json)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
             ON CONFLICT (ticket) DO UPDATE SET
                 requester = excluded.requester, status = excluded.status, team = excluded.team,
                 agent = excluded.agent, last_seq = excluded.last_seq, json = excluded.json",
        )?;
        statement.execute((
            header.number.map(|number| number.0),
            header.id.0,
            header.requester.0,
            header.status.as_str(),
            header.team.map(|team| team.0),
            header.agent.map(|agent| agent.0),
            as_integer(last_seq),
            write_json("header", header)?,
        ))?;
        Ok(())
    }
}
