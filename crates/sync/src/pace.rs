//! When a device turns to the server: soon after news, seldom while all is well, and after a failure ever more seldom,
//! with full jitter, and never before the server wants it.

use holdfast_desk::Instant;

/// Between two rounds while all is well, in milliseconds.
pub(crate) const POLL_MS: f64 = 5_000.0;
/// The same while the server says by itself that there is something to read: only a word of its that was lost is
/// waited for.
const LISTENING_MS: f64 = 30_000.0;
/// The longest span over which a try after a failure is spread, in milliseconds.
const LONGEST_MS: f64 = 60_000.0;
/// The shortest, in milliseconds.
const SHORTEST_MS: f64 = 1_000.0;
/// The longest that a server may ask to be left alone, in seconds.
const LONGEST_REST_S: u32 = 3_600;
/// Nobody rests for longer than this, in milliseconds: what seems to be longer is a clock that was set back.
const LONGEST_SLEEP_MS: i64 = LONGEST_REST_S as i64 * 1_000 + 2 * LONGEST_MS as i64;

/// When to turn to the server again. Instants are the device's own; `dice` is a fraction by chance.
#[derive(Clone, Debug, PartialEq, Default)]
pub(crate) struct Pace {
    failures: i32,
    rest_until: Instant,
    /// The server wants to be left alone until then, whatever happens here.
    not_before: Instant,
    listens: bool,
}

impl Pace {
    pub fn rest_until(&self) -> Instant {
        self.rest_until
    }

    /// For how many milliseconds there is nothing to do.
    pub fn rests_for(&self, now: Instant) -> i64 {
        until(self.rest_until, now)
    }

    /// All is well: until the next look.
    pub fn rest(&mut self, now: Instant, dice: f64) {
        self.failures = 0;
        let span = if self.listens { LISTENING_MS } else { POLL_MS };
        self.rest_until = now.plus_millis((span * (0.75 + 0.5 * dice)) as i64);
    }

    /// Nothing came of it: not at once again.
    pub fn rest_after_nothing(&mut self, now: Instant) {
        self.rest_until = now.plus_millis(POLL_MS as i64);
    }

    /// It did not work.
    pub fn rest_after_failure(&mut self, now: Instant, dice: f64) {
        self.failures = self.failures.saturating_add(1);
        self.rest_until = now.plus_millis((SHORTEST_MS + self.span() * dice) as i64);
    }

    /// It did not work, and the server says when to come again.
    pub fn rest_as_told(&mut self, after_s: Option<u32>, now: Instant, dice: f64) {
        let rest = i64::from(after_s.unwrap_or_default().min(LONGEST_REST_S));
        self.not_before = now.plus_seconds(rest);
        self.rest_until = self.rest_until.max(self.not_before.plus_millis((self.span() * dice) as i64));
    }

    fn span(&self) -> f64 {
        (SHORTEST_MS * 2f64.powi(self.failures.min(10))).min(LONGEST_MS)
    }

    /// There may be something to do. Where a server is failing, its pause is kept.
    pub fn wake(&mut self, now: Instant) {
        if self.failures == 0 {
            self.come_back(now);
        }
    }

    /// Now is better than later, but for what the server wants.
    pub fn come_back(&mut self, now: Instant) {
        self.rest_until = now.plus_millis(until(self.not_before, now));
    }

    /// Whether the server says by itself that there is something to read.
    pub fn listen(&mut self, listens: bool, now: Instant) {
        if self.listens && !listens {
            self.rest_until = self.rest_until.min(now.plus_millis(POLL_MS as i64));
        }
        self.listens = listens;
    }
}

/// How many milliseconds there are until an instant to rest for.
fn until(at: Instant, now: Instant) -> i64 {
    let ms = at.millis().saturating_sub(now.millis());
    if ms > LONGEST_SLEEP_MS { 0 } else { ms.max(0) }
}
