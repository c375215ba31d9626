//! Searching, in a thread of its own: an index over all texts on the device, kept in step with what is stored. The page asks,
//! this answers; [`crate::desk::searching`] is the page's side.

mod library;
pub mod messages;

use std::cell::RefCell;
use std::collections::HashSet;
use std::rc::Rc;

use holdfast_desk::TicketId;
use holdfast_desk::search::Words;
use wasm_split_helpers::wasm_split;

use crate::browser::part::PartMissing;
use crate::browser::thread;
use library::Library;
use messages::{Ask, Say, packed, unpacked};

/// So many of what was found are shown: nobody looks at more, and a key stroke does not wait for them.
const MOST: usize = 5_000;

/// What the searcher has in mind.
#[derive(Default)]
struct Searcher {
    library: Option<Library>,
    among: Option<HashSet<TicketId>>,
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
            let Searcher { library: Some(library), among, .. } = &mut *searcher else { return };
            let keeps = |ticket: TicketId| among.as_ref().is_none_or(|among| among.contains(&ticket));
            let found = library.index.find(&Words::typed(&text, true), keeps, MOST);
            let hits = packed(found.hits.iter().map(|hit| hit.ticket));
            thread::say(&Say::Found { count, total: found.total }, &hits);
        }
        Ask::Show { text, tickets } => {
            let Some(reader) = searcher.borrow().library.as_ref().map(Library::reader) else { return };
            wasm_bindgen_futures::spawn_local(async move {
                let passages = reader.passages(&Words::typed(&text, true), &tickets).await;
                thread::say(&Say::Shown { text, passages }, &[]);
            });
        }
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
