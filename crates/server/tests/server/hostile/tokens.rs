//! Tokens that are old, bent, borrowed or guessed.

use std::io::Write;
use std::process::Stdio;
use std::sync::Mutex;
use std::thread;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use holdfast_desk::PersonId;
use holdfast_server::auth::token::{self, Access};
use holdfast_server::clock;
use holdfast_server::storage::Storage;
use serde_json::json;

use super::{Wire, assert_problem, beside_honest_work, head};
use crate::support::{Client, TestServer, holdfast};

const WHO: &str = "/api/v1/session";

fn refused(server: &TestServer, token: &str) {
    let reply = server.request("GET", WHO, Some(token), None);
    assert_problem(&reply, 401, "not-signed-in");
    assert_eq!(reply.header("www-authenticate"), "Bearer");
    let push = json!({"epoch": uuid::Uuid::nil(), "events": []});
    assert_problem(&server.request("POST", "/api/v1/push", Some(token), Some(&push)), 401, "not-signed-in");
}

fn refresh(client: &Client) -> serde_json::Value {
    json!({"refresh_token": client.session["refresh_token"]})
}

#[test]
fn a_token_of_a_session_that_was_signed_out_is_worth_nothing() {
    let server = TestServer::start();
    let (ana, elsewhere) = (server.sign_in("ana"), server.sign_in("ana"));
    beside_honest_work(&server, || {
        ana.delete(WHO, &refresh(&ana)).with_status(204);
        refused(&server, &ana.token);
        assert_problem(&server.post("/api/v1/session/refresh", &refresh(&ana)), 401, "not-signed-in");
        elsewhere.get(WHO).with_status(200);
    });
}

#[test]
fn another_password_ends_every_token_at_once() {
    let server = TestServer::start();
    let (ana, elsewhere) = (server.sign_in("ana"), server.sign_in("ana"));
    let command = |mut command: std::process::Command| {
        let mut child = command.stdin(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(b"quite another\n").unwrap();
        assert!(child.wait().unwrap().success());
    };
    beside_honest_work(&server, || {
        let mut change = holdfast();
        change.args(["password", "ana", "--database"]).arg(server.database());
        command(change);
        for stolen in [&ana, &elsewhere] {
            refused(&server, &stolen.token);
            assert_problem(&server.post("/api/v1/session/refresh", &refresh(stolen)), 401, "not-signed-in");
        }
    });
}

#[test]
fn a_token_that_is_bent_or_made_up_is_refused() {
    let server = TestServer::start();
    let (ana, ben) = (server.sign_in("ana"), server.sign_in("ben"));
    let storage = Storage::open(&server.database()).unwrap();
    let secret = storage.read(|view| view.existing_workspace()).unwrap().token_secret;
    let access = |client: &Client| Access {
        person: PersonId(client.id().parse().unwrap()),
        session: token::digest(client.session["refresh_token"].as_str().unwrap()),
    };
    let issued = |access, seconds| token::issue_access(&secret, access, clock::now().plus_seconds(seconds));
    beside_honest_work(&server, || {
        for index in 0..ana.token.len() {
            let mut bent = ana.token.clone().into_bytes();
            bent[index] ^= 1;
            refused(&server, &String::from_utf8(bent).unwrap().replace(['\u{7f}', ' '], "_"));
        }
        refused(&server, &issued(access(&ana), -token::ACCESS_SECONDS));
        let in_bens_name = Access { person: access(&ben).person, ..access(&ana) };
        refused(&server, &issued(in_bens_name, 0));
        refused(&server, &issued(Access { session: [0; 32], ..access(&ana) }, 0));
        let nobody = Access { person: PersonId(uuid::Uuid::nil()), ..access(&ana) };
        refused(&server, &issued(nobody, 0));
        refused(&server, &token::issue_access(b"", access(&ana), clock::now()));
        let parts: Vec<&str> = ana.token.split('.').collect();
        for algorithm in ["none", "None", "HS512", "RS256", "HS256"] {
            let header = BASE64.encode(format!(r#"{{"alg":"{algorithm}"}}"#));
            refused(&server, &format!("{header}.{}.", parts[1]));
            refused(&server, &format!("{header}.{}.{}", parts[1], parts[2]));
        }
        for made_up in ["", "a", "..", &format!("{}.{}.", parts[0], parts[1]), &"x".repeat(30_000)] {
            refused(&server, made_up);
        }
        refused(&server, ana.session["refresh_token"].as_str().unwrap());
    });
}

#[test]
fn a_refresh_token_is_its_owners() {
    let server = TestServer::start();
    let (ana, ben) = (server.sign_in("ana"), server.sign_in("ben"));
    ana.delete(WHO, &refresh(&ben)).with_status(204);
    let again = server.post("/api/v1/session/refresh", &refresh(&ben)).with_status(200).body;
    assert_eq!(again["person"]["id"], ben.id(), "nobody ends or takes it by guessing whose it is");
    for guessed in ["", "x", &ana.token, &"x".repeat(10_000)] {
        let body = json!({"refresh_token": guessed});
        assert_problem(&server.post("/api/v1/session/refresh", &body), 401, "not-signed-in");
    }
}

/// A thousand guesses at once are no more guesses than one after the other.
#[test]
fn guesses_at_once_are_counted_as_well() {
    let server = TestServer::start();
    let ana = server.sign_in("ana");
    let answers = Mutex::new(Vec::new());
    beside_honest_work(&server, || {
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for n in 0..5 {
                        let guess = json!({"login": "ana", "password": format!("guess {n}")});
                        let reply = server.post("/api/v1/session", &guess);
                        let kind = if reply.status == 401 { "wrong-password" } else { "too-many-attempts" };
                        assert_problem(&reply, reply.status, kind);
                        assert!(reply.status == 401 || reply.header("retry-after").parse::<u32>().is_ok());
                        answers.lock().unwrap().push(reply.status);
                    }
                });
            }
        });
        ana.get(WHO).with_status(200);
        server.sign_in("lena");
    });
    let answers = answers.into_inner().unwrap();
    assert_eq!(answers.iter().filter(|status| **status == 401).count(), 10, "{answers:?}");
    assert_eq!(answers.iter().filter(|status| **status == 429).count(), 30);
}

#[test]
fn a_token_counts_in_one_place_alone() {
    let server = TestServer::start();
    let ana = server.sign_in("ana");
    let ask = |line: &str| {
        let mut wire = Wire::open(&server);
        wire.say(format!("{}{line}\r\n\r\n", head("GET", WHO, None))).unwrap();
        wire.hear().0
    };
    assert_eq!(ask(&format!("authorization: bearer {}", ana.token)), Some(200));
    for line in [
        format!("authorization: Basic {}", ana.token),
        format!("authorization: {}", ana.token),
        format!("cookie: authorization={}", ana.token),
        format!("x-authorization: Bearer {}", ana.token),
        format!("authorization: Bearer nonsense\r\nauthorization: Bearer {}", ana.token),
    ] {
        assert_eq!(ask(&line), Some(401), "{line}");
    }
    server.get(&format!("{WHO}?access_token={}", ana.token)).with_status(401);
}
