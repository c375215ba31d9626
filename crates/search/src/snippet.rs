//! The passage of a text that shows best why it was found.

use std::ops::Range;

use super::edits::Compared;
use super::tokens::{Token, tokens};
use super::words::{Likeness, Word, Words};

/// What stands where something of the text was left out.
const CUT: &str = "…";

/// A part of a passage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part<'a> {
    /// The text.
    pub text: &'a str,
    /// Whether it is something that was looked for.
    pub marked: bool,
}

/// A word that was looked for, in the text.
struct Mark {
    /// Which one, among the words.
    word: usize,
    range: Range<usize>,
}

/// The passage with the most of the words, marked. There are at the most so many characters `around` them: before the
/// first, behind the last, and from the first to the beginning of the last. Words are not cut in two where there are
/// blanks. A text with none of the words is shown from its beginning.
pub fn snippet<'a>(text: &'a str, words: &Words, around: usize) -> Vec<Part<'a>> {
    let marks = marks(text, words);
    let passage = best(text, &marks, around);
    let marks = &marks[passage];
    let (start, end) = match marks {
        [first, ..] => (
            back(text, first.range.start, around),
            // Marks are in order, and those of one place end together.
            forth(text, marks.iter().map(|mark| mark.range.end).max().unwrap_or_default(), around),
        ),
        [] => (0, forth(text, 0, around.saturating_mul(2))),
    };
    let mut parts = Vec::new();
    let mut push = |text: &'a str, marked| {
        if !text.is_empty() {
            parts.push(Part { text, marked });
        }
    };
    push(if start > 0 { CUT } else { "" }, false);
    let mut at = start;
    for Mark { range, .. } in marks {
        // A word that was looked for twice is marked once.
        if range.start >= at {
            push(&text[at..range.start], false);
            push(&text[range.clone()], true);
            at = range.end;
        }
    }
    push(&text[at..end], false);
    push(if end < text.len() { CUT } else { "" }, false);
    parts
}

/// Everything that was looked for, in the order of the text.
fn marks(text: &str, words: &Words) -> Vec<Mark> {
    let tokens = tokens(text);
    let mut marks = Vec::new();
    for (at, word) in words.all.iter().enumerate() {
        if words.phrases.iter().any(|phrase| phrase.contains(&at)) {
            continue;
        }
        let before = marks.len();
        let mark = |token: &Token| Mark { word: at, range: token.range.clone() };
        marks.extend(tokens.iter().filter(|token| word.likeness(token.word.as_bytes()).is_some()).map(mark));
        if marks.len() == before && word.typos > 0 {
            let mut edits = word.edits();
            let mut is_like = |token: &&Token| edits.compare(token.word.as_bytes()) == Compared::Like;
            marks.extend(tokens.iter().filter(|token| is_like(token)).map(mark));
        }
    }
    for phrase in &words.phrases {
        let is_here = |tokens: &[Token]| {
            let is_like = |(token, word): (&Token, &Word)| {
                word.likeness(token.word.as_bytes()) >= Some(Likeness::Prefix)
            };
            tokens.iter().zip(&words.all[phrase.clone()]).all(is_like)
        };
        for here in tokens.windows(phrase.len()).filter(|tokens| is_here(tokens)) {
            let mark = |(word, token): (usize, &Token)| Mark { word, range: token.range.clone() };
            marks.extend(phrase.clone().zip(here).map(mark));
        }
    }
    marks.sort_by_key(|mark| (mark.range.start, mark.word));
    marks
}

/// Those neighbouring marks with the most different words, and of these the most marks; the first such.
fn best(text: &str, marks: &[Mark], around: usize) -> Range<usize> {
    let mut best = ((0, 0), 0..0);
    for (first, mark) in marks.iter().enumerate() {
        let (mut words, mut last) = (0_u32, first);
        let within = text[mark.range.start..].char_indices().nth(around);
        let reach = within.map_or(text.len(), |(bytes, _)| mark.range.start + bytes);
        while let Some(mark) = marks.get(last).filter(|mark| mark.range.start <= reach) {
            words |= 1 << mark.word;
            last += 1;
        }
        let worth = (words.count_ones(), last - first);
        if worth > best.0 {
            best = (worth, first..last);
        }
    }
    best.1
}

/// So many characters before a place, or fewer, so that no word is cut in two.
fn back(text: &str, from: usize, around: usize) -> usize {
    let before = &text[..from];
    match before.char_indices().rev().take(around).last() {
        Some((at, _)) if at > 0 && !text[..at].ends_with(char::is_whitespace) => {
            let blank = text[at..from].char_indices().find(|(_, c)| c.is_whitespace());
            blank.map_or(at, |(blank, c)| at + blank + c.len_utf8())
        }
        Some((at, _)) => at,
        None => from,
    }
}

/// So many characters behind a place, or fewer, so that no word is cut in two.
fn forth(text: &str, from: usize, around: usize) -> usize {
    let behind = &text[from..];
    match behind.char_indices().nth(around) {
        Some((at, c)) if !c.is_whitespace() => {
            let blank = behind[..at].char_indices().rfind(|(_, c)| c.is_whitespace());
            from + blank.map_or(at, |(blank, _)| blank)
        }
        Some((at, _)) => from + at,
        None => text.len(),
    }
}
