//! Sentences put together by dice.

use super::words::{Topic, Words};
use crate::generate::dice::Dice;

const DAYS: [&str; 6] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "the weekend"];

/// What one ticket is about: everything said of it speaks of this.
pub struct Matter<'a> {
    words: &'a Words,
    /// Names that may be dropped.
    names: &'a [String],
    thing: String,
    fault: String,
    cause: String,
    fix: String,
    /// Where it is.
    pub site: Option<String>,
    /// The number on its label.
    pub asset: String,
}

impl<'a> Matter<'a> {
    /// Something of this topic at this site.
    pub fn new(
        dice: &mut Dice,
        words: &'a Words,
        names: &'a [String],
        topic: &Topic,
        site: Option<String>,
    ) -> Self {
        let series =
            [("LT", 9_000), ("PC", 6_000), ("PR", 900), ("MB", 4_000), ("SW", 700), ("AC", 300), ("MX", 99)];
        let (letters, end) = dice.one_of(&series).copied().unwrap_or(("LT", 9_000));
        let asset = format!("{letters}-{:05}", dice.below(end) * 7 + 1_003);
        let nothing = String::new;
        let mut matter = Self {
            words,
            names,
            thing: nothing(),
            fault: nothing(),
            cause: nothing(),
            fix: nothing(),
            site,
            asset,
        };
        matter.thing = matter.one(dice, &topic.things);
        matter.fault = matter.one(dice, &topic.faults);
        matter.cause = matter.one(dice, &topic.causes);
        matter.fix = matter.one(dice, &topic.fixes);
        matter
    }

    /// In one line.
    pub fn subject(&self, dice: &mut Dice) -> String {
        let whole = format!("{} {}", self.thing, self.fault);
        match dice.below(4) {
            0 => begun(&self.fill(dice, &format!("{whole} in {{room}}"))),
            1 => begun(&self.fill(dice, &format!("{whole}, {{word}}"))),
            _ => begun(&whole),
        }
    }

    /// It turns out to be something else.
    pub fn turn(&mut self, dice: &mut Dice, topic: &Topic) {
        self.fault = self.one(dice, &topic.faults);
    }

    pub fn description(&self, dice: &mut Dice) -> String {
        let fault = format!("{} {}.", self.thing, self.fault);
        let details = 1 + dice.below(4);
        self.said(dice, Some(fault), &self.words.details, details)
    }

    pub fn question(&self, dice: &mut Dice) -> String {
        let questions = 1 + dice.below(3);
        let first = dice.chance(4_000).then(|| self.one(dice, &self.words.progress));
        self.said(dice, first, &self.words.questions, questions)
    }

    pub fn answer(&self, dice: &mut Dice) -> String {
        let answers = 1 + dice.below(3);
        self.said(dice, None, &self.words.answers, answers)
    }

    pub fn note(&self, dice: &mut Dice) -> String {
        let notes = 1 + dice.below(3);
        let first = self.one(dice, &self.words.notes);
        self.paragraph(dice, first, &self.words.notes, notes)
    }

    pub fn progress(&self, dice: &mut Dice) -> String {
        let sentences = 1 + dice.below(2);
        self.said(dice, None, &self.words.progress, sentences)
    }

    pub fn solution(&self, dice: &mut Dice) -> String {
        let solution = self.one(dice, &self.words.solutions);
        let thanks = dice.below(3);
        self.said(dice, Some(solution), &self.words.thanks, thanks)
    }

    pub fn reopening(&self, dice: &mut Dice) -> String {
        let first = self.one(dice, &self.words.reopened);
        let answers = dice.below(3);
        self.said(dice, Some(first), &self.words.answers, answers)
    }

    /// What one person says to another.
    fn said(&self, dice: &mut Dice, first: Option<String>, of: &[String], more: u32) -> String {
        let greeting = dice.chance(5_500).then(|| self.one(dice, &self.words.greetings));
        let text = match first {
            Some(first) => self.paragraph(dice, first, of, more),
            None => {
                let first = self.one(dice, of);
                self.paragraph(dice, first, of, more)
            }
        };
        greeting.map_or_else(|| text.clone(), |greeting| format!("{greeting}\n{text}"))
    }

