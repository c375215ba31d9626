//! A header as it is written in a record: what a queue asks first, then its subject, then its marks.

use std::cell::Cell;

use uuid::Uuid;

use super::bytes::{Reader, Writer};
use super::{Facts, KINDS, Record};
use crate::sla::{Mark, MarkKind};
use crate::ticket::{Header, TicketNumber};
use crate::{CategoryId, ChannelId, Instant, PersonId, PriorityId, StatusId, StatusKind, TeamId, TicketId};

impl<'a> Writer<'a> {
    pub fn header(&mut self, header: &'a Header) {
        self.facts(header.into());
        self.text(&header.subject);
        self.number(header.marks.len() as u64);
        let mut before = header.created_at.millis();
        for mark in &header.marks {
            self.signed(mark.at.millis() - before);
            before = mark.at.millis();
            self.mark(&mark.kind);
        }
    }

    fn facts(&mut self, facts: Facts<&'a str, &'a Uuid>) {
        self.maybe(facts.number, |writer, number| writer.number(number.0.into()));
        self.put_id(facts.requester);
        self.put_word(facts.channel);
        self.put_word(facts.status);
        self.kind(facts.kind);
        self.put_word(facts.priority);
        self.maybe(facts.category, Self::put_word);
        self.maybe(facts.team, Self::put_id);
        self.maybe(facts.agent, Self::put_id);
        self.maybe(facts.site, Self::put_word);
        self.maybe(facts.asset, Self::put_word);
        self.number(facts.tags.len() as u64);
        facts.tags.into_iter().for_each(|tag| self.put_word(tag));
        self.signed(facts.created_at.millis());
        self.signed(facts.updated_at.millis() - facts.created_at.millis());
        for count in [facts.replies, facts.reopenings, facts.reassignments] {
            self.number(count.into());
        }
        self.number(facts.needs_update.into());
        self.number(facts.deleted.into());
    }

    fn put_word(&mut self, word: &'a str) {
        let place = self.word(word);
        self.number(place.into());
    }

    fn put_id(&mut self, id: &'a Uuid) {
        let place = self.id(id);
        self.number(place.into());
    }

    fn kind(&mut self, kind: StatusKind) {
        self.number(KINDS.iter().position(|other| *other == kind).unwrap_or_default() as u64);
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
            MarkKind::Priority(priority) => self.put_word(&priority.0),
            MarkKind::Answered | MarkKind::Asked => {}
            MarkKind::TeamWas(was) => self.maybe(was.as_ref(), |writer, team| writer.put_id(&team.0)),
            MarkKind::CategoryWas(was) => self.maybe(was.as_ref(), |writer, was| writer.put_word(&was.0)),
            MarkKind::SiteWas(was) => self.maybe(was.as_deref(), Self::put_word),
            MarkKind::TagsWas(was) => {
                self.number(was.len() as u64);
                was.iter().for_each(|tag| self.put_word(tag));
            }
        }
    }
}

impl Reader<'_> {
    pub fn facts(&mut self) -> Facts<u32, u32> {
        let number = self.maybe(|reader| TicketNumber(reader.small()));
        let [requester, channel, status] = [self.small(), self.small(), self.small()];
        let kind = self.kind();
        let priority = self.small();
        let [category, team, agent, site, asset] = [(); 5].map(|()| self.maybe(Self::small));
        let tags = self.list(Self::small);
        let created_at = Instant::from_millis(self.signed());
        let updated_at = created_at.plus_millis(self.signed());
        let [replies, reopenings, reassignments] = [self.small(), self.small(), self.small()];
        let [needs_update, deleted] = [self.number() != 0, self.number() != 0];
        Facts {
            number,
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
            needs_update,
            deleted,
        }
    }

    pub fn header(&mut self, id: TicketId, record: &Record) -> Header {
        let lookup = Lookup { record, is_lost: Cell::new(false) };
        let facts = self.facts().map(|place| lookup.word(place), |place| lookup.id(place));
        let subject = self.text().to_owned();
        let mut at = facts.created_at;
        let marks = self.list(|reader| {
            at = at.plus_millis(reader.signed());
            Mark { at, kind: reader.mark(&lookup) }
        });
        self.known((!lookup.is_lost.get()).then_some(()), ());
        Header {
            id,
            number: facts.number,
            subject,
            requester: PersonId(facts.requester),
            channel: ChannelId(facts.channel),
            status: StatusId(facts.status),
            kind: facts.kind,
            priority: PriorityId(facts.priority),
            category: facts.category.map(CategoryId),
            team: facts.team.map(TeamId),
            agent: facts.agent.map(PersonId),
            site: facts.site,
            asset: facts.asset,
            tags: facts.tags,
            created_at: facts.created_at,
            updated_at: facts.updated_at,
            replies: facts.replies,
            reopenings: facts.reopenings,
            reassignments: facts.reassignments,
            marks,
            needs_update: facts.needs_update,
            deleted: facts.deleted,
        }
    }

    fn kind(&mut self) -> StatusKind {
        let kind = KINDS.get(self.number() as usize).copied();
        self.known(kind, StatusKind::New)
    }

    fn mark(&mut self, lookup: &Lookup) -> MarkKind {
        let word = |reader: &mut Self| lookup.word(reader.small());
        let id = |reader: &mut Self| lookup.id(reader.small());
        match self.number() {
            0 => MarkKind::Status(self.kind()),
            1 => MarkKind::StatusByRequester(self.kind()),
            2 => MarkKind::Priority(PriorityId(word(self))),
            3 => MarkKind::Answered,
            4 => MarkKind::Asked,
            5 => MarkKind::TeamWas(self.maybe(id).map(TeamId)),
            6 => MarkKind::CategoryWas(self.maybe(word).map(CategoryId)),
            7 => MarkKind::SiteWas(self.maybe(word)),
            8 => MarkKind::TagsWas(self.list(word)),
            _ => self.known(None, MarkKind::Answered),
        }
    }
}

/// The words and ids of a record, and whether one was asked for that it does not have.
struct Lookup<'a> {
    record: &'a Record,
    is_lost: Cell<bool>,
}

impl Lookup<'_> {
    fn word(&self, place: u32) -> String {
        self.known(self.record.word(place)).unwrap_or_default().to_owned()
    }

    fn id(&self, place: u32) -> Uuid {
        self.known(self.record.id(place)).unwrap_or_default()
    }

    fn known<T>(&self, thing: Option<T>) -> Option<T> {
        self.is_lost.set(self.is_lost.get() || thing.is_none());
        thing
    }
}
