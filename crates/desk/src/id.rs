//! Identities. Things that devices make are UUIDs, so that they can be made with no network; rows of the rules
//! carry short codes that a lead reads and types.

use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
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
    /// A view that somebody saved, from the moment they do so on their device.
    ViewId
}

/// How many bytes a code has at the most. Refusals repeat codes and are kept for ever, so nothing longer is read.
const CODE: usize = 120;

fn read_code<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let code = String::deserialize(deserializer)?;
    if code.len() > CODE {
        return Err(D::Error::custom(format_args!(
            "a code has at most {CODE} bytes, this one has {}",
            code.len()
        )));
    }
    Ok(code)
}

macro_rules! code_id {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(#[serde(deserialize_with = "read_code")] pub String);

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
    /// A calendar, such as `office-north`.
    CalendarId
    /// An organisation that requesters belong to, such as `acme`.
    OrganisationId
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_of_any_length_is_not_read() {
        let read = |length: usize| serde_json::from_str::<StatusId>(&format!("\"{}\"", "x".repeat(length)));
        assert!(read(CODE).is_ok());
        assert!(read(CODE + 1).unwrap_err().to_string().contains("at most 120 bytes"));
    }
}
