//! Clients that send as much as they can.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use serde_json::{Value, json};

use super::{Wire, assert_problem, beside_honest_work, head, peak_mib, rule};
use crate::support::{Client, TestServer, eventually};

const PUSH: &str = "/api/v1/push";
/// docs/api.md: the points that a person has, and how fast they come back.
const POINTS: usize = 20_000;
const EACH_SECOND: usize = 50;
const REFUSED: usize = 20;

/// What one hostile person sends again and again from several connections, until they are told to wait.
fn flood(server: &TestServer, hostile: &Client, body: impl Fn() -> Value + Sync) -> (usize, u64) {
    let (sent, wait) = (AtomicUsize::new(0), AtomicUsize::new(0));
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while wait.load(Ordering::Relaxed) == 0 {
                    let reply = server.request("POST", PUSH, Some(&hostile.token), Some(&body()));
                    if reply.status == 429 {
                        assert_problem(&reply, 429, "too-many-requests");
                        let seconds: usize = reply.header("retry-after").parse().unwrap();
                        wait.fetch_max(seconds, Ordering::Relaxed);
                    } else {
                        sent.fetch_add(1, Ordering::Relaxed);
                    }
                }
            });
        }
    });
    (sent.into_inner(), wait.into_inner() as u64)
}

#[test]
fn a_million_tiny_batches_are_answered_with_patience() {
    let server = TestServer::start();
    let ana = server.sign_in("ana");
    let ticket = ana.raise("Again and again");
    let epoch = ana.pull()["epoch"].clone();
    let before = peak_mib(&server);
    let start = Instant::now();
    let (sent, wait) = beside_honest_work(&server, || {
        flood(&server, &ana, || {
            let refused = ana.event(&ticket, json!({"kind": "prioritised", "to": "p99"}));
            json!({"epoch": epoch, "events": [refused]})
        })
    });
    let points = POINTS + EACH_SECOND * (start.elapsed().as_secs() as usize + 1);
    assert!(sent <= points / (REFUSED + 1) + 2, "{sent} pushes for {points} points");
    assert!((1..=60).contains(&wait), "{wait} seconds");
    let kept = Connection::open(server.database()).unwrap();
    let kept: i64 = kept.query_row("SELECT count(*) FROM rejections", [], |row| row.get(0)).unwrap();
    assert_eq!(kept, sent as i64, "every refusal is kept, and there are as many as were paid for");
    let grown = peak_mib(&server) - before;
    assert!(grown < 64, "{grown} MiB more");
    // The server itself is as quick as ever, for everybody else and soon for her.
    server.sign_in("lena").get("/api/v1/session").with_status(200);
    eventually("points to come back", || ana.get("/api/v1/session").status == 200);
}

#[test]
fn garbage_is_paid_for_by_its_size() {
    let server = TestServer::start();
    let ana = server.sign_in("ana");
    let garbage = json!({"epoch": uuid::Uuid::nil(), "events": ["x".repeat(1024 * 1024)]});
    let before = peak_mib(&server);
    let (sent, _) = beside_honest_work(&server, || flood(&server, &ana, || garbage.clone()));
    assert!(sent <= POINTS / 1024 + 4, "{sent} MiB of garbage were taken");
    let grown = peak_mib(&server) - before;
    assert!(grown < 128, "{grown} MiB more");
}

/// An honest device that was offline for a month is not held up: what it may send at once is more than it has.
#[test]
fn ten_thousand_events_of_an_honest_device_are_taken_at_once() {
    let server = TestServer::start();
    let ana = server.sign_in("ana");
    let epoch = ana.pull()["epoch"].clone();
    for _ in 0..20 {
        let events: Vec<Value> = (0..500).map(|_| ana.creation("Made offline")).collect();
        let reply = ana.post(PUSH, &json!({"epoch": epoch, "events": events})).with_status(200);
        assert_eq!(reply.body["answers"].as_array().unwrap().len(), 500);
    }
}

