//! Whatever is added, removed and kept in whatever order: found is what a reader of every text finds.

use std::collections::BTreeSet;

use holdfast_search::{Found, Index, Piece, Words, tokens};
use proptest::prelude::*;

use crate::naive::Naive;
use crate::support::{FIELDS, found, index, number, reopened, ticket};

#[derive(Clone, Debug)]
enum Step {
    Add {
        ticket: u128,
        pieces: Vec<(usize, String)>,
    },
    Remove {
        ticket: u128,
    },
    /// Adds a ticket anew.
    Replace {
        ticket: u128,
        text: String,
    },
    Settle,
    Tidy,
    Reopen,
}

#[derive(Clone, Debug)]
struct Search {
    /// Phrases of one word or more; they are joined by blanks in quotes, or by something else without.
    phrases: Vec<(Vec<String>, bool)>,
    is_open: bool,
}

impl Search {
    fn typed(&self) -> Words {
        let typed = self.phrases.iter().map(|(phrase, is_quoted)| {
            if *is_quoted { format!("\"{}\" ", phrase.join(" ")) } else { phrase.join("-") + " " }
        });
        // What has nothing behind it goes on, in quotes as well.
        let text = typed.collect::<String>();
        Words::typed(text.trim_end_matches([' ', '"']), self.is_open)
    }

    /// The phrases. The last letter of one is looked for on its own while it is the only one of its word.
    fn naive(&self, naive: &Naive) -> BTreeSet<u128> {
        let mut phrases = self.phrases.clone();
        if let Some((last, is_exact)) = phrases.last_mut()
            && self.is_open
            && last.len() > 1
            && last.last().is_some_and(|word| word.chars().count() == 1)
        {
            let letter = last.split_off(last.len() - 1);
            *is_exact = true;
            phrases.push((letter, false));
        }
        naive.find(&phrases, self.is_open)
    }
}

fn word() -> impl Strategy<Value = String> {
    prop_oneof![4 => "[abc]{1,3}", 2 => "[ab]{4,9}", 1 => "[0-9]{1,4}", 1 => "[яю]{1,5}"]
}

fn text() -> impl Strategy<Value = String> {
    proptest::collection::vec(word(), 0..8).prop_map(|words| words.join(" "))
}

fn id() -> impl Strategy<Value = u128> {
    0..10_u128
}

fn step() -> impl Strategy<Value = Step> {
    let pieces = proptest::collection::vec((0..FIELDS.len(), text()), 0..4);
    prop_oneof![
        8 => (id(), pieces).prop_map(|(ticket, pieces)| Step::Add { ticket, pieces }),
        2 => id().prop_map(|ticket| Step::Remove { ticket }),
        2 => (id(), text()).prop_map(|(ticket, text)| Step::Replace { ticket, text }),
        2 => Just(Step::Settle),
        1 => Just(Step::Tidy),
        1 => Just(Step::Reopen),
    ]
}

fn search() -> impl Strategy<Value = Search> {
    let phrase = || (proptest::collection::vec(word(), 1..4), any::<bool>());
    let word = word().prop_map(|word| (vec![word], false));
    let phrases = prop_oneof![
        3 => proptest::collection::vec(word, 1..3),
        1 => proptest::collection::vec(phrase(), 1..3),
    ];
    (phrases, any::<bool>()).prop_map(|(phrases, is_open)| Search { phrases, is_open })
}

/// The index after these steps; what there is to find; and everything of it added at once.
fn lived(steps: &[Step]) -> (Index, Naive, Index) {
    let (mut index, mut naive) = (Index::default(), Naive::default());
    let mut texts = Vec::<(u128, usize, String)>::new();
    for step in steps {
        match step {
            Step::Add { ticket: id, pieces } => {
                let given = pieces.iter().map(|(field, text)| Piece { field: FIELDS[*field], text });
                index.add(ticket(*id), &given.collect::<Vec<_>>());
                for (field, text) in pieces {
                    naive.add(*id, text);
                    texts.push((*id, *field, text.clone()));
                }
            }
            Step::Remove { ticket: id } => {
                index.remove(ticket(*id));
                naive.remove(*id);
                texts.retain(|(other, ..)| other != id);
            }
            Step::Replace { ticket: id, text } => {
                index.remove(ticket(*id));
                index.add(ticket(*id), &[Piece { field: FIELDS[1], text }]);
                naive.remove(*id);
                naive.add(*id, text);
                texts.retain(|(other, ..)| other != id);
                texts.push((*id, 1, text.clone()));
            }
            Step::Settle => index.settle(),
            Step::Tidy => while index.tidy() {},
            Step::Reopen => index = reopened(&mut index),
        }
    }
    let mut at_once = Index::default();
    for (id, field, text) in &texts {
        at_once.add(ticket(*id), &[Piece { field: FIELDS[*field], text }]);
    }
    (index, naive, at_once)
}

