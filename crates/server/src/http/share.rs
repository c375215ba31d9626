//! What one person may ask of the server, so that nobody's device takes it from all others.
//!
//! Everybody who is signed in has points. A request costs one, an event of a push one, a KiB of a body one, and a
//! refusal that is kept for ever [`REFUSED`]. Points come back with time. Whoever has none left is told when to come
//! again, and nothing is lost: a device keeps what it has and sends it then.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use holdfast_desk::PersonId;

/// Requests of one person that are under way at the same time at most.
pub const UNDER_WAY: usize = 16;
/// Pushes of one person that are under way at the same time at most: a device has one.
pub const PUSHES: usize = 2;
/// Devices of one person that listen at the same time at most.
pub const LISTENING: usize = 16;
/// Points that a person has at the most: what a device sends that was offline for a month.
pub const SAVED: f64 = 20_000.0;
/// Points that come back each second.
pub const EACH_SECOND: f64 = 50.0;
/// Points for an event that is refused, because the answer is kept for ever.
pub const REFUSED: usize = 20;
/// Points for a view that is shared, changed or taken back, because every device fetches rules and people again: more at
/// once than a person keeps, and then one every six seconds.
pub const TELLS_EVERYBODY: usize = 300;
/// Points for signing in, because a session is kept for weeks.
pub const SIGNED_IN: usize = 20;

/// Everybody's points. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Shares(Arc<Mutex<HashMap<PersonId, Share>>>);

#[derive(Debug)]
struct Share {
    points: f64,
    as_of: Instant,
    /// How much of each kind is under way.
    under_way: [usize; 3],
}

/// What a person may have under way at the same time.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Request,
    Push,
    Listening,
}

/// Something under way. It counts until this is dropped.
#[derive(Debug)]
pub struct Turn {
    shares: Shares,
    person: PersonId,
    kind: Kind,
}

impl Shares {
    /// Begins a request of this person.
    ///
    /// # Errors
    /// After how many seconds to try again, when the person's share is used up.
    pub fn begin(&self, person: PersonId, now: Instant) -> Result<Turn, u64> {
        self.pay(person, now)?;
        self.take(person, Kind::Request, UNDER_WAY)
    }

    /// Begins a push, inside a request that has begun.
    ///
    /// # Errors
    /// After how many seconds to try again, when there are as many as there may be.
    pub fn begin_push(&self, person: PersonId) -> Result<Turn, u64> {
        self.take(person, Kind::Push, PUSHES)
    }

    /// Begins to listen.
    ///
    /// # Errors
    /// As with a request.
    pub fn begin_listening(&self, person: PersonId, now: Instant) -> Result<Turn, u64> {
        self.pay(person, now)?;
        self.take(person, Kind::Listening, LISTENING)
    }

    fn pay(&self, person: PersonId, now: Instant) -> Result<(), u64> {
        let mut shares = self.lock();
        let share = shares.entry(person).or_insert(Share { points: SAVED, as_of: now, under_way: [0; 3] });
        share.come_back(now);
        if share.points < 1.0 {
            return Err(((1.0 - share.points) / EACH_SECOND).ceil() as u64);
        }
        share.points -= 1.0;
        Ok(())
    }

    fn take(&self, person: PersonId, kind: Kind, at_most: usize) -> Result<Turn, u64> {
        let mut shares = self.lock();
        let under_way = shares.get_mut(&person).map(|share| &mut share.under_way[kind as usize]);
        let under_way = under_way.filter(|count| **count < at_most).ok_or(1_u64)?;
        *under_way += 1;
        Ok(Turn { shares: self.clone(), person, kind })
    }

    /// Takes points for what a request turned out to be. There may be less than none left then: it is done already.
    pub fn charge(&self, person: PersonId, points: usize) {
        if let Some(share) = self.lock().get_mut(&person) {
            share.points -= points as f64;
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<PersonId, Share>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Share {
    fn come_back(&mut self, now: Instant) {
        let passed: Duration = now.saturating_duration_since(self.as_of);
        self.points = (self.points + passed.as_secs_f64() * EACH_SECOND).min(SAVED);
        self.as_of = now;
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if let Some(share) = self.shares.lock().get_mut(&self.person) {
            share.under_way[self.kind as usize] -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANA: PersonId = PersonId(uuid::Uuid::from_u128(1));
    const BEN: PersonId = PersonId(uuid::Uuid::from_u128(2));

    #[test]
    fn points_are_used_up_and_come_back_for_each_by_themselves() {
        let (shares, now) = (Shares::default(), Instant::now());
        assert!(shares.begin(ANA, now).is_ok());
        shares.charge(ANA, SAVED as usize + 99);
        assert_eq!(shares.begin(ANA, now).unwrap_err(), 3, "100 below none, and one is needed");
        assert!(shares.begin(BEN, now).is_ok());
        assert!(shares.begin(ANA, now + Duration::from_secs(2)).is_err());
        assert!(shares.begin(ANA, now + Duration::from_secs(3)).is_ok());
    }

    #[test]
    fn nobody_saves_more_than_there_is() {
        let (shares, now) = (Shares::default(), Instant::now());
        assert!(shares.begin(ANA, now).is_ok());
        let later = now + Duration::from_secs(1_000_000);
        assert!(shares.begin(ANA, later).is_ok());
        shares.charge(ANA, SAVED as usize);
        assert!(shares.begin(ANA, later).is_err());
    }

    #[test]
    fn so_many_at_once_and_no_more() {
        let (shares, now) = (Shares::default(), Instant::now());
        let mut turns: Vec<Turn> = (0..UNDER_WAY).map(|_| shares.begin(ANA, now).unwrap()).collect();
        assert_eq!(shares.begin(ANA, now).unwrap_err(), 1);
        assert!(shares.begin(BEN, now).is_ok());
        turns.pop();
        assert!(shares.begin(ANA, now).is_ok());
        let pushes: Vec<Turn> = (0..PUSHES).map(|_| shares.begin_push(ANA).unwrap()).collect();
        assert_eq!(shares.begin_push(ANA).unwrap_err(), 1);
        drop(pushes);
        assert!(shares.begin_push(ANA).is_ok());
    }
}