#[test]
fn one_person_has_so_many_requests_under_way_and_no_more() {
    let server = TestServer::start();
    let (ana, lena) = (server.sign_in("ana"), server.sign_in("lena"));
    beside_honest_work(&server, || {
        let mut open = Vec::new();
        eventually("all of them to be under way", || {
            let mut wire = Wire::open(&server);
            wire.say(format!("{}content-length: 10\r\n\r\n", head("POST", PUSH, Some(&ana.token)))).unwrap();
            open.push(wire);
            ana.get("/api/v1/session").status == 429
        });
        assert!(open.len() >= 16);
        let refused = ana.get("/api/v1/session");
        assert_problem(&refused, 429, "too-many-requests");
        assert_eq!(refused.header("retry-after"), "1");
        lena.get("/api/v1/session").with_status(200);
        drop(open);
        eventually("a place to be free", || ana.get("/api/v1/session").status == 200);
    });
}

/// Pushes are decided one after the other, so nobody fills the row with theirs.
#[test]
fn one_person_has_two_pushes_under_way_and_no_more() {
    let server = TestServer::start();
    let ana = server.sign_in("ana");
    let epoch = ana.pull()["epoch"].clone();
    let events: Vec<Value> = (0..500).map(|_| ana.creation("One of many")).collect();
    let body = json!({"epoch": epoch, "events": events});
    let (told, taken) = (AtomicUsize::new(0), AtomicUsize::new(0));
    beside_honest_work(&server, || {
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    let reply = ana.post(PUSH, &body);
                    if reply.status == 429 {
                        assert_problem(&reply, 429, "too-many-requests");
                        assert_eq!(reply.header("retry-after"), "1");
                        told.fetch_add(1, Ordering::Relaxed);
                    } else {
                        reply.with_status(200);
                        taken.fetch_add(1, Ordering::Relaxed);
                    }
                });
            }
        });
    });
    let (told, taken) = (told.into_inner(), taken.into_inner());
    assert!(told > 0 && taken >= 2, "{taken} taken, {told} told to wait");
}

/// Strangers cost a lookup; whoever is signed in does not wait for them.
#[test]
fn strangers_keep_nobody_from_working() {
    let server = TestServer::start();
    let before = peak_mib(&server);
    let over = Instant::now() + Duration::from_secs(3);
    beside_honest_work(&server, || {
        thread::scope(|scope| {
            for attacker in 0..8 {
                let server = &server;
                scope.spawn(move || {
                    let mut n = 0;
                    while Instant::now() < over {
                        n += 1;
                        let (path, body, kind) = match attacker % 4 {
                            0 => (PUSH, json!([]), "not-signed-in"),
                            1 => (
                                "/api/v1/session/refresh",
                                json!({"refresh_token": format!("{n}")}),
                                "not-signed-in",
                            ),
                            _ => {
                                let login = format!("nobody {attacker} {n}");
                                (
                                    "/api/v1/session",
                                    json!({"login": login, "password": "guess"}),
                                    "wrong-password",
                                )
                            }
                        };
                        assert_problem(&server.request("POST", path, None, Some(&body)), 401, kind);
                    }
                });
            }
        });
    });
    let grown = peak_mib(&server) - before;
    assert!(grown < 96, "{grown} MiB more: two passwords of 19 MiB at a time");
}

/// Refused events hold nobody up, and what stands behind them on other tickets is taken.
#[test]
fn five_hundred_refusals_in_one_push_are_five_hundred_answers() {
    let server = TestServer::start();
    let ana = server.sign_in("ana");
    let events: Vec<Value> = (0..500)
        .map(|_| ana.event(&json!({"id": uuid::Uuid::now_v7()}), json!({"kind": "noted", "text": "x"})))
        .collect();
    let answers = beside_honest_work(&server, || ana.push(&events));
    assert_eq!(answers.len(), 500);
    assert!(answers.iter().all(|answer| rule(answer) == "no_such_ticket"));
    assert_eq!(ana.push(&events), answers, "the same for ever");
}