fn find(index: &mut Index, words: &Words) -> Found {
    index.find(words, None, usize::MAX)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn found_is_what_is_there(
        steps in proptest::collection::vec(step(), 1..30),
        searches in proptest::collection::vec(search(), 1..12),
    ) {
        let (mut index, naive, mut at_once) = lived(&steps);
        for search in searches {
            let words = search.typed();
            let found = find(&mut index, &words);
            let tickets = found.hits.iter().map(|hit| number(hit.ticket)).collect::<BTreeSet<_>>();
            prop_assert_eq!(found.total, tickets.len());
            prop_assert_eq!(tickets, search.naive(&naive), "{:?}", words);
            prop_assert_eq!(&found, &find(&mut at_once, &words), "as if added at once");
            prop_assert_eq!(&found, &find(&mut reopened(&mut index), &words), "as after it was kept");
        }
    }

    #[test]
    fn what_is_not_kept_is_not_counted(steps in proptest::collection::vec(step(), 1..20), limit in 0..6_usize) {
        let (mut index, ..) = lived(&steps);
        let words = Words::typed("a", true);
        let all = find(&mut index, &words);
        let even = all.hits.iter().filter(|hit| number(hit.ticket).is_multiple_of(2)).copied().collect::<Vec<_>>();
        let among = even.iter().map(|hit| hit.ticket).collect();
        let some = index.find(&words, Some(&among), limit);
        prop_assert_eq!(some.total, even.len());
        prop_assert_eq!(&some.hits, &even[..limit.min(even.len())]);
    }
}

#[test]
fn words_are_found_across_the_texts_of_a_ticket_and_phrases_within_one() {
    let mut index = index(&["the printer jams"]);
    index.settle();
    index.add(ticket(0), &[Piece { field: FIELDS[3], text: "again today" }]);
    assert_eq!(found(&mut index, "again printer", false), [0]);
    assert_eq!(found(&mut index, "\"printer jams\"", false), [0]);
    assert_eq!(found(&mut index, "\"jams again\"", false), []);
    assert_eq!(found(&mut index, "\"jams printer\"", false), []);
    index.settle();
    assert_eq!(index.segments().len(), 1);
    assert_eq!(found(&mut index, "\"again today\"", false), [0]);
    for apart in ["\"jams again\"", "\"the today\"", "\"again printer\""] {
        assert_eq!(found(&mut index, apart, false), [], "{apart}, merged");
    }
}

#[test]
fn a_word_is_a_beginning_until_something_ends_it() {
    let mut index = index(&["printer", "prints"]);
    assert_eq!(found(&mut index, "prin", true), [1, 0]);
    assert_eq!(found(&mut index, "\"prin", true), [1, 0]);
    assert_eq!(found(&mut index, "prin prints", true), []);
    for ended in ["pri ", "\"pri\""] {
        assert_eq!(found(&mut index, ended, true), []);
    }
    assert_eq!(found(&mut index, "pri", false), []);
}

#[test]
fn typos_are_forgiven_in_words_of_four_letters_and_more() {
    let mut index = index(&["printer", "warehouse", "café", "1042"]);
    for typo in ["pritner", "pinter", "prinnter", "prinzer", "prinetr"] {
        assert_eq!(found(&mut index, typo, false), [0], "{typo}");
    }
    for typo in ["wraehuose", "wrahouse", "varehouse", "arehouse"] {
        assert_eq!(found(&mut index, typo, false), [1], "{typo}");
    }
    assert_eq!(found(&mut index, "wraeh", true), [1], "while it is typed");
    assert_eq!(found(&mut index, "caffé", false), [2]);
    for other in ["caf", "brinter", "pritnre", "1043", "wraehoosse", "\"pritner\""] {
        assert_eq!(found(&mut index, other, false), [], "{other}");
    }
}

#[test]
fn typos_are_forgiven_only_where_little_is_found_without() {
    let mut index = index(&["table", "cable", "cable", "cable", "cable", "cables"]);
    assert_eq!(found(&mut index, "cable", false), [4, 3, 2, 1, 5]);
    let id = ticket(9);
    index.add(id, &[Piece { field: FIELDS[2], text: "cable" }]);
    assert_eq!(found(&mut index, "cable", false), [9, 4, 3, 2, 1]);
}

#[test]
fn a_number_is_found_however_it_is_typed() {
    let mut index = Index::default();
    for id in 1000..1100_u128 {
        let human = format!("HF-{id}");
        index.add(ticket(id), &[Piece { field: FIELDS[0], text: &human }]);
    }
    index.add(ticket(1), &[Piece { field: FIELDS[4], text: "as in hf-1042, 1043 pieces" }]);
    for typed in ["HF-1042", "hf-1042", "1042", "hf 1042", "\"hf 1042"] {
        assert_eq!(found(&mut index, typed, true), [1042, 1], "{typed}");
    }
    assert_eq!(found(&mut index, "hf-1043", true), [1043]);
    assert_eq!(found(&mut index, "hf-109", true), (1090..1100).rev().collect::<Vec<_>>());
}

#[test]
fn scripts_without_blanks_are_found_by_any_part() {
    let mut index = index(&["打印机坏了", "打印了机票"]);
    assert_eq!(found(&mut index, "印机", true), [0]);
    assert_eq!(found(&mut index, "打印", true), [1, 0]);
}

#[test]
fn nothing_is_found_where_nothing_is_looked_for() {
    let mut index = index(&["something"]);
    for nothing in ["", "   ", "\"", "\"\"", "-!?"] {
        assert!(Words::typed(nothing, true).is_empty());
        assert_eq!(found(&mut index, nothing, true), []);
    }
    assert_eq!(found(&mut Index::default(), "something", true), []);
}

#[test]
fn what_is_typed_has_an_end() {
    let long = (0..1_000).map(|at| format!("word{at} ")).collect::<String>();
    let mut index = index(&[&long]);
    assert_eq!(found(&mut index, &long, true), [0]);
    assert_eq!(tokens(&long).len(), 1_000);
}
