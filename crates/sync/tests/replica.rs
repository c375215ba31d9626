//! What a replica does with each answer and page, one case at a time.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // A panic is how a test says what broke.

use holdfast_desk::ticket::{Context, NewTicket, Want, decide};
use holdfast_desk::workflow::presets;
use holdfast_desk::{
    Actor, Change, Command, Directory, Event, EventId, Header, Instant, Person, PersonId, Refusal, Role,
    Rules, TicketId, demo,
};
use holdfast_sync::protocol::{
    Answer, BODY_BYTES, DeviceId, DeviceSeq, Epoch, Limits, LoadResponse, PUSH_EVENTS, Page, Part, Place,
    Proposed, PushResponse, Reason, Recorded, Seq, Stamp, Verdict,
};
use holdfast_sync::tickets::TicketRules;
use holdfast_sync::{Judgement, Replica, Tickets, Waiting, Write, judge};
use uuid::Uuid;

const OLD_LIFE: Epoch = Epoch(Uuid::from_u128(1));
const NEW_LIFE: Epoch = Epoch(Uuid::from_u128(2));
const TICKET: TicketId = TicketId(Uuid::from_u128(10));
const OTHER: TicketId = TicketId(Uuid::from_u128(11));
const AGENT: PersonId = PersonId(Uuid::from_u128(20));
const REQUESTER: PersonId = PersonId(Uuid::from_u128(21));
const HERE: DeviceId = DeviceId(Uuid::from_u128(30));

struct Desk {
    rules: Rules,
    directory: Directory,
    actor: Actor,
}

impl Desk {
    fn new() -> Self {
        let mut rules = demo::rules(now());
        rules.workflow = presets::helpdesk_log();
        let person =
            |id, role| Person { id, name: format!("{role:?}"), role, teams: Vec::new(), organisation: None };
        let people = vec![person(AGENT, Role::Agent), person(REQUESTER, Role::Requester)];
        let actor = Actor::from(&people[0]);
        Self { rules, directory: Directory::new(people, Vec::new()), actor }
    }

    fn deciding(&self) -> TicketRules<'_> {
        TicketRules {
            rules: &self.rules,
            directory: &self.directory,
            actor: &self.actor,
            number: None,
            again: holdfast_sync::tickets::decide_again,
        }
    }

    fn context(&self) -> Context<'_> {
        self.deciding().context(now())
    }
}

fn now() -> Instant {
    Instant::parse("2026-03-02T09:00:00Z").unwrap()
}

fn event(id: u128, ticket: TicketId, changes: Vec<Change>) -> Event {
    Event { id: EventId(Uuid::from_u128(100 + id)), ticket, by: AGENT, at: now(), changes }
}

fn create() -> Command {
    Command::create(NewTicket {
        subject: "It does not work".to_owned(),
        description: String::new(),
        requester: REQUESTER,
        channel: "phone".into(),
        priority: "p3".into(),
        category: None,
        team: None,
        agent: None,
        site: None,
        asset: None,
        tags: Vec::new(),
    })
}

fn to(status: &str) -> Command {
    Command::transition(status.into(), None)
}

fn reply(text: &str) -> Command {
    Want::Reply { text: text.to_owned() }.into()
}

/// A server's history of one ticket, one event for each command.
fn history(desk: &Desk, ticket: TicketId, commands: &[Command]) -> Vec<Recorded<Event>> {
    let mut state: Option<Header> = None;
    let mut events = Vec::new();
    for (command, seq) in commands.iter().zip(1..) {
        let changes = decide(state.as_ref(), command, &desk.context()).unwrap();
        let event = event(1000 + u128::from(seq), ticket, changes);
        state = holdfast_desk::ticket::evolve(state, &event);
        events.push(Recorded { seq, received_at: now(), stamp: None, event });
    }
    events
}

fn page(epoch: Epoch, after: Seq, events: &[Recorded<Event>], head: Seq) -> Page<Event, TicketId> {
    let cursor = events.last().map_or(after, |last| last.seq);
    Page {
        epoch,
        after,
        events: events.to_vec(),
        whole: Vec::new(),
        gone: Vec::new(),
        cursor,
        head,
        reference: 1,
        limits: Limits::OURS,
        now: now(),
    }
}

