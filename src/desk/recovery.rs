//! When the browser takes the desk's data away: the connection to the database, the database, or everything. A part of
//! the app that is fetched with the pages.

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use leptos::prelude::*;
use wasm_split_helpers::wasm_split;

use super::api::json;
use super::state::open_database;
use super::status::Status;
use super::{Account, Desk};
use crate::browser::database::{Database, StorageError};
use crate::browser::part::PartMissing;
use crate::browser::settings::{self, Setting};
use crate::browser::{clock, page, vault};

/// What happened to the data, or to the app, that the person has to know.
#[derive(Clone, Debug, PartialEq)]
pub enum Trouble {
    /// A newer version of the app, in another tab, has changed the database's format.
    Newer,
    /// The browser gives no database any more, and says why.
    Unusable(String),
    /// The browser threw everything away under the open desk; so many things that were not sent are kept again.
    ThrownAway(usize),
    /// When the desk was opened nothing was left; so many things had not been sent when this browser last knew.
    Gone(usize),
    /// So many things that were not sent could not be read, and were taken out.
    Unreadable(usize),
    /// Something of what the server has as well could not be read, and was taken out.
    Incomplete,
    /// The person has worked before, and this browser has nothing of it.
    NothingFromBefore,
    /// Something in the app itself failed.
    Stumbled,
}

/// How long to wait, each time, before a database that cannot be opened is tried again: a browser that is clearing away
/// gives none meanwhile.
const RESTS_MS: [i32; 3] = [250, 1_000, 4_000];
/// A connection that is lost again within this time is not opened at once.
const SOON_MS: i64 = 2_000;

/// What is under way.
pub(super) type Opening = Pin<Box<dyn Future<Output = Result<(), StorageError>>>>;

/// What is mended.
#[derive(Clone, Copy, Debug)]
pub enum Mend {
    /// Headers that cannot be read: they are made again, out of the histories on this device.
    Headers,
    /// What cannot be opened or read: the work that waits is kept where it can be, everything else is read again.
    Everything,
}

/// Opens the database again when the connection to it is lost. Where the browser made away with the database, what was
/// not sent is put into the new one.
#[wasm_split(pages, fallible)]
pub(super) fn reopen(desk: Desk) -> Result<Opening, PartMissing> {
    Ok(Box::pin(open_again(desk)))
}

async fn open_again(desk: Desk) -> Result<(), StorageError> {
    // Everything that needs the database comes here at once; the first one opens it.
    if desk.with_mut(|inner| std::mem::replace(&mut inner.reopening, true)) {
        while desk.with(|inner| inner.reopening) {
            clock::sleep(50).await;
        }
        return if desk.database().is_open() {
            Ok(())
        } else {
            Err(StorageError::Unusable("it is lost".to_owned()))
        };
    }
    let outcome = if desk.database().is_open() { Ok(()) } else { take_another(desk).await };
    desk.with_mut(|inner| inner.reopening = false);
    if let Err(error) = &outcome {
        desk.trouble.set(Some(match error {
            StorageError::Newer => Trouble::Newer,
            other => Trouble::Unusable(other.to_string()),
        }));
    }
    outcome
}

async fn take_another(desk: Desk) -> Result<(), StorageError> {
    let now = clock::now();
    let last = desk.with_mut(|inner| std::mem::replace(&mut inner.reopened_at, now));
    let mut rests = RESTS_MS.into_iter();
    if (0..SOON_MS).contains(&(now.millis() - last.millis())) {
        clock::sleep(RESTS_MS[1]).await;
    }
    let taken = loop {
        match take_over(desk).await {
            Err(StorageError::Unusable(why)) => match rests.next() {
                Some(rest) => clock::sleep(rest).await,
                None => return Err(StorageError::Unusable(why)),
            },
            outcome => break outcome?,
        }
    };
    if desk.trouble.with_untracked(|trouble| matches!(trouble, Some(Trouble::Unusable(_)))) {
        desk.trouble.set(None);
    }
    if let Some(kept) = taken {
        desk.renewals.update(|renewals| *renewals += 1);
        desk.trouble.set(Some(Trouble::ThrownAway(kept)));
    }
    Ok(())
}

