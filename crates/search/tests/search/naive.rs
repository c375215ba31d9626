//! Search as it is meant: every text is read for every search.

use std::collections::{BTreeMap, BTreeSet};

use holdfast_search::tokens;

/// The words of each text of each ticket.
#[derive(Clone, Debug, Default)]
pub struct Naive(BTreeMap<u128, Vec<Vec<String>>>);

impl Naive {
    pub fn add(&mut self, ticket: u128, text: &str) {
        let words = tokens(text).into_iter().map(|token| token.word).collect();
        self.0.entry(ticket).or_default().push(words);
    }

    pub fn remove(&mut self, ticket: u128) {
        self.0.remove(&ticket);
    }

    /// The tickets that have all of these words, of which the last may go on; each is a phrase of one
    /// word or more, in quotes or not.
    pub fn find(&self, phrases: &[(Vec<String>, bool)], is_open: bool) -> BTreeSet<u128> {
        let mut left = self.0.keys().copied().collect::<BTreeSet<_>>();
        for (at, (phrase, is_quoted)) in phrases.iter().enumerate() {
            let is_open = is_open && at + 1 == phrases.len();
            let mut having = self.having(|text| has(text, phrase, is_open));
            if let [word] = phrase.as_slice()
                && !is_quoted
                && having.len() < 5
            {
                having.extend(self.having(|text| text.iter().any(|other| is_typo(word, other, is_open))));
            }
            left.retain(|ticket| having.contains(ticket));
        }
        left
    }

    fn having(&self, has: impl Fn(&[String]) -> bool) -> BTreeSet<u128> {
        let having = self.0.iter().filter(|(_, texts)| texts.iter().any(|text| has(text)));
        having.map(|(ticket, _)| *ticket).collect()
    }
}

fn has(text: &[String], phrase: &[String], is_open: bool) -> bool {
    text.windows(phrase.len()).any(|words| {
        words.iter().zip(phrase).enumerate().all(|(at, (word, wanted))| {
            if is_open && at + 1 == phrase.len() { word.starts_with(wanted) } else { word == wanted }
        })
    })
}

fn is_typo(word: &str, other: &str, is_open: bool) -> bool {
    let (word, other) = (word.chars().collect::<Vec<_>>(), other.chars().collect::<Vec<_>>());
    let most = match word.len() {
        _ if word.iter().any(|c| c.is_numeric()) => 0,
        4..8 => 1,
        8..32 => 2,
        _ => 0,
    };
    let beginnings = if is_open { 0..=other.len() } else { other.len()..=other.len() };
    most > 0 && beginnings.into_iter().any(|end| distance(&word, &other[..end]) <= most)
}

/// How many typos lie between two words: letters missing, added, changed, or swapped with their neighbour; at the
/// beginning each counts twice.
pub fn distance(word: &[char], other: &[char]) -> usize {
    fn from(
        word: &[char],
        other: &[char],
        at: (usize, usize),
        known: &mut BTreeMap<(usize, usize), usize>,
    ) -> usize {
        if let Some(distance) = known.get(&at) {
            return *distance;
        }
        let (i, j) = at;
        let (here, there) = (word.get(i), other.get(j));
        let first = if at == (0, 0) { 2 } else { 1 };
        let mut ways = Vec::new();
        if here.is_some() && here == there {
            ways.push(from(word, other, (i + 1, j + 1), known));
        }
        if here.is_some() && there.is_some() {
            ways.push(first + from(word, other, (i + 1, j + 1), known));
        }
        if here.is_some() {
            ways.push(first + from(word, other, (i + 1, j), known));
        }
        if there.is_some() {
            ways.push(first + from(word, other, (i, j + 1), known));
        }
        if here.is_some() && there.is_some() && here == other.get(j + 1) && word.get(i + 1) == there {
            ways.push(first + from(word, other, (i + 2, j + 2), known));
        }
        let distance = ways.into_iter().min().unwrap_or(0);
        known.insert(at, distance);
        distance
    }
    from(word, other, (0, 0), &mut BTreeMap::new())
}

#[test]
fn distances_are_what_people_would_count() {
    let distance = |one: &str, other: &str| {
        distance(&one.chars().collect::<Vec<_>>(), &other.chars().collect::<Vec<_>>())
    };
    assert_eq!(distance("printer", "printer"), 0);
    assert_eq!(distance("pritner", "printer"), 1);
    assert_eq!(distance("pinter", "printer"), 1);
    assert_eq!(distance("primter", "printer"), 1);
    assert_eq!(distance("prrinter", "printer"), 1);
    assert_eq!(distance("rpinter", "printer"), 2);
    assert_eq!(distance("rinter", "printer"), 2);
    assert_eq!(distance("qrinter", "printer"), 2);
}
