//! Views that people saved.

use holdfast_desk::ViewId;
use holdfast_desk::queue::SavedView;
use holdfast_server::storage::{Storage, StorageError};
use uuid::Uuid;

use crate::sample::{at, nothing, person, set_up};

fn id(number: u128) -> ViewId {
    ViewId(Uuid::from_u128(7_000 + number))
}

fn saved(number: u128, owner: u128, shared: bool) -> SavedView {
    SavedView {
        id: id(number),
        name: format!("View {number}"),
        query: "is:open \"no \u{0} paper\" é".to_owned(),
        sort: (number % 2 == 1).then(|| "-updated".to_owned()),
        board: number.is_multiple_of(3),
        owner: person(owner),
        shared,
        updated_at: at(number as i64),
    }
}

fn put(storage: &Storage, views: &[SavedView]) {
    storage.write(|transaction| views.iter().try_for_each(|view| transaction.put_view(view))).unwrap();
}

fn of(storage: &Storage, owner: u128) -> Vec<SavedView> {
    storage.read(|view| view.views(person(owner))).unwrap()
}

pub fn views_are_the_own_ones_and_what_others_share(storage: &Storage) {
    set_up(storage);
    let views = [saved(4, 1, false), saved(3, 2, true), saved(1, 1, true), saved(2, 2, false)];
    put(storage, &views);
    let [private, others, shared, hidden] = &views;
    assert_eq!(
        of(storage, 1),
        [shared.clone(), others.clone(), private.clone()],
        "in the order of their ids"
    );
    assert_eq!(of(storage, 2), [shared.clone(), hidden.clone(), others.clone()]);
    assert_eq!(of(storage, 3), [shared.clone(), others.clone()]);
    let found = storage.read(|view| Ok::<_, StorageError>((view.view(id(2))?, view.view(id(9))?)));
    assert_eq!(found.unwrap(), (Some(hidden.clone()), None), "whosever it is");
}

pub fn a_view_takes_the_place_of_what_it_was(storage: &Storage) {
    set_up(storage);
    put(storage, &[saved(1, 1, true), saved(2, 1, true)]);
    let changed = SavedView { id: id(1), ..saved(6, 2, false) };
    put(storage, std::slice::from_ref(&changed));
    assert_eq!(of(storage, 1), [saved(2, 1, true)], "neither theirs nor shared any more");
    assert_eq!(of(storage, 2), [changed, saved(2, 1, true)]);
}

pub fn a_view_that_is_deleted_is_gone(storage: &Storage) {
    set_up(storage);
    put(storage, &[saved(1, 1, true), saved(2, 1, true)]);
    for _ in 0..2 {
        storage.write(|transaction| transaction.delete_view(id(1))).unwrap();
        assert_eq!(of(storage, 1), [saved(2, 1, true)]);
    }
    let undone: Result<(), StorageError> = storage.write(|transaction| {
        transaction.delete_view(id(2))?;
        transaction.put_view(&saved(3, 1, true))?;
        Err(nothing())
    });
    assert!(undone.is_err());
    assert_eq!(of(storage, 1), [saved(2, 1, true)], "what fails never happened");
}

pub fn views_go_with_their_people_when_an_export_takes_their_place(storage: &Storage) {
    set_up(storage);
    put(storage, &[saved(1, 1, true)]);
    storage.write(|transaction| transaction.clear_reference()).unwrap();
    assert_eq!(of(storage, 1), []);
}

/// A view counts nothing up by itself: who else hears of it is not for the storage to say.
pub fn the_reference_counts_what_it_is_told_to(storage: &Storage) {
    set_up(storage);
    let version = || storage.read(|view| view.reference_version()).unwrap();
    let before = version();
    put(storage, &[saved(1, 1, true)]);
    storage.write(|transaction| transaction.delete_view(id(1))).unwrap();
    assert_eq!(version(), before);
    storage.write(|transaction| transaction.reference_changed()).unwrap();
    assert_eq!(version(), before + 1);
    assert_eq!(storage.read(|view| view.reference()).unwrap().version, before + 1);
}
