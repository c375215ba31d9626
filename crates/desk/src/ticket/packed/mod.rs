//! Headers in few bytes: many in one record, as a device keeps them. Words and ids are written once a record, instants
//! as what lies between them. `docs/storage.md` has the form byte by byte.
//!
//! The form is postcard's, read and written by hand: with what serde derives for it, everybody's first visit was larger
//! than it may be.

mod bytes;

use thiserror::Error;
use uuid::Uuid;

use super::{Header, TicketNumber};
use crate::sla::{Mark, MarkKind};
use crate::{CategoryId, ChannelId, Instant, PersonId, PriorityId, StatusId, StatusKind, TeamId, TicketId};
use bytes::{Reader, Writer};

/// The form of a record. It is in front of everything else.
const VERSION: u8 = 1;
/// What ends a record: the Adler-32 of everything before it.
const CHECKSUM_BYTES: usize = 4;

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
        writer.maybe(header, Writer::header);
    }
    let mut record = writer.finish(VERSION);
    record.extend(adler2::adler32_slice(&record).to_le_bytes());
    record
}

/// What a record says, in the order in which it was written.
///
/// # Errors
/// When it is not what [`pack`] wrote.
pub fn unpack(record: &[u8]) -> Result<Said, PackedError> {
    let (written, sum) = record.split_last_chunk::<CHECKSUM_BYTES>().ok_or(PackedError::Damaged)?;
    if adler2::adler32_slice(written) != u32::from_le_bytes(*sum) {
        return Err(PackedError::Damaged);
    }
    let body = match written {
        [VERSION, body @ ..] => body,
        [version, ..] => return Err(PackedError::Version(*version)),
        [] => return Err(PackedError::Damaged),
    };
    let mut reader = Reader::new(body);
    let tickets = reader.list(|reader| {
        let ticket = TicketId(reader.uuid());
        (ticket, reader.maybe(|reader| reader.header(ticket)))
    });
    if reader.is_at_its_end() { Ok(tickets) } else { Err(PackedError::Damaged) }
}

impl<'a> Writer<'a> {
    fn header(&mut self, header: &'a Header) {
        self.maybe(header.number, |writer, number| writer.number(number.0.into()));
        self.text(&header.subject);
        self.id(&header.requester.0);
        self.word(&header.channel.0);
        self.word(&header.status.0);
        self.kind(header.kind);
        self.word(&header.priority.0);
        self.maybe(header.category.as_ref(), |writer, category| writer.word(&category.0));
        self.maybe(header.team.as_ref(), |writer, team| writer.id(&team.0));
        self.maybe(header.agent.as_ref(), |writer, agent| writer.id(&agent.0));
        self.maybe(header.site.as_deref(), Self::word);
        self.maybe(header.asset.as_deref(), Self::word);
        self.tags(&header.tags);
        let created = header.created_at.millis();
        self.signed(created);
        self.signed(header.updated_at.millis() - created);
        for count in [header.replies, header.reopenings, header.reassignments] {
            self.number(count.into());
        }
        self.number(header.marks.len() as u64);
        let mut before = created;
        for mark in &header.marks {
            self.signed(mark.at.millis() - before);
            before = mark.at.millis();
            self.mark(&mark.kind);
        }
        self.number(header.needs_update.into());
        self.number(header.deleted.into());
    }

    fn kind(&mut self, kind: StatusKind) {
        self.number(KINDS.iter().position(|other| *other == kind).unwrap_or_default() as u64);
    }

    fn tags(&mut self, tags: &'a [String]) {
        self.number(tags.len() as u64);
        tags.iter().for_each(|tag| self.word(tag));
    }

    fn mark(&mut self, mark: &'a MarkKind) {
        self.number(match mark {
            MarkKind::Status(_) => 0,
            MarkKind::StatusByRequester(_) => 1,
            MarkKind::Priority(_) => 2,
            MarkKind::Answered => 3,
            MarkKind::Asked => 4,
            MarkKind::TeamWas(_) => 5,
            MarkKind::CategoryWas(_) => 6,
            MarkKind::SiteWas(_) => 7,
            MarkKind::TagsWas(_) => 8,
        });
        match mark {
            MarkKind::Status(kind) | MarkKind::StatusByRequester(kind) => self.kind(*kind),
            MarkKind::Priority(priority) => self.word(&priority.0),
            MarkKind::Answered | MarkKind::Asked => {}
            MarkKind::TeamWas(was) => self.maybe(was.as_ref(), |writer, team| writer.id(&team.0)),
            MarkKind::CategoryWas(was) => self.maybe(was.as_ref(), |writer, was| writer.word(&was.0)),
            MarkKind::SiteWas(was) => self.maybe(was.as_deref(), Self::word),
            MarkKind::TagsWas(was) => self.tags(was),
        }
    }
}

impl Reader<'_> {
    fn header(&mut self, id: TicketId) -> Header {
        let number = self.maybe(|reader| TicketNumber(reader.small()));
        let subject = self.text().to_owned();
        let requester = PersonId(self.id());
        let channel = ChannelId(self.word());
        let status = StatusId(self.word());
        let kind = self.kind();
        let priority = PriorityId(self.word());
        let category = self.maybe(Self::word).map(CategoryId);
        let team = self.maybe(Self::id).map(TeamId);
        let agent = self.maybe(Self::id).map(PersonId);
        let site = self.maybe(Self::word);
        let asset = self.maybe(Self::word);
        let tags = self.list(Self::word);
        let created_at = Instant::from_millis(self.signed());
        let updated_at = created_at.plus_millis(self.signed());
        let [replies, reopenings, reassignments] = [self.small(), self.small(), self.small()];
        let mut at = created_at;
        let marks = self.list(|reader| {
            at = at.plus_millis(reader.signed());
            Mark { at, kind: reader.mark() }
        });
        let needs_update = self.number() != 0;
        let deleted = self.number() != 0;
        Header {
            id,
            number,
            subject,
            requester,
            channel,
            status,
            kind,
            priority,
            category,
            team,
            agent,
            site,
            asset,
            tags,
            created_at,
            updated_at,
            replies,
            reopenings,
            reassignments,
            marks,
            needs_update,
            deleted,
        }
    }

    fn kind(&mut self) -> StatusKind {
        let kind = KINDS.get(self.number() as usize).copied();
        self.known(kind, StatusKind::New)
    }

    fn mark(&mut self) -> MarkKind {
        match self.number() {
            0 => MarkKind::Status(self.kind()),
            1 => MarkKind::StatusByRequester(self.kind()),
            2 => MarkKind::Priority(PriorityId(self.word())),
            3 => MarkKind::Answered,
            4 => MarkKind::Asked,
            5 => MarkKind::TeamWas(self.maybe(Self::id).map(TeamId)),
            6 => MarkKind::CategoryWas(self.maybe(Self::word).map(CategoryId)),
            7 => MarkKind::SiteWas(self.maybe(Self::word)),
            8 => MarkKind::TagsWas(self.list(Self::word)),
            _ => self.known(None, MarkKind::Answered),
        }
    }

    fn word(&mut self) -> String {
        let place = self.number();
        let word = self.word_at(place);
        self.known(word, "").to_owned()
    }

    fn id(&mut self) -> Uuid {
        let place = self.number();
        let id = self.id_at(place);
        self.known(id, Uuid::nil())
    }
}
