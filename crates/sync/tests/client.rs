//! What a device does next, step by step: on a kind of thing that is as small as can be, a row of marks.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // A panic is how a test says what broke.

use std::cell::Cell;
use std::collections::{BTreeSet, HashMap};

use holdfast_desk::access::Sight;
use holdfast_desk::{EventId, Instant};
use holdfast_sync::client::{Action, Failure, Standing};
use holdfast_sync::protocol::{
    Answer, DeviceId, Epoch, Hint, Limits, LoadRequest, LoadResponse, Page, Part, Place, Proposed,
    PushResponse, Reason, Recorded, Seen, Seq, Stamp, Verdict,
};
use holdfast_sync::write::Position;
use holdfast_sync::{Client, Kind, Replica, States, Waiting, Write};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

thread_local! {
    /// How often something was decided.
    static DECISIONS: Cell<usize> = const { Cell::new(0) };
}

/// Things that are rows of marks; no mark may be the same as the one before it.
#[derive(Clone, Debug, PartialEq)]
struct Marks;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Marked {
    id: EventId,
    thing: u8,
    mark: u8,
}

impl Kind for Marks {
    type Id = u8;
    type Event = Marked;
    type State = Vec<u8>;
    type States = HashMap<u8, Vec<u8>>;
    type Refusal = String;
    /// Of how many marks the person sees things at the most.
    type Scope = u8;
    type Rules<'a> = u8;

    fn scope(rules: u8) -> u8 {
        rules
    }

    fn sight(scope: &u8, state: &Vec<u8>) -> Sight {
        if state.len() as u8 <= *scope { Sight::Everything } else { Sight::Nothing }
    }

    fn event_id(event: &Marked) -> EventId {
        event.id
    }

    fn thing(event: &Marked) -> u8 {
        event.thing
    }

    fn last_at(_: &Vec<u8>) -> Instant {
        Instant::default()
    }

    fn evolve(state: Option<Vec<u8>>, event: &Marked) -> Option<Vec<u8>> {
        Some([state.unwrap_or_default(), vec![event.mark]].concat())
    }

    fn decide_again(
        state: Option<&Vec<u8>>,
        event: &Marked,
        _: Instant,
        _: u8,
    ) -> Result<(Marked, Vec<u8>), String> {
        DECISIONS.set(DECISIONS.get() + 1);
        match state.and_then(|state| state.last()) == Some(&event.mark) {
            true => Err("it is marked so already".to_owned()),
            false => Ok((event.clone(), Self::evolve(state.cloned(), event).unwrap())),
        }
    }
}

/// Everything is seen.
const ALL: u8 = 200;
const EPOCH: Epoch = Epoch(Uuid::from_u128(1));

fn at(seconds: i64) -> Instant {
    Instant::from_seconds(1_772_442_000 + seconds)
}

fn event(number: u64) -> Proposed<Marked> {
    let stamp = Stamp { device: DeviceId(Uuid::nil()), device_seq: number, occurred_at: at(0), offset_ms: 0 };
    let id = EventId(Uuid::from_u128(number.into()));
    Proposed { stamp, event: Marked { id, thing: 1, mark: number as u8 } }
}

/// A device that has read everything, with so many events waiting.
fn device(waiting: u64) -> Client<Marks> {
    let waiting = (1..=waiting).map(|number| Waiting { proposed: event(number), accepted: None });
    open(Replica::new(HashMap::new(), waiting, [], Some(position(5))))
}

/// A tab on what the device has stored, with the first version of the rules.
fn open(replica: Replica<Marks>) -> Client<Marks> {
    let mut client = Client::new(replica);
    client.knows_reference(EPOCH, 1);
    client
}

/// The rules of this version come.
fn take_rules(client: &mut Client<Marks>, version: u32) {
    client.knows_reference(EPOCH, version);
    client.took_reference();
}

fn position(cursor: Seq) -> Position<u8, u8> {
    Position { epoch: EPOCH, cursor, head: cursor, scope: Some(ALL), reference: 1, loading: None, write: 0 }
}

