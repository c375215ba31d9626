//! Headers in few bytes: many in one record, as a device keeps them. Words and ids are written once a record, instants
//! as what lies between them. `docs/storage.md` has the form byte by byte.

use std::collections::HashMap;
use std::hash::Hash;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use uuid::Uuid;

use super::{Header, TicketNumber};
use crate::sla::{Mark, MarkKind};
use crate::{CategoryId, ChannelId, Instant, PersonId, PriorityId, StatusId, StatusKind, TeamId, TicketId};

/// The form of a record. It is in front of everything else.
const VERSION: u8 = 1;
/// What ends a record: the Adler-32 of everything before it.
const CHECKSUM_BYTES: usize = 4;

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

/// Where a word or an id stands among those of its record.
type Place = u32;

#[derive(Serialize, Deserialize)]
struct Record<'a> {
    #[serde(borrow)]
    words: Vec<&'a str>,
    ids: Vec<Uuid>,
    #[serde(borrow)]
    tickets: Vec<(TicketId, Option<Row<'a>>)>,
}

#[derive(Serialize, Deserialize)]
struct Row<'a> {
    number: Option<TicketNumber>,
    subject: &'a str,
    requester: Place,
    channel: Place,
    status: Place,
    kind: StatusKind,
    priority: Place,
    category: Option<Place>,
    team: Option<Place>,
    agent: Option<Place>,
    site: Option<Place>,
    asset: Option<Place>,
    tags: Vec<Place>,
    created_ms: i64,
    updated_after_ms: i64,
    replies: u32,
    reopenings: u32,
    reassignments: u32,
    /// Each with the milliseconds since the one before it, the first since the ticket was raised.
    marks: Vec<(i64, RowMark)>,
    needs_update: bool,
    deleted: bool,
}

#[derive(Serialize, Deserialize)]
enum RowMark {
    Status(StatusKind),
    StatusByRequester(StatusKind),
    Priority(Place),
    Answered,
    Asked,
    TeamWas(Option<Place>),
    CategoryWas(Option<Place>),
    SiteWas(Option<Place>),
    TagsWas(Vec<Place>),
}

/// Things of which each is written once.
struct Once<T> {
    all: Vec<T>,
    places: HashMap<T, Place>,
}

impl<T: Copy + Eq + Hash> Once<T> {
    fn new() -> Self {
        Self { all: Vec::new(), places: HashMap::new() }
    }

    fn place(&mut self, thing: T) -> Place {
        *self.places.entry(thing).or_insert_with(|| {
            self.all.push(thing);
            self.all.len() as Place - 1
        })
    }
}

struct Packing<'a> {
    words: Once<&'a str>,
    ids: Once<Uuid>,
}

impl<'a> Packing<'a> {
    fn word(&mut self, word: &'a str) -> Place {
        self.words.place(word)
    }

    fn tags(&mut self, tags: &'a [String]) -> Vec<Place> {
        tags.iter().map(|tag| self.word(tag)).collect()
    }

    fn row(&mut self, header: &'a Header) -> Row<'a> {
        let mut before = header.created_at.millis();
        let mut mark = |mark: &'a Mark, packing: &mut Self| {
            let after = mark.at.millis() - before;
            before = mark.at.millis();
            (after, packing.mark(&mark.kind))
        };
        Row {
            number: header.number,
            subject: &header.subject,
            requester: self.ids.place(header.requester.0),
            channel: self.word(&header.channel.0),
            status: self.word(&header.status.0),
            kind: header.kind,
            priority: self.word(&header.priority.0),
            category: header.category.as_ref().map(|category| self.word(&category.0)),
            team: header.team.map(|team| self.ids.place(team.0)),
            agent: header.agent.map(|agent| self.ids.place(agent.0)),
            site: header.site.as_ref().map(|site| self.word(site)),
            asset: header.asset.as_ref().map(|asset| self.word(asset)),
            tags: self.tags(&header.tags),
            created_ms: header.created_at.millis(),
            updated_after_ms: header.updated_at.millis() - header.created_at.millis(),
            replies: header.replies,
            reopenings: header.reopenings,
            reassignments: header.reassignments,
            marks: header.marks.iter().map(|one| mark(one, self)).collect(),
            needs_update: header.needs_update,
            deleted: header.deleted,
        }
    }

    fn mark(&mut self, kind: &'a MarkKind) -> RowMark {
        match kind {
            MarkKind::Status(kind) => RowMark::Status(*kind),
            MarkKind::StatusByRequester(kind) => RowMark::StatusByRequester(*kind),
            MarkKind::Priority(priority) => RowMark::Priority(self.word(&priority.0)),
            MarkKind::Answered => RowMark::Answered,
            MarkKind::Asked => RowMark::Asked,
            MarkKind::TeamWas(was) => RowMark::TeamWas(was.map(|team| self.ids.place(team.0))),
            MarkKind::CategoryWas(was) => RowMark::CategoryWas(was.as_ref().map(|was| self.word(&was.0))),
            MarkKind::SiteWas(was) => RowMark::SiteWas(was.as_ref().map(|was| self.word(was))),
            MarkKind::TagsWas(was) => RowMark::TagsWas(self.tags(was)),
        }
    }
}