/// Everything there is, loaded at once.
fn things(epoch: Epoch, events: &[Recorded<Event>]) -> LoadResponse<Event, TicketId> {
    let mut whole: Vec<TicketId> = events.iter().map(|recorded| recorded.event.ticket).collect();
    whole.dedup();
    let up_to = events.iter().map(|recorded| recorded.seq).max().unwrap_or(0);
    LoadResponse {
        epoch,
        up_to,
        place: None,
        beyond: None,
        events: events.to_vec(),
        of: whole.len() as u64,
        whole,
        next: None,
        head: up_to,
        reference: 1,
        limits: Limits::OURS,
        now: now(),
    }
}

/// A device that has read these events of the old life.
fn device(desk: &Desk, events: &[Recorded<Event>]) -> Replica<Tickets> {
    let mut replica = Replica::default();
    let write = replica.loaded(things(OLD_LIFE, events), desk.deciding());
    replica.apply(write);
    replica
}

/// Commits a command on the device; returns its id.
fn commit(
    replica: &mut Replica<Tickets>,
    desk: &Desk,
    seq: DeviceSeq,
    ticket: TicketId,
    command: &Command,
) -> EventId {
    let state = replica.state(ticket, desk.deciding());
    let changes = decide(state.as_ref(), command, &desk.context()).unwrap();
    let stamp = Stamp { device: HERE, device_seq: seq, occurred_at: now(), offset_ms: 0 };
    let event = event(u128::from(seq), ticket, changes);
    let id = event.id;
    let waiting = vec![Waiting { proposed: Proposed { stamp, event }, accepted: None }];
    replica.apply(Write { waiting, ..Write::default() });
    id
}

fn answers(epoch: Epoch, answers: &[(EventId, Verdict<Refusal>)]) -> PushResponse<Refusal> {
    let answers = answers.iter().map(|(id, verdict)| Answer { id: *id, verdict: verdict.clone() }).collect();
    PushResponse { epoch, answers, forked: None, now: now() }
}

fn no() -> Verdict<Refusal> {
    Verdict::Rejected { refusal: Reason::Refused { refusal: Refusal::NoSuchTicket } }
}

fn waiting(replica: &Replica<Tickets>) -> Vec<EventId> {
    replica.waiting().map(|entry| entry.proposed.event.id).collect()
}

fn parked(replica: &Replica<Tickets>) -> Vec<EventId> {
    replica.parked().iter().map(|parked| parked.proposed.event.id).collect()
}

fn sent(replica: &Replica<Tickets>) -> Vec<EventId> {
    replica
        .next_push(PUSH_EVENTS, Limits::OURS)
        .map_or(Vec::new(), |(push, _)| push.events.iter().map(|sent| sent.event.id).collect())
}

/// Verifies: F11. What follows a rejected event of the same ticket has no answer yet: it is sent again, byte for byte as it
/// was, and the server says of each by itself whether it still applies. The device says that of none.
#[test]
fn what_follows_a_rejected_event_is_sent_again() {
    let desk = Desk::new();
    let mut replica = device(&desk, &history(&desk, TICKET, &[create(), to("assigned")]));
    let start = commit(&mut replica, &desk, 1, TICKET, &to("in_progress"));
    let resolve = commit(&mut replica, &desk, 2, TICKET, &to("resolved"));
    let word = commit(&mut replica, &desk, 3, TICKET, &reply("I am on my way"));
    let elsewhere = commit(&mut replica, &desk, 4, OTHER, &create());
    let (before, _) = replica.next_push(PUSH_EVENTS, Limits::OURS).unwrap();
    assert_eq!(sent(&replica), [start, resolve, word, elsewhere]);

    // The server rejects the first and answers neither of the two behind it.
    let accepted = Verdict::Accepted { seq: 3 };
    let told = answers(OLD_LIFE, &[(start, no()), (elsewhere, accepted)]);
    replica.accept(&told);
    let write = replica.pushed(&told);
    replica.apply(write);
    assert_eq!((parked(&replica), waiting(&replica)), (vec![start], vec![resolve, word, elsewhere]));
    assert_eq!(replica.next_push(PUSH_EVENTS, Limits::OURS).unwrap().0.events, before.events[1..3]);

    let told = answers(OLD_LIFE, &[(resolve, no())]);
    replica.accept(&told);
    let write = replica.pushed(&told);
    replica.apply(write);
    assert_eq!((parked(&replica), sent(&replica)), (vec![start, resolve], vec![word]));
    let shown = replica.state(TICKET, desk.deciding()).unwrap();
    assert_eq!((shown.status.as_str(), shown.replies), ("assigned", 1));
}

