//! Hostile clients: what each tries and the exact answer it gets, while somebody honest works and is not harmed.
//! `docs/api.md` has the same as a table.

mod bodies;
mod edges;
mod events;
mod floods;
mod slow;
mod times;
mod tokens;
mod views;

use std::fs::read_to_string;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{Client, Reply, TestServer};

/// Within what somebody honest must be answered whatever goes on. The server itself gives up after 30 s.
const ENDURED: Duration = Duration::from_secs(10);
/// The pace of somebody honest who is quick.
const PACE: Duration = Duration::from_millis(30);

/// Runs an attack while Ben works, and shows that it did Ben no harm: everything he sent was accepted in time, and his
/// ticket is what he made of it and nothing else.
fn beside_honest_work<T>(server: &TestServer, attack: impl FnOnce() -> T) -> T {
    let ben = server.sign_in("ben");
    let ticket = ben.raise("Honest work");
    let over = AtomicBool::new(false);
    let (came_of_it, mut said) = thread::scope(|scope| {
        let work = scope.spawn(|| work(&ben, &ticket, &over));
        let came_of_it = {
            let _over = Over(&over);
            attack()
        };
        (came_of_it, work.join().unwrap())
    });
    say(&ben, &ticket, &mut said);
    let path = format!("/api/v1/tickets/{}/history", ticket["id"].as_str().unwrap());
    let history = ben.get(&path).with_status(200).body;
    let events = history["events"].as_array().unwrap();
    assert!(events.iter().all(|recorded| recorded["event"]["by"] == ben.id()));
    let texts: Vec<&Value> =
        events.iter().skip(1).map(|recorded| &recorded["event"]["changes"][0]["text"]).collect();
    assert_eq!(texts, said.iter().collect::<Vec<_>>());
    came_of_it
}

/// Says that it is over, also when the attack failed as a test.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

fn work(ben: &Client, ticket: &Value, over: &AtomicBool) -> Vec<Value> {
    let mut said = Vec::new();
    while !over.load(Ordering::Relaxed) || said.len() < 3 {
        say(ben, ticket, &mut said);
        thread::sleep(PACE);
    }
    said
}

fn say(ben: &Client, ticket: &Value, said: &mut Vec<Value>) {
    let text = json!(format!("Step {}", said.len()));
    let start = Instant::now();
    let answers = ben.push(&[ben.event(ticket, json!({"kind": "replied", "text": text}))]);
    assert_eq!(answers[0]["verdict"], "accepted", "{answers:?}");
    assert!(start.elapsed() < ENDURED, "an honest push took {:?}", start.elapsed());
    said.push(text);
}

/// The most memory that the server ever took, in MiB. Where the system does not tell, nothing is shown.
fn peak_mib(server: &TestServer) -> u64 {
    let status = read_to_string(format!("/proc/{}/status", server.process())).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) / 1024
}

/// The answer is this problem, and says it shortly.
fn assert_problem(reply: &Reply, status: u16, kind: &str) {
    assert_eq!(reply.status, status, "{}", reply.text);
    assert_eq!(reply.body["type"], format!("urn:holdfast:problem:{kind}"), "{}", reply.text);
    assert_eq!(reply.header("content-type"), "application/problem+json");
    assert!(reply.text.len() < 4_000, "an answer of {} bytes", reply.text.len());
}

/// The rule in a verdict.
fn rule(answer: &Value) -> &str {
    assert_eq!(answer["verdict"], "rejected", "{answer}");
    answer["refusal"]["refusal"]["rule"].as_str().unwrap()
}

/// A connection on which anything can be said.
struct Wire(TcpStream);

impl Wire {
    fn open(server: &TestServer) -> Self {
        let stream = TcpStream::connect(server.url.strip_prefix("http://").unwrap()).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        Self(stream)
    }

    fn say(&mut self, bytes: impl AsRef<[u8]>) -> io::Result<()> {
        self.0.write_all(bytes.as_ref())
    }

    /// All there is to hear until the server closes: the status, if there is one, and the text.
    fn hear(mut self) -> (Option<u16>, String) {
        let mut bytes = Vec::new();
        // A connection that is reset has said what it said.
        self.0.read_to_end(&mut bytes).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let status = text.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.get(..3)?.parse().ok());
        (status, text)
    }
}

/// The head of a request after which the connection closes, ready for further fields.
fn head(method: &str, path: &str, token: Option<&str>) -> String {
    let token = token.map_or(String::new(), |token| format!("authorization: Bearer {token}\r\n"));
    format!(
        "{method} {path} HTTP/1.1\r\nhost: desk\r\nconnection: close\r\ncontent-type: application/json\r\n{token}"
    )
}

/// What is sent is said as it is, and answered.
fn exchange(server: &TestServer, bytes: impl AsRef<[u8]>) -> (Option<u16>, String) {
    let mut wire = Wire::open(server);
    // The server may answer and close before it has heard everything.
    wire.say(bytes).unwrap_or_default();
    wire.hear()
}
