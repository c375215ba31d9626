//! Chance from a seed. ChaCha is a cipher with a fixed definition, so that no version of a library makes other logs
//! of the same seed; only its 32-bit words are used.

use holdfast_desk::Instant;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use uuid::Uuid;

/// Chance from a seed.
pub(super) struct Dice(ChaCha8Rng);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// A number below `end`, each as likely as the others; 0 when there is none.
    pub fn below(&mut self, end: u32) -> u32 {
        ((u64::from(self.0.next_u32()) * u64::from(end)) >> 32) as u32
    }

    /// A number below `end`, small ones likelier than large ones: a few callers have most of the tickets.
    pub fn skewed(&mut self, end: u32) -> u32 {
        let (a, b) = (u64::from(self.below(end)), u64::from(self.below(end)));
        (a * b / u64::from(end.max(1))) as u32
    }

    /// Whether something happens that does so `times` in 10,000.
    pub fn chance(&mut self, times: u32) -> bool {
        self.below(10_000) < times
    }

    /// One of these, by its weight.
    pub fn weighted<T: Copy>(&mut self, choices: &[(T, u32)], otherwise: T) -> T {
        let mut rest = self.below(choices.iter().map(|(_, weight)| weight).sum());
        for (choice, weight) in choices {
            if rest < *weight {
                return *choice;
            }
            rest -= weight;
        }
        otherwise
    }

    /// A number below `end` as words have their places in a language: the first is the likeliest by far, and the last
    /// ones are hardly ever met.
    pub fn rare(&mut self, end: u32) -> u32 {
        let doublings = 1 + self.below(end.max(2).next_power_of_two().ilog2());
        self.below(end.min(1 << doublings))
    }

    /// One of these, the first ones likelier than the last ones; `None` when there are none.
    pub fn one_of<'a, T>(&mut self, choices: &'a [T]) -> Option<&'a T> {
        choices.get(self.rare(u32::try_from(choices.len()).unwrap_or(u32::MAX)) as usize)
    }

    /// A UUIDv7 of this instant.
    pub fn id(&mut self, at: Instant) -> Uuid {
        let mut bytes = [0; 10];
        self.0.fill_bytes(&mut bytes);
        uuid::Builder::from_unix_timestamp_millis(at.millis().max(0).unsigned_abs(), &bytes).into_uuid()
    }

    /// So many minutes, or whatever is counted, on average: mostly fewer and sometimes many more.
    pub fn about(&mut self, average: u32) -> i64 {
        let dots = f64::from(self.0.next_u32()) / f64::from(u32::MAX) + f64::EPSILON;
        (-dots.ln() * f64::from(average)) as i64
    }
}
