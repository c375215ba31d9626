//! Texts that come again and again in a log, kept once and compared as numbers.

use rustc_hash::FxHashMap;

/// A text that was kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Word(u32);

/// The texts kept so far.
#[derive(Clone, Debug, Default)]
pub struct Words {
    index: FxHashMap<Box<str>, Word>,
    texts: Vec<Box<str>>,
}

impl Words {
    /// The word for a text.
    pub fn keep(&mut self, text: &str) -> Word {
        if let Some(word) = self.index.get(text) {
            return *word;
        }
        // No log has four thousand million different texts that also fit into memory.
        let word = Word(u32::try_from(self.texts.len()).unwrap_or(u32::MAX));
        self.texts.push(text.into());
        self.index.insert(text.into(), word);
        word
    }

    /// The text of a word.
    pub fn text(&self, word: Word) -> &str {
        self.texts.get(word.0 as usize).map_or("", |text| text)
    }

    /// The text of a word, to be owned.
    pub fn owned(&self, word: Word) -> String {
        self.text(word).to_owned()
    }
}
