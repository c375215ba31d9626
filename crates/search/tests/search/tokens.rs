//! Words out of texts.

use holdfast_search::tokens;
use proptest::prelude::*;

fn words(text: &str) -> Vec<String> {
    tokens(text).into_iter().map(|token| token.word).collect()
}

#[test]
fn words_are_in_lower_case_and_without_marks() {
    assert_eq!(words("Müller's PRINTER, café"), ["muller", "s", "printer", "cafe"]);
    assert_eq!(words("Straße Łódź Ærø Ångström"), ["strasse", "lodz", "aero", "angstrom"]);
    assert_eq!(words("Đặng Țară ÎMPĂRAT İstanbul"), ["dang", "tara", "imparat", "istanbul"]);
    assert_eq!(words("ПРИНТЕР Όδος ΟΔΟΣ"), ["принтер", "όδοσ", "οδοσ"]);
}

#[test]
fn a_letter_and_its_mark_are_the_letter() {
    assert_eq!(words("cafe\u{301} u\u{308}ber"), words("café über"));
}

#[test]
fn a_number_is_found_with_and_without_what_is_in_front() {
    assert_eq!(words("HF-1042"), ["hf", "1042"]);
    assert_eq!(words("10.0.0.1"), ["10", "0", "0", "1"]);
    assert_eq!(words("user@example.com"), ["user", "example", "com"]);
}

#[test]
fn characters_of_scripts_without_blanks_are_words() {
    assert_eq!(words("打印机 PC版"), ["打", "印", "机", "pc", "版"]);
}

#[test]
fn of_a_long_word_the_first_characters_count() {
    assert_eq!(words(&"x".repeat(5_000)), ["x".repeat(32)]);
    assert_eq!(tokens(&"é".repeat(100))[0].range, 0..200);
}

proptest! {
    #[test]
    fn a_word_stands_where_it_is_said_to(text in "\\PC{0,60}") {
        let mut end = 0;
        for token in tokens(&text) {
            prop_assert!(token.range.start >= end && !token.range.is_empty());
            end = token.range.end;
            prop_assert_eq!(words(&text[token.range.clone()]), [token.word.clone()]);
            prop_assert_eq!(words(&token.word), [token.word.clone()], "a word of a word is the word");
        }
    }
}
