//! Saved views: queries with names.

use super::{Order, SortBy};
use crate::Role;

/// A queue with a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// What it goes by in addresses.
    pub slug: String,
    /// What it is called.
    pub name: String,
    /// What it shows.
    pub query: String,
    /// In which order.
    pub order: Order,
}

/// What everybody has: slug, name, query, what it is sorted by, and whether the largest comes first.
const STANDARD: [(&str, &str, &str, SortBy, bool); 9] = [
    ("mine", "Mine", "is:open is:mine", SortBy::Due, false),
    ("teams", "My teams", "is:open team:mine", SortBy::Due, false),
    ("unassigned", "Unassigned", "is:open assignee:none", SortBy::Due, false),
    ("due-soon", "Due soon", "is:open is:risk,late", SortBy::Due, false),
    ("breached", "Breached", "is:open is:late", SortBy::Due, false),
    ("waiting", "Waiting", "is:waiting", SortBy::Due, false),
    ("recent", "Recently changed", "updated<1d", SortBy::Updated, true),
    ("sites", "By site", "is:open -site:none", SortBy::Site, false),
    ("all", "All tickets", "", SortBy::Due, false),
];

impl View {
    /// The views that everybody in a role has, in the order of the rail.
    pub fn standard(role: Role) -> Vec<Self> {
        let is_for = |slug: &str| role.is_agent() || matches!(slug, "mine" | "all");
        let view = |(slug, name, query, by, descending): (&str, &str, &str, SortBy, bool)| Self {
            slug: slug.to_owned(),
            name: name.to_owned(),
            query: query.to_owned(),
            order: Order { by, descending },
        };
        STANDARD.into_iter().filter(|(slug, ..)| is_for(slug)).map(view).collect()
    }
}
