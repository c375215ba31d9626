//! What is typed into the search, taken apart.

use super::edits::Edits;
use super::tokens::{LONGEST, each_token};

/// How many words are looked for. What is typed behind them is passed over.
pub const MOST: usize = 12;
/// A word with fewer letters has no typos.
const TYPO: usize = 4;
/// From so many letters on a word may have two of them.
const TWO_TYPOS: usize = 8;

/// What is looked for: all of these have to be in a ticket, in whatever text of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    pub(super) all: Vec<Word>,
    /// Those that follow each other, as places in `all`: what stood in quotes, or was typed without blanks.
    pub(super) phrases: Vec<std::ops::Range<usize>>,
}

/// One word that is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    pub word: String,
    /// Whether it is the beginning of a word as well.
    pub is_open: bool,
    /// How many typos it may have.
    pub typos: u8,
}

/// How well a word of a text is the one looked for. A better one counts more than any number of worse ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Likeness {
    Typo,
    Prefix,
    Exact,
}

impl Words {
    /// Takes apart what was typed. What stands in quotes is a phrase; so is what is typed without blanks, such as
    /// `HF-1042` or an address. While somebody `is_typing`, what has no blank or quote behind it may go on.
    pub fn typed(text: &str, is_typing: bool) -> Self {
        let mut words = Self::default();
        for (at, quoted) in text.split('"').enumerate() {
            if at % 2 == 1 {
                words.phrase(quoted);
            } else {
                quoted.split_whitespace().for_each(|chunk| words.phrase(chunk));
            }
        }
        let ends = |c: char| c == '"' || c.is_whitespace();
        if let (true, Some(last)) = (is_typing && !text.ends_with(ends), words.all.last_mut()) {
            last.is_open = true;
        }
        words
    }

    /// Whether there is nothing to look for.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    fn phrase(&mut self, text: &str) {
        let start = self.all.len();
        each_token(text, |word, _| {
            if self.all.len() < MOST {
                self.all.push(Word { word: word.to_owned(), is_open: false, typos: typos(word) });
            }
        });
        if self.all.len() > start + 1 {
            self.phrases.push(start..self.all.len());
            self.all[start..].iter_mut().for_each(|word| word.typos = 0);
        }
    }
}

/// How many typos a word may have. Numbers have none: another number is another thing.
fn typos(word: &str) -> u8 {
    match word.chars().count() {
        _ if word.contains(char::is_numeric) => 0,
        ..TYPO | LONGEST.. => 0,
        TYPO..TWO_TYPOS => 1,
        _ => 2,
    }
}

impl Word {
    /// Whether a word of a text is this one, typos apart.
    pub fn likeness(&self, other: &str) -> Option<Likeness> {
        match other.strip_prefix(self.word.as_str())? {
            "" => Some(Likeness::Exact),
            _ => self.is_open.then_some(Likeness::Prefix),
        }
    }

    /// What tells whether a word is this one with typos.
    pub fn edits(&self) -> Edits {
        Edits::new(&self.word, self.typos, self.is_open)
    }
}
