//! Every refusal, with the rule it names and the state it tells; and the limits at their edges.

use holdfast_desk::ticket::{Field, NewTicket, Want, evolve, limits};
use holdfast_desk::{Change, Command, Header, PersonId, Refusal, Role, TeamId};
use uuid::Uuid;

use crate::strategies::{AGENT, Desk, LEAD, NOBODY, REQUESTER, STRANGER, TEAMS, event, new_ticket, start};

fn refused(by: PersonId, command: impl Into<Command>) -> Refusal {
    let desk = Desk::new(0);
    desk.decide(Some(&desk.raised()), by, &command.into()).unwrap_err()
}

fn refused_to_raise(by: PersonId, ticket: NewTicket) -> Refusal {
    Desk::new(0).decide(None, by, &Command::create(ticket)).unwrap_err()
}

fn note(text: &str) -> Want {
    Want::Note { text: text.to_owned() }
}

fn rule(refusal: &Refusal) -> String {
    serde_json::to_value(refusal).unwrap()["rule"].as_str().unwrap().to_owned()
}

#[test]
fn a_ticket_that_is_not_there_or_not_theirs() {
    let desk = Desk::new(0);
    assert_eq!(desk.decide(None, AGENT, &note("Hello").into()), Err(Refusal::NoSuchTicket));
    assert_eq!(refused(STRANGER, Want::Reply { text: "Hello".to_owned() }), Refusal::NoSuchTicket);
    assert_eq!(rule(&Refusal::NoSuchTicket), "no_such_ticket");
}

#[test]
fn a_ticket_that_was_raised_before() {
    assert_eq!(refused(AGENT, Command::create(new_ticket())), Refusal::AlreadyCreated);
}

#[test]
fn a_transition_that_the_guard_table_lacks() {
    let desk = Desk::new(1);
    let command = Command::transition("resolved".into(), None);
    let refusal = desk.decide(Some(&desk.raised()), AGENT, &command).unwrap_err();
    let (from, to, allowed) = ("new".into(), "resolved".into(), vec!["assigned".into()]);
    assert_eq!(refusal, Refusal::TransitionNotAllowed { from, to, allowed });
    assert_eq!(
        refusal.to_string(),
        r#"a ticket that is "new" cannot go to "resolved"; it can go to: assigned"#
    );
    assert_eq!(
        serde_json::to_string(&refusal).unwrap(),
        r#"{"rule":"transition_not_allowed","from":"new","to":"resolved","allowed":["assigned"]}"#
    );
}

#[test]
fn a_transition_that_is_not_the_requesters() {
    let refusal = refused(REQUESTER, Command::transition("resolved".into(), None));
    let Refusal::TransitionNotAllowed { from, allowed, .. } = refusal else { panic!("{refusal}") };
    assert_eq!((from.as_str(), allowed), ("new", vec!["closed".into()]), "what is open to them is told");
    let refusal = refused(AGENT, Command::transition("new".into(), None));
    assert!(matches!(refusal, Refusal::TransitionNotAllowed { .. }), "to where it is already");
}

#[test]
fn what_a_role_does_not_cover() {
    let wants = [
        note("Hello"),
        Want::Assign { team: None, agent: Some(AGENT) },
        Want::Prioritise { to: "p1".into() },
        Want::Categorise { to: "network".into() },
        Want::Retitle { subject: "Another".to_owned() },
        Want::Tag { add: vec!["a".to_owned()], remove: Vec::new() },
        Want::Locate { site: Some("Here".to_owned()), asset: None },
    ];
    for want in wants {
        let refusal = refused(REQUESTER, want.clone());
        assert!(matches!(refusal, Refusal::NotPermitted { role: Role::Requester, .. }), "{want:?}");
        let desk = Desk::new(0);
        assert!(desk.decide(Some(&desk.raised()), AGENT, &want.into()).is_ok());
    }
    for ticket in [
        NewTicket { requester: STRANGER, ..new_ticket() },
        NewTicket { agent: Some(AGENT), ..new_ticket() },
        NewTicket { team: Some(TEAMS[0]), ..new_ticket() },
        NewTicket { tags: vec!["urgent".to_owned()], ..new_ticket() },
    ] {
        assert!(matches!(refused_to_raise(REQUESTER, ticket.clone()), Refusal::NotPermitted { .. }));
        assert!(Desk::new(0).decide(None, AGENT, &Command::create(ticket)).is_ok());
    }
}

