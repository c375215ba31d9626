//! The one place where the server looks at a clock.

use std::time::{SystemTime, UNIX_EPOCH};

use holdfast_desk::Instant;

/// What the server's clock shows.
pub fn now() -> Instant {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Instant::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
