//! Searching, on the page's side: what is asked of the searcher and what came of it.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use holdfast_desk::TicketId;
use holdfast_desk::queue::{Order, Query, folded};
use leptos::prelude::*;

use super::Desk;
use super::state::Inner;
use super::status::Status;
use super::words::searched;
use crate::browser::thread::Thread;
use crate::browser::{clock, dom};
use crate::searcher::messages::{Ask, Say, packed, unpacked};

/// What was found: the best of it, in their order, and how many tickets there are in all.
#[derive(Clone, Debug)]
struct Found {
    /// Of this question.
    count: u32,
    tickets: Rc<Vec<TicketId>>,
    total: usize,
}

/// How far what is stored can be searched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// There is no index: what is in the rows is searched.
    #[default]
    Rows,
    /// So much in a hundred.
    Percent(u32),
    /// Everything.
    Everything,
}

/// After so long without one, nobody is doing anything.
const QUIET_MS: i32 = 400;

/// A passage of a ticket, in parts, each with whether it was looked for.
pub type Passage = Vec<(String, bool)>;

/// The page's side of the searcher.
#[derive(Default)]
pub(super) struct Searching {
    thread: Option<Thread>,
    /// Whether it hears what is said.
    listens: ArcRwSignal<bool>,
    count: u32,
    among: Option<Vec<TicketId>>,
    found: Option<Found>,
    reach: Reach,
    /// Why tickets were found, each with the question; until there is an answer to a later one it stays.
    passages: HashMap<TicketId, (u32, Passage)>,
    shown: ArcTrigger,
}

impl Searching {
    /// How the tickets of a query with words are had, once there is a searcher.
    fn find(inner: &mut Inner, query: &Query, chosen: Option<Order>, before: Order) -> Vec<TicketId> {
        let (found, reach) = (inner.searching.found.clone(), inner.searching.reach);
        let listed = match (found, chosen) {
            (None, _) if reach == Reach::Rows => return inner.looked_through(query, before),
            // The answer is on its way.
            (None, _) => inner.ask(|lists, asked| lists.list(query, before, asked, None)),
            (Some(found), None) => inner.ask(|lists, asked| lists.among(query, &found.tickets, asked)),
            (Some(found), Some(order)) => inner.ask(|lists, asked| {
                let found: HashSet<TicketId> = found.tickets.iter().copied().collect();
                lists.list(query, order, asked, Some(&found))
            }),
        };
        listed.unwrap_or_default()
    }
}

impl Inner {
    /// The same by what the rows say, before there is an index.
    fn looked_through(&mut self, query: &Query, order: Order) -> Vec<TicketId> {
        let Some(reference) = self.reference.clone() else { return Vec::new() };
        let words: Vec<String> = query.words.iter().map(|phrase| folded(&phrase.text)).collect();
        let actor = self.actor();
        let listed = self.ask(|lists, asked| lists.list(query, order, asked, None));
        let mut tickets = listed.unwrap_or_default();
        tickets.retain(|ticket| {
            let text = self.state(*ticket, &actor).map(|header| searched(&header, &reference));
            text.is_some_and(|text| words.iter().all(|word| text.contains(word.as_str())))
        });
        tickets
    }
}

impl Desk {
    /// Starts the searcher, and keeps it in step, for as long as the page lives.
    pub fn start_searching(&self) {
        let desk = *self;
        self.with_mut(|inner| inner.find = Searching::find);
        let Some(thread) = Thread::start(move |(say, bytes)| desk.hear_searcher(say, &bytes)) else { return };
        self.spare(thread.clone());
        let (name, to) = (self.account().database(), thread.clone());
        let opened = StoredValue::new(false);
        let listens = self.with(|inner| inner.searching.listens.clone());
        // While everything is being fetched there is something more important to do.
        Effect::new(move |_| {
            desk.revision.track();
            let is_busy = matches!(desk.status.get(), Status::Starting(_) | Status::Fetching(..));
            match (!is_busy && listens.get() && desk.complete.get(), opened.get_value()) {
                (false, _) => {}
                (true, true) => {
                    let purged = desk.with_mut(|inner| std::mem::take(&mut inner.purged));
                    if !purged.is_empty() {
                        to.say(&Ask::Forget, &packed(purged.into_iter()));
                    }
                    to.say(&Ask::TakeIn, &[]);
                }
                (true, false) => {
                    opened.set_value(true);
                    to.say(&Ask::Open(name.clone()), &[]);
                }
            }
        });
        self.with_mut(|inner| inner.searching.thread = Some(thread));
    }