#[test]
fn codes_and_ids_that_nobody_knows() {
    let team = TeamId(Uuid::from_u128(99));
    let expected = Refusal::UnknownPriority { priority: "p9".into() };
    assert_eq!(refused(AGENT, Want::Prioritise { to: "p9".into() }), expected);
    assert_eq!(refused_to_raise(AGENT, NewTicket { priority: "p9".into(), ..new_ticket() }), expected);

    let expected = Refusal::UnknownCategory { category: "magic".into() };
    assert_eq!(refused(AGENT, Want::Categorise { to: "magic".into() }), expected);
    assert_eq!(
        refused_to_raise(AGENT, NewTicket { category: Some("magic".into()), ..new_ticket() }),
        expected
    );

    let expected = Refusal::UnknownChannel { channel: "owl".into() };
    assert_eq!(refused_to_raise(AGENT, NewTicket { channel: "owl".into(), ..new_ticket() }), expected);

    let expected = Refusal::UnknownPerson { person: NOBODY };
    assert_eq!(refused(AGENT, Want::Assign { team: None, agent: Some(NOBODY) }), expected);
    assert_eq!(refused_to_raise(AGENT, NewTicket { requester: NOBODY, ..new_ticket() }), expected);

    let expected = Refusal::UnknownTeam { team };
    assert_eq!(refused(AGENT, Want::Assign { team: Some(team), agent: None }), expected);
    assert_eq!(refused_to_raise(AGENT, NewTicket { team: Some(team), ..new_ticket() }), expected);

    let expected = Refusal::NotAnAgent { person: STRANGER };
    assert_eq!(refused(AGENT, Want::Assign { team: None, agent: Some(STRANGER) }), expected);
    assert_eq!(refused_to_raise(AGENT, NewTicket { agent: Some(STRANGER), ..new_ticket() }), expected);
}

#[test]
fn what_was_left_blank() {
    let blank = |field| Refusal::Blank { field };
    let spaces = || " \n\t ".to_owned();
    assert_eq!(refused(AGENT, note(&spaces())), blank(Field::Note));
    assert_eq!(refused(AGENT, Want::Reply { text: spaces() }), blank(Field::Reply));
    assert_eq!(refused(AGENT, Want::Retitle { subject: spaces() }), blank(Field::Subject));
    assert_eq!(refused(AGENT, Want::Tag { add: vec![spaces()], remove: Vec::new() }), blank(Field::Tag));
    assert_eq!(
        refused_to_raise(AGENT, NewTicket { subject: spaces(), ..new_ticket() }),
        blank(Field::Subject)
    );
}

#[test]
fn what_is_so_already() {
    let nothing = |field| Refusal::NothingToDo { field };
    assert_eq!(refused(AGENT, Want::Assign { team: None, agent: None }), nothing(Field::Agent));
    assert_eq!(refused(AGENT, Want::Prioritise { to: "p3".into() }), nothing(Field::Priority));
    let subject = " It does not work ".to_owned();
    assert_eq!(refused(AGENT, Want::Retitle { subject }), nothing(Field::Subject));
    assert_eq!(
        refused(AGENT, Want::Locate { site: Some(" ".to_owned()), asset: None }),
        nothing(Field::Site)
    );
    let missing = vec!["a".to_owned()];
    assert_eq!(refused(AGENT, Want::Tag { add: Vec::new(), remove: missing }), nothing(Field::Tags));
    let twice = Command { wants: vec![Want::Categorise { to: "network".into() }; 2] };
    assert_eq!(refused(AGENT, twice), nothing(Field::Category));
}

#[test]
fn what_is_no_command() {
    let desk = Desk::new(0);
    let create = || Want::Create(Box::new(new_ticket()));
    let raised = desk.raised();
    for wants in
        [vec![], vec![create(), note("Hello")], vec![note("Hello"), create()], vec![create(), create()]]
    {
        let command = Command { wants };
        assert_eq!(desk.decide(None, LEAD, &command), Err(Refusal::NotACommand), "{command:?}");
        assert_eq!(desk.decide(Some(&raised), LEAD, &command), Err(Refusal::NotACommand), "{command:?}");
    }
}

