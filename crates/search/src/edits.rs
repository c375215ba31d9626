//! Typos: whether a word is another with a few letters missing, added, changed, or two neighbours swapped. At the beginning
//! of a word each counts twice: people seldom get that wrong, and most words need not be looked at then.
//!
//! Words come in order, so that what a word has in common with the one before it is not compared again.

use super::bytes::shared;

/// What came of comparing a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compared {
    /// It is the one, with no more typos than it may have.
    Like,
    /// It is another.
    Other,
    /// So is every word that begins with so many of its bytes.
    OtherFrom(usize),
}

/// A word to which others are compared.
pub struct Edits {
    word: Vec<char>,
    most: u8,
    /// Whether the word may go on.
    is_open: bool,
    /// The word compared last, as far as it was looked at.
    letters: Vec<Letter>,
    bytes: Vec<u8>,
    /// For each letter, and in front of them all: the typos of the word's first n letters, for every n. Where that is
    /// more than it may have, it is not known by how many.
    rows: Vec<u8>,
}

struct Letter {
    c: char,
    /// Where it ends, in bytes.
    end: usize,
}

impl Edits {
    /// Comparing to this word with so many typos at the most.
    pub fn new(word: &str, most: u8, is_open: bool) -> Self {
        let word = word.chars().collect::<Vec<_>>();
        let rows = (0..=word.len()).map(|missing| typos_in_front(missing).min(most + 1)).collect();
        Self { word, most, is_open, letters: Vec::new(), bytes: Vec::new(), rows }
    }

    /// Compares a word.
    pub fn compare(&mut self, word: &[u8]) -> Compared {
        let alike = shared(&self.bytes, word);
        while self.letters.last().is_some_and(|letter| letter.end > alike) {
            self.letters.pop();
        }
        self.rows.truncate((self.letters.len() + 1) * self.width());
        self.bytes.clear();
        self.bytes.extend(word);
        let known = self.letters.last().map_or(0, |letter| letter.end);
        if let Some(compared) = self.judge(known) {
            return compared;
        }
        let rest = word.get(known..).and_then(|rest| std::str::from_utf8(rest).ok()).unwrap_or_default();
        for (at, c) in rest.char_indices() {
            let end = known + at + c.len_utf8();
            self.letter(Letter { c, end });
            if let Some(compared) = self.judge(end) {
                return compared;
            }
        }
        if self.rows.last().is_some_and(|typos| *typos <= self.most) {
            Compared::Like
        } else {
            Compared::Other
        }
    }

    /// What is certain after so many bytes, whatever follows.
    fn judge(&self, bytes: usize) -> Option<Compared> {
        let row = self.rows.get(self.letters.len() * self.width()..)?;
        if self.is_open && *row.last()? <= self.most {
            return Some(Compared::Like);
        }
        row.iter().all(|typos| *typos > self.most).then_some(Compared::OtherFrom(bytes))
    }

    fn width(&self) -> usize {
        self.word.len() + 1
    }

    /// Adds the row of one more letter. Only the letters within reach of the same place are compared.
    fn letter(&mut self, letter: Letter) {
        let (width, row, most) = (self.width(), self.letters.len() + 1, self.most);
        let above = self.rows.len() - width;
        self.rows.push(typos_in_front(row).min(most + 1));
        self.rows.resize(above + 2 * width, most + 1);
        let reach = usize::from(most);
        for at in row.saturating_sub(reach + 1)..self.word.len().min(row + reach) {
            let first = u8::from(at == 0 && row == 1);
            let changed = self.rows[above + at] + if self.word[at] == letter.c { 0 } else { 1 + first };
            let one_off = self.rows[above + at + 1].min(self.rows[above + width + at]) + 1;
            let mut typos = changed.min(one_off);
            if let (Some(before), Some(last)) = (at.checked_sub(1), self.letters.last())
                && self.word[at] == last.c
                && self.word[before] == letter.c
            {
                typos = typos.min(self.rows[above - width + before] + if before == 0 { 2 } else { 1 });
            }
            self.rows[above + width + at + 1] = typos.min(most + 1);
        }
        self.letters.push(letter);
    }
}

/// How many typos it is that so many letters are missing, or too many, in front.
fn typos_in_front(letters: usize) -> u8 {
    u8::try_from(letters).map_or(u8::MAX - 1, |letters| letters.saturating_add(letters.min(1)))
}
