//! Where in the app a person is: the part of the address behind the `#`. It never reaches a server, so the app runs
//! from any folder of any static host, and every place can be linked to and opened offline.

use holdfast_desk::TicketId;

/// The view that everybody begins with.
pub const FIRST_VIEW: &str = "mine";
/// The view of everything.
pub const ALL: &str = "all";

/// A queue as somebody looks at it: a view, and what they ask beyond it, as the address says it
/// ([`crate::pages::asked`]).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Showing {
    /// Which view.
    pub view: String,
    /// What is asked beyond it.
    pub asked: String,
}

/// A place in the app.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Route {
    /// A queue.
    Queue(Showing),
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
    /// A view as it is.
    pub fn view(view: &str) -> Self {
        Self::Queue(Showing { view: view.to_owned(), asked: String::new() })
    }

    /// The place that an address names.
    pub fn parse(fragment: &str) -> Self {
        let (place, asked) = fragment.split_once('?').unwrap_or((fragment, ""));
        let mut parts = place.trim_matches('/').split('/');
        match (parts.next().unwrap_or_default(), parts.next(), parts.next()) {
            ("", None, None) => Self::view(FIRST_VIEW),
            ("queue", Some(view), None) => {
                Self::Queue(Showing { view: view.to_owned(), asked: asked.to_owned() })
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
    pub fn fragment(&self) -> String {
        match self {
            Self::Queue(Showing { view, asked }) if asked.is_empty() => format!("/queue/{view}"),
            Self::Queue(Showing { view, asked }) => format!("/queue/{view}?{asked}"),
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
    pub fn href(&self) -> String {
        format!("#{}", self.fragment())
    }
}
