//! Progress lines: what is being done, how long it usually takes, how long it took.

use std::time::{Duration, Instant};

/// Says what starts now.
pub fn doing(what: &str) {
    println!("==> {what}");
}

/// Says something about what is being done.
pub fn note(what: &str) {
    println!("    {what}");
}

/// Runs `work` between a line that says what it is and one that says how long it took.
pub fn timed<T>(what: &str, work: impl FnOnce() -> T) -> T {
    doing(what);
    let start = Instant::now();
    let result = work();
    note(&format!("took {}", duration(start.elapsed())));
    result
}

/// A duration as a person says it: `0.4 s`, `12 s`, `4 min 5 s`.
pub fn duration(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..10 => format!("{:.1} s", time.as_secs_f64()),
        10..60 => format!("{seconds} s"),
        _ => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_like_speech() {
        assert_eq!(duration(Duration::from_millis(412)), "0.4 s");
        assert_eq!(duration(Duration::from_secs(12)), "12 s");
        assert_eq!(duration(Duration::from_secs(245)), "4 min 5 s");
    }
}
