//! Saved views: what can be kept, and whose they are.

use holdfast_desk::queue::{SavedView, SortBy, ViewError};
use holdfast_desk::{Actor, Instant, PersonId, Refusal, Role, ViewId};
use proptest::option;
use proptest::prelude::*;
use serde_json::json;
use uuid::Uuid;

const OWNER: PersonId = PersonId(Uuid::from_u128(1));
const OTHER: PersonId = PersonId(Uuid::from_u128(2));
const ROLES: [Role; 4] = [Role::Requester, Role::Agent, Role::Lead, Role::Admin];

fn actor(person: PersonId, role: Role) -> Actor {
    Actor { person, role, teams: Vec::new() }
}

fn view() -> SavedView {
    SavedView {
        id: ViewId(Uuid::from_u128(9)),
        name: "Printers".to_owned(),
        query: "is:open printer".to_owned(),
        sort: Some("-updated".to_owned()),
        board: true,
        owner: OWNER,
        shared: true,
        updated_at: at(1),
    }
}

fn at(seconds: i64) -> Instant {
    Instant::from_seconds(seconds)
}

fn is_not_permitted(result: Result<impl Sized, Refusal>, action: &str) -> bool {
    matches!(result, Err(Refusal::NotPermitted { action: wanted, .. }) if wanted == action)
}

#[test]
fn a_view_is_written_as_the_api_says_and_read_strictly() {
    let written = json!({
        "id": "00000000-0000-0000-0000-000000000009", "name": "Printers", "query": "is:open printer",
        "sort": "-updated", "board": true, "owner": "00000000-0000-0000-0000-000000000001", "shared": true,
        "updated_at": "1970-01-01T00:00:01Z",
    });
    assert_eq!(serde_json::to_value(view()).unwrap(), written);
    let plain = SavedView { sort: None, board: false, shared: false, ..view() };
    let mut short = written.clone();
    for field in ["sort", "board", "shared"] {
        short.as_object_mut().unwrap().remove(field);
    }
    assert_eq!(serde_json::from_value::<SavedView>(short).unwrap(), plain);
    let mut more = written;
    more["colour"] = json!("red");
    assert!(serde_json::from_value::<SavedView>(more).unwrap_err().to_string().contains("`colour`"));
}

#[test]
fn what_is_too_much_is_told_with_its_field() {
    let wrong = |view: SavedView| view.check().map_err(|error| (error.field(), error));
    let named = |name: &str| wrong(SavedView { name: name.to_owned(), ..view() });
    assert_eq!(named(&format!(" {}\n", "é".repeat(60))), Ok(()));
    assert_eq!(named(&"é".repeat(61)), Err(("name", ViewError::LongName(61))));
    assert_eq!(named(" \t"), Err(("name", ViewError::NoName)));
    let asking = |query: String| wrong(SavedView { query, ..view() });
    assert_eq!(asking("é".repeat(1_000)), Ok(()));
    assert_eq!(asking("é".repeat(1_001)), Err(("query", ViewError::LongQuery(1_001))));
    let sorted = |sort: &str| wrong(SavedView { sort: Some(sort.to_owned()), ..view() });
    assert!(SortBy::ALL.iter().all(|(_, name)| sorted(name).is_ok() && sorted(&format!("-{name}")).is_ok()));
    for sort in ["", "-", "--due", "+due", "Due", "colour"] {
        assert_eq!(sorted(sort), Err(("sort", ViewError::NoSuchOrder(sort.to_owned()))));
    }
}

#[test]
fn what_somebody_puts_is_theirs_whoever_it_says_that_they_are() {
    let wanted = SavedView { name: "  Printers ".to_owned(), owner: OTHER, updated_at: at(9), ..view() };
    let kept = wanted.put_by(&actor(OWNER, Role::Agent), None, at(5)).unwrap();
    assert_eq!(kept, SavedView { updated_at: at(5), ..view() });
}

#[test]
fn putting_again_what_is_there_changes_nothing() {
    let again = view().put_by(&actor(OWNER, Role::Agent), Some(&view()), at(5));
    assert_eq!(again, Ok(view()));
    let other = SavedView { board: false, ..view() };
    let changed = other.clone().put_by(&actor(OWNER, Role::Agent), Some(&view()), at(5));
    assert_eq!(changed, Ok(SavedView { updated_at: at(5), ..other }));
}

