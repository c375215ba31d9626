//! Queries as people type them and as they are kept: `status:pending assignee:me "vpn token" due<2h`.
//!
//! A term is a field, a sign and a value: `:` with one value or several (`priority:p1,p2`), `<` and `>` with a span (`2h`,
//! `3d`), a day (`2026-03-01`) or a number. A `-` in front turns it round. Whatever is no term is a word to search for;
//! several words between quotes stand together. Nothing that can be typed is an error: what is not understood is searched
//! for.

use std::fmt;

use chrono::{Datelike, NaiveDate};

use super::query::{Bound, Field, Phrase, Query, Term, Test};

/// Longer queries are cut: nobody types as much.
pub(super) const LONGEST: usize = 1_000;

impl Query {
    /// Reads what was typed.
    pub fn parse(text: &str) -> Self {
        let end = text.char_indices().nth(LONGEST).map_or(text.len(), |(end, _)| end);
        let mut query = Self::default();
        let (done, last) = Self::parted(&text[..end]);
        for piece in pieces(done) {
            query.take(piece, false);
        }
        query.take(last, true);
        query
    }

    /// What was typed, parted into what is followed by something and what may go on.
    pub fn parted(text: &str) -> (&str, &str) {
        let mut is_quoted = false;
        let begins = text.char_indices().fold(0, |begins, (at, found)| {
            is_quoted ^= found == '"';
            if found.is_whitespace() && !is_quoted { at + found.len_utf8() } else { begins }
        });
        text.split_at(begins)
    }

    fn take(&mut self, piece: &str, open: bool) {
        match Term::parse(piece) {
            Some(term) => self.terms.push(term),
            None => self.words.extend(Phrase::parse(piece, open)),
        }
    }

    /// The words, as they were typed.
    pub fn text(&self) -> String {
        written(self.words.iter().map(Phrase::to_string), self.words.last())
    }
}

/// Parts of a query, with a blank behind the last phrase where it is not to go on.
fn written(parts: impl Iterator<Item = String>, last: Option<&Phrase>) -> String {
    let is_ended = last.is_some_and(|last| !last.open && !last.quoted);
    parts.collect::<Vec<_>>().join(" ") + if is_ended { " " } else { "" }
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let terms = self.terms.iter().map(Term::to_string);
        f.write_str(&written(terms.chain(self.words.iter().map(Phrase::to_string)), self.words.last()))
    }
}

/// Parts the text at the white space that is not between quotes.
fn pieces(text: &str) -> Vec<&str> {
    let mut is_quoted = false;
    let parts_at = |found: char| {
        is_quoted ^= found == '"';
        found.is_whitespace() && !is_quoted
    };
    text.split(parts_at).filter(|piece| !piece.is_empty()).collect()
}

impl Term {
    fn parse(piece: &str) -> Option<Self> {
        let (not, piece) = piece.strip_prefix('-').map_or((false, piece), |piece| (true, piece));
        let at = piece.find([':', '<', '>'])?;
        let (name, rest) = piece.split_at(at);
        let field = Field::named(name)?;
        let (sign, value) = rest.split_at(1);
        let test = match sign {
            "<" => Test::Under(Bound::parse(value)?),
            ">" => Test::Over(Bound::parse(value)?),
            _ => Test::AnyOf(values(value)),
        };
        let is_empty = matches!(&test, Test::AnyOf(values) if values.is_empty());
        (!is_empty).then_some(Self { not, field, test })
    }
}

/// Parts values at the commas that are not between quotes, and takes the quotes off.
fn values(text: &str) -> Vec<String> {
    let mut is_quoted = false;
    let parts_at = |found: char| {
        is_quoted ^= found == '"';
        found == ',' && !is_quoted
    };
    let bare = |value: &str| value.replace('"', "").trim().to_owned();
    text.split(parts_at).map(bare).filter(|value| !value.is_empty()).collect()
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.not { "-" } else { "" })?;
        f.write_str(self.field.name())?;
        match &self.test {
            Test::AnyOf(values) => {
                let values: Vec<String> = values.iter().map(|value| quoted(value)).collect();
                write!(f, ":{}", values.join(","))
            }
            Test::Under(bound) => write!(f, "<{bound}"),
            Test::Over(bound) => write!(f, ">{bound}"),
        }
    }
}

fn quoted(value: &str) -> String {
    let is_plain = !value.contains(|found: char| found.is_whitespace() || found == ',');
    if is_plain { value.to_owned() } else { format!("\"{value}\"") }
}

const MINUTES: [(char, u32); 4] = [('w', 7 * 24 * 60), ('d', 24 * 60), ('h', 60), ('m', 1)];

