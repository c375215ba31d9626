//! What is typed into the search, taken apart.

use super::edits::Edits;
use super::tokens::{LONGEST, each_token, is_word_of_its_own};

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
        for (at, part) in text.split('"').enumerate() {
            match at % 2 {
                1 => words.phrase(part, true),
                _ => part.split_whitespace().for_each(|chunk| words.phrase(chunk, false)),
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

    fn phrase(&mut self, text: &str, is_quoted: bool) {
        let start = self.all.len();
        each_token(text, |word, _| {
            if self.all.len() < MOST {
                self.all.push(Word { word: word.to_owned(), is_open: false, typos: typos(word) });
            }
        });
        let is_phrase = self.all.len() > start + 1;
        if is_phrase {
            self.phrases.push(start..self.all.len());
        }
        if is_phrase || is_quoted {
            self.all.iter_mut().skip(start).for_each(|word| word.typos = 0);
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
    #[inline]
    pub fn likeness(&self, other: &[u8]) -> Option<Likeness> {
        match other.strip_prefix(self.word.as_bytes())? {
            [] => Some(Likeness::Exact),
            _ => self.is_open.then_some(Likeness::Prefix),
        }
    }

    /// The letter, when the word may go on and is only one so far.
    pub fn open_letter(&self) -> Option<char> {
        let mut letters = self.word.chars();
        let letter = letters.next().filter(|letter| !is_word_of_its_own(*letter))?;
        (self.is_open && letters.next().is_none()).then_some(letter)
    }

    /// What tells whether a word is this one with typos.
    pub fn edits(&self) -> Edits {
        Edits::new(&self.word, self.typos, self.is_open)
    }
}
