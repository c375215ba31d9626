//! Segments as they are kept: they say what they said, or that they were damaged.

use holdfast_search::{Field, Index, Piece, SegmentError, Words};
use proptest::prelude::*;

use crate::support::{found, index, reopened, ticket};

fn segment(texts: &[String]) -> Vec<u8> {
    let mut index = index(&texts.iter().map(String::as_str).collect::<Vec<_>>());
    index.settle();
    index.remove(ticket(0));
    index.settle();
    let (_, bytes) = index.segments().last().unwrap();
    bytes.to_vec()
}

fn open(bytes: &[u8]) -> Result<Index, SegmentError> {
    Index::open([(0, bytes.to_vec())])
}

fn with_sum(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.extend(adler2::adler32_slice(&bytes).to_le_bytes());
    bytes
}

fn texts() -> impl Strategy<Value = Vec<String>> {
    proptest::collection::vec("[a-d ]{0,30}", 2..6)
}

/// Everything that can be done with an index.
fn use_it(mut index: Index) {
    for typed in ["a", "ab", "abcd", "abcdabcd", "\"a b", "b-a", "d c b"] {
        index.find(&Words::typed(typed, true), None, 10);
    }
    index.add(ticket(1), &[Piece { field: Field::Note, text: "a b abcd" }]);
    index.remove(ticket(0));
    while index.tidy() {}
    assert!(index.bytes() < 1 << 20);
    drop(reopened(&mut index));
}

proptest! {
    /// Whichever byte changes, and wherever the segment ends.
    #[test]
    fn damage_is_noticed(texts in texts(), at: prop::sample::Index, by in 1..=u8::MAX) {
        let segment = segment(&texts);
        prop_assert!(open(&segment).is_ok());
        let at = at.index(segment.len());
        let mut damaged = segment.clone();
        damaged[at] ^= by;
        prop_assert_eq!(open(&damaged).err(), Some(SegmentError::Damaged), "byte {} of {}", at, segment.len());
        prop_assert_eq!(open(&segment[..at]).err(), Some(SegmentError::Damaged), "the first {}", at);
    }

    /// What was made up has whatever checksum it wants.
    #[test]
    fn what_nobody_wrote_is_no_reason_to_panic(
        texts in texts(),
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let mut made_up = segment(&texts);
        made_up.truncate(made_up.len() - 4);
        for (at, byte) in changes {
            let at = at.index(made_up.len());
            made_up[at] = byte;
        }
        if let Ok(index) = open(&with_sum(made_up)) {
            use_it(index);
        }
    }

    #[test]
    fn neither_are_any_bytes(bytes: Vec<u8>) {
        if let Ok(index) = open(&with_sum([&[1][..], &bytes].concat())) {
            use_it(index);
        }
    }
}

#[test]
fn another_form_is_called_by_its_version() {
    let mut bytes = segment(&["a".to_owned()]);
    bytes.truncate(bytes.len() - 4);
    bytes[0] = 7;
    assert_eq!(open(&with_sum(bytes)).err(), Some(SegmentError::Version(7)));
}

#[test]
fn a_removal_is_kept_with_what_was_added_after_it() {
    let mut index = index(&["first words", "others"]);
    index.settle();
    for _ in 0..20 {
        index
            .add(ticket(1), &[Piece { field: Field::Note, text: "more and more of it, so that it is long" }]);
    }
    index.settle();
    index.remove(ticket(0));
    index.add(ticket(0), &[Piece { field: Field::Note, text: "second" }]);
    let mut opened = reopened(&mut index);
    assert_eq!(found(&mut opened, "first", false), []);
    assert_eq!(found(&mut opened, "second", false), [0]);
    assert_eq!(opened.tickets(), 2);
}

#[test]
fn segments_stay_few_and_keep_their_names() {
    let mut index = Index::default();
    let mut kept = std::collections::HashMap::new();
    for id in 0..2_000 {
        let text = format!("word{id} and some more words");
        index.add(ticket(id), &[Piece { field: Field::Reply, text: &text }]);
        index.settle();
        for (name, bytes) in index.segments() {
            assert_eq!(kept.entry(name).or_insert_with(|| bytes.to_vec()), bytes);
        }
        assert!(index.segments().len() <= 8, "{} segments", index.segments().len());
    }
    assert_eq!(found(&mut index, "word1234", false), [1234]);
}

#[test]
fn tidied_segments_have_nothing_left_of_what_was_removed() {
    let texts = (0..50).map(|id| format!("secret{id} and other words")).collect::<Vec<_>>();
    let mut index = index(&texts.iter().map(String::as_str).collect::<Vec<_>>());
    index.settle();
    index.remove(ticket(7));
    let has = |index: &Index, word: &[u8]| {
        index.segments().any(|(_, bytes)| bytes.windows(word.len()).any(|window| window == word))
    };
    // Of neighbouring words only what is different is written.
    assert!(has(&index, b"secret0"));
    index.add(ticket(50), &[Piece { field: Field::Note, text: "unlike" }]);
    index.remove(ticket(50));
    index.remove(ticket(0));
    while index.tidy() {}
    assert!(!has(&index, b"secret0") && !has(&index, b"unlike"));
    assert!(has(&index, b"secret1"));
    assert_eq!(index.tickets(), 48);
    for id in 0..50 {
        index.remove(ticket(id));
    }
    while index.tidy() {}
    assert_eq!((index.tickets(), index.segments().len()), (0, 0));
}
