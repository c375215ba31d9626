//! Searching, on the page's side: what is asked of the searcher and what came of it.

use std::collections::HashMap;
use std::rc::Rc;

use holdfast_desk::TicketId;
use leptos::prelude::*;

use super::Desk;
use super::status::Status;
use crate::browser::thread::Thread;
use crate::searcher::messages::{Ask, Say, packed, unpacked};

/// What was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// By these words.
    pub words: String,
    /// The best of it, in their order.
    pub tickets: Rc<Vec<TicketId>>,
    /// How many tickets there are in all.
    pub total: usize,
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

/// A passage of a ticket, in parts, each with whether it was looked for.
pub type Passage = Vec<(String, bool)>;

/// The page's side of the searcher.
#[derive(Default)]
pub(super) struct Searching {
    thread: Option<Thread>,
    count: u32,
    words: String,
    among: Option<Vec<TicketId>>,
}

/// What comes of searching, for the pages.
#[derive(Clone, Copy)]
pub struct Finds {
    /// What was found last; nothing before anything was.
    pub found: RwSignal<Option<Found>, LocalStorage>,
    /// How far it reaches.
    pub reach: RwSignal<Reach>,
    /// Why tickets were found, by the words.
    pub passages: RwSignal<(String, HashMap<TicketId, Passage>)>,
}

impl Finds {
    pub(super) fn new() -> Self {
        Self {
            found: RwSignal::new_local(None),
            reach: RwSignal::new(Reach::Rows),
            passages: RwSignal::new(Default::default()),
        }
    }
}

impl Desk {
    /// Starts the searcher, and keeps it in step, for as long as the page lives.
    pub fn start_searching(&self) {
        let desk = *self;
        let Some(thread) = Thread::start(move |(say, bytes)| desk.hear_searcher(say, &bytes)) else { return };
        let name = self.account().database();
        let ask_to_take_in = thread.clone();
        let opened = StoredValue::new(false);
        // While everything is being fetched there is something more important to do.
        Effect::new(move |_| {
            desk.revision.track();
            let is_busy = matches!(desk.status.get(), Status::Starting(_) | Status::Fetching(..));
            if is_busy || !desk.complete.get() {
                return;
            }
            if opened.get_value() {
                ask_to_take_in.say(&Ask::TakeIn, &[]);
            } else {
                opened.set_value(true);
                ask_to_take_in.say(&Ask::Open(name.clone()), &[]);
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
            words.clone_into(&mut searching.words);
            thread.say(&Ask::Find { count: searching.count, text: words.to_owned() }, &[]);
        });
    }

    /// Asks why these tickets were found by the words that were searched for last.
    pub fn ask_why_found(&self, tickets: Vec<TicketId>) {
        self.with(|inner| {
            if let Some(thread) = &inner.searching.thread {
                thread.say(&Ask::Show { text: inner.searching.words.clone(), tickets }, &[]);
            }
        });
    }

    fn hear_searcher(&self, say: Say, bytes: &[u8]) {
        let finds = self.finds;
        match say {
            Say::Indexed(done, of) => {
                let reach = match (u64::from(done) * 100).checked_div(of.into()) {
                    Some(percent) if percent < 100 => Reach::Percent(percent as u32),
                    _ => Reach::Everything,
                };
                // What was found may be more now.
                if finds.reach.get_untracked() != reach {
                    finds.reach.set(reach);
                }
            }
            Say::Found { count, total } => {
                let words = self
                    .with(|inner| (inner.searching.count == count).then(|| inner.searching.words.clone()));
                if let Some(words) = words {
                    let tickets = Rc::new(unpacked(bytes).collect());
                    finds.found.set(Some(Found { words, tickets, total }));
                }
            }
            Say::Shown { text, passages } => finds.passages.update(|(words, known)| {
                if *words != text {
                    (*words, *known) = (text, HashMap::new());
                }
                known.extend(passages);
            }),
        }
    }
}