/// Verifies: F01. A second copy of an answer, or an answer after the page that brought the event, changes nothing.
#[test]
fn an_answer_may_come_twice_and_late() {
    let desk = Desk::new();
    let events = history(&desk, TICKET, &[create()]);
    let mut replica = device(&desk, &events);
    let word = commit(&mut replica, &desk, 1, TICKET, &reply("Hello"));
    let yes = answers(OLD_LIFE, &[(word, Verdict::Accepted { seq: 2 })]);

    replica.accept(&yes);
    let write = replica.pushed(&yes);
    replica.apply(write);
    let once = replica.clone();
    assert_eq!((replica.unsent(), sent(&replica)), (0, Vec::new()), "it waits only to come back");
    assert_eq!(replica.state(TICKET, desk.deciding()).unwrap().replies, 1);
    replica.accept(&yes);
    let write = replica.pushed(&yes);
    replica.apply(write);
    assert_eq!(replica, once);

    let event = replica.waiting().next().unwrap().proposed.event.clone();
    let back = Recorded { seq: 2, received_at: now(), stamp: None, event };
    let write = replica.pulled(page(OLD_LIFE, 1, &[back], 2));
    assert_eq!(write.settled, [1]);
    replica.apply(write);
    assert_eq!(replica.state(TICKET, desk.deciding()).unwrap().replies, 1, "its echo does not count twice");
    assert!(replica.pushed(&yes).is_empty());
}

/// Verifies: F35. A page that was seen before changes nothing, and neither does one that leaves a gap, or that begins before
/// what is stored: what was deleted and forgotten between the two it does not name.
#[test]
fn only_a_page_that_goes_on_from_here_is_taken() {
    let desk = Desk::new();
    let events = history(&desk, TICKET, &[create(), to("assigned"), to("in_progress")]);
    let mut replica = device(&desk, &events[..1]);

    assert!(replica.pulled(page(OLD_LIFE, 2, &events[2..], 3)).is_empty(), "a gap");

    assert!(replica.pulled(page(OLD_LIFE, 0, &events[..2], 3)).is_empty(), "an overlap");

    let write = replica.pulled(page(OLD_LIFE, 1, &events[1..2], 3));
    replica.apply(write);
    assert_eq!(replica.position().map(|position| (position.cursor, position.head)), Some((2, 3)));
    let once = replica.clone();
    let write = replica.pulled(page(OLD_LIFE, 0, &events[..1], 1));
    replica.apply(write);
    assert_eq!(replica, once, "an old page moves nothing back");
}

/// Nothing is sent for what a ticket was in between.
#[test]
fn a_device_reads_everything_before_it_sends() {
    let desk = Desk::new();
    let commands = [create(), to("assigned"), to("in_progress"), to("waiting"), to("in_progress")];
    let events = history(&desk, TICKET, &commands);
    let mut replica = device(&desk, &events[..3]);
    let resolve = commit(&mut replica, &desk, 1, TICKET, &to("resolved"));

    let write = replica.pulled(page(OLD_LIFE, 3, &events[3..4], 5));
    replica.apply(write);
    assert_eq!((waiting(&replica), sent(&replica)), (vec![resolve], Vec::new()));

    let write = replica.pulled(page(OLD_LIFE, 4, &events[4..], 5));
    replica.apply(write);
    assert_eq!(sent(&replica), [resolve]);
}

