//! What a device is told to do, how that can fail, and how it stands.

use holdfast_desk::Instant;

use crate::protocol::{LoadRequest, Seq};
use crate::{Kind, Write};

/// What to do next.
#[derive(Clone, Debug, PartialEq)]
pub enum Action<K: Kind> {
    /// Fetch rules and people; then [`crate::Client::took_reference`].
    FetchReference,
    /// Ask for these things; then [`crate::Client::loaded`].
    Load(LoadRequest<K::Id, K::Scope>),
    /// Ask for what came after this cursor; then [`crate::Client::pulled`].
    Pull(Seq),
    /// Send [`crate::Client::request`]; then [`crate::Client::pushed`].
    Push,
    /// Make up another name for this device; then [`crate::Client::renamed`].
    Rename,
    /// Store this in one transaction; then [`crate::Client::stored`], [`crate::Client::overtaken`] or [`crate::Client::failed`].
    Store(Box<Write<K>>),
    /// Another tab did something that this one has not heard of: read what is stored; then [`crate::Client::reload`] or
    /// [`crate::Client::caught_up`].
    Reload,
    /// Nothing until this instant of the device's clock, or until something happens.
    Rest(Instant),
    /// Nothing until a person has done something.
    Stop,
}

/// Why there is no useful answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Nobody answered, or somebody who is not our server.
    Unreachable,
    /// The server is busy or broken.
    Later {
        /// When it wants to be asked again, in seconds.
        after_s: Option<u32>,
    },
    /// Nobody is signed in any more.
    SignInAgain,
    /// The server no longer speaks with this version of the app.
    TooOld,
    /// The server no longer has what came after the device's cursor.
    Gone,
    /// The server does not take what was asked, and says why.
    Refused(String),
    /// The device cannot store anything, and says why.
    Storage(String),
}

/// How things stand, to be told to the person.
#[derive(Clone, Debug, PartialEq)]
pub enum Standing {
    /// The server has not answered since the app was opened.
    Starting,
    /// Everything is sent and read, as of this instant.
    Synced(Instant),
    /// Waiting events are on their way.
    Sending,
    /// The history is on its way: so much of so much.
    Fetching(u64, u64),
    /// The server cannot be reached since this instant.
    Offline(Instant),
    /// Nothing goes out before the person has signed in again.
    SignInAgain,
    /// Nothing goes out before the app is a newer one.
    TooOld,
    /// Something is wrong that only a person can mend.
    Broken(String),
}
