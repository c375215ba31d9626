//! Many rows in one record. A record costs what it costs to write and to read, however much is in it, so a record holds
//! lines: each has the id of a ticket, and behind a space a text of JSON, or nothing where the ticket is gone.

use holdfast_desk::TicketId;

use super::StorageError;

/// A line: a ticket, and what is said of it. Nothing, where it is gone.
pub(super) struct Line<'a> {
    /// As it stands in the record.
    pub whole: &'a str,
    pub ticket: TicketId,
    pub json: Option<&'a str>,
}

/// The lines of a record, in the order in which they were written.
pub(super) fn lines(record: &str) -> impl DoubleEndedIterator<Item = Result<Line<'_>, StorageError>> {
    record.lines().map(|whole| {
        let (ticket, json) = match whole.split_once(' ') {
            Some((ticket, json)) => (ticket, Some(json)),
            None => (whole, None),
        };
        let unreadable = |_| StorageError::Unreadable(format!("a line of {} bytes", whole.len()));
        Ok(Line { whole, ticket: ticket.parse().map_err(unreadable)?, json })
    })
}

/// Adds a line to a record. JSON has no line breaks of its own.
pub(super) fn add(record: &mut String, ticket: TicketId, json: &str) {
    record.push_str(&ticket.to_string());
    record.push(' ');
    record.push_str(json);
    record.push('\n');
}