/// What is shown is what the server would make of it, not what was decided on a state that is gone.
#[test]
fn what_waits_is_shown_as_it_holds_now() {
    let mut desk = Desk::new();
    let commands = [create(), to("assigned"), to("in_progress"), to("waiting")];
    let events = history(&desk, TICKET, &commands);
    desk.actor = Actor { person: REQUESTER, role: Role::Requester, teams: Vec::new() };
    let mut replica = device(&desk, &events);
    commit(&mut replica, &desk, 1, TICKET, &reply("It works again"));
    assert_eq!(replica.state(TICKET, desk.deciding()).unwrap().status.as_str(), "in_progress", "a trigger");

    let more = history(&Desk::new(), TICKET, &[&commands[..], &[to("in_progress"), to("resolved")]].concat());
    let write = replica.pulled(page(OLD_LIFE, 4, &more[4..], 6));
    replica.apply(write);
    let shown = replica.state(TICKET, desk.deciding()).unwrap();
    assert_eq!(shown.status.as_str(), "resolved", "the reply does not take it out of a status it is not in");
    assert_eq!(shown.replies, 1);
}

/// Verifies: F29. The server comes back from a backup: what it lacks is offered again, nothing is lost.
#[test]
fn another_life_of_the_server_starts_the_reading_again() {
    let desk = Desk::new();
    let events = history(&desk, TICKET, &[create(), to("assigned")]);
    let mut replica = device(&desk, &events);
    let accepted = commit(&mut replica, &desk, 8, TICKET, &reply("One"));
    let unsent = commit(&mut replica, &desk, 9, TICKET, &reply("Two"));
    let yes = answers(OLD_LIFE, &[(accepted, Verdict::Accepted { seq: 3 })]);
    assert!(replica.accept(&yes));
    assert!(replica.pushed(&yes).is_empty(), "it is sent again sooner than stored");
    assert_eq!(replica.unsent(), 1);

    // An event of this device that the old life had confirmed.
    let stamp = Stamp { device: HERE, device_seq: 7, occurred_at: now(), offset_ms: 0 };
    let confirmed = Recorded { stamp: Some(stamp), ..events[1].clone() };

    let restored = page(NEW_LIFE, 2, &[], 1);
    let mut write = replica.pulled(restored.clone());
    assert!(write.restart);
    replica.offer_again([confirmed.clone()], &mut write);
    replica.apply(write);
    assert_eq!(
        waiting(&replica),
        [confirmed.event.id, accepted, unsent],
        "in the order in which they were made"
    );
    assert_eq!(replica.unsent(), 3);
    assert_eq!(replica.confirmed(TICKET), None);
    assert_eq!(sent(&replica), [], "first the new life is read");

    // A copy of the page that brought the news, and answers of the old life, say nothing of the new one.
    let ahead = page(NEW_LIFE, 2, &[], 2);
    assert!(replica.pulled(ahead.clone()).is_empty());
    assert!(!replica.accept(&yes));
    assert!(replica.pushed(&yes).is_empty());

    let write = replica.loaded(things(NEW_LIFE, &events[..1]), desk.deciding());
    replica.apply(write);
    assert_eq!(sent(&replica), [confirmed.event.id, accepted, unsent]);
    assert_eq!(replica.next_push(PUSH_EVENTS, Limits::OURS).unwrap().0.epoch, NEW_LIFE);
    assert_eq!(replica.state(TICKET, desk.deciding()).unwrap().status.as_str(), "assigned");
}

/// Verifies: F08. What can never happen is parked, and the rest goes on; a parked event that the history shows after
/// all needs nobody.
#[test]
fn a_parked_event_that_arrives_after_all_is_parked_no_more() {
    let desk = Desk::new();
    let events = history(&desk, TICKET, &[create()]);
    let mut replica = device(&desk, &events);
    let word = commit(&mut replica, &desk, 1, TICKET, &reply("Hello"));
    let event = replica.waiting().next().unwrap().proposed.event.clone();
    let told = answers(OLD_LIFE, &[(word, no())]);
    replica.accept(&told);
    let write = replica.pushed(&told);
    replica.apply(write);
    assert_eq!(parked(&replica), [word]);

    let recorded = Recorded { seq: 2, received_at: now(), stamp: None, event };
    let write = replica.pulled(page(OLD_LIFE, 1, &[recorded], 2));
    replica.apply(write);
    assert_eq!((parked(&replica), waiting(&replica)), (Vec::new(), Vec::new()));
    assert!(replica.dismissed(word).is_empty(), "there is nothing to take off");
}