fn page(after: Seq, events: Vec<Recorded<Marked>>, head: Seq) -> Page<Marked, u8> {
    let cursor = events.last().map_or(after, |last| last.seq);
    Page {
        epoch: EPOCH,
        after,
        events,
        whole: Vec::new(),
        gone: Vec::new(),
        cursor,
        head,
        reference: 1,
        limits: Limits::OURS,
        now: at(0),
    }
}

/// Reads an empty page: there is nothing new.
fn read(client: &mut Client<Marks>, now: i64) {
    let Action::Pull(after) = client.next(at(now), 0.5) else { panic!("it does not read") };
    client.pulled(page(after, Vec::new(), after), at(0), ALL);
}

fn answers(client: &mut Client<Marks>, verdict: impl Fn(u64) -> Verdict<String>) -> PushResponse<String> {
    let (request, _) = client.request().expect("there is something to send");
    let answer =
        |sent: &Proposed<Marked>| Answer { id: sent.event.id, verdict: verdict(sent.stamp.device_seq) };
    let answers = request.events.iter().map(answer).collect();
    PushResponse { epoch: EPOCH, answers, forked: None, now: at(0) }
}

fn rest(client: &mut Client<Marks>, now: i64) -> i64 {
    match client.next(at(now), 0.5) {
        Action::Rest(until) => until.seconds() - at(0).seconds(),
        other => panic!("it does not rest: {other:?}"),
    }
}

fn store(client: &mut Client<Marks>, now: i64) {
    let Action::Store(write) = client.next(at(now), 0.5) else { panic!("there is nothing to store") };
    client.stored(*write);
}

#[test]
fn a_round_reads_sends_and_reads_what_became_of_it() {
    let mut client = device(2);
    read(&mut client, 0);
    assert_eq!(client.next(at(0), 0.5), Action::Push);
    assert_eq!(*client.standing(), Standing::Sending);
    let response = answers(&mut client, |number| Verdict::Accepted { seq: 5 + number });
    client.pushed(&response, at(0));
    assert_eq!(client.replica().waiting().count(), 2, "they wait to come back in the history");
    assert_eq!(client.next(at(0), 0.5), Action::Pull(5));
    let recorded = |number: u64| Recorded {
        seq: 5 + number,
        received_at: at(0),
        stamp: Some(event(number).stamp),
        event: event(number).event,
    };
    client.pulled(page(5, vec![recorded(1), recorded(2)], 7), at(0), ALL);
    store(&mut client, 0);
    assert_eq!(client.replica().waiting().count(), 0);
    assert_eq!(rest(&mut client, 0), 5);
    assert_eq!(*client.standing(), Standing::Synced(at(0)));
}

/// What the server says by itself is seen to at once, and once: it promises nothing. While it says something, a device
/// asks seldom by itself.
#[test]
fn a_hint_is_seen_to_at_once_and_once() {
    let mut client = device(0);
    let hint = |head, reference| Hint { head, reference };
    assert_eq!(client.known(), None, "nobody has answered yet");
    read(&mut client, 0);
    assert_eq!(rest(&mut client, 0), 5);
    assert_eq!(client.known(), Some(hint(5, 1)));

    client.hinted(hint(5, 1), at(1));
    assert_eq!(rest(&mut client, 1), 5, "that is known");
    client.hinted(hint(6, 1), at(1));
    read(&mut client, 1);
    read(&mut client, 1);
    assert_eq!(rest(&mut client, 1), 31, "there was nothing: asked once more, and no more");
    client.hinted(hint(5, 2), at(2));
    assert!(matches!(client.next(at(2), 0.5), Action::Pull(5)), "rules changed");
    client.hinted(hint(7, 1), at(2));
    client.pulled(page(5, Vec::new(), 5), at(2), ALL);
    read(&mut client, 2);
    assert_eq!(rest(&mut client, 2), 32);
    client.unhinted(at(3));
    assert_eq!(rest(&mut client, 3), 8, "who hears nothing any more asks again");
    assert!(matches!(client.next(at(8), 0.5), Action::Pull(5)));
    client.failed(Failure::Later { after_s: Some(60) }, at(8), 0.0);
    client.hinted(hint(9, 1), at(9));
    assert_eq!(rest(&mut client, 9), 68, "a server that wants to be left alone is");
    assert_eq!(client.known(), None);
}

