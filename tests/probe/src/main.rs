//! Measures the SLA engine natively and prints what came of it as JSON.

use std::hint::black_box;
use std::time::Instant as Stopwatch;

use holdfast_desk::Instant;
use holdfast_probe::work::{EVENTS, TICKETS, Work, walk_minutes};

/// Each figure is the fastest of so many rounds: what else the machine does only adds to it.
const ROUNDS: usize = 25;

/// The time of one of `times` repetitions, in nanoseconds.
fn nanoseconds(times: u32, mut work: impl FnMut(u32)) -> f64 {
    let rounds = (0..ROUNDS).map(|_| {
        let began = Stopwatch::now();
        work(times);
        began.elapsed().as_nanos() as f64 / f64::from(times)
    });
    rounds.fold(f64::INFINITY, f64::min)
}

fn main() {
    let work = Work::new();
    let add = nanoseconds(200_000, |times| _ = black_box(work.add(times)));
    let within = nanoseconds(200_000, |times| _ = black_box(work.within(times)));
    let compile = nanoseconds(10, |times| (0..times).for_each(|_| drop(black_box(Work::compile()))));
    let clocks = nanoseconds(100_000, |times| _ = black_box(work.clocks(times))) / f64::from(EVENTS);
    let mut queue = work.queue();
    let one_event = nanoseconds(TICKETS, |times| _ = black_box(work.one_event(&mut queue, times)));
    let from = Instant::parse("2024-03-01T10:00:00Z").unwrap_or_default();
    let walk = nanoseconds(20, |times| {
        (0..times).for_each(|_| _ = black_box(walk_minutes(black_box(from), 40 * 60)));
    });
    println!(
        "{}",
        serde_json::json!({
            "add_ns": add, "within_ns": within, "compile_ns": compile, "clocks_ns_an_event": clocks, "walk_ns": walk,
            "one_event_ns": one_event,
        })
    );
}
