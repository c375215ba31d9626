//! Views: queries with names.

use super::{Bound, Field, Order, Query, SortBy, Term, Test};
use crate::Role;

/// In minutes.
const A_DAY: u32 = 24 * 60;

/// A queue with a name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// What it goes by in addresses.
    pub slug: String,
    /// What it is called.
    pub name: String,
    /// What it shows.
    pub query: Query,
    /// In which order.
    pub order: Order,
    /// Whether it is shown as a board.
    pub board: bool,
    /// Whose it is.
    pub whose: Whose,
}

/// Whose a view is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Whose {
    /// Everybody in a role has it.
    #[default]
    Everybody,
    /// The person saved it.
    Own,
    /// Somebody else saved it, and shares it.
    Shared,
}

impl View {
    /// The views that everybody in a role has, in the order of the rail.
    pub fn standard(role: Role) -> Vec<Self> {
        use Field::{Assignee, Is, Site, Team};
        let view = |slug: &str, name: &str, terms: &[(Field, &[&str])]| Self {
            slug: slug.to_owned(),
            name: name.to_owned(),
            query: Query::of(terms.iter().map(|(field, values)| Term::any_of(*field, values))),
            ..Self::default()
        };
        let mut views = vec![view("mine", "Mine", &[(Is, &["open"]), (Is, &["mine"])])];
        if role.is_agent() {
            let mut recent = view("recent", "Recent", &[]);
            let within_a_day = Test::Under(Bound::Minutes(A_DAY));
            recent.query = Query::of([Term { not: false, field: Field::Updated, test: within_a_day }]);
            recent.order = Order { by: SortBy::Updated, descending: true };
            let mut sites = view("sites", "By site", &[(Is, &["open"]), (Site, &["none"])]);
            sites.query.terms[1].not = true;
            sites.order.by = SortBy::Site;
            views.extend([
                view("teams", "My teams", &[(Is, &["open"]), (Team, &["mine"])]),
                view("unassigned", "Unassigned", &[(Is, &["open"]), (Assignee, &["none"])]),
                view("due-soon", "Due soon", &[(Is, &["open"]), (Is, &["risk", "late"])]),
                view("breached", "Breached", &[(Is, &["open"]), (Is, &["late"])]),
                view("waiting", "Waiting", &[(Is, &["waiting"])]),
                recent,
                sites,
            ]);
        }
        views.push(view("all", "All tickets", &[]));
        views
    }
}