/// Verifies: F28. A failing server is left alone longer each time, by chance within a growing span, never for less than it
/// asks for, and work that is done meanwhile does not change that.
#[test]
fn a_failing_server_is_left_alone() {
    let mut client = device(1);
    let mut now = 0;
    let mut rests = Vec::new();
    for _ in 0..8 {
        assert!(matches!(client.next(at(now), 0.5), Action::Pull(_)));
        client.failed(Failure::Unreachable, at(now), 1.0);
        client.wake(at(now));
        let until = rest(&mut client, now);
        rests.push(until - now);
        now = until;
    }
    assert_eq!(rests, [3, 5, 9, 17, 33, 61, 61, 61]);
    assert!(matches!(client.next(at(now), 0.5), Action::Pull(_)));
    client.failed(Failure::Later { after_s: Some(300) }, at(now), 0.0);
    client.come_back(at(now));
    assert_eq!(rest(&mut client, now), now + 300, "even when somebody looks at the page");
    assert!(matches!(client.next(at(now + 300), 0.5), Action::Pull(_)));
    client.failed(Failure::Later { after_s: Some(u32::MAX) }, at(now + 300), 0.0);
    assert!(
        rest(&mut client, now + 300) <= now + 300 + 3600,
        "no answer of a server puts a device to sleep for ever"
    );
}

/// Verifies: F28. A thousand devices and a server that is gone for five minutes: few requests, and no rush when it is back.
#[test]
fn a_thousand_devices_do_not_storm() {
    let mut seed = 1_u64;
    let mut dice = move || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as f64 / (1_u64 << 31) as f64
    };
    let mut devices: Vec<Client<Marks>> = (0..1000).map(|_| device(1)).collect();
    let mut asked = vec![0_usize; 420];
    for (second, asked) in asked.iter_mut().enumerate() {
        for client in &mut devices {
            // Somebody works on.
            client.wake(at(second as i64));
            if let Action::Pull(after) = client.next(at(second as i64), dice()) {
                *asked += 1;
                match second < 300 {
                    true => client.failed(Failure::Unreachable, at(second as i64), dice()),
                    false => client.pulled(page(after, Vec::new(), after), at(second as i64), ALL),
                }
            }
        }
    }
    let while_gone: usize = asked[30..300].iter().sum();
    assert!(while_gone < 1000 * 270 / 20, "{while_gone} requests in 270 s");
    let most = asked[300..].iter().max().unwrap();
    assert!(*most < 250, "{most} of a thousand came within one second");
    assert!(asked[300..365].iter().sum::<usize>() >= 1000, "everybody is back within the longest span");
}

/// Verifies: F46, F47. A clock that is set back by years, after a rest was planned by it, puts no device to sleep.
#[test]
fn a_clock_that_is_set_back_stops_nothing() {
    let mut client = device(1);
    assert!(matches!(client.next(at(0), 0.5), Action::Pull(_)));
    client.failed(Failure::Later { after_s: Some(60) }, at(0), 0.5);
    assert!(client.rests_for(at(0)).unwrap() >= 60_000);
    let ten_years_ago = at(-10 * 365 * 86_400);
    assert_eq!(client.rests_for(ten_years_ago), Some(0));
    client.come_back(ten_years_ago);
    assert!(matches!(client.next(ten_years_ago, 0.5), Action::Pull(_)));
}

/// Verifies: F10. What the server takes no request with is sent in halves, and one event alone needs a person; the others
/// go on.
#[test]
fn what_is_too_large_is_halved_and_at_last_parked() {
    let mut client = device(3);
    read(&mut client, 0);
    for expected in [3, 1] {
        assert_eq!(client.next(at(0), 0.5), Action::Push);
        let (request, _) = client.request().unwrap();
        assert_eq!(request.events.len(), expected);
        client.too_large(&request, at(0));
    }
    store(&mut client, 0);
    let [parked] = client.replica().parked() else { panic!("one needs a person") };
    assert_eq!((parked.proposed.stamp.device_seq, &parked.reason), (1, &Reason::TooLarge));
    assert_eq!(client.next(at(0), 0.5), Action::Push);
    assert_eq!(client.request().unwrap().0.events[0].stamp.device_seq, 2);
}

