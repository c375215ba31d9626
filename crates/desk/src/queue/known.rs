//! Who asks, and what names in a query stand for.

use super::Midnight;
use super::columns::{Coded, Columns};
use crate::{Actor, Directory, Instant, Rules};

/// The rules, the people, and who asks.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)]
pub struct Known<'a> {
    pub rules: &'a Rules,
    pub directory: &'a Directory,
    pub actor: &'a Actor,
}

/// How what is named is found, and in which order names are. What lies behind it is not needed before somebody filters or
/// sorts by a name, so it can be had later than the lists: until then nothing is found.
#[derive(Clone, Copy, Debug)]
pub struct Naming {
    pub(super) find: fn(Coded, &str, Known, &Columns) -> Option<Vec<bool>>,
    pub(super) ranks: fn(Coded, Known, &Columns) -> Vec<u32>,
}

impl Naming {
    /// Nothing is found, and names are in no order.
    pub const NONE: Self = Self { find: |_, _, _, _| None, ranks: |_, _, _| Vec::new() };
}

/// Who asks, and when.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// What names stand for.
    pub known: Known<'a>,
    /// How they are found.
    pub naming: Naming,
    /// When a day begins where the person is.
    pub midnight: Midnight,
    /// As of when.
    pub now: Instant,
}
