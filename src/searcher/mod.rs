//! Searching, in a thread of its own: an index over all texts on the device, kept in step with what is stored. The page asks,
//! this answers; [`crate::desk::searching`] is the page's side.

mod library;
pub mod messages;

use std::cell::RefCell;
use std::collections::HashSet;
use std::rc::Rc;

use holdfast_desk::TicketId;
use holdfast_search::Words;
use wasm_split_helpers::wasm_split;

use crate::browser::part::PartMissing;
use crate::browser::thread;
use library::Library;
use messages::{Ask, Say, packed, unpacked};

/// So many of what was found are shown: nobody looks at more, and a key stroke does not wait for them.
const MOST: usize = 1_000;

/// Passages that are shown together.
const SHOWN_AT_ONCE: usize = 10;

/// What the searcher has in mind.
#[derive(Default)]
struct Searcher {
    library: Option<Library>,
    among: Option<HashSet<TicketId>>,
    /// The last question: its count, and its words.
    asked: (u32, String),
    /// Whether nothing is taken in for now.
    is_resting: bool,
    /// Whether something is being taken in, and whether it is to be begun again after that.
    is_taking_in: bool,
    again: bool,
}

type Shared = Rc<RefCell<Searcher>>;

/// Answers the page, for as long as the worker lives. A part of the app of its own: no page needs it.
#[wasm_split(searcher, fallible)]
pub fn serve() -> Result<(), PartMissing> {
    let searcher = Shared::default();
    thread::listen(move |(ask, bytes): (Ask, Vec<u8>)| hear(&searcher, ask, &bytes));
    thread::say(&Say::Listening, &[]);
    Ok(())
}

fn hear(searcher: &Shared, ask: Ask, bytes: &[u8]) {
    match ask {
        Ask::Open(database) => {
            let searcher = Rc::clone(searcher);
            wasm_bindgen_futures::spawn_local(async move {
                // Without a database there is nothing to be found; the page says what is wrong with it.
                if let Ok(library) = Library::open(&database).await {
                    thread::say(&Say::Indexed(0, 1), &[]);
                    searcher.borrow_mut().library = Some(library);
                    take_in(&searcher).await;
                }
            });
        }
        Ask::TakeIn => {
            let searcher = Rc::clone(searcher);
            wasm_bindgen_futures::spawn_local(async move { take_in(&searcher).await });
        }
        Ask::Forget => {
            if let Some(library) = &mut searcher.borrow_mut().library {
                library.forget(unpacked(bytes));
            }
        }
        Ask::Among(some) => {
            searcher.borrow_mut().among = some.then(|| unpacked(bytes).collect());
        }
        Ask::Find { count, text } => {
            let mut searcher = searcher.borrow_mut();
            let Searcher { library: Some(library), among, asked, .. } = &mut *searcher else { return };
            *asked = (count, text.clone());
            let found = library.index.find(&Words::typed(&text, true), among.as_ref(), MOST);
            let hits = packed(found.hits.iter().map(|hit| hit.ticket));
            thread::say(&Say::Found { count, total: found.total }, &hits);
        }
        Ask::Show { count, tickets } => {
            let searcher = Rc::clone(searcher);
            wasm_bindgen_futures::spawn_local(async move { show(&searcher, count, &tickets).await });
        }
        Ask::Rest(rests) => searcher.borrow_mut().is_resting = rests,
    }
}

/// Says why tickets were found, some at a time, until something else is asked.
async fn show(searcher: &Shared, count: u32, tickets: &[TicketId]) {
    let Some(reader) = library::Reader::of(searcher).await else { return };
    let (_, text) = searcher.borrow().asked.clone();
    let words = Words::typed(&text, true);
    for tickets in tickets.chunks(SHOWN_AT_ONCE) {
        let mut passages = Vec::new();
        for ticket in tickets {
            if searcher.borrow().asked.0 != count {
                return;
            }
            passages.push((*ticket, reader.passage(&words, *ticket).await));
        }
        thread::say(&Say::Shown { count, passages }, &[]);
    }
}

/// Takes in what is stored, a record at a time, so that questions are answered meanwhile.
async fn take_in(searcher: &Shared) {
    {
        let mut searcher = searcher.borrow_mut();
        if searcher.library.is_none() || searcher.is_taking_in {
            searcher.again = true;
            return;
        }
        searcher.is_taking_in = true;
    }
    loop {
        searcher.borrow_mut().again = false;
        // What cannot be read now is taken in the next time.
        let _ = library::take_in(searcher).await;
        let mut searcher = searcher.borrow_mut();
        if !searcher.again {
            searcher.is_taking_in = false;
            return;
        }
    }
}
