//! Lists answer what going through every header would, however they came to be what they are.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // A panic is how a test says what broke.

mod naive;
mod saved;

use std::collections::BTreeMap;

use holdfast_desk::queue::{Asked, Field, Here, Known, Lists, Naming, Order, Query, SortBy, Term, View};
use holdfast_desk::sla::{ClockState, Deadline};
use holdfast_desk::ticket::TicketNumber;
use holdfast_desk::ticket::packed::{Record, pack};
use holdfast_desk::{
    Actor, CategoryId, Directory, Header, Instant, PersonId, PriorityId, Role, Rules, StatusId, TeamId,
    TicketId, demo,
};
use naive::{Row, counts, list};
use proptest::prelude::*;
use uuid::Uuid;

/// The desk of the demonstration, and a small world around it.
struct World {
    rules: Rules,
    directory: Directory,
    actor: Actor,
}

impl World {
    fn new() -> Self {
        let demo::Workspace { rules, directory, .. } = demo::workspace(Instant::from_millis(0));
        let agent = directory.people().find(|person| person.role == Role::Agent).unwrap();
        let actor = Actor::from(agent);
        Self { rules, directory, actor }
    }

    fn asked(&self, now: Instant) -> Asked<'_> {
        let known = Known { rules: &self.rules, directory: &self.directory, actor: &self.actor };
        Asked { known, naming: Naming::ALL, midnight: naive::midnight, now }
    }

    /// A header out of numbers by chance.
    fn header(&self, id: u8, dice: [u8; 12]) -> Header {
        let [status, priority, category, team, agent, site, tags, created, updated, number, counts, flags] =
            dice.map(usize::from);
        let pick = |from: &[&'static str], dice: usize| from.get(dice % (from.len() + 1)).copied();
        let people: Vec<PersonId> = self.directory.people().map(|person| person.id).collect();
        let teams: Vec<TeamId> = self.directory.teams().iter().map(|team| team.id).collect();
        let statuses = self.rules.workflow.statuses();
        let status = &statuses[status % statuses.len()];
        let priorities = &self.rules.priorities;
        let minutes = |count: usize| Instant::from_millis(count as i64 * 60_000);
        let created_at = minutes(created);
        Header {
            id: TicketId(Uuid::from_u128(id.into())),
            number: (number % 4 > 0).then_some(TicketNumber(number as u32)),
            subject: format!("Subject {number}"),
            requester: people[number % people.len()],
            channel: self.rules.channels[number % self.rules.channels.len()].id.clone(),
            status: StatusId(status.id.0.clone()),
            kind: status.kind,
            priority: PriorityId(priorities[priority % priorities.len()].id.0.clone()),
            category: self.rules.categories.get(category % 9).map(|row| CategoryId(row.id.0.clone())),
            team: teams.get(team % (teams.len() + 1)).copied(),
            agent: people.get(agent % (people.len() + 2)).copied(),
            site: pick(&["Depot 7", "depot 9", "Head office", "open"], site).map(str::to_owned),
            asset: pick(&["PRN-1", "PRN-2", "Lift"], site / 4).map(str::to_owned),
            tags: ["vip", "new", "on fire"]
                .iter()
                .enumerate()
                .filter(|(bit, _)| tags >> bit & 1 == 1)
                .map(|(_, tag)| (*tag).to_owned())
                .collect(),
            created_at,
            updated_at: created_at.plus_millis(updated as i64 * 30_000),
            replies: counts as u32 % 5,
            reopenings: counts as u32 / 5 % 3,
            reassignments: counts as u32 / 15 % 3,
            marks: Vec::new(),
            needs_update: flags % 16 == 1,
            deleted: flags % 16 == 2,
        }
    }
}

/// A deadline out of numbers by chance: due in so many minutes, and until when it holds.
fn deadline(header: &Header, [state, due]: [u8; 2]) -> Deadline {
    let states =
        [ClockState::Paused, ClockState::Running, ClockState::AtRisk, ClockState::Breached, ClockState::Met];
    let state = states[usize::from(state) % states.len()];
    let is_outstanding = state != ClockState::Met && !header.kind.is_done();
    let due = (state != ClockState::Paused).then(|| Instant::from_millis(i64::from(due) * 60_000));
    Deadline { state, due, is_outstanding }
}

/// What is done to lists: a ticket is put in, or taken out.
type Done = (u8, Option<([u8; 12], [u8; 2], u8)>);

