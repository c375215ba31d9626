//! Words out of texts: what is searched for and what is searched in are taken apart by the same rules.

use std::ops::Range;

/// How many characters of a word count. What is longer is found by so many of its first ones.
pub const LONGEST: usize = 32;

/// A word of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// The word as it is looked up: in lower case, Latin letters without their marks.
    pub word: String,
    /// Where it stands in the text, in bytes.
    pub range: Range<usize>,
}

/// The words of a text.
pub fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    each_token(text, |word, range| tokens.push(Token { word: word.to_owned(), range }));
    tokens
}

/// Tells the words of a text one after the other, as they are looked up and with where they stand in it.
pub fn each_token(text: &str, mut found: impl FnMut(&str, Range<usize>)) {
    let mut word = String::new();
    let (mut start, mut length) = (0, 0);
    for (at, c) in text.char_indices() {
        if c.is_ascii_alphanumeric() || is_mark(c) || c.is_alphanumeric() && !is_word_of_its_own(c) {
            if word.is_empty() {
                start = at;
            }
            if length < LONGEST {
                fold(c, &mut word);
                length += 1;
            }
            continue;
        }
        if !word.is_empty() {
            found(&word, start..at);
            word.clear();
        }
        if is_word_of_its_own(c) {
            let range = at..at + c.len_utf8();
            found(&text[range.clone()], range);
        }
        length = 0;
    }
    if !word.is_empty() {
        found(&word, start..text.len());
    }
}

/// Chinese and Japanese are written without blanks: each character counts as a word, and several as a phrase.
pub(super) fn is_word_of_its_own(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
        && c.is_alphanumeric()
}

/// A mark that stands on the letter before it.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

/// From U+00C0 on, the letter without its mark; a full stop where there is none.
const LATIN: &str = "\
    aaaaaa.ceeeeiiiidnooooo.ouuuuy..aaaaaa.ceeeeiiiidnooooo.ouuuuy.yaaaaaaccccccccddddeeeeeeeeeegggg\
    gggghhhhiiiiiiiiii..jjkk.llllll..llnnnnnn.nnoooooo..rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";
/// The same from U+1E00 on.
const MORE_LATIN: &str = "\
    aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmmmmmmnnnnnnnnoooooooopppprrrrrrrr\
    ssssssssssttttttttuuuuuuuuuuvvvvwwwwwwwwwwxxxxyyzzzzzzhtwy.s....aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeee\
    eeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy......";

/// Adds a character as it is looked up.
fn fold(c: char, word: &mut String) {
    let letter = |c: char, table: &str, first: u32| {
        let letter = *table.as_bytes().get((c as u32).checked_sub(first)? as usize)?;
        (letter != b'.').then_some(char::from(letter))
    };
    let plain = |c| letter(c, LATIN, 0xc0).or_else(|| letter(c, MORE_LATIN, 0x1e00));
    match c {
        '\0'..='\x7f' => word.push(c.to_ascii_lowercase()),
        'ß' | 'ẞ' => word.push_str("ss"),
        'æ' | 'Æ' => word.push_str("ae"),
        'œ' | 'Œ' => word.push_str("oe"),
        'þ' | 'Þ' => word.push_str("th"),
        'ș' | 'Ș' => word.push('s'),
        'ț' | 'Ț' => word.push('t'),
        'ς' => word.push('σ'),
        _ => match plain(c) {
            Some(letter) => word.push(letter),
            // The sign of the Ångström has a letter with a mark in lower case.
            None => word.extend(c.to_lowercase().filter(|c| !is_mark(*c)).map(|c| plain(c).unwrap_or(c))),
        },
    }
}