/// A record of what is known of tickets: how they are, or that they are gone.
pub fn pack<'a>(tickets: impl IntoIterator<Item = (TicketId, Option<&'a Header>)>) -> Vec<u8> {
    let mut packing = Packing { words: Once::new(), ids: Once::new() };
    let rows = tickets.into_iter().map(|(ticket, header)| (ticket, header.map(|header| packing.row(header))));
    let tickets = rows.collect();
    let record = Record { words: packing.words.all, ids: packing.ids.all, tickets };
    // Writing to memory fails for nothing that has a length, and all of this has.
    let mut bytes = postcard::to_extend(&record, vec![VERSION]).unwrap_or_default();
    let sum = adler2::adler32_slice(&bytes);
    bytes.extend(sum.to_le_bytes());
    bytes
}

/// What a record says, in the order in which it was written.
///
/// # Errors
/// When it is not what [`pack`] wrote.
pub fn unpack(record: &[u8]) -> Result<Vec<(TicketId, Option<Header>)>, PackedError> {
    let (written, sum) = record.split_last_chunk::<CHECKSUM_BYTES>().ok_or(PackedError::Damaged)?;
    if adler2::adler32_slice(written) != u32::from_le_bytes(*sum) {
        return Err(PackedError::Damaged);
    }
    let record = match written {
        [VERSION, record @ ..] => record,
        [version, ..] => return Err(PackedError::Version(*version)),
        [] => return Err(PackedError::Damaged),
    };
    let record: Record = postcard::from_bytes(record).map_err(|_| PackedError::Damaged)?;
    let Record { words, ids, tickets } = record;
    let unpacking = Unpacking { words, ids };
    let header = |(ticket, row): (TicketId, Option<Row>)| {
        let header = row.map(|row| unpacking.header(ticket, row)).transpose()?;
        Ok((ticket, header))
    };
    tickets.into_iter().map(header).collect()
}

struct Unpacking<'a> {
    words: Vec<&'a str>,
    ids: Vec<Uuid>,
}

impl Unpacking<'_> {
    fn word(&self, place: Place) -> Result<String, PackedError> {
        self.words.get(place as usize).map(|word| (*word).to_owned()).ok_or(PackedError::Damaged)
    }

    fn id(&self, place: Place) -> Result<Uuid, PackedError> {
        self.ids.get(place as usize).copied().ok_or(PackedError::Damaged)
    }

    fn some_word(&self, place: Option<Place>) -> Result<Option<String>, PackedError> {
        place.map(|place| self.word(place)).transpose()
    }

    fn some_id(&self, place: Option<Place>) -> Result<Option<Uuid>, PackedError> {
        place.map(|place| self.id(place)).transpose()
    }

    fn tags(&self, tags: &[Place]) -> Result<Vec<String>, PackedError> {
        tags.iter().map(|tag| self.word(*tag)).collect()
    }

    fn header(&self, id: TicketId, row: Row) -> Result<Header, PackedError> {
        let created_at = Instant::from_millis(row.created_ms);
        let mut marks = Vec::with_capacity(row.marks.len());
        let mut at = created_at;
        for (after, kind) in row.marks {
            at = at.plus_millis(after);
            marks.push(Mark { at, kind: self.mark(kind)? });
        }
        Ok(Header {
            id,
            number: row.number,
            subject: row.subject.to_owned(),
            requester: PersonId(self.id(row.requester)?),
            channel: ChannelId(self.word(row.channel)?),
            status: StatusId(self.word(row.status)?),
            kind: row.kind,
            priority: PriorityId(self.word(row.priority)?),
            category: self.some_word(row.category)?.map(CategoryId),
            team: self.some_id(row.team)?.map(TeamId),
            agent: self.some_id(row.agent)?.map(PersonId),
            site: self.some_word(row.site)?,
            asset: self.some_word(row.asset)?,
            tags: self.tags(&row.tags)?,
            created_at,
            updated_at: created_at.plus_millis(row.updated_after_ms),
            replies: row.replies,
            reopenings: row.reopenings,
            reassignments: row.reassignments,
            marks,
            needs_update: row.needs_update,
            deleted: row.deleted,
        })
    }

    fn mark(&self, mark: RowMark) -> Result<MarkKind, PackedError> {
        Ok(match mark {
            RowMark::Status(kind) => MarkKind::Status(kind),
            RowMark::StatusByRequester(kind) => MarkKind::StatusByRequester(kind),
            RowMark::Priority(priority) => MarkKind::Priority(PriorityId(self.word(priority)?)),
            RowMark::Answered => MarkKind::Answered,
            RowMark::Asked => MarkKind::Asked,
            RowMark::TeamWas(was) => MarkKind::TeamWas(self.some_id(was)?.map(TeamId)),
            RowMark::CategoryWas(was) => MarkKind::CategoryWas(self.some_word(was)?.map(CategoryId)),
            RowMark::SiteWas(was) => MarkKind::SiteWas(self.some_word(was)?),
            RowMark::TagsWas(was) => MarkKind::TagsWas(self.tags(&was)?),
        })
    }
}
