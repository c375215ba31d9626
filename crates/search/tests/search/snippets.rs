//! The passage that shows why something was found.

use holdfast_search::{Words, snippet, tokens};
use proptest::prelude::*;

/// The passage as text, what is marked in brackets.
fn shown(text: &str, typed: &str, around: usize) -> String {
    let parts = snippet(text, &Words::typed(typed, true), around);
    let shown =
        parts.iter().map(|part| if part.marked { format!("[{}]", part.text) } else { part.text.to_owned() });
    shown.collect()
}

#[test]
fn what_was_looked_for_is_marked() {
    assert_eq!(shown("The Printer jams", "printer", 40), "The [Printer] jams");
    assert_eq!(shown("Das Büro, das BÜRO", "buro", 40), "Das [Büro], das [BÜRO]");
    assert_eq!(shown("prints and printers", "print", 40), "[prints] and [printers]");
    assert_eq!(shown("a print and prints", "print ", 40), "a [print] and prints");
    assert_eq!(shown("The printer jams", "pritner", 40), "The [printer] jams");
    assert_eq!(shown("cable, table", "cable", 40), "[cable], table");
    assert_eq!(shown("see HF-1042 or 1042", "hf-1042", 40), "see [HF]-[1042] or 1042");
    assert_eq!(shown("red blue, blue red", "\"red blue\" red", 40), "[red] [blue], blue [red]");
}

#[test]
fn the_passage_is_cut_between_words() {
    let text = "one two three four five six seven eight nine ten eleven twelve";
    assert_eq!(shown(text, "six", 10), "…four five [six] seven…");
    assert_eq!(shown(text, "one", 8), "[one] two…");
    assert_eq!(shown(text, "twelve", 7), "…eleven [twelve]");
    assert_eq!(shown(text, "nothing", 6), "one two…");
    assert_eq!(shown("short", "nothing", 6), "short");
    let long = "x".repeat(100);
    assert_eq!(shown(&format!("{long} word {long}"), "word", 10), "…[word]…");
}

#[test]
fn the_passage_with_the_most_different_words_is_shown() {
    let text = "red red red red. And much later, after many other words, there is blue beside red.";
    assert_eq!(shown(text, "red blue", 14), "…there is [blue] beside [red].");
}

#[test]
fn nothing_has_no_parts() {
    assert_eq!(snippet("", &Words::typed("word", true), 10), []);
}

proptest! {
    #[test]
    fn no_text_is_a_reason_to_panic(text in "\\PC{0,80}", typed in "\\PC{0,12}", around in 0..30_usize) {
        check(&text, &typed, around)?;
    }

    #[test]
    fn what_is_in_the_text_is_marked(
        words in proptest::collection::vec("[aäßé中 ]{1,5}|[ab]{4,9}", 1..20),
        at: prop::sample::Index,
        around in 0..30_usize,
    ) {
        let text = words.join(" ");
        let typed = &words[at.index(words.len())];
        check(&text, typed, around)?;
        let parts = snippet(&text, &Words::typed(typed, true), around);
        prop_assert_eq!(parts.iter().any(|part| part.marked), !tokens(typed).is_empty());
    }
}

/// The parts are one passage of the text, and what is marked are words of it.
fn check(text: &str, typed: &str, around: usize) -> Result<(), TestCaseError> {
    let parts = snippet(text, &Words::typed(typed, true), around);
    let mut parts = parts.as_slice();
    let is_inside = |part: &str| text.as_bytes().as_ptr_range().contains(&part.as_ptr());
    if let [first, rest @ ..] = parts
        && !is_inside(first.text)
    {
        prop_assert!(first.text == "…" && !first.marked);
        parts = rest;
    }
    if let [rest @ .., last] = parts
        && !is_inside(last.text)
    {
        prop_assert!(last.text == "…" && !last.marked);
        parts = rest;
    }
    let passage = parts.iter().map(|part| part.text).collect::<String>();
    prop_assert!(text.contains(&passage));
    for part in parts.iter().filter(|part| part.marked) {
        prop_assert_eq!(tokens(part.text).len(), 1);
    }
    Ok(())
}
