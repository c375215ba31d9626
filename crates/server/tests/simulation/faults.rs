//! The faults that can strike in a run. A failing run is tried again without one after the other, until no fewer make it
//! fail: what is left is what one has to look at.

use std::fmt;

/// A kind of trouble.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Devices lose the network.
    Offline,
    /// Messages get lost.
    Drop,
    /// Messages come twice.
    Double,
    /// Messages come late, and so in another order.
    Delay,
    /// Somebody answers that it cannot be.
    Status,
    /// The server dies before or after a commit.
    Crash,
    /// The server comes back from a backup.
    Restore,
    /// Clocks are set.
    Clock,
    /// Tabs hear late of each other.
    Tabs,
    /// People join and leave teams, teams become private.
    Access,
    /// A profile is copied.
    Copy,
    /// Some apps, or the server, are of an older version until they are upgraded.
    Mixed,
}

const ALL: [Fault; 12] = [
    Fault::Offline,
    Fault::Drop,
    Fault::Double,
    Fault::Delay,
    Fault::Status,
    Fault::Crash,
    Fault::Restore,
    Fault::Clock,
    Fault::Tabs,
    Fault::Access,
    Fault::Copy,
    Fault::Mixed,
];

/// Some of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Faults(u16);

impl Faults {
    pub const EVERY: Self = Self((1 << ALL.len()) - 1);

    pub fn from_bits(bits: u16) -> Self {
        Self(bits & Self::EVERY.0)
    }

    pub fn bits(self) -> u16 {
        self.0
    }

    pub fn have(self, fault: Fault) -> bool {
        self.0 & (1 << fault as u16) != 0
    }

    /// These without one of them, for each of them.
    pub fn fewer(self) -> impl Iterator<Item = Self> {
        ALL.into_iter()
            .filter(move |fault| self.have(*fault))
            .map(move |fault| Self(self.0 & !(1 << fault as u16)))
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<String> =
            ALL.iter().filter(|fault| self.have(**fault)).map(|fault| format!("{fault:?}")).collect();
        f.write_str(&names.join(", "))
    }
}