/// Queries over every field, with what means something here and what does not.
fn queries() -> impl Strategy<Value = String> {
    let term = prop::sample::select(vec![
        "is:open",
        "is:done",
        "is:mine",
        "is:late",
        "is:risk,late",
        "is:paused",
        "is:waiting",
        "is:pending,hold",
        "is:new",
        "is:reopened",
        "is:met",
        "is:missed,met",
        "is:deleted",
        "is:anything",
        "is:unsent",
        "is:refused",
        "is:resolved",
        "is:closed",
        "is:nonsense",
        "status:open",
        "status:none",
        "priority:p1,p2",
        "priority:urgent",
        "assignee:me",
        "assignee:none",
        "assignee:ben",
        "team:mine",
        "team:none",
        "requester:me",
        "site:depot",
        "site:dep*",
        "site:\"depot 7\"",
        "site:open",
        "site:none",
        "asset:prn",
        "asset:lift,prn-1",
        "category:network",
        "category:none",
        "channel:web",
        "tag:vip",
        "tag:\"on fire\",new",
        "tag:none",
        "number:7",
        "number:HF-9,12",
        "number>100",
        "number<40",
        "due<1h",
        "due<0m",
        "due>2h",
        "due>1970-01-01",
        "created<1h",
        "created>90m",
        "created<1970-01-01",
        "created>1969-12-31",
        "updated<30m",
        "updated>2h",
        "replies>2",
        "replies<1",
        "reopened>0",
        "reassigned<2",
        "reassigned>1",
    ]);
    let term =
        (term, any::<bool>()).prop_map(|(term, not)| if not { format!("-{term}") } else { term.to_owned() });
    proptest::collection::vec(term, 0..4).prop_map(|terms| terms.join(" "))
}

fn orders() -> impl Strategy<Value = Order> {
    let by = prop::sample::select(SortBy::ALL.map(|(by, _)| by).to_vec());
    (by, any::<bool>()).prop_map(|(by, descending)| Order { by, descending })
}

fn here(bits: u8) -> Here {
    Here { waiting: bits & 1 == 1, needs_you: bits & 2 == 2 }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn lists_answer_as_going_through_everything_does(
        first: Vec<Done>,
        later: Vec<Done>,
        at in 0..400_i64,
        on in 0..400_i64,
        asks in proptest::collection::vec((queries(), orders()), 1..6),
    ) {
        let world = World::new();
        let views: Vec<Query> = asks.iter().map(|(query, _)| Query::parse(query)).collect();
        let (now, then) = (Instant::from_millis(at * 60_000), Instant::from_millis((at + on) * 60_000));
        let (mut lists, mut rows) = (Lists::default(), BTreeMap::new());
        // What a record says comes first, as when the app starts.
        let headers: Vec<Header> = (0..40_u8).map(|id| world.header(id, [id.wrapping_mul(37); 12])).collect();
        let record = Record::read(pack(headers.iter().map(|header| (&header.id, Some(header))))).unwrap();
        let places: Vec<u32> = (0..40).collect();
        lists.adopt(&record, &places, now, |row| (deadline(&row.header().unwrap(), [1, 50]), None));
        for header in headers {
            rows.insert(header.id, Row { deadline: deadline(&header, [1, 50]), header, here: Here::default() });
        }
        lists.count(views.clone(), world.asked(now));
        for (at, changes) in [(now, first), (then, later)] {
            for (id, change) in changes {
                let ticket = TicketId(Uuid::from_u128(id.into()));
                match change {
                    Some((dice, due, bits)) => {
                        let header = world.header(id, dice);
                        let row = Row { deadline: deadline(&header, due), header, here: here(bits) };
                        lists.put(&row.header, (row.deadline, None), row.here, at);
                        rows.insert(ticket, row);
                    }
                    None => {
                        lists.remove(ticket);
                        rows.remove(&ticket);
                    }
                }
            }
            for ticket in lists.overtaken(at) {
                let row = &rows[&ticket];
                lists.put(&row.header, (row.deadline, None), row.here, at);
            }
            prop_assert_eq!(lists.len(), rows.len());
            prop_assert_eq!(lists.counts(world.asked(at)), counts(&rows, &views, world.asked(at)));
            for (query, order) in &asks {
                let query = Query::parse(query);
                let listed = lists.list(&query, *order, world.asked(at), None);
                prop_assert_eq!(listed, list(&rows, &query, *order, world.asked(at)), "{} by {:?}", query, order);
            }
        }
    }
}

#[test]
fn what_changes_by_itself_is_known_before() {
    let world = World::new();
    let now = Instant::from_millis(300 * 60_000);
    let header = Header { deleted: false, ..world.header(1, [3; 12]) };
    let later = now.plus_millis(90_000);
    let deadline = deadline(&header, [1, 255]);
    let mut lists = Lists::default();
    lists.put(&header, (deadline, Some(later)), Here::default(), now);
    assert_eq!(lists.next_change(), Some(later));
    // It was raised a while ago: in a few minutes that is more than an hour, or whatever is asked.
    let minutes = (now.millis() - header.created_at.millis()) / 60_000 + 1;
    lists.count(vec![Query::parse(&format!("created<{minutes}m"))], world.asked(now));
    assert_eq!(lists.counts(world.asked(now)), [1]);
    let grown = header.created_at.plus_millis(minutes * 60_000 + 1);
    assert_eq!(lists.next_change(), Some(grown));
    assert_eq!(lists.overtaken(grown.plus_millis(-1)), []);
    assert_eq!(lists.overtaken(grown), [header.id]);
    lists.put(&header, (deadline, Some(later)), Here::default(), grown);
    assert_eq!(lists.next_change(), Some(later));
    assert_eq!(lists.counts(world.asked(grown)), [0]);
}