/// Goes on with the database as it is now. Where it is another one, puts into it what memory has, and says how many things
/// were not sent.
async fn take_over(desk: Desk) -> Result<Option<usize>, StorageError> {
    let account = desk.account();
    let database = Rc::new(open_database(&account.database(), desk.losses).await?);
    let (waiting, parked) = untrack(|| desk.work());
    let device = desk.with(|inner| inner.device);
    let renamed = database.keep_again(device, &waiting, &parked).await?;
    let reference = desk.with_mut(|inner| {
        inner.database = Rc::clone(&database);
        inner.reference.clone()
    });
    let Some(device) = renamed else { return Ok(None) };
    desk.with_mut(|inner| {
        inner.device = device;
        inner.is_bare = true;
    });
    if let Some(reference) = reference {
        database.put_reference(json(&*reference)).await?;
    }
    account.remember().await?;
    if desk.is_alone() {
        // Its tickets are the demonstration's; a failure to fetch that leaves what is in memory.
        let _ = desk.begin_alone().await;
    }
    Ok(Some(waiting.len() + parked.len()))
}

/// Mends what an account has on this device. Without one, who is signed in is forgotten.
///
/// # Errors
/// When it cannot be mended, or the browser gives no database at all.
pub async fn mend(account: Option<Account>, what: Mend) -> Result<(), StorageError> {
    let found = match (account, what) {
        (Some(account), Mend::Headers) => {
            let may_lack = Database::open(&account.database(), || {}).await?.rebuild().await?;
            may_lack.then_some(Trouble::Incomplete)
        }
        (Some(account), Mend::Everything) => {
            let lost = read_anew(account).await?;
            (lost > 0).then_some(Trouble::Unreadable(lost))
        }
        (None, _) => return vault::erase().await,
    };
    FOUND.set(found);
    Ok(())
}

thread_local! {
    /// What mending found before the desk was open, to be told when it is.
    static FOUND: Cell<Option<Trouble>> = const { Cell::new(None) };
}

/// Returns how many things could not be kept, as far as that is known.
async fn read_anew(account: Account) -> Result<usize, StorageError> {
    let name = account.database();
    let mended = match Database::open(&name, || {}).await {
        Ok(database) => database.mend().await,
        Err(error) => Err(error),
    };
    match mended {
        Err(StorageError::Unreadable(_) | StorageError::Unusable(_)) => {
            Database::remove(&name).await?;
            Ok(0)
        }
        mended => mended,
    }
}

impl Desk {
    /// Watches over the database, the rounds and the app itself, for as long as the page lives.
    pub fn keep_watch(&self) {
        let desk = *self;
        Effect::new(move |_| {
            // One that could not be read to its end gives way to the one that is opened when it is mended.
            if let Some(found) = desk.complete.get().then(|| FOUND.take()).flatten() {
                desk.trouble.set(Some(found));
            }
        });
        Effect::new(move |_| {
            if desk.losses.get() > 0 {
                // What cannot be opened again is told by the one that tried.
                leptos::task::spawn_local(async move { desk.reopen().await.unwrap_or_default() });
            }
        });
        // What memory has is shown until the server can be asked for everything again.
        Effect::new(move |_| {
            if matches!(desk.status.get(), Status::Synced(_))
                && desk.with_mut(|inner| std::mem::take(&mut inner.is_bare))
            {
                desk.with_mut(|inner| inner.client.overtaken());
                desk.try_now();
            }
        });
        page::on_stumble(move || {
            if !desk.give_up_round() {
                desk.trouble.set(Some(Trouble::Stumbled));
            }
        });
        self.note_what_is_kept();
    }

    /// Keeps a note, beside the database, of how much in it was not sent: where the database is gone and the note is not,
    /// the person is told.
    fn note_what_is_kept(&self) {
        let desk = *self;
        let name = self.account().database();
        let noted = move || settings::get::<Vec<(String, usize)>>(Setting::Kept).unwrap_or_default();
        let is_new = self.with(|inner| inner.is_new);
        if let Some((_, unsent)) = noted().into_iter().find(|(noted, _)| is_new && *noted == name) {
            // It says more than what the first load may have found out already.
            self.with_mut(|inner| inner.is_told = true);
            self.trouble.set(Some(Trouble::Gone(unsent)));
        }
        Effect::new(move |_| {
            let (unsent, parked) = desk.counts();
            let mut all = noted();
            all.retain(|(noted, _)| *noted != name);
            all.push((name.clone(), unsent + parked));
            settings::set(Setting::Kept, &all);
        });
    }
}
