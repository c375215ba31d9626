//! Patience with those who guess passwords: after ten failures a login has to wait.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Failures that are forgiven.
const FAILURES: u32 = 10;
/// For how long they are remembered.
const WINDOW: Duration = Duration::from_secs(5 * 60);
/// Logins that are remembered at most; beyond, those that ran out are forgotten first.
const LOGINS: usize = 10_000;

/// Counts the failures of each login.
#[derive(Debug, Default)]
pub struct Throttle(Mutex<HashMap<String, (u32, Instant)>>);

impl Throttle {
    /// Begins an attempt. It counts as a failure until [`Self::succeeded`] is said, so that many at once are not more
    /// than as many one after the other.
    ///
    /// # Errors
    /// How long this login has to wait before it may try again.
    pub fn attempt(&self, login: &str, now: Instant) -> Result<(), Duration> {
        let mut failures = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if failures.len() >= LOGINS {
            failures.retain(|_, (_, since)| now.duration_since(*since) < WINDOW);
        }
        if failures.len() >= LOGINS {
            failures.clear();
        }
        let (count, since) = failures.entry(key(login)).or_insert((0, now));
        if now.duration_since(*since) >= WINDOW {
            (*count, *since) = (0, now);
        }
        if *count >= FAILURES {
            return Err(WINDOW.saturating_sub(now.duration_since(*since)));
        }
        *count += 1;
        Ok(())
    }

    /// Forgets the failures of a login that got it right.
    pub fn succeeded(&self, login: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&key(login));
    }
}

/// Logins are the same in any case; overlong ones share what they begin with.
fn key(login: &str) -> String {
    login.chars().take(100).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_failures_make_a_login_wait_and_no_other() {
        let (throttle, now) = (Throttle::default(), Instant::now());
        for _ in 0..9 {
            throttle.attempt("ana", now).unwrap();
        }
        throttle.attempt("ANA", now).unwrap();
        assert_eq!(throttle.attempt("ana", now), Err(WINDOW));
        assert_eq!(throttle.attempt("ben", now), Ok(()));
        assert_eq!(throttle.attempt("ana", now + WINDOW), Ok(()));
    }

    #[test]
    fn a_success_is_a_new_beginning() {
        let (throttle, now) = (Throttle::default(), Instant::now());
        for _ in 0..20 {
            throttle.attempt("ana", now).unwrap();
            throttle.succeeded("ana");
        }
    }
}