/// Verifies: F14, F15. When nobody is signed in any more everything waits, for as long as it takes, and goes out after.
#[test]
fn without_a_session_everything_waits() {
    let mut client = device(2);
    read(&mut client, 0);
    assert_eq!(client.next(at(0), 0.5), Action::Push);
    client.failed(Failure::SignInAgain, at(0), 0.5);
    let month = 30 * 86_400;
    client.come_back(at(month));
    client.lose(at(month));
    assert_eq!(client.next(at(month), 0.5), Action::Stop);
    assert_eq!(*client.standing(), Standing::SignInAgain);
    let more = Waiting { proposed: event(3), accepted: None };
    client.keep(Write { waiting: vec![more], ..Write::default() });
    assert_eq!(client.replica().unsent(), 3);
    // Signing in opens the app anew on what the device has.
    let mut client = open(client.replica().clone());
    read(&mut client, month);
    assert_eq!(client.next(at(month), 0.5), Action::Push);
    assert_eq!(client.request().unwrap().0.events.len(), 3);
}

/// Verifies: F42. A server that no longer speaks with this version stops the sending and nothing else.
#[test]
fn an_app_that_is_too_old_keeps_its_outbox() {
    let mut client = device(2);
    assert!(matches!(client.next(at(0), 0.5), Action::Pull(_)));
    client.failed(Failure::TooOld, at(0), 0.5);
    assert_eq!(client.next(at(9_999), 0.5), Action::Stop);
    assert_eq!((client.standing(), client.replica().unsent()), (&Standing::TooOld, 2));
}

/// Verifies: F36, F35. A server that promises more and brings nothing, or nothing new, is asked again later and not at once.
#[test]
fn no_way_forward_is_no_reason_to_hurry() {
    let mut client = device(1);
    let mut asked = 0;
    loop {
        match client.next(at(0), 0.5) {
            Action::Pull(after) => {
                asked += 1;
                client.pulled(page(after, Vec::new(), 50), at(0), ALL);
            }
            Action::Store(write) => drop(client.stored(*write)),
            Action::Rest(_) => break,
            other => panic!("{other:?} has no reason here"),
        }
    }
    assert_eq!(asked, 2, "once to hear of it, once more to see that nothing comes");
    assert_eq!(rest(&mut client, 0), 5);
    assert_eq!(client.replica().unsent(), 1, "nothing is decided on half a history");
}

/// Verifies: F38. Away for longer than the server remembers: reading begins anew, and what waits stays.
#[test]
fn a_history_that_is_gone_is_read_from_the_beginning() {
    let mut client = device(2);
    assert_eq!(client.next(at(0), 0.5), Action::Pull(5));
    client.failed(Failure::Gone, at(0), 0.5);
    let Action::Store(write) = client.next(at(0), 0.5) else { panic!("there is nothing to store") };
    assert!(write.restart);
    client.stored(*write);
    assert_eq!(client.replica().unsent(), 2);
    let from_the_start = LoadRequest { up_to: None, beyond: None, place: None };
    assert_eq!(client.next(at(0), 0.5), Action::Load(from_the_start));
}

fn things(place: Option<Place<u8>>, next: Option<Place<u8>>, things: &[u8]) -> LoadResponse<Marked, u8> {
    let event = |thing: &u8| Recorded {
        seq: u64::from(*thing),
        received_at: at(0),
        stamp: None,
        event: Marked { id: EventId(Uuid::from_u128(100 + u128::from(*thing))), thing: *thing, mark: 1 },
    };
    LoadResponse {
        epoch: EPOCH,
        up_to: 9,
        place,
        beyond: None,
        events: things.iter().map(event).collect(),
        whole: things.to_vec(),
        next,
        of: 4,
        head: 9,
        reference: 1,
        limits: Limits::OURS,
        now: at(0),
    }
}

