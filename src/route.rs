//! Where in the app a person is: the part of the address behind the `#`. It never reaches a server, so the app runs
//! from any folder of any static host, and every place can be linked to and opened offline.

use holdfast_desk::TicketId;
use holdfast_desk::queue::View;

/// A place in the app.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Route {
    /// A queue.
    Queue(View),
    /// A ticket, beside the queue it was opened from.
    Ticket(TicketId),
    /// Raising a ticket.
    New,
    /// What waits and what needs a person.
    Work,
    /// Policies and calendars.
    Rules,
    /// Searching everything.
    Search,
    /// The person, this device, and how the app looks.
    Me,
    /// Nowhere that there is.
    #[default]
    Unknown,
}

impl Route {
    /// The place that an address names.
    pub fn parse(fragment: &str) -> Self {
        let mut parts = fragment.trim_matches('/').split('/');
        match (parts.next().unwrap_or_default(), parts.next(), parts.next()) {
            ("", None, None) => Self::Queue(View::Mine),
            ("queue", Some(name), None) => {
                View::ALL.into_iter().find(|view| slug(*view) == name).map_or(Self::Unknown, Self::Queue)
            }
            ("tickets", Some(id), None) => id.parse().map_or(Self::Unknown, Self::Ticket),
            ("new", None, None) => Self::New,
            ("work", None, None) => Self::Work,
            ("rules", None, None) => Self::Rules,
            ("search", None, None) => Self::Search,
            ("me", None, None) => Self::Me,
            _ => Self::Unknown,
        }
    }

    /// The address of this place.
    pub fn fragment(self) -> String {
        match self {
            Self::Queue(view) => format!("/queue/{}", slug(view)),
            Self::Ticket(ticket) => format!("/tickets/{ticket}"),
            Self::New => "/new".to_owned(),
            Self::Work => "/work".to_owned(),
            Self::Rules => "/rules".to_owned(),
            Self::Search => "/search".to_owned(),
            Self::Me => "/me".to_owned(),
            Self::Unknown => "/".to_owned(),
        }
    }

    /// The same as a link.
    pub fn href(self) -> String {
        format!("#{}", self.fragment())
    }
}

fn slug(view: View) -> &'static str {
    match view {
        View::Mine => "mine",
        View::Teams => "teams",
        View::Unassigned => "unassigned",
        View::DueSoon => "due-soon",
        View::Waiting => "waiting",
        View::All => "all",
    }
}