#[test]
fn a_kind_of_a_newer_version_is_named() {
    // Deciding never meets one: `Command::behind` does, and whoever decides again says so with this.
    let refusal = Refusal::UnknownKind { kind: "teleported".to_owned() };
    assert_eq!(serde_json::to_string(&refusal).unwrap(), r#"{"rule":"unknown_kind","kind":"teleported"}"#);
}

/// One character more than is allowed, in characters and not in bytes.
#[test]
fn limits_hold_at_their_edges() {
    let desk = Desk::new(0);
    let raised = desk.raised();
    let long = |length: usize| "\u{e9}".repeat(length);
    type Make = fn(String) -> Want;
    let cases: [(Field, usize, Make); 6] = [
        (Field::Reply, limits::TEXT, |text| Want::Reply { text }),
        (Field::Note, limits::TEXT, |text| Want::Note { text }),
        (Field::Subject, limits::SUBJECT, |subject| Want::Retitle { subject }),
        (Field::Tag, limits::TAG, |tag| Want::Tag { add: vec![tag], remove: Vec::new() }),
        (Field::Site, limits::PLACE, |site| Want::Locate { site: Some(site), asset: None }),
        (Field::Asset, limits::PLACE, |asset| Want::Locate { site: None, asset: Some(asset) }),
    ];
    for (field, limit, want) in cases {
        assert!(desk.decide(Some(&raised), AGENT, &want(long(limit)).into()).is_ok(), "{field:?}");
        let spaced = format!("  {}  ", long(limit));
        assert!(desk.decide(Some(&raised), AGENT, &want(spaced).into()).is_ok(), "{field:?} is trimmed");
        let refusal = desk.decide(Some(&raised), AGENT, &want(long(limit + 1)).into()).unwrap_err();
        assert_eq!(refusal, Refusal::TooLong { field, length: limit + 1, limit });
    }
    let description = |length| NewTicket { description: long(length), ..new_ticket() };
    assert!(desk.decide(None, AGENT, &Command::create(description(limits::TEXT))).is_ok());
    assert!(matches!(
        refused_to_raise(AGENT, description(limits::TEXT + 1)),
        Refusal::TooLong { field: Field::Description, .. }
    ));
}

#[test]
fn lists_hold_at_their_edges() {
    let desk = Desk::new(0);
    let raised = desk.raised();
    let tags = |count: usize| (0..count).map(|n| format!("tag {n}")).collect::<Vec<_>>();
    let add = |count| Command::from(Want::Tag { add: tags(count), remove: Vec::new() });
    let changes = desk.decide(Some(&raised), AGENT, &add(limits::TAGS)).unwrap();
    let full: Header = evolve(Some(raised.clone()), &event(AGENT, start(), changes)).unwrap();
    assert_eq!(full.tags.len(), limits::TAGS);
    let refusal = desk.decide(Some(&raised), AGENT, &add(limits::TAGS + 1)).unwrap_err();
    let (length, limit) = (limits::TAGS + 1, limits::TAGS);
    assert_eq!(refusal, Refusal::TooLong { field: Field::Tags, length, limit });

    let one_more = |remove: &[&str]| {
        let remove = remove.iter().map(|tag| (*tag).to_owned()).collect();
        desk.decide(Some(&full), AGENT, &Want::Tag { add: vec!["more".to_owned()], remove }.into())
    };
    assert_eq!(one_more(&[]), Err(Refusal::TooLong { field: Field::Tags, length, limit }));
    assert!(one_more(&["tag 0"]).is_ok(), "one goes as the other comes");

    let wants = |count: usize| Command { wants: (0..count).map(|n| note(&n.to_string())).collect() };
    assert!(desk.decide(Some(&raised), AGENT, &wants(limits::WANTS)).is_ok());
    let (length, limit) = (limits::WANTS + 1, limits::WANTS);
    assert_eq!(
        desk.decide(Some(&raised), AGENT, &wants(limits::WANTS + 1)),
        Err(Refusal::TooLong { field: Field::Command, length, limit })
    );
}

/// A ticket that somebody writes on without end stays one that can be read, and that can be finished.
#[test]
fn a_life_has_so_many_moments() {
    let desk = Desk::new(0);
    let say = Command::from(Want::Reply { text: "And another thing".to_owned() });
    let mut header = desk.raised();
    while header.marks.len() < limits::MARKS {
        let changes = desk.decide(Some(&header), REQUESTER, &say).unwrap();
        header = evolve(Some(header), &event(REQUESTER, start(), changes)).unwrap();
    }
    let full = Refusal::TooMuchHappened { limit: limits::MARKS };
    let close = || Want::Transition { to: "closed".into() };
    for command in [
        say,
        note("Hello").into(),
        Want::Prioritise { to: "p1".into() }.into(),
        Want::Transition { to: "open".into() }.into(),
        Command { wants: vec![note("Hello"), close()] },
    ] {
        assert_eq!(desk.decide(Some(&header), AGENT, &command), Err(full.clone()), "{command:?}");
    }
    let changes = desk.decide(Some(&header), AGENT, &close().into()).unwrap();
    let closed = evolve(Some(header), &event(AGENT, start(), changes)).unwrap();
    let reopen = Want::Transition { to: "open".into() };
    assert_eq!(desk.decide(Some(&closed), AGENT, &reopen.into()), Err(full), "and stays finished");
}

/// All of a command or nothing of it.
#[test]
fn one_refused_want_refuses_them_all() {
    let wants = vec![note("Hello"), Want::Prioritise { to: "p9".into() }];
    assert!(matches!(refused(AGENT, Command { wants }), Refusal::UnknownPriority { .. }));
    let desk = Desk::new(0);
    let wants = vec![Want::Transition { to: "open".into() }, Want::Transition { to: "resolved".into() }];
    let changes = desk.decide(Some(&desk.raised()), AGENT, &Command { wants }).unwrap();
    assert!(changes.iter().all(|change| matches!(change, Change::Transitioned { .. })));
    assert_eq!(changes.len(), 2, "the second is decided on what the first leads to");
}
