//! Two agents, a requester and a server on a network that loses, doubles, delays and reorders messages, with tabs
//! that die between planning and storing, wrong clocks, and backups that are restored. Everything comes from a seed.
//!
//! Verifies: F01, F05, F08, F11, F12, F18, F20, F22, F29, F32, F34, F36, F46, F48, F67.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // A panic is how a simulation says what broke.

mod checks;
mod desk;
mod device;
mod dice;
mod server;
mod world;

use std::panic::{AssertUnwindSafe, catch_unwind};

use world::{Tally, World};

const SEEDS: u64 = 1000;

fn run(seed: u64) -> Tally {
    let mut world = World::new(seed);
    world.trouble(50 + seed % 100);
    world.heal();
    world.check_end();
    world.tally
}

/// A run that says how to see its failure again.
fn watched(seed: u64) -> Tally {
    catch_unwind(AssertUnwindSafe(|| run(seed))).unwrap_or_else(|_| {
        let again = "cargo test --profile native -p holdfast-sync --test simulation";
        panic!("seed {seed} failed; again: HOLDFAST_SEED={seed} {again}")
    })
}

#[test]
fn all_devices_and_the_server_agree_after_any_trouble() {
    if let Some(seed) = std::env::var("HOLDFAST_SEED").ok().and_then(|seed| seed.parse().ok()) {
        println!("seed {seed}: {:?}", run(seed));
        return;
    }
    let threads = std::thread::available_parallelism().map_or(1, |n| n.get() as u64);
    let sum = std::thread::scope(|scope| {
        let shares: Vec<_> = (0..threads)
            .map(|share| scope.spawn(move || (share..SEEDS).step_by(threads as usize).map(watched).sum()))
            .collect();
        shares.into_iter().map(|share| share.join().expect("a seed failed, see above")).sum::<Tally>()
    });
    println!("{sum:?}");
    // A simulation in which nothing goes wrong shows nothing.
    assert!(sum.saved > 10_000 && sum.accepted > 5_000 && sum.parked > 1_000, "{sum:?}");
    assert!(sum.lost > 5_000 && sum.restored > 200 && sum.offered_again > 500, "{sum:?}");
}