    fn paragraph(&self, dice: &mut Dice, first: String, of: &[String], more: u32) -> String {
        let mut text = begun(&first);
        for _ in 0..more {
            let sentence = begun(&self.one(dice, of));
            // Nobody says the same twice.
            if !text.contains(&sentence) {
                text.push(' ');
                text.push_str(&sentence);
            }
        }
        text
    }

    fn one(&self, dice: &mut Dice, of: &[String]) -> String {
        let template = dice.one_of(of).cloned().unwrap_or_default();
        self.fill(dice, &template)
    }

    /// A sentence with everything in braces said. What is not known stays as it is.
    fn fill(&self, dice: &mut Dice, template: &str) -> String {
        let mut text = String::with_capacity(template.len() * 2);
        let mut rest = template;
        while let Some((before, (name, after))) =
            rest.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
        {
            text.push_str(before);
            match self.value(dice, name) {
                Some(value) => text.push_str(&value),
                None => text.extend(["{", name, "}"]),
            }
            rest = after;
        }
        text.push_str(rest);
        text
    }

    fn value(&self, dice: &mut Dice, name: &str) -> Option<String> {
        let code = |dice: &mut Dice| match dice.below(5) {
            0 => format!("0x8007{:04x}", dice.rare(0xffff)),
            1 => format!("ORA-{:05}", dice.rare(32_000)),
            2 => format!("error {}", 100 + dice.rare(1_900)),
            3 => format!("E{:03}", dice.rare(999)),
            _ => format!("event {}", 1_000 + dice.rare(9_000)),
        };
        Some(match name {
            "thing" => self.thing.clone(),
            "fault" => self.fault.clone(),
            "cause" => self.cause.clone(),
            "fix" => self.fix.clone(),
            "asset" => self.asset.clone(),
            "site" => self.site.clone().unwrap_or_else(|| "the other site".to_owned()),
            "person" => dice.one_of(self.names)?.clone(),
            "room" => format!(
                "room {}{}.{:02}",
                char::from(b'A' + dice.rare(6) as u8),
                dice.below(5),
                dice.below(40)
            ),
            "code" => code(dice),
            "version" => format!("{}.{}.{}", 1 + dice.rare(24), dice.below(10), dice.rare(400)),
            "number" => (2 + dice.rare(90_000)).to_string(),
            "address" => format!("10.{}.{}.{}", dice.rare(60), dice.below(256), 1 + dice.below(254)),
            "day" => (*dice.one_of(&DAYS)?).to_owned(),
            "time" => format!("{:02}:{:02}", 7 + dice.below(11), dice.below(12) * 5),
            "product" => dice.one_of(&self.words.products)?.clone(),
            "system" => dice.one_of(&self.words.systems)?.clone(),
            "word" => dice.one_of(&self.words.words)?.clone(),
            _ => return None,
        })
    }
}

/// A sentence as it begins: with a capital letter.
fn begun(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_in_braces_is_known() {
        let words = Words::read().unwrap();
        let names = ["Ana".to_owned()];
        let mut dice = Dice::new(1);
        for topic in &words.topics {
            let matter = Matter::new(&mut dice, &words, &names, topic, None);
            let lists = [
                &words.details,
                &words.questions,
                &words.answers,
                &words.notes,
                &words.progress,
                &words.solutions,
                &words.thanks,
                &words.reopened,
                &topic.things,
                &topic.faults,
                &topic.causes,
                &topic.fixes,
            ];
            for template in lists.into_iter().flatten() {
                let said = matter.fill(&mut dice, template);
                assert!(!said.contains(['{', '}']) && !said.is_empty(), "{template:?} became {said:?}");
            }
        }
    }
}