    /// Searches for words among these tickets, or among all.
    pub fn search(&self, words: &str, among: Option<Vec<TicketId>>) {
        self.with_mut(|inner| {
            let searching = &mut inner.searching;
            let Some(thread) = &searching.thread else { return };
            if searching.among != among {
                let ids = packed(among.iter().flatten().copied());
                thread.say(&Ask::Among(among.is_some()), &ids);
                searching.among = among;
            }
            searching.count += 1;
            thread.say(&Ask::Find { count: searching.count, text: words.to_owned() }, &[]);
        });
    }

    /// Asks why those of these tickets were found of which that is not known.
    pub fn ask_why_found(&self, mut tickets: Vec<TicketId>) {
        self.with(|inner| {
            let searching = &inner.searching;
            let is_shown = |(count, _): &(u32, Passage)| *count == searching.count;
            tickets.retain(|ticket| !searching.passages.get(ticket).is_some_and(is_shown));
            if let (Some(thread), false) = (&searching.thread, tickets.is_empty()) {
                thread.say(&Ask::Show { count: searching.count, tickets }, &[]);
            }
        });
    }

    /// Lets the searcher rest while a person does something: there are only so many processors.
    fn spare(&self, thread: Thread) {
        let desk = *self;
        let (is_resting, done) = (StoredValue::new(false), StoredValue::new(0_u32));
        dom::on_activity(move || {
            if desk.with(|inner| inner.searching.reach) == Reach::Everything {
                return;
            }
            done.update_value(|done| *done = done.wrapping_add(1));
            if !is_resting.get_value() {
                is_resting.set_value(true);
                thread.say(&Ask::Rest(true), &[]);
                let thread = thread.clone();
                leptos::task::spawn_local(async move {
                    let mut before = None;
                    while before.replace(done.get_value()) != Some(done.get_value()) {
                        clock::sleep(QUIET_MS).await;
                    }
                    is_resting.set_value(false);
                    thread.say(&Ask::Rest(false), &[]);
                });
            }
        });
    }

    /// Nothing is searched for any more.
    pub fn forget_found(&self) {
        self.with_mut(|inner| {
            let searching = &mut inner.searching;
            searching.count += 1;
            searching.found = None;
            searching.passages.clear();
        });
    }

    /// How many tickets were found in all; nothing before an answer came. Tracks changes.
    pub fn found_in_all(&self) -> Option<usize> {
        self.finds.track();
        self.with(|inner| inner.searching.found.as_ref().map(|found| found.total))
    }

    /// The question that was answered last. Tracks changes.
    pub fn answered(&self) -> Option<u32> {
        self.finds.track();
        self.with(|inner| inner.searching.found.as_ref().map(|found| found.count))
    }

    /// Whether texts can be searched, and not only rows. Tracks changes.
    pub fn finds_in_texts(&self) -> bool {
        self.reach() != Reach::Rows
    }

    /// How far the search reaches. Tracks changes.
    pub fn reach(&self) -> Reach {
        self.finds.track();
        self.with(|inner| inner.searching.reach)
    }

    /// Why a ticket was found. Tracks changes.
    pub fn passage(&self, ticket: TicketId) -> Passage {
        self.with(|inner| {
            let searching = &inner.searching;
            searching.shown.track();
            searching.passages.get(&ticket).map(|(_, passage)| passage.clone()).unwrap_or_default()
        })
    }

    fn hear_searcher(&self, say: Say, bytes: &[u8]) {
        match say {
            Say::Listening => return self.with(|inner| inner.searching.listens.clone()).set(true),
            Say::Shown { count, passages } => return self.take_passages(count, passages),
            _ => {}
        }
        let is_news = self.with_mut(|inner| {
            let searching = &mut inner.searching;
            match say {
                Say::Indexed(done, of) => {
                    let reach = match (u64::from(done) * 100).checked_div(of.into()) {
                        Some(percent) if percent < 100 => Reach::Percent(percent as u32),
                        _ => Reach::Everything,
                    };
                    return std::mem::replace(&mut searching.reach, reach) != reach;
                }
                Say::Found { count, .. } if count != searching.count => return false,
                Say::Found { count, total } => {
                    let tickets: Vec<TicketId> = unpacked(bytes).collect();
                    searching.found = Some(Found { count, tickets: Rc::new(tickets), total });
                }
                Say::Listening | Say::Shown { .. } => return false,
            }
            true
        });
        if is_news {
            self.finds.update(|finds| *finds += 1);
        }
    }

    /// Shows why tickets were found, where that is what was asked last.
    fn take_passages(&self, count: u32, passages: Vec<(TicketId, Passage)>) {
        let shown = self.with_mut(|inner| {
            let searching = &mut inner.searching;
            if count == searching.count {
                searching
                    .passages
                    .extend(passages.into_iter().map(|(ticket, passage)| (ticket, (count, passage))));
            }
            searching.shown.clone()
        });
        shown.notify();
    }
}
