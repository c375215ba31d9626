//! Headers in few bytes: many in one record, as a device keeps them on its disk and in memory. Words and ids are written
//! once a record, instants as what lies between them. `docs/storage.md` has the form byte by byte.
//!
//! A record is read where it lies: what a queue asks of a ticket ([`Facts`]) is had without its subject and its marks, and
//! one ticket without the others. The form is written by hand: with what serde derives for it, everybody's first visit was
//! larger than it may be.

mod bytes;
mod facts;
pub mod first;
mod header;
mod record;

use thiserror::Error;

use super::Header;
use crate::{StatusKind, TicketId};
use bytes::Writer;
pub use facts::Facts;
pub use record::{Record, Row};

/// The form of a record. It is in front of everything else.
const VERSION: u8 = 2;
/// What ends a record: the Adler-32 of everything before it.
const CHECKSUM_BYTES: usize = 4;
/// The bytes of an id.
const UUID_BYTES: usize = 16;

/// The kinds of statuses, in the order of their numbers.
const KINDS: [StatusKind; 6] = [
    StatusKind::New,
    StatusKind::Open,
    StatusKind::Pending,
    StatusKind::OnHold,
    StatusKind::Resolved,
    StatusKind::Closed,
];

/// Why a record cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PackedError {
    /// It has another form.
    #[error("headers in a form of version {0}, which this app does not know")]
    Version(u8),
    /// It is not what was written.
    #[error("headers that were damaged")]
    Damaged,
}

/// What a record says of tickets: how they are, or that they are gone.
pub type Said = Vec<(TicketId, Option<Header>)>;

/// A record of what is known of tickets: how they are, or that they are gone.
pub fn pack<'a>(tickets: impl ExactSizeIterator<Item = (&'a TicketId, Option<&'a Header>)>) -> Vec<u8> {
    let mut writer = Writer::default();
    writer.number(tickets.len() as u64);
    for (ticket, header) in tickets {
        writer.uuid(&ticket.0);
        writer.with_length(|writer| {
            if let Some(header) = header {
                writer.header(header);
            }
        });
    }
    sealed(writer.finish(VERSION))
}

/// What a record says, in the order in which it was written.
///
/// # Errors
/// When it is not what [`pack`] wrote.
pub fn unpack(record: &[u8]) -> Result<Said, PackedError> {
    let record = Record::read(record.to_vec())?;
    let said = |row: Row| match (row.is_gone(), row.header()) {
        (true, _) => Ok((row.ticket(), None)),
        (false, Some(header)) => Ok((row.ticket(), Some(header))),
        (false, None) => Err(PackedError::Damaged),
    };
    record.rows().map(said).collect()
}

/// Bytes with their checksum behind them.
pub fn sealed(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.extend(adler2::adler32_slice(&bytes).to_le_bytes());
    bytes
}

/// What [`sealed`] was given.
///
/// # Errors
/// When it is not what that made of it.
pub fn unsealed(bytes: &[u8]) -> Result<&[u8], PackedError> {
    let (written, sum) = bytes.split_last_chunk::<CHECKSUM_BYTES>().ok_or(PackedError::Damaged)?;
    let is_whole = adler2::adler32_slice(written) == u32::from_le_bytes(*sum);
    is_whole.then_some(written).ok_or(PackedError::Damaged)
}

/// What is between the version and the checksum of a record.
fn opened(record: &[u8], version: u8) -> Result<&[u8], PackedError> {
    match unsealed(record)? {
        [found, body @ ..] if *found == version => Ok(body),
        [found, ..] => Err(PackedError::Version(*found)),
        [] => Err(PackedError::Damaged),
    }
}
