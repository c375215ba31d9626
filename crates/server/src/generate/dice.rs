//! Chance from a seed. ChaCha is a cipher with a fixed definition, so that no version of a library makes other logs
//! of the same seed; only its 32-bit words are used.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

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

    /// So many minutes on average, mostly fewer and sometimes many more.
    pub fn minutes(&mut self, average: u32) -> i64 {
        let dots = f64::from(self.0.next_u32()) / f64::from(u32::MAX) + f64::EPSILON;
        (-dots.ln() * f64::from(average)) as i64
    }
}