/// Verifies: F43. A device that is new loads its person's own work first and then the rest; it says how far it is, sends
/// in between, and reads what happens meanwhile.
#[test]
fn a_new_device_loads_everything_and_works_meanwhile() {
    let mut client = open(Replica::default());
    let Action::Load(request) = client.next(at(0), 0.5) else { panic!("it does not load") };
    assert_eq!(request, LoadRequest { up_to: None, beyond: None, place: None });
    let place = |after| Some(Place { part: Part::All, after, since: 0 });
    client.loaded(things(None, place(None), &[1]), at(0), ALL);
    store(&mut client, 0);
    assert_eq!(*client.standing(), Standing::Fetching(1, 4));
    assert_eq!(client.replica().confirmed(1), Some(vec![1]), "the person's own work is here");
    client.keep(Write { waiting: vec![Waiting { proposed: event(7), accepted: None }], ..Write::default() });
    assert_eq!(client.next(at(0), 0.5), Action::Reload, "another tab may have made the six before it");
    client.caught_up(|_| Vec::new());
    assert_eq!(client.next(at(0), 0.5), Action::Pull(9), "what happened meanwhile");
    client.pulled(page(9, Vec::new(), 9), at(0), ALL);
    assert_eq!(client.next(at(0), 0.5), Action::Push);
    let response = answers(&mut client, |_| Verdict::Accepted { seq: 10 });
    client.pushed(&response, at(0));
    assert_eq!(client.next(at(0), 0.5), Action::Pull(9));
    client.pulled(page(9, Vec::new(), 9), at(0), ALL);
    let Action::Load(request) = client.next(at(1), 0.5) else { panic!("it does not go on") };
    assert_eq!((request.up_to, request.place), (Some(9), place(None)));
    // Killed here, another tab goes on at the same place.
    let mut client = open(client.replica().clone());
    read(&mut client, 1);
    let Action::Load(request) = client.next(at(1), 0.5) else { panic!("it does not go on") };
    client.loaded(things(request.place, place(Some(3)), &[1, 3]), at(1), ALL);
    store(&mut client, 1);
    let Action::Load(request) = client.next(at(2), 0.5) else { panic!("it does not go on") };
    client.loaded(things(request.place, None, &[4]), at(2), ALL);
    store(&mut client, 2);
    let here = client.replica().all_confirmed().things().collect::<BTreeSet<_>>();
    assert_eq!(here, BTreeSet::from([1, 3, 4]));
    assert_eq!(rest(&mut client, 2), 7);
    assert_eq!(*client.standing(), Standing::Synced(at(2)));
}

/// Verifies: F40. When the rules say that somebody sees less, that goes at once; when they see more, it is loaded.
#[test]
fn another_view_of_it_all_is_taken_up() {
    let confirmed = HashMap::from([(1, vec![1, 2, 3]), (2, vec![1])]);
    let mut client = open(Replica::new(confirmed, [], [], Some(position(5))));
    let Action::Pull(after) = client.next(at(0), 0.5) else { panic!("it does not read") };
    client.pulled(Page { reference: 2, ..page(after, Vec::new(), 5) }, at(0), ALL);
    assert_eq!(client.next(at(0), 0.5), Action::FetchReference);
    take_rules(&mut client, 2);
    let Action::Pull(after) = client.next(at(0), 0.5) else { panic!("it does not read") };
    client.pulled(Page { reference: 2, ..page(after, Vec::new(), 5) }, at(0), 2);
    let Action::Store(write) = client.next(at(0), 0.5) else { panic!("there is nothing to store") };
    assert_eq!(write.gone, [1], "a thing of three marks is not seen any more");
    client.stored(*write);
    // A page of the time before says nothing any more; one of now does.
    let Action::Pull(after) = client.next(at(0), 0.5) else { panic!("it does not read") };
    let old = Recorded { seq: 6, received_at: at(0), stamp: None, event: event(9).event };
    client.pulled(page(after, vec![old], 6), at(0), 2);
    assert_eq!(client.next(at(0), 0.5), Action::FetchReference, "to see which of the two is newer");
    take_rules(&mut client, 2);
    assert_eq!(client.replica().position().unwrap().cursor, 5);
    let Action::Pull(after) = client.next(at(0), 0.5) else { panic!("it does not read") };
    client.pulled(Page { reference: 2, ..page(after, Vec::new(), 5) }, at(0), 2);
    let Action::Load(request) = client.next(at(0), 0.5) else { panic!("it does not load") };
    assert_eq!(
        (request.up_to, request.beyond, request.place),
        (Some(5), Some(Seen { scope: ALL, at: 5 }), None)
    );
}

