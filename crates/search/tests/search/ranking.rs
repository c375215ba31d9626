//! The best comes first.

use holdfast_search::{Field, Index, Piece, Words};

use crate::support::{found, index, number, ticket};

fn scores(index: &mut Index, typed: &str) -> Vec<(u128, f32)> {
    let found = index.find(&Words::typed(typed, false), None, usize::MAX);
    found.hits.iter().map(|hit| (number(hit.ticket), hit.score)).collect()
}

/// With k1 = 1.2 and b = 0.75; a text of n words has the length n + 1; an exact word adds 2 to what BM25 says of it.
#[test]
fn scores_are_those_of_bm25() {
    let mut index = index(&["red red blue", "red green green green blue blue blue", "green"]);
    let mean = (4.0 + 8.0 + 2.0) / 3.0;
    let score = |having: f32, times: f32, length: f32| {
        let rarity = (1.0 + (3.0 - having + 0.5) / (having + 0.5)).ln();
        rarity * (2.0 + times / (times + 1.2 * (0.25 + 0.75 * length / mean)))
    };
    let is = |index: &mut Index, typed: &str, expected: &[(u128, f32)]| {
        let scores = scores(index, typed);
        assert_eq!(scores.len(), expected.len(), "{typed}");
        for (is, expected) in scores.iter().zip(expected) {
            assert_eq!(is.0, expected.0, "{typed}");
            assert!((is.1 - expected.1).abs() < 1e-5, "{typed}: {} instead of {}", is.1, expected.1);
        }
    };
    is(&mut index, "red", &[(0, score(2.0, 2.0, 4.0)), (1, score(2.0, 1.0, 8.0))]);
    is(&mut index, "green", &[(1, score(2.0, 3.0, 8.0)), (2, score(2.0, 1.0, 2.0))]);
    let both = |times, length| score(2.0, times, length) + score(2.0, 1.0, length);
    is(&mut index, "red blue", &[(0, both(2.0, 4.0)), (1, score(2.0, 1.0, 8.0) + score(2.0, 3.0, 8.0))]);
}

#[test]
fn a_better_likeness_counts_more_than_any_number_of_worse_ones() {
    let mut index = index(&[
        "prant prant prant",
        "printer printer printer printer",
        "print and a lot of other words",
        "prnit",
    ]);
    assert_eq!(found(&mut index, "print", true), [2, 1, 0, 3]);
}

#[test]
fn a_number_counts_more_than_a_subject_and_a_subject_more_than_a_note() {
    let mut index = Index::default();
    let fields = [Field::Note, Field::Number, Field::Tag, Field::Subject];
    for (id, field) in fields.into_iter().enumerate() {
        index.add(ticket(id as u128), &[Piece { field, text: "1042" }]);
    }
    assert_eq!(found(&mut index, "1042", true), [1, 3, 2, 0]);
}

#[test]
fn of_equal_ones_the_newest_comes_first() {
    let mut index = index(&["same", "same", "same"]);
    assert_eq!(found(&mut index, "same", true), [2, 1, 0]);
}

#[test]
fn a_rare_word_counts_more_than_a_common_one() {
    let mut index =
        index(&["common rare", "common common common rare", "common", "common", "common rare rare rare"]);
    let found = found(&mut index, "common rare", false);
    assert_eq!(found.first(), Some(&4));
}

#[test]
fn a_letter_counts_as_often_as_it_is_there() {
    let mut index = index(&["a b", "b b", "bc"]);
    let score =
        |index: &mut Index, typed: &str| index.find(&Words::typed(typed, true), None, 1).hits[0].score;
    assert_eq!(score(&mut index, "a"), score(&mut index, "a "));
    assert_eq!(found(&mut index, "b", true), [1, 0, 2]);
}