#[test]
fn a_requester_shares_nothing() {
    let requester = actor(OWNER, Role::Requester);
    assert!(is_not_permitted(view().put_by(&requester, None, at(5)), "sharing a view"));
    // Not either where they shared it as an agent: they may keep it for themselves or delete it.
    assert!(is_not_permitted(view().put_by(&requester, Some(&view()), at(5)), "sharing a view"));
    let private = SavedView { shared: false, ..view() };
    assert!(private.put_by(&requester, Some(&view()), at(5)).is_ok());
    assert_eq!(view().permit_deleting(&requester), Ok(()));
}

#[test]
fn somebody_elses_view_is_not_theirs_to_change() {
    let private = SavedView { shared: false, ..view() };
    for role in ROLES {
        let other = actor(OTHER, role);
        let is_lead = role >= Role::Lead;
        for before in [&view(), &private] {
            let put = view().put_by(&other, Some(before), at(5));
            assert!(is_not_permitted(put, "changing somebody else's view"), "{role:?}");
        }
        let own_words = SavedView { name: "Mine".to_owned(), query: String::new(), ..private.clone() };
        let taken_back = own_words.clone().put_by(&other, Some(&view()), at(5));
        let as_it_was = SavedView { updated_at: at(5), ..private.clone() };
        assert_eq!(taken_back.ok(), is_lead.then_some(as_it_was), "{role:?}");
        assert!(own_words.put_by(&other, Some(&private), at(5)).is_err(), "{role:?}");
        assert_eq!(view().permit_deleting(&other).is_ok(), is_lead, "{role:?}");
        assert!(private.permit_deleting(&other).is_err(), "{role:?}");
    }
}

#[test]
fn what_is_shared_is_seen_by_who_works_for_the_desk() {
    let private = SavedView { shared: false, ..view() };
    for role in ROLES {
        assert!(view().is_seen_by(&actor(OWNER, role)) && private.is_seen_by(&actor(OWNER, role)));
        assert_eq!(view().is_seen_by(&actor(OTHER, role)), role.is_agent(), "{role:?}");
        assert!(!private.is_seen_by(&actor(OTHER, role)), "{role:?}");
    }
}

fn any_view() -> impl Strategy<Value = SavedView> {
    let sort = prop_oneof!["-?(due|updated|created|site|colour)", ".{0,12}"];
    let texts = (".{0,70}", prop_oneof!["[a-z:\"<, -]{0,60}", ".{0,1010}"], option::of(sort));
    let rest = (any::<u128>(), any::<u128>(), any::<[bool; 2]>(), any::<i64>());
    (texts, rest).prop_map(|((name, query, sort), (id, owner, [board, shared], millis))| SavedView {
        id: ViewId(Uuid::from_u128(id)),
        name,
        query,
        sort,
        board,
        owner: PersonId(Uuid::from_u128(owner)),
        shared,
        updated_at: Instant::from_millis(millis),
    })
}

proptest! {
    #[test]
    fn a_view_is_read_as_it_was_written(view in any_view()) {
        let text = serde_json::to_string(&view).unwrap();
        prop_assert_eq!(serde_json::from_str::<SavedView>(&text).unwrap(), view);
    }

    #[test]
    fn a_view_is_kept_when_all_of_it_fits(view in any_view()) {
        let name = view.name.trim().chars().count();
        let sort = view.sort.as_deref().map(|sort| sort.strip_prefix('-').unwrap_or(sort));
        let fits = (1..=60).contains(&name)
            && view.query.chars().count() <= 1_000
            && sort.is_none_or(|sort| SortBy::ALL.iter().any(|(_, name)| *name == sort));
        prop_assert_eq!(view.check().is_ok(), fits, "{:?}", view.check());
    }

    #[test]
    fn what_is_kept_can_be_kept_again(view in any_view()) {
        prop_assume!(view.check().is_ok());
        let agent = actor(view.owner, Role::Agent);
        let kept = view.clone().put_by(&agent, None, at(5)).unwrap();
        prop_assert_eq!(kept.check(), Ok(()));
        prop_assert_eq!(kept.clone().put_by(&agent, Some(&kept), at(6)), Ok(kept));
    }
}