#[test]
fn a_page_of_other_rules_is_asked_for_again() {
    let mut client = device(1);
    let Action::Pull(after) = client.next(at(0), 0.5) else { panic!("it does not read") };
    let page = Page { reference: 2, ..page(after, Vec::new(), after) };
    client.pulled(page.clone(), at(0), ALL);
    assert_eq!(client.next(at(0), 0.5), Action::FetchReference);
    // Meanwhile they changed once more: the page was made by rules that nobody has here.
    take_rules(&mut client, 3);
    assert_eq!(client.next(at(0), 0.5), Action::Pull(after));
    client.pulled(page.clone(), at(0), ALL);
    assert_eq!(client.next(at(0), 0.5), Action::FetchReference);
    take_rules(&mut client, 2);
    assert_eq!(client.next(at(0), 0.5), Action::Pull(after));
    client.pulled(page.clone(), at(0), ALL);
    assert_eq!(client.next(at(0), 0.5), Action::Push, "the page is taken, and there was nothing to store");
    let other_life = Page { epoch: Epoch(Uuid::from_u128(77)), ..page };
    let mut client = open(client.replica().clone());
    assert_eq!(client.next(at(0), 0.5), Action::Pull(after));
    client.knows_reference(EPOCH, 2);
    client.pulled(other_life.clone(), at(0), ALL);
    assert_eq!(client.next(at(0), 0.5), Action::FetchReference, "the same count, of other rules");
}

/// Verifies: F51. A device without room tries again soon, however often it failed: the server is not spared by waiting.
#[test]
fn a_device_without_room_tries_again_soon() {
    let mut client = device(1);
    for round in 0..20 {
        let now = at(round * 5);
        assert_eq!(client.next(now, 0.5), Action::Pull(5));
        client.failed(Failure::Storage("there is no room".to_owned()), now, 1.0);
        assert_eq!(rest(&mut client, round * 5), round * 5 + 5);
    }
    client.wake(at(100));
    assert_eq!(client.next(at(100), 0.5), Action::Pull(5), "somebody made room");
}

/// Verifies: F49. What comes late never disturbs what is being stored, and what another tab stored is read before anything
/// is planned on it.
#[test]
fn an_answer_that_comes_late_disturbs_nothing() {
    let mut client = device(1);
    read(&mut client, 0);
    assert_eq!(client.next(at(0), 0.5), Action::Push);
    let response = answers(&mut client, |_| Verdict::Rejected { refusal: Reason::NotYours });
    client.pushed(&response, at(0));
    client.pulled(page(5, Vec::new(), 9), at(0), ALL);
    let Action::Store(write) = client.next(at(0), 0.5) else { panic!("there is nothing to store") };
    assert_eq!(write.parked.len(), 1, "the answer is what is stored");
    client.overtaken();
    assert_eq!(client.next(at(0), 0.5), Action::Reload);
    client.reload(Replica::new(HashMap::new(), [], [], Some(position(7))));
    assert_eq!(client.next(at(0), 0.5), Action::Pull(7));
}

/// Verifies: F21. What is done while something else is being decided and stored is neither torn away nor taken for sent.
#[test]
fn work_that_is_done_in_between_stays() {
    let mut client = device(1);
    let Action::Pull(after) = client.next(at(0), 0.5) else { panic!("it does not read") };
    let news = Recorded { seq: 6, received_at: at(0), stamp: None, event: event(50).event };
    client.pulled(page(after, vec![news], 6), at(0), ALL);
    // Planned and not stored yet.
    client.keep(Write { waiting: vec![Waiting { proposed: event(2), accepted: None }], ..Write::default() });
    store(&mut client, 0);
    assert_eq!(client.replica().unsent(), 2);
    client.caught_up(|_| Vec::new());
    assert_eq!(client.next(at(0), 0.5), Action::Push);
    let response = answers(&mut client, |number| Verdict::Accepted { seq: 6 + number });
    assert_eq!(response.answers.len(), 2);
    // A third one, while the answers are on their way.
    client.keep(Write { waiting: vec![Waiting { proposed: event(3), accepted: None }], ..Write::default() });
    client.pushed(&response, at(0));
    assert_eq!(client.replica().unsent(), 1, "it is not taken for answered");
}

