//! What every storage has to do. One suite, run on each of them; one that is new passes it before anything is built on it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // A panic is how a test says what broke.

mod events;
mod people;
mod sample;
mod transactions;
mod views;

use holdfast_server::storage::Storage;
use tempfile::TempDir;

/// Runs a test of the contract on a storage that is new.
fn on_each(test: fn(&Storage)) {
    test(&Storage::in_memory());
    let folder = TempDir::new().unwrap();
    test(&Storage::open(&folder.path().join("desk.sqlite")).unwrap());
}

macro_rules! contract {
    ($($module:ident: $($test:ident,)*;)*) => {
        $($(#[test]
        fn $test() {
            on_each($module::$test);
        })*)*
    };
}

contract! {
    transactions:
        nothing_is_there_before_a_workspace_is_set_up,
        what_fails_never_happened,
        a_transaction_reads_what_it_wrote,
        a_reader_sees_one_state,
        numbers_are_given_one_transaction_at_a_time,
        another_life_has_another_epoch,
    ;
    events:
        events_come_back_as_they_were_and_in_order,
        a_page_goes_on_where_the_one_before_it_stopped,
        what_is_known_is_known_for_ever,
        a_refusal_is_kept_with_its_answer,
        an_event_of_a_device_is_found_by_its_count,
        redacting_takes_the_words_and_leaves_the_event_known,
        a_ticket_that_is_forgotten_is_gone_and_its_events_are_known,
        headers_are_found_by_all_that_they_are_asked_for,
        a_bulk_is_like_one_event_after_the_other,
    ;
    people:
        people_and_teams_change_and_the_reference_counts_it,
        a_login_is_one_persons,
        sessions_run_out_and_end_with_a_password,
        a_device_is_whose_it_was_first,
        rules_in_force_are_the_latest,
    ;
    views:
        views_are_the_own_ones_and_what_others_share,
        a_view_takes_the_place_of_what_it_was,
        a_view_that_is_deleted_is_gone,
        views_go_with_their_people_when_an_export_takes_their_place,
        the_reference_counts_what_it_is_told_to,
    ;
}
