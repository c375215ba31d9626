//! Clients that keep the server waiting.

use std::net::Shutdown;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::{Wire, beside_honest_work, head};
use crate::support::{TestServer, eventually};

/// A server that waits for so many seconds.
fn impatient(seconds: &str) -> TestServer {
    TestServer::start_in(TempDir::new().unwrap(), &["--demo", "--patience", seconds])
}

/// By when each of them must have been cut off. Far more than two seconds, and far less than they would take.
const CUT_OFF: Duration = Duration::from_secs(20);

/// Says one byte now and then until the server has had enough; what it then says.
fn trickle(mut wire: Wire, bytes: &[u8]) -> Option<u16> {
    let start = Instant::now();
    for byte in bytes.iter().cycle() {
        if wire.say([*byte]).is_err() {
            break;
        }
        // The pace of the attack.
        thread::sleep(Duration::from_millis(200));
        assert!(start.elapsed() < CUT_OFF, "nobody cut it off");
        wire.0.set_nonblocking(true).unwrap();
        let closed =
            !matches!(wire.0.peek(&mut [0]), Err(error) if error.kind() == std::io::ErrorKind::WouldBlock);
        wire.0.set_nonblocking(false).unwrap();
        if closed {
            break;
        }
    }
    wire.hear().0
}

#[test]
fn whoever_trickles_is_cut_off_in_time() {
    let server = impatient("2");
    let ana = server.sign_in("ana");
    let token = Some(ana.token.as_str());
    beside_honest_work(&server, || {
        thread::scope(|scope| {
            let heads: Vec<_> = (0..60)
                .map(|_| scope.spawn(|| trickle(Wire::open(&server), b"GET / HTTP/1.1\r\nx")))
                .collect();
            let bodies: Vec<_> = (0..60)
                .map(|n| {
                    let (server, path) = (&server, "/api/v1/push");
                    // As many as one person may have under way, and strangers beyond.
                    let head = head("POST", path, token.filter(|_| n < 8));
                    let length =
                        if n % 2 == 0 { "content-length: 4000000" } else { "transfer-encoding: chunked" };
                    scope.spawn(move || {
                        let mut wire = Wire::open(server);
                        wire.say(format!("{head}{length}\r\n\r\n")).unwrap();
                        trickle(wire, b"1\r\n[\r\n")
                    })
                })
                .collect();
            let silent: Vec<_> = (0..60).map(|_| scope.spawn(|| Wire::open(&server).hear().0)).collect();
            for head in heads {
                assert_eq!(head.join().unwrap(), None, "who never says what they want is closed on");
            }
            for body in bodies {
                let told = body.join().unwrap();
                assert!(matches!(told, Some(503 | 400) | None), "{told:?}");
            }
            for silent in silent {
                assert_eq!(silent.join().unwrap(), None);
            }
        });
    });
    ana.get("/api/v1/session").with_status(200);
}

/// Verifies: F62. An answer that nobody takes ends with its connection, and what it held is free again.
#[test]
fn whoever_does_not_listen_is_cut_off_in_time() {
    let server = impatient("10");
    let ana = server.sign_in("ana");
    let ticket = ana.raise("Long");
    let long = "x".repeat(20_000);
    for _ in 0..4 {
        let events: Vec<Value> =
            (0..150).map(|_| ana.event(&ticket, json!({"kind": "noted", "text": long}))).collect();
        assert_eq!(ana.push(&events).len(), 150);
    }
    beside_honest_work(&server, || {
        // More than the buffers of a connection take.
        let path = format!("/api/v1/tickets/{}/history", ticket["id"].as_str().unwrap());
        let ask = format!("{}\r\n", head("GET", &path, Some(&ana.token)));
        let mut deaf = Vec::new();
        // Until all that one person may have under way is.
        eventually("the last place to be taken", || {
            let mut wire = Wire::open(&server);
            wire.say(&ask).unwrap();
            deaf.push(wire);
            ana.get("/api/v1/session").status == 429
        });
        assert!(deaf.len() >= 16);
        eventually("a place to be free again", || ana.get("/api/v1/session").status == 200);
        let cut = deaf.into_iter().map(Wire::hear).find(|(status, text)| {
            // Those that had no place were told so, and those that are heard in time are told all of it.
            *status == Some(200) && text.len() < 12_000_000
        });
        assert!(cut.is_some(), "nobody was cut off");
    });
}

/// Whoever holds more connections than there are keeps others waiting until they are cut off, and no longer.
#[test]
fn connections_run_out_for_a_moment_only() {
    let server = impatient("2");
    beside_honest_work(&server, || {
        let mut held = Vec::new();
        for _ in 0..2_100 {
            held.push(Wire::open(&server));
        }
        server.get("/api/v1/health").with_status(200);
        for wire in held {
            wire.0.shutdown(Shutdown::Both).unwrap_or_default();
        }
    });
}
