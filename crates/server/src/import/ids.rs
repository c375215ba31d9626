//! Ids that follow from a log: the same row always gets the same id, so that a second import adds nothing.

use chrono::NaiveDateTime;
use holdfast_desk::{EventId, PersonId, TeamId, TicketId};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Makes the ids of one log.
#[derive(Clone)]
pub struct Ids(Sha256);

impl Ids {
    /// Ids of the log that is called this.
    pub fn of(source: &str) -> Self {
        Self(take(Sha256::new(), "holdfast import").chain_update("1")).within(source)
    }

    fn within(self, part: &str) -> Self {
        Self(take(self.0, part))
    }

    /// The ticket with this number in the log.
    pub fn ticket(&self, number: &str) -> TicketId {
        TicketId(hashed(self.clone().within("ticket").within(number).0))
    }

    /// The person of this name.
    pub fn person(&self, name: &str) -> PersonId {
        PersonId(hashed(self.clone().within("person").within(name).0))
    }

    /// The team of this name.
    pub fn team(&self, name: &str) -> TeamId {
        TeamId(hashed(self.clone().within("team").within(name).0))
    }

    /// The event behind a row: which ticket's, which revision, when by the wall clock. Rows alike in all of that
    /// are told apart by how many such rows came before. Like a UUIDv7 it begins with the time; that is the wall
    /// clock's, so that the zone under which a log is imported does not make other events of it.
    pub fn event(&self, ticket: TicketId, revision: &str, local: NaiveDateTime, repeat: u32) -> EventId {
        let ms = local.and_utc().timestamp_millis();
        let hash = take(self.0.clone(), "event").chain_update(ticket.0.as_bytes());
        let hash = take(hash, revision).chain_update(ms.to_be_bytes()).chain_update(repeat.to_be_bytes());
        let mut bytes: [u8; 16] = *hashed(hash).as_bytes();
        bytes[..6].copy_from_slice(&ms.max(0).to_be_bytes()[2..]);
        EventId(uuid::Builder::from_custom_bytes(bytes).into_uuid())
    }
}

/// Takes in a text and its length, so that no two lists of texts are taken in alike.
fn take(hash: Sha256, part: &str) -> Sha256 {
    hash.chain_update((part.len() as u64).to_be_bytes()).chain_update(part)
}

fn hashed(hash: Sha256) -> Uuid {
    let digest = hash.finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_follow_from_the_row_and_begin_with_its_time() {
        let ids = Ids::of("a");
        let early: NaiveDateTime = "2016-02-29T01:23:00".parse().unwrap();
        let late: NaiveDateTime = "2016-03-29T01:23:00".parse().unwrap();
        let ticket = ids.ticket("INC1");
        let event = |time, repeat| ids.event(ticket, "0", time, repeat);
        assert_eq!(event(early, 0), event(early, 0));
        assert_ne!(event(early, 0), event(early, 1));
        assert!(event(early, 0) < event(late, 0));
        assert_eq!(event(early, 0).0.get_version_num(), 8);
        assert_ne!(ticket, Ids::of("b").ticket("INC1"));
        assert_ne!(ids.ticket("x").0, ids.person("x").0);
    }
}
