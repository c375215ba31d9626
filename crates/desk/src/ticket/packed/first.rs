//! The first form of a record, which devices may still have: read, and never written.

use uuid::Uuid;

use super::bytes::Reader;
use super::{KINDS, PackedError, Said, UUID_BYTES, opened};
use crate::sla::{Mark, MarkKind};
use crate::ticket::{Header, TicketNumber};
use crate::{CategoryId, ChannelId, Instant, PersonId, PriorityId, StatusId, StatusKind, TeamId, TicketId};

/// The form of these records.
pub const VERSION: u8 = 1;

/// What a record says, in the order in which it was written.
///
/// # Errors
/// When it is not what was written.
pub fn unpack(record: &[u8]) -> Result<Said, PackedError> {
    let mut reader = Reader::new(opened(record, VERSION)?);
    let words = reader.list(Reader::text);
    let ids = reader.list(with_length);
    let mut reader = First { reader, words, ids };
    let count = reader.reader.number();
    let mut said = Vec::new();
    while (said.len() as u64) < count && !reader.reader.is_damaged() {
        let ticket = TicketId(with_length(&mut reader.reader));
        said.push((ticket, reader.maybe(|reader| reader.header(ticket))));
    }
    let is_whole = !reader.reader.is_damaged() && reader.reader.left() == 0;
    if is_whole { Ok(said) } else { Err(PackedError::Damaged) }
}

/// An id as it was written then.
fn with_length(reader: &mut Reader) -> Uuid {
    let is_id = reader.number() == UUID_BYTES as u64;
    reader.known(is_id.then_some(()), ());
    reader.uuid()
}

struct First<'a> {
    reader: Reader<'a>,
    words: Vec<&'a str>,
    ids: Vec<Uuid>,
}

impl First<'_> {
    fn header(&mut self, id: TicketId) -> Header {
        let number = self.maybe(|first| TicketNumber(first.reader.small()));
        let subject = self.reader.text().to_owned();
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
        let created_at = Instant::from_millis(self.reader.signed());
        let updated_at = created_at.plus_millis(self.reader.signed());
        let [replies, reopenings, reassignments] = [(); 3].map(|()| self.reader.small());
        let mut at = created_at;
        let marks = self.list(|first| {
            at = at.plus_millis(first.reader.signed());
            Mark { at, kind: first.mark() }
        });
        let [needs_update, deleted] = [(); 2].map(|()| self.reader.number() != 0);
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
        let kind = KINDS.get(self.reader.number() as usize).copied();
        self.reader.known(kind, StatusKind::New)
    }

    fn mark(&mut self) -> MarkKind {
        match self.reader.number() {
            0 => MarkKind::Status(self.kind()),
            1 => MarkKind::StatusByRequester(self.kind()),
            2 => MarkKind::Priority(PriorityId(self.word())),
            3 => MarkKind::Answered,
            4 => MarkKind::Asked,
            5 => MarkKind::TeamWas(self.maybe(Self::id).map(TeamId)),
            6 => MarkKind::CategoryWas(self.maybe(Self::word).map(CategoryId)),
            7 => MarkKind::SiteWas(self.maybe(Self::word)),
            8 => MarkKind::TagsWas(self.list(Self::word)),
            _ => self.reader.known(None, MarkKind::Answered),
        }
    }

    fn maybe<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> Option<T> {
        (self.reader.number() != 0).then(|| read(self))
    }

    fn list<T>(&mut self, mut read: impl FnMut(&mut Self) -> T) -> Vec<T> {
        let length = self.reader.number();
        let mut list = Vec::new();
        while (list.len() as u64) < length && !self.reader.is_damaged() {
            list.push(read(self));
        }
        list
    }

    fn word(&mut self) -> String {
        let place = self.reader.number() as usize;
        let word = self.words.get(place).copied();
        self.reader.known(word, "").to_owned()
    }

    fn id(&mut self) -> Uuid {
        let place = self.reader.number() as usize;
        let id = self.ids.get(place).copied();
        self.reader.known(id, Uuid::nil())
    }
}