#[test]
fn the_views_of_everybody_are_queries_that_mean_something() {
    let world = World::new();
    for role in [Role::Requester, Role::Agent, Role::Lead] {
        for view in View::standard(role) {
            let query = &view.query;
            assert!(query.words.is_empty() && Query::parse(&query.to_string()) == *query, "{}", view.slug);
            let unknown = Lists::default().unknown(query, world.asked(Instant::default()));
            assert!(unknown.is_empty(), "{}", view.slug);
        }
    }
}

#[test]
fn a_term_that_names_nothing_is_pointed_out_and_shows_nothing() {
    let world = World::new();
    let mut lists = Lists::default();
    let header = world.header(1, [0; 12]);
    lists.put(&header, (deadline(&header, [1, 9]), None), Here::default(), Instant::default());
    let query = Query::parse("is:anything status:teleported site:\"Depot 7\"");
    let asked = world.asked(Instant::default());
    assert_eq!(lists.list(&query, Order::default(), asked, None), Vec::new());
    assert_eq!(lists.unknown(&query, asked), [1]);
}

#[test]
fn every_value_that_is_offered_names_something() {
    let world = World::new();
    let now = Instant::from_millis(0);
    let mut lists = Lists::default();
    for id in 0..60_u8 {
        let header = world.header(id, [id.wrapping_mul(37), id, 1, id, 2, id, id, 1, id, id, 3, 0]);
        lists.put(&header, (deadline(&header, [1, 50]), None), Here::default(), now);
    }
    let asked = world.asked(now);
    let mut offered = 0;
    for (field, _) in Field::ALL {
        for value in lists.values(field, asked.known) {
            let query = Query::of([Term::any_of(field, &[&value.word])]);
            assert_eq!(Query::parse(&query.to_string()), query, "it can be written");
            assert_eq!(lists.unknown(&query, asked), Vec::<usize>::new(), "{query}");
            offered += 1;
        }
    }
    assert!(offered > 60, "{offered}");
    assert_eq!(lists.unknown(&Query::parse("is:open site:nowhere tag:vip"), asked), [1]);
}

/// A value that was chosen out of a list means what is called just so, and not what has it as a word as well.
#[test]
fn a_whole_name_means_what_is_called_just_so() {
    let world = World::new();
    let mut lists = Lists::default();
    let sites = ["Depot", "Depot 7", "North Depot", "Shop"];
    let mut header = world.header(0, [1; 12]);
    for (id, site) in sites.into_iter().enumerate() {
        (header.id, header.site) = (TicketId(Uuid::from_u128(id as u128)), Some(site.to_owned()));
        lists.put(&header, (Deadline::NONE, None), Here::default(), Instant::default());
    }
    let mut shown = |query: &str| {
        let query = Query::parse(&format!("is:anything {query}"));
        let tickets = lists.list(&query, Order::default(), world.asked(Instant::default()), None);
        let mut shown: Vec<&str> = tickets.iter().map(|ticket| sites[ticket.0.as_u128() as usize]).collect();
        shown.sort_unstable();
        shown
    };
    assert_eq!(shown("site:depot"), ["Depot"]);
    assert_eq!(shown("site:depot*"), ["Depot", "Depot 7"]);
    assert_eq!(shown("site:7"), ["Depot 7"]);
    assert_eq!(shown("-site:depot"), ["Depot 7", "North Depot", "Shop"]);
}

#[test]
fn a_selection_is_counted_by_status() {
    let world = World::new();
    let now = Instant::from_millis(0);
    let mut lists = Lists::default();
    let mut counts: BTreeMap<StatusId, usize> = BTreeMap::new();
    for id in 0..60_u8 {
        let header = world.header(id, [id; 12]);
        lists.put(&header, (deadline(&header, [1, 50]), None), Here::default(), now);
        if id % 3 > 0 {
            *counts.entry(header.status).or_default() += 1;
        }
    }
    let chosen = (0..90_u8).filter(|id| id % 3 > 0).map(|id| TicketId(Uuid::from_u128(id.into())));
    assert_eq!(lists.statuses_of(chosen).into_iter().collect::<BTreeMap<_, _>>(), counts);
}