/// Verifies: F23. A job on a thousand things is sent in parts, some of them twice: each thing gets its mark once.
#[test]
fn a_large_job_is_one_event_a_thing_however_it_is_cut() {
    let jobs = (1..=1_000).map(|number| {
        let mut proposed = event(number);
        proposed.event.thing = (number % 250) as u8;
        Waiting { proposed, accepted: None }
    });
    let mut client = open(Replica::new(HashMap::new(), jobs, [], Some(position(0))));
    let mut history: Vec<Recorded<Marked>> = Vec::new();
    let mut parts = 0;
    while client.replica().waiting().count() > 0 {
        match client.next(at(parts), 0.5) {
            Action::Pull(after) => {
                let news = history.iter().filter(|recorded| recorded.seq > after).cloned().collect();
                client.pulled(page(after, news, history.len() as Seq), at(parts), ALL);
            }
            Action::Push => {
                parts += 1;
                let (request, _) = client.request().unwrap();
                for sent in &request.events {
                    if history.iter().all(|known| known.event.id != sent.event.id) {
                        let seq = history.len() as Seq + 1;
                        let (stamp, event) = (Some(sent.stamp), sent.event.clone());
                        history.push(Recorded { seq, received_at: at(0), stamp, event });
                    }
                }
                // Every other answer gets lost, and one is for half of it.
                if parts % 2 == 1 {
                    client.failed(Failure::Unreachable, at(parts), 0.0);
                    client.come_back(at(parts));
                    continue;
                }
                let seq_of =
                    |id| history.iter().find(|known| known.event.id == id).map_or(0, |known| known.seq);
                let answer = |sent: &Proposed<Marked>| Answer {
                    id: sent.event.id,
                    verdict: Verdict::Accepted { seq: seq_of(sent.event.id) },
                };
                let answered = request.events.iter().take(request.events.len() / 2 + 1);
                let answers = answered.map(answer).collect();
                let response = PushResponse { epoch: EPOCH, answers, forked: None, now: at(0) };
                client.pushed(&response, at(parts));
            }
            Action::Store(write) => drop(client.stored(*write)),
            Action::Rest(_) => client.come_back(at(parts)),
            other => panic!("{other:?} has no reason here"),
        }
        assert!(parts < 100, "it does not come to an end");
    }
    assert_eq!(history.len(), 1_000);
    for thing in 0..250 {
        assert_eq!(client.replica().confirmed(thing).map(|marks| marks.len()), Some(4), "thing {thing}");
    }
}

/// Verifies: F44. What it costs to open a desk and to show everything grows with the outbox, and not with its square.
#[test]
fn a_long_outbox_is_decided_once() {
    let waiting = (1..=10_000).map(|number| {
        let mut proposed = event(number);
        (proposed.event.thing, proposed.event.mark) = ((number % 250) as u8, (number / 250 % 250) as u8);
        Waiting { proposed, accepted: None }
    });
    DECISIONS.set(0);
    let client = open(Replica::new(HashMap::new(), waiting, [], Some(position(5))));
    assert_eq!(DECISIONS.get(), 0, "opening decides nothing");
    let shown: usize = client
        .replica()
        .waited_for()
        .filter_map(|thing| client.replica().state(thing, ALL))
        .map(|s| s.len())
        .sum();
    assert_eq!((shown, DECISIONS.get()), (10_000, 10_000));
    let looked_at: usize = (0..250).map(|thing| client.replica().waiting_for(thing).count()).sum();
    assert_eq!(looked_at, 10_000);
}
