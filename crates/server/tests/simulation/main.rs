//! Agents, a requester and a lead with several tabs each, and the real server code on a network that loses, doubles, delays
//! and reorders messages, with tabs and servers that die around every transaction, full disks, wrong clocks, backups that
//! are restored, profiles that are copied, versions that do not know everything, and people who come to see more or less. Everything comes from a seed.
//!
//! Verifies: F01, F03, F05, F08, F11, F12, F18, F20, F22, F26, F29, F32, F34, F36, F37, F38, F39, F40, F41, F46, F48, F61, F67.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // A panic is how a simulation says what broke.

mod checks;
mod desk;
mod device;
mod dice;
mod faults;
mod server;
mod tally;
mod versions;
mod world;

use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use faults::Faults;
use server::On;
use tally::Tally;
use world::World;

/// Seeds in a run, unless HOLDFAST_SEEDS says how many.
const SEEDS: u64 = 500;
/// Every how manieth of them runs on SQLite too, and has to come to the same end.
const ON_SQLITE: u64 = 5;

/// A run that can be repeated.
#[derive(Clone, Copy, Debug)]
struct Run {
    seed: u64,
    ticks: u64,
    faults: Faults,
}

impl Run {
    fn of(seed: u64) -> Self {
        Self { seed, ticks: 50 + seed % 100, faults: Faults::EVERY }
    }

    fn on(self, on: On) -> (Tally, World) {
        let mut world = World::new(self.seed, on, self.faults);
        world.trouble(self.ticks);
        world.heal();
        world.check_end();
        (world.tally, world)
    }

    fn everywhere(self) -> Tally {
        let (tally, world) = self.on(On::Memory);
        if self.seed.is_multiple_of(ON_SQLITE) {
            let (other, on_sqlite) = self.on(On::Sqlite);
            assert_eq!(tally, other, "SQLite and memory do the same");
            assert_eq!(world.server.history(), on_sqlite.server.history(), "and know the same");
            assert_eq!(world.server.headers(), on_sqlite.server.headers());
        }
        tally
    }

    fn fails(self) -> bool {
        catch_unwind(AssertUnwindSafe(|| self.everywhere())).is_err()
    }

    /// The same failure in a shorter run with fewer kinds of trouble, if there is one.
    fn shrunk(mut self) -> Self {
        while let Some(fewer) = self.faults.fewer().find(|faults| Self { faults: *faults, ..self }.fails()) {
            self.faults = fewer;
        }
        if let Some(ticks) = (1..self.ticks).find(|ticks| Self { ticks: *ticks, ..self }.fails()) {
            self.ticks = ticks;
        }
        self
    }

    fn from_line(line: &str) -> Option<Self> {
        let mut numbers = line.split('#').next()?.split_whitespace().map(str::parse::<u64>);
        let mut next = || numbers.next()?.ok();
        let (seed, ticks, faults) = (next()?, next()?, next()?);
        Some(Self { seed, ticks, faults: Faults::from_bits(faults as u16) })
    }

    fn line(self) -> String {
        format!("{} {} {} # {}", self.seed, self.ticks, self.faults.bits(), self.faults)
    }
}

/// Runs that failed once, one in a line: seed, ticks, kinds of trouble.
fn regressions() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/simulation/regressions.txt"))
}

fn kept() -> Vec<Run> {
    let text = std::fs::read_to_string(regressions()).unwrap_or_default();
    text.lines().filter_map(Run::from_line).collect()
}

/// A run whose failure is made as small as can be, and kept.
fn watched(run: Run) -> Tally {
    catch_unwind(AssertUnwindSafe(|| run.everywhere())).unwrap_or_else(|_| {
        let small = run.shrunk();
        let mut text = std::fs::read_to_string(regressions()).unwrap_or_default();
        writeln!(text, "{}", small.line()).unwrap();
        std::fs::write(regressions(), text).unwrap();
        let again = "cargo test --profile native -p holdfast-server --test simulation";
        panic!("{} failed; again: HOLDFAST_RUN=\"{}\" {again}", small.line(), small.line())
    })
}

#[test]
fn what_failed_once_does_not_fail_again() {
    for run in kept() {
        run.everywhere();
    }
}

#[test]
fn all_devices_and_the_server_agree_after_any_trouble() {
    if let Some(run) = std::env::var("HOLDFAST_RUN").ok().as_deref().and_then(Run::from_line) {
        println!("{}: {:?}", run.line(), run.everywhere());
        return;
    }
    let number = |name| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let (first, seeds) =
        (number("HOLDFAST_FIRST_SEED").unwrap_or(0), number("HOLDFAST_SEEDS").unwrap_or(SEEDS));
    let threads = std::thread::available_parallelism().map_or(1, |n| n.get() as u64);
    let sum = std::thread::scope(|scope| {
        let share = |share| {
            let seeds = (first + share..first + seeds).step_by(threads as usize);
            scope.spawn(move || seeds.map(|seed| watched(Run::of(seed))).sum())
        };
        let shares: Vec<_> = (0..threads).map(share).collect();
        shares.into_iter().map(|share| share.join().expect("a seed failed, see above")).sum::<Tally>()
    });
    println!("{seeds} seeds from {first}: {sum:?}");
    // A simulation in which nothing goes wrong shows nothing.
    let seeds = seeds as usize;
    let often = [sum.saved / 10, sum.accepted / 5, sum.parked, sum.lost / 5, sum.failed, sum.access];
    assert!(often.iter().all(|count| *count > seeds), "{sum:?}");
    let now_and_then =
        [sum.restored, sum.offered_again, sum.gone, sum.forked, sum.full, sum.overtaken, sum.read_again];
    assert!(now_and_then.iter().all(|count| *count > seeds / 10), "{sum:?}");
    assert!([sum.deleted, sum.compacted, sum.redacted].iter().all(|count| *count > seeds / 50), "{sum:?}");
}