/// Verifies: F10. However much waits, one request is never larger than the server takes.
#[test]
fn a_request_keeps_within_what_the_server_takes() {
    let desk = Desk::new();
    let mut replica = device(&desk, &history(&desk, TICKET, &[create()]));
    // The largest text in bytes: control characters are written with six of them each.
    let long = format!("a{}a", "\u{1}".repeat(19_998));
    for seq in 1..=60 {
        commit(&mut replica, &desk, seq, TICKET, &reply(&long));
    }
    let mut rounds = 0;
    while let Some((push, json)) = replica.next_push(PUSH_EVENTS, Limits::OURS) {
        assert_eq!(json, serde_json::to_string(&push).unwrap());
        assert!(json.len() <= BODY_BYTES);
        let yes: Vec<_> =
            push.events.iter().map(|sent| (sent.event.id, Verdict::Accepted { seq: 99 })).collect();
        let told = answers(OLD_LIFE, &yes);
        replica.accept(&told);
        let write = replica.pushed(&told);
        replica.apply(write);
        rounds += 1;
        assert!(rounds < 10, "what was accepted is not sent again");
    }
    assert_eq!((replica.unsent(), rounds), (0, 2));
}

/// Verifies: F46. A clock that is years off stops nobody: what happened is never before what was known of the ticket,
/// and never after the server got it.
#[test]
fn the_judge_bounds_what_a_wrong_clock_says() {
    let desk = Desk::new();
    let state = history(&desk, TICKET, &[create()])
        .iter()
        .fold(None, |state, recorded| holdfast_desk::ticket::evolve(state, &recorded.event));
    let received_at = now().plus_seconds(600);
    let judged = |occurred_at: Instant, offset_ms| {
        let stamp = Stamp { device: HERE, device_seq: 1, occurred_at, offset_ms };
        let proposed =
            Proposed { stamp, event: event(1, TICKET, vec![Change::Replied { text: "Hello".to_owned() }]) };
        match judge::<Tickets>(state.as_ref(), &proposed, 2, received_at, desk.deciding()) {
            Judgement::Accepted { recorded, .. } => recorded.event.at,
            Judgement::Refused(refusal) => panic!("{refusal}"),
        }
    };
    let years = 10 * 365 * 86_400;
    assert_eq!(judged(now().plus_seconds(-years), 0), now(), "not before the ticket was raised");
    assert_eq!(judged(now().plus_seconds(years), 0), received_at, "not after it was received");
    assert_eq!(judged(now().plus_seconds(-3600), 3_900_000), now().plus_seconds(300), "corrected");
    assert_eq!(judged(Instant::from_millis(i64::MIN), i64::MIN), now());
    assert_eq!(judged(Instant::from_millis(i64::MAX), i64::MAX), received_at);
}

/// Raising a ticket has nothing before it that could bound it, and is still never later than it was received.
#[test]
fn a_ticket_is_not_raised_after_it_was_received() {
    let desk = Desk::new();
    let received_at = now().plus_seconds(600);
    let raised = |occurred_at: Instant| {
        let stamp = Stamp { device: HERE, device_seq: 1, occurred_at, offset_ms: 0 };
        let event = history(&desk, TICKET, &[create()]).remove(0).event;
        match judge::<Tickets>(None, &Proposed { stamp, event }, 1, received_at, desk.deciding()) {
            Judgement::Accepted { recorded, .. } => recorded.event.at,
            Judgement::Refused(refusal) => panic!("{refusal}"),
        }
    };
    assert_eq!(raised(now().plus_seconds(86_400)), received_at);
    assert_eq!(raised(now()), now());
}