impl Bound {
    fn parse(text: &str) -> Option<Self> {
        if let Ok(number) = text.parse() {
            return Some(Self::Number(number));
        }
        if let Some(day) = day(text) {
            return Some(Self::Day(day));
        }
        let (unit, minutes) = MINUTES.into_iter().find(|(unit, _)| text.ends_with(*unit))?;
        let count: u32 = text.strip_suffix(unit)?.parse().ok()?;
        Some(Self::Minutes(count.checked_mul(minutes)?))
    }
}

/// A day as it is written: `2026-03-01`.
fn day(text: &str) -> Option<NaiveDate> {
    let mut parts = text.splitn(3, '-').map(|part| part.parse::<u32>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    NaiveDate::from_ymd_opt(i32::try_from(year).ok().filter(|year| *year <= 9999)?, month, day)
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Day(day) => write!(f, "{:04}-{:02}-{:02}", day.year(), day.month(), day.day()),
            Self::Minutes(minutes) => {
                let fits = |(_, unit): &&(char, u32)| *minutes > 0 && minutes % unit == 0;
                let (unit, of) = MINUTES.iter().find(fits).unwrap_or(&MINUTES[3]);
                write!(f, "{}{unit}", minutes / of)
            }
        }
    }
}

impl Phrase {
    fn parse(piece: &str, is_last: bool) -> Option<Self> {
        let text = piece.replace('"', " ").split_whitespace().collect::<Vec<_>>().join(" ");
        let is_closed = piece.contains('"') && piece.matches('"').count().is_multiple_of(2);
        let is_ended = is_closed || piece.ends_with(char::is_whitespace);
        (!text.is_empty()).then(|| Self { text, quoted: piece.starts_with('"'), open: is_last && !is_ended })
    }
}

impl fmt::Display for Phrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.quoted, self.open) {
            (true, true) => write!(f, "\"{}", self.text),
            (true, false) => write!(f, "\"{}\"", self.text),
            (false, _) => f.write_str(&self.text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_and_words_are_told_apart() {
        let query =
            Query::parse(r#"status:pending assignee:me "vpn token" due<2h -tag:vip,"head office" printer"#);
        let terms: Vec<String> = query.terms.iter().map(Term::to_string).collect();
        assert_eq!(terms, ["status:pending", "assignee:me", "due<2h", "-tag:vip,\"head office\""]);
        let words: Vec<(&str, bool)> = query.words.iter().map(|word| (&*word.text, word.quoted)).collect();
        assert_eq!(words, [("vpn token", true), ("printer", false)]);
        assert_eq!(query.terms[3].test, Test::AnyOf(vec!["vip".to_owned(), "head office".to_owned()]));
    }

    #[test]
    fn what_is_written_is_read_as_it_was() {
        for text in [
            "is:open -status:closed,resolved team:mine created>30d updated<90m due<2026-03-01 number>1000",
            r#"site:"Depot 7" "no paper" tray"#,
            r#"site:"Depot 7" tray "no pap"#,
            "shelf 7 ",
            r#"tray "no paper""#,
            "due<0m",
            "",
        ] {
            let query = Query::parse(text);
            assert_eq!(query.to_string(), text);
            assert_eq!(Query::parse(&query.to_string()), query);
        }
    }

    #[test]
    fn what_is_still_being_typed_is_told_from_what_is_followed_by_something() {
        for (text, last) in [
            ("priority:p1 printer", "printer"),
            (r#"printer priority:"P2 Hi"#, r#"priority:"P2 Hi"#),
            (r#"priority:"P2 High" "#, ""),
            ("", ""),
        ] {
            assert_eq!(Query::parted(text), (text.strip_suffix(last).unwrap(), last), "{text}");
        }
        let open = |text: &str| Query::parse(text).words.last().map(|word| word.open);
        assert_eq!([open("shelf 7"), open(r#""shelf 7"#)], [Some(true); 2]);
        let ended = ["shelf 7 ", r#""shelf 7""#, r#"x "shelf 7" "#, r#""shelf 7 "#];
        assert_eq!(ended.map(open), [Some(false); 4]);
    }

    #[test]
    fn what_is_not_understood_is_searched_for() {
        for text in ["status:", "colour:red", "due<soon", "http://host", "a:b:c", "\"", "-", "é\"<"] {
            assert_eq!(Query::parse(text).terms, [], "{text}");
        }
        assert_eq!(Query::parse("colour:red").words[0].text, "colour:red");
        assert_eq!(Query::parse("due<99999999999h").words[0].text, "due<99999999999h");
    }
}
