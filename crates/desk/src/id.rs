//! Identities. Things that devices make are UUIDs, so that they can be made with no network; rows of the rules
//! carry short codes that a lead reads and types.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! uuid_id {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                Uuid::parse_str(text).map(Self)
            }
        }
    )*};
}

uuid_id! {
    /// A ticket, from the moment somebody raises it on their device.
    TicketId
    /// An event: a UUIDv7 made on the device, or one derived from the row of a log it was imported from.
    EventId
    /// A person: requester, agent, lead or administrator.
    PersonId
    /// A team of agents.
    TeamId
}

macro_rules! code_id {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// The code as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(code: &str) -> Self {
                Self(code.to_owned())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

code_id! {
    /// A status of the workflow, such as `open`.
    StatusId
    /// A priority, such as `p2`.
    PriorityId
    /// A category, such as `network`.
    CategoryId
    /// A way in which tickets reach the desk, such as `phone`.
    ChannelId
}
