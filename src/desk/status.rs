//! How things stand with the server, as it is shown.

use holdfast_desk::Instant;
use holdfast_sync::client::Standing;

/// How things stand with the server.
#[derive(Clone, Debug, PartialEq)]
pub enum Status {
    /// There is none.
    Alone,
    /// It has answered nothing since the page was opened; it last did at this instant.
    Starting(Option<Instant>),
    /// Everything is sent and read.
    Synced(Instant),
    /// Waiting events are on their way.
    Sending,
    /// The history is on its way: so much of so much.
    Fetching(u64, u64),
    /// It cannot be reached since this instant.
    Offline(Instant),
    /// Nothing goes out before the person has signed in again.
    SignInAgain,
    /// Nothing goes out before the app is a newer one.
    TooOld,
    /// The device or the server does something that only a person can mend.
    Broken(String),
}

impl Status {
    pub(super) fn first(has_server: bool, last_contact: Option<Instant>) -> Self {
        if has_server { Self::Starting(last_contact) } else { Self::Alone }
    }

    pub(super) fn of(standing: &Standing, last_contact: Option<Instant>) -> Self {
        match standing.clone() {
            Standing::Starting => Self::Starting(last_contact),
            Standing::Synced(at) => Self::Synced(at),
            Standing::Sending => Self::Sending,
            Standing::Fetching(cursor, head) => Self::Fetching(cursor, head),
            Standing::Offline(since) => Self::Offline(since),
            Standing::SignInAgain => Self::SignInAgain,
            Standing::TooOld => Self::TooOld,
            Standing::Broken(why) => Self::Broken(why),
        }
    }
}