/// What the server accepted but does not show to this person any more waits no longer, and nothing is parked for it.
#[test]
fn an_accepted_event_that_the_pages_pass_over_waits_no_more() {
    let desk = Desk::new();
    let mut replica = device(&desk, &history(&desk, TICKET, &[create()]));
    let word = commit(&mut replica, &desk, 1, TICKET, &reply("Hello"));
    let yes = answers(OLD_LIFE, &[(word, Verdict::Accepted { seq: 2 })]);
    let passed = Page { cursor: 2, ..page(OLD_LIFE, 1, &[], 2) };

    let mut first = replica.clone();
    assert!(first.accept(&yes));
    let write = first.pulled(passed.clone());
    first.apply(write);
    assert_eq!((waiting(&first), parked(&first)), (Vec::new(), Vec::new()), "the answer came first");

    let write = replica.pulled(passed.clone());
    replica.apply(write);
    assert_eq!(waiting(&replica), [word], "not answered, so not settled");
    replica.accept(&yes);
    let write = replica.pushed(&yes);
    replica.apply(write);
    assert_eq!((waiting(&replica), parked(&replica)), (Vec::new(), Vec::new()), "the page came first");
}

/// Verifies: F40. Somebody else's work comes into sight whole, whatever was read before, and goes without a trace.
#[test]
fn what_comes_into_sight_comes_whole_and_what_leaves_it_is_gone() {
    let desk = Desk::new();
    let events = history(&desk, TICKET, &[create(), to("assigned"), to("in_progress")]);
    let mut replica = device(&desk, &[]);
    let write = replica.pulled(Page { cursor: 3, ..page(OLD_LIFE, 0, &[], 3) });
    replica.apply(write);
    assert_eq!(replica.confirmed(TICKET), None, "it was not for this person");

    let news = Recorded { seq: 4, ..history(&desk, OTHER, &[create()]).remove(0) };
    let everything = [&events[..], &[news]].concat();
    let came = Page { whole: vec![TICKET], ..page(OLD_LIFE, 3, &everything, 4) };
    let write = replica.pulled(came.clone());
    assert_eq!((write.whole.len(), write.events.len()), (0, 4), "there is nothing to clear away");
    replica.apply(write);
    assert_eq!(replica.confirmed(TICKET).unwrap().status.as_str(), "in_progress");
    let once = replica.clone();
    assert!(replica.pulled(came.clone()).is_empty(), "twice is once");
    let again = Page { whole: vec![TICKET], cursor: 5, ..page(OLD_LIFE, 4, &events, 5) };
    let write = replica.pulled(again.clone());
    assert_eq!(write.whole, [TICKET], "what is here gives way");
    replica.apply(write);
    assert_eq!(replica.confirmed(TICKET), once.confirmed(TICKET));

    let word = commit(&mut replica, &desk, 1, TICKET, &reply("On my way"));
    let left = Page { gone: vec![TICKET], cursor: 6, ..page(OLD_LIFE, 5, &[], 6) };
    let write = replica.pulled(left.clone());
    replica.apply(write);
    assert_eq!(replica.confirmed(TICKET), None);
    assert_eq!((sent(&replica), parked(&replica)), (vec![word], Vec::new()), "it may have arrived before");
    let told = answers(OLD_LIFE, &[(word, no())]);
    replica.accept(&told);
    let write = replica.pushed(&told);
    replica.apply(write);
    assert_eq!(parked(&replica), [word], "what was to happen to it needs a person");
}

/// Verifies: F49. A page from before a ticket went out of sight, which comes after the one that said so, brings nothing of
/// it back.
#[test]
fn what_an_older_answer_shows_is_not_taken() {
    let desk = Desk::new();
    let events = history(&desk, TICKET, &[create(), to("assigned"), to("in_progress")]);
    let mut replica = device(&desk, &events[..1]);
    let before = page(OLD_LIFE, 1, &events[1..2], 2);
    let left = Page { gone: vec![TICKET], cursor: 1, ..page(OLD_LIFE, 1, &[], 3) };
    let write = replica.pulled(left.clone());
    replica.apply(write);
    assert!(replica.pulled(before.clone()).is_empty());
    let again = Page { whole: vec![TICKET], ..page(OLD_LIFE, 1, &events, 3) };
    let write = replica.pulled(again.clone());
    replica.apply(write);
    assert_eq!(replica.confirmed(TICKET).unwrap().status.as_str(), "in_progress");
}

