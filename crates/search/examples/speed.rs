//! What searching costs: `cargo run --profile native -p holdfast-search --example speed [tickets]`. The texts are
//! made up: words as often as Zipf has it, 25 in a text, three texts and a subject a ticket.

#![allow(clippy::print_stdout)] // What it is for.

use std::time::{Duration, Instant};

use holdfast_desk::TicketId;
use holdfast_search::{Field, Index, Piece, Words};
use uuid::Uuid;

const WORDS: usize = 150_000;
/// Tickets that are asked for, as the app does.
const BEST: usize = 1_000;

/// Dice that always fall alike (SplitMix64).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    /// A rank, the lower the likelier: as Zipf has it.
    fn rank(&mut self) -> usize {
        let part = (self.next() >> 11) as f64 / (1_u64 << 53) as f64;
        ((WORDS as f64).powf(part) - 1.0) as usize
    }

    /// A word with beginnings as frequent as in English; rare ones are longer.
    fn word(&mut self, rank: usize) -> String {
        const FIRST: &[u8] = b"ssssssccccccppppptttttaaaadddrrrrmmmbbbiiifffeeehhhllwwoogguunnvkjyqz";
        const VOWELS: &[u8] = b"aeeeiioou";
        const CONSONANTS: &[u8] = b"nnrrttssllddccmmpgbfvkhwyx";
        let length = 2 + rank.max(1).ilog2() as usize / 3 + self.below(4);
        let mut word = String::from(char::from(FIRST[self.below(FIRST.len())]));
        for at in 1..length {
            let letters = if at % 2 == 1 { VOWELS } else { CONSONANTS };
            word.push(char::from(letters[self.below(letters.len())]));
        }
        word
    }
}

fn main() {
    let tickets: u32 = std::env::args().nth(1).and_then(|count| count.parse().ok()).unwrap_or(100_000);
    let mut dice = Dice(1);
    let vocabulary = (0..WORDS).map(|rank| dice.word(rank)).collect::<Vec<_>>();
    let text = |dice: &mut Dice, words: usize| {
        (0..words).map(|_| vocabulary[dice.rank()].as_str()).collect::<Vec<_>>().join(" ")
    };
    let mut index = Index::default();
    let (mut building, mut longest) = (Duration::ZERO, Duration::ZERO);
    for number in 0..tickets {
        let id = TicketId(Uuid::from_u128((u128::from(number) << 80) | u128::from(dice.next())));
        let texts = [6, 25, 25, 25, 2].map(|words| text(&mut dice, words));
        let fields = [Field::Subject, Field::Description, Field::Reply, Field::Note, Field::Person];
        let mut pieces =
            fields.into_iter().zip(&texts).map(|(field, text)| Piece { field, text }).collect::<Vec<_>>();
        let human = format!("HF-{number}");
        pieces.push(Piece { field: Field::Number, text: &human });
        let start = Instant::now();
        index.add(id, &pieces);
        building += start.elapsed();
        longest = longest.max(start.elapsed());
    }
    index.settle();
    println!("{tickets} tickets built in {building:?}, at most {longest:?} at a time");
    println!("{} bytes in {} segments", index.bytes(), index.segments().len());
    let kept = index.segments().map(|(name, bytes)| (name, bytes.to_vec())).collect::<Vec<_>>();
    let start = Instant::now();
    let opened = Index::open(kept).map(|index| index.tickets());
    println!("opened in {:?}: {opened:?} tickets", start.elapsed());
    let mut strokes = Vec::new();
    for search in 0..400 {
        let mut typed = if search % 10 == 0 {
            format!("HF-{}", dice.below(tickets as usize))
        } else {
            text(&mut dice, search % 4 + 1)
        };
        if search % 5 == 0 && typed.len() > 6 {
            typed.remove(dice.below(4));
        }
        for end in 1..=typed.len() {
            // The fastest of three: others work on the machine as well.
            let took = (0..3).map(|_| {
                let start = Instant::now();
                let found = index.find(&Words::typed(&typed[..end], true), None, BEST);
                (start.elapsed(), found.total)
            });
            strokes.push((took.min(), typed[..end].to_owned()));
        }
    }
    strokes.sort();
    for (what, from, to) in [("one letter", 1, 1), ("two letters", 2, 2), ("all", 1, usize::MAX)] {
        let some = strokes.iter().filter(|(_, typed)| (from..=to).contains(&typed.len())).collect::<Vec<_>>();
        for part in [50, 90, 99, 100] {
            let Some((Some((took, total)), typed)) = some.get((some.len().max(1) - 1) * part / 100) else {
                continue;
            };
            println!("{what}, p{part}: {took:?} ({typed:?} finds {total})");
        }
    }
}
