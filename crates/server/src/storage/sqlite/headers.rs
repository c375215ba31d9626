//! Headers: tickets as their histories leave them.

use std::collections::HashMap;

use holdfast_desk::ticket::{Header, TicketNumber};
use holdfast_desk::{StatusId, TicketId};
use holdfast_sync::protocol::Seq;
use rusqlite::{Connection, OptionalExtension, named_params};
use uuid::Uuid;

use super::events::as_integer;
use super::{Session, read_json, write_json};
use crate::storage::contract::{ReadHeaders, WriteHeaders};
use crate::storage::{Filter, StorageError, Whose};

impl ReadHeaders for Session<'_> {
    fn header(&self, ticket: TicketId) -> Result<Option<Header>, StorageError> {
        let mut statement = self.connection.prepare_cached("SELECT json FROM headers WHERE ticket = ?1")?;
        let json: Option<String> = statement.query_row([ticket.0], |row| row.get(0)).optional()?;
        json.map(|json| read_json("header", &json)).transpose()
    }

    fn header_by_number(&self, number: TicketNumber) -> Result<Option<Header>, StorageError> {
        let mut statement = self.connection.prepare_cached("SELECT json FROM headers WHERE number = ?1")?;
        let json: Option<String> = statement.query_row([number.0], |row| row.get(0)).optional()?;
        json.map(|json| read_json("header", &json)).transpose()
    }

    fn headers(&self, filter: &Filter, limit: usize) -> Result<Vec<Header>, StorageError> {
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

    fn headers_by_id(
        &self,
        of: Whose,
        after: Option<TicketId>,
        limit: usize,
    ) -> Result<Vec<Header>, StorageError> {
        let (sql, whose) = match of {
            Whose::Everybody => {
                ("SELECT json FROM headers WHERE ?1 IS NULL AND ticket > ?2 ORDER BY ticket LIMIT ?3", None)
            }
            Whose::Agent(person) => (
                "SELECT json FROM headers WHERE agent = ?1 AND ticket > ?2 ORDER BY ticket LIMIT ?3",
                Some(person.0),
            ),
            Whose::Requester(person) => (
                "SELECT json FROM headers WHERE requester = ?1 AND ticket > ?2 ORDER BY ticket LIMIT ?3",
                Some(person.0),
            ),
        };
        let mut statement = self.connection.prepare_cached(sql)?;
        let after = after.map_or(Uuid::nil(), |ticket| ticket.0);
        let rows = statement.query_map((whose, after, limit as i64), |row| row.get::<_, String>(0))?;
        rows.map(|json| read_json("header", &json?)).collect()
    }

    fn ticket_count(&self) -> Result<u64, StorageError> {
        let mut statement = self.connection.prepare_cached("SELECT count(*) FROM headers")?;
        Ok(statement.query_row([], |row| row.get::<_, i64>(0))?.unsigned_abs())
    }

    fn all_headers(&self) -> Result<HashMap<TicketId, Header>, StorageError> {
        let mut statement = self.connection.prepare("SELECT json FROM headers")?;
        let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
        rows.map(|json| read_json("header", &json?).map(|header: Header| (header.id, header))).collect()
    }
}

impl WriteHeaders for Session<'_> {
    fn put_header(&self, header: &Header, last_seq: Seq) -> Result<(), StorageError> {
        put(self.connection, header, last_seq, &write_json("header", header)?)
    }
}

/// Writes a header, which is this text.
pub(super) fn put(
    connection: &Connection,
    header: &Header,
    last_seq: Seq,
    json: &str,
) -> Result<(), StorageError> {
    let (ticket, requester, status) = (header.id.0, header.requester.0, header.status.as_str());
    let (team, agent) = (header.team.map(|team| team.0), header.agent.map(|agent| agent.0));
    // As a rule nothing changes that an index is of; then none is written.
    let mut same = connection.prepare_cached(
        "UPDATE headers SET last_seq = ?2, json = ?3
         WHERE ticket = ?1 AND requester = ?4 AND status = ?5 AND team IS ?6 AND agent IS ?7",
    )?;
    if same.execute((ticket, as_integer(last_seq), json, requester, status, team, agent))? > 0 {
        return Ok(());
    }
    let mut statement = connection.prepare_cached(
        "INSERT INTO headers (number, ticket, requester, status, team, agent, last_seq, json)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         ON CONFLICT (ticket) DO UPDATE SET
             requester = excluded.requester, status = excluded.status, team = excluded.team,
             agent = excluded.agent, last_seq = excluded.last_seq, json = excluded.json",
    )?;
    let number = header.number.map(|number| number.0);
    statement.execute((number, ticket, requester, status, team, agent, as_integer(last_seq), json))?;
    Ok(())
}
