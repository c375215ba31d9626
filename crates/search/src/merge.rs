//! Several segments made one, without what was removed from them.

use super::dictionary::Walk;
use super::index::{GONE, Held};
use super::postings::Posting;
use super::segment::Segment;
use super::writer::Writer;
use holdfast_desk::TicketId;

/// Where a ticket of a segment comes to be.
#[derive(Clone, Copy)]
struct Place {
    ticket: u32,
    /// How many of its places are taken by the segments before.
    taken: u32,
}

/// A word in a ticket, with its places among those of all tickets.
struct Gathered {
    posting: Posting,
    places: std::ops::Range<usize>,
}

/// These segments as one, with the numbers of its tickets; `None` where nothing is left of them. Removals are kept of
/// those tickets that `is_before`, in a segment before these.
pub fn merge(parts: &[Held], is_before: impl Fn(TicketId) -> bool) -> Option<(Segment, Vec<u32>)> {
    let Left { tickets, numbers, places } = left(parts);
    let mut removed = parts.iter().flat_map(|part| part.segment.removed()).collect::<Vec<_>>();
    removed.sort_unstable();
    removed.dedup();
    removed.retain(|ticket| is_before(*ticket));
    if tickets.is_empty() && removed.is_empty() {
        return None;
    }
    let mut writer = Writer::default();
    words(parts, &places, &mut writer);
    Some((writer.finish(&tickets, &removed), numbers))
}

/// The tickets that are left.
struct Left {
    /// Each with how many places it has.
    tickets: Vec<(TicketId, u32)>,
    numbers: Vec<u32>,
    /// Where the tickets of each segment come to be.
    places: Vec<Vec<Option<Place>>>,
}

fn left(parts: &[Held]) -> Left {
    let mut all = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        let tickets = part.segment.tickets().zip(part.segment.extents()).zip(&part.numbers).enumerate();
        let living = tickets.filter(|(_, (_, number))| **number != GONE);
        all.extend(living.map(|(row, ((id, extent), number))| (id, at, row, extent, *number)));
    }
    all.sort_unstable_by_key(|(id, at, ..)| (*id, *at));
    let mut places = parts.iter().map(|part| vec![None; part.numbers.len()]).collect::<Vec<_>>();
    let (mut tickets, mut numbers) = (Vec::<(TicketId, u32)>::new(), Vec::new());
    for (id, at, row, extent, number) in all {
        match tickets.last_mut() {
            Some((last, taken)) if *last == id => {
                places[at][row] = Some(Place { ticket: numbers.len() as u32 - 1, taken: *taken });
                *taken = taken.saturating_add(extent);
            }
            _ => {
                places[at][row] = Some(Place { ticket: numbers.len() as u32, taken: 0 });
                tickets.push((id, extent));
                numbers.push(number);
            }
        }
    }
    Left { tickets, numbers, places }
}

fn words(parts: &[Held], places: &[Vec<Option<Place>>], writer: &mut Writer) {
    let mut walks = Vec::new();
    for (part, places) in parts.iter().zip(places) {
        let mut walk = Walk::new(&part.segment);
        if walk.next() {
            walks.push((walk, places));
        }
    }
    let (mut word, mut gathered, mut all_places) = (Vec::new(), Vec::new(), Vec::new());
    while let Some(first) = walks.iter().map(|(walk, _)| walk.word()).min() {
        word.clear();
        word.extend(first);
        walks.retain_mut(|(walk, places)| {
            if walk.word() != word {
                return true;
            }
            gather(walk, places, &mut gathered, &mut all_places);
            walk.next()
        });
        // Stable: what one ticket has in several segments stays in their order.
        gathered.sort_by_key(|gathered: &Gathered| gathered.posting.ticket);
        writer.word(&word);
        write(&gathered, &mut all_places, writer);
        gathered.clear();
        all_places.clear();
    }
}

/// What one segment says of the word it stands on.
fn gather(walk: &Walk<'_>, to: &[Option<Place>], gathered: &mut Vec<Gathered>, all: &mut Vec<u32>) {
    let mut places = walk.places();
    for posting in walk.postings() {
        let to = to.get(posting.ticket as usize).copied().flatten();
        let start = all.len();
        places.next(posting.weight, |place| {
            if let Some(to) = to {
                all.push(to.taken.wrapping_add(place));
            }
        });
        if let Some(to) = to {
            let posting = Posting { ticket: to.ticket, weight: posting.weight };
            gathered.push(Gathered { posting, places: start..all.len() });
        }
    }
}

fn write(gathered: &[Gathered], all: &mut Vec<u32>, writer: &mut Writer) {
    for of_ticket in gathered.chunk_by(|one, other| one.posting.ticket == other.posting.ticket) {
        if let [one] = of_ticket {
            writer.posting(one.posting, &all[one.places.clone()]);
            continue;
        }
        let ticket = of_ticket[0].posting.ticket;
        let weight = of_ticket.iter().fold(0_u32, |sum, one| sum.saturating_add(one.posting.weight));
        let start = all.len();
        of_ticket.iter().for_each(|one| all.extend_from_within(one.places.clone()));
        writer.posting(Posting { ticket, weight }, &all[start..]);
    }
}
