//! A shelf has what was put on it, however it keeps that.

use std::collections::{BTreeMap, HashSet};

use holdfast_desk::ticket::Shelf;
use holdfast_desk::ticket::packed::{Facts, Record, pack};
use holdfast_desk::{Header, TicketId};
use proptest::prelude::*;
use uuid::Uuid;

use crate::strategies::Desk;

/// One thing that is done to a shelf: a ticket gets a header with this subject, or goes.
type Done = (u16, Option<u16>);

/// Tickets enough for several records.
const MANY: u16 = 1_500;

fn ticket(number: u16) -> TicketId {
    TicketId(Uuid::from_u128(number.into()))
}

fn header(number: u16, subject: u16) -> Header {
    Header { id: ticket(number), subject: format!("Subject {subject}"), ..Desk::new(0).raised() }
}

fn all_of(shelf: &Shelf) -> BTreeMap<TicketId, Header> {
    shelf.headers().map(|header| (header.id, header)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn a_shelf_is_a_map(done: Vec<Done>, many in 0..4_000_u16) {
        let (mut shelf, mut map) = (Shelf::default(), BTreeMap::new());
        let often = (0..many).map(|count| (count.wrapping_mul(7) % MANY, Some(count)));
        for (number, subject) in done.iter().copied().chain(often).chain(done.iter().copied()) {
            match subject.map(|subject| header(number, subject)) {
                Some(header) => {
                    shelf.put(header.clone());
                    map.insert(header.id, header);
                }
                None => {
                    shelf.remove(ticket(number));
                    map.remove(&ticket(number));
                }
            }
        }
        prop_assert_eq!(shelf.len(), map.len());
        prop_assert_eq!(shelf.tickets().collect::<HashSet<_>>(), map.keys().copied().collect());
        for number in (0..MANY).chain(done.iter().map(|(number, _)| *number)) {
            let known = map.get(&ticket(number));
            let here = shelf.get(ticket(number));
            prop_assert_eq!(here.as_ref(), known);
            prop_assert_eq!(shelf.subject(ticket(number)), known.map(|header| header.subject.as_str()));
        }
        prop_assert_eq!(all_of(&shelf), map);
    }

    /// Records read from their end leave what writing them in their order left.
    #[test]
    fn records_of_a_log_are_adopted_from_its_end(log: Vec<Vec<Done>>) {
        let mut map = BTreeMap::new();
        let mut records = Vec::new();
        for said in log {
            let said: Vec<(TicketId, Option<Header>)> =
                said.iter().map(|(number, subject)| (ticket(*number), subject.map(|subject| header(*number, subject)))).collect();
            records.push(pack(said.iter().map(|(ticket, header)| (ticket, header.as_ref()))));
            for (ticket, header) in said {
                match header {
                    Some(header) => map.insert(ticket, header),
                    None => map.remove(&ticket),
                };
            }
        }
        let (mut shelf, mut gone, mut counted) = (Shelf::default(), HashSet::new(), 0);
        for record in records.into_iter().rev() {
            let rows = shelf.adopt(Record::read(record).unwrap(), &mut gone);
            let record = shelf.last_record().unwrap();
            let subjects: Vec<&str> = rows.iter().map(|row| record.row(*row as usize).unwrap().subject()).collect();
            prop_assert!(subjects.iter().all(|subject| subject.starts_with("Subject ")));
            counted += rows.len();
        }
        prop_assert_eq!(counted, map.len());
        prop_assert_eq!(&all_of(&shelf), &map);
        for header in map.into_values() {
            shelf.put(Header { subject: "Another".to_owned(), ..header });
        }
        prop_assert!(shelf.headers().all(|header| header.subject == "Another"));
    }
}

#[test]
fn what_a_queue_asks_is_had_without_the_rest() {
    let header = Header { tags: vec!["vpn".to_owned(), "vip".to_owned()], ..Desk::new(0).raised() };
    let record = Record::read(pack([(&header.id, Some(&header))].into_iter())).unwrap();
    let row = record.row(0).unwrap();
    let (words, ids): (Vec<&str>, Vec<Uuid>) = (record.words().collect(), record.ids().collect());
    let facts = row.facts().unwrap().map(|place| words[place as usize], |place| &ids[place as usize]);
    assert_eq!(facts, Facts::from(&header));
    assert_eq!((row.ticket(), row.subject()), (header.id, header.subject.as_str()));
}