/// Verifies: F43. Loading goes on where it stopped; what belongs to another cursor or place is not taken; what waits for a
/// ticket that is not here yet is neither decided nor sent, and is no reason to hold the rest back.
#[test]
fn things_are_loaded_a_part_at_a_time() {
    let desk = Desk::new();
    let first = history(&desk, TICKET, &[create(), to("assigned")]);
    let second = history(&desk, OTHER, &[create()]);
    let mut replica = device(&desk, &[first.clone(), second.clone()].concat());
    let here = commit(&mut replica, &desk, 1, TICKET, &to("in_progress"));
    let elsewhere = commit(&mut replica, &desk, 2, OTHER, &reply("Hello"));
    let write = replica.from_the_beginning();
    replica.apply(write);
    assert_eq!((sent(&replica), replica.position()), (Vec::new(), None));

    let next = Some(Place { part: Part::All, after: Some(TICKET), since: 0 });
    let part = LoadResponse { next, of: 2, ..things(OLD_LIFE, &first) };
    let write = replica.loaded(part.clone(), desk.deciding());
    replica.apply(write);
    assert_eq!(replica.position().unwrap().to_load().unwrap().place, next);
    assert_eq!(sent(&replica), [here], "the other ticket is not here yet");
    assert_eq!((waiting(&replica), parked(&replica)), (vec![here, elsewhere], Vec::new()));
    assert!(replica.loaded(part.clone(), desk.deciding()).is_empty(), "a part that came before");
    let rest = LoadResponse { place: next, up_to: 2, head: 2, ..things(OLD_LIFE, &second) };
    assert!(replica.loaded(LoadResponse { up_to: 3, ..rest.clone() }, desk.deciding()).is_empty());

    let write = replica.loaded(rest.clone(), desk.deciding());
    replica.apply(write);
    assert_eq!(replica.position().unwrap().loading, None);
    assert_eq!(sent(&replica), [here, elsewhere]);
}

/// Verifies: F26. A device that shares its name takes another: what was not answered goes out under that.
#[test]
fn a_copied_device_takes_another_name() {
    let desk = Desk::new();
    let mut replica = device(&desk, &history(&desk, TICKET, &[create()]));
    let answered = commit(&mut replica, &desk, 1, TICKET, &reply("One"));
    let unsent = commit(&mut replica, &desk, 2, TICKET, &reply("Two"));
    let yes =
        PushResponse { forked: Some(HERE), ..answers(OLD_LIFE, &[(answered, Verdict::Accepted { seq: 2 })]) };
    replica.accept(&yes);
    let write = replica.pushed(&yes);
    replica.apply(write);
    let other = DeviceId(Uuid::from_u128(31));
    let write = replica.renamed(other);
    assert_eq!(write.renamed.map(|renamed| renamed.to), Some(other));
    replica.apply(write);
    let devices: Vec<DeviceId> = replica.waiting().map(|entry| entry.proposed.stamp.device).collect();
    assert_eq!((devices, sent(&replica)), (vec![HERE, other], vec![unsent]));
    assert!(!replica.sends_as(HERE), "who hears of it once more does not take a third name");
}

/// Verifies: F26, F29. After a server forgot who had a count, two events may have it: offered again, both are.
#[test]
fn of_two_events_with_one_count_the_second_gets_another() {
    let desk = Desk::new();
    let mut replica = device(&desk, &history(&desk, TICKET, &[create()]));
    let stamp = Stamp { device: HERE, device_seq: 2, occurred_at: now(), offset_ms: 0 };
    let made = |id: u128| {
        let event = event(id, TICKET, vec![Change::Noted { text: format!("{id}") }]);
        Recorded { seq: 0, received_at: now(), stamp: Some(stamp), event }
    };
    let mut write = replica.from_the_beginning();
    replica.offer_again([made(50), made(51)], &mut write);
    replica.apply(write);
    let offered: Vec<(DeviceSeq, EventId)> =
        replica.waiting().map(|entry| (entry.proposed.stamp.device_seq, entry.proposed.event.id)).collect();
    assert_eq!(offered, [(2, made(50).event.id), (3, made(51).event.id)]);
}
