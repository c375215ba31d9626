//! Bodies that are too much: in bytes, in depth, in number, or packed.

use std::io::Write;
use std::thread;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use super::{Wire, assert_problem, beside_honest_work, exchange, head, peak_mib};
use crate::support::{Client, Reply, TestServer};

const PUSH: &str = "/api/v1/push";
const MIB: usize = 1024 * 1024;
/// Bodies that are thrown away as they come leave nothing behind but what connections take.
const LITTLE_MIB: u64 = 24;

fn send(client: &Client, body: impl Into<Vec<u8>>) -> Reply {
    let json = [("content-type", "application/json")];
    client.server.send("POST", PUSH, Some(&client.token), Some(body.into()), &json)
}

/// Sends a body bit by bit; how much of it went out, and what came back.
fn pour(server: &TestServer, head: &str, size: usize, chunked: bool) -> (usize, Option<u16>, String) {
    let mut wire = Wire::open(server);
    let length =
        if chunked { "transfer-encoding: chunked".to_owned() } else { format!("content-length: {size}") };
    wire.say(format!("{head}{length}\r\n\r\n")).unwrap();
    let piece = vec![b'['; 64 * 1024];
    let framed = if chunked { [b"10000\r\n", &piece[..], b"\r\n"].concat() } else { piece };
    let mut sent = 0;
    while sent < size && wire.say(&framed).is_ok() {
        sent += 64 * 1024;
    }
    let (status, text) = wire.hear();
    (sent, status, text)
}

#[test]
fn a_hundred_megabytes_are_refused_before_they_are_sent() {
    let server = TestServer::start();
    let ana = server.sign_in("ana");
    beside_honest_work(&server, || {
        let before = peak_mib(&server);
        for (token, chunked) in
            [(Some(ana.token.as_str()), false), (Some(&ana.token), true), (None, false), (None, true)]
        {
            let (sent, status, text) = pour(&server, &head("POST", PUSH, token), 100 * MIB, chunked);
            assert!(sent < 100 * MIB, "it was cut off after {sent} bytes");
            // Where all of it was on its way already, a reset may be all that is heard.
            if status.is_some() {
                assert_eq!(status, Some(413), "{text}");
                assert!(text.contains("urn:holdfast:problem:too-large"), "{text}");
            }
        }
        let grown = peak_mib(&server) - before;
        assert!(grown < LITTLE_MIB, "{grown} MiB more");
    });
}

#[test]
fn a_body_one_byte_too_large_is_told_so() {
    let server = TestServer::start();
    let ana = server.sign_in("ana");
    let fitting = |size: usize| {
        let body = json!({"epoch": uuid::Uuid::nil(), "events": []}).to_string();
        [body.as_bytes(), &vec![b' '; size - body.len()]].concat()
    };
    assert_eq!(send(&ana, fitting(4 * MIB)).with_status(200).body["answers"], json!([]));
    let refused = send(&ana, fitting(4 * MIB + 1));
    assert_problem(&refused, 413, "too-large");
    assert!(refused.body["detail"].as_str().unwrap().contains("4194304"));
    let stranger = json!({"login": "x".repeat(16 * 1024), "password": ""});
    let refused = server.post("/api/v1/session", &stranger);
    assert_problem(&refused, 413, "too-large");
    assert!(refused.body["detail"].as_str().unwrap().contains("16384"));
    // A device whose token has run out must hear that, and not that it sends too much.
    let late =
        server.send("POST", PUSH, Some("a.b.c"), Some(fitting(MIB)), &[("content-type", "application/json")]);
    assert_problem(&late, 401, "not-signed-in");
}

#[test]
fn nothing_is_unpacked() {
    let server = TestServer::start();
    let ana = server.sign_in("ana");
    let mut bomb = GzEncoder::new(Vec::new(), Compression::best());
    for _ in 0..512 {
        bomb.write_all(&vec![b' '; MIB]).unwrap();
    }
    let bomb = bomb.finish().unwrap();
    assert!(bomb.len() < MIB);
    beside_honest_work(&server, || {
        let before = peak_mib(&server);
        for encoding in ["gzip", "GZIP", "x-gzip", "deflate", "br", "zstd", "identity, gzip", "nonsense"] {
            let headers = [("content-type", "application/json"), ("content-encoding", encoding)];
            let refused = server.send("POST", PUSH, Some(&ana.token), Some(bomb.clone()), &headers);
            assert_problem(&refused, 415, "encoded");
            assert_eq!(refused.header("accept-encoding"), "identity");
        }
        assert_problem(&send(&ana, bomb), 400, "malformed-json");
        let grown = peak_mib(&server) - before;
        assert!(grown < LITTLE_MIB, "{grown} MiB more");
    });
    let plain = [("content-type", "application/json"), ("content-encoding", "identity")];
    let body = json!({"epoch": uuid::Uuid::nil(), "events": []}).to_string().into_bytes();
    server.send("POST", PUSH, Some(&ana.token), Some(body), &plain).with_status(200);
}

/// A push of one event with this text in the place of a change.
fn push_of(client: &Client, change: &str) -> Vec<u8> {
    let event = client.event(&json!({"id": uuid::Uuid::now_v7()}), json!("HERE"));
    let body = json!({"epoch": client.pull()["epoch"], "events": [event]}).to_string();
    body.replace("\"HERE\"", change).into_bytes()
}

#[test]
fn what_is_not_json_is_told_so() {
    let server = TestServer::start();
    let ana = server.sign_in("ana");
    let nested = |open: &str, close: &str, depth: usize| open.repeat(depth) + "1" + &close.repeat(depth);
    let with = |inner: &str| push_of(&ana, &format!(r#"{{"kind":"teleported","x":{inner}}}"#));
    let bytes = |inner: &[u8]| {
        let (text, at) = (with("\"@\""), with("\"@\"").iter().position(|byte| *byte == b'@').unwrap());
        [&text[..at], inner, &text[at + 1..]].concat()
    };
    beside_honest_work(&server, || {
        for (what, body) in [
            ("deep arrays", with(&nested("[", "]", 100_000))),
            ("deep objects", with(&nested("{\"a\":", "}", 100_000))),
            ("deeper than 128", with(&nested("[", "]", 128))),
            ("a deep body", nested("[", "]", 100_000).into_bytes()),
            ("deep and never closed", vec![b'['; 4 * MIB - 1]),
            ("invalid UTF-8", bytes(b"\xff\xfe")),
            ("overlong UTF-8", bytes(b"\xc0\x80")),
            ("a surrogate in UTF-8", bytes(b"\xed\xa0\x80")),
            ("a lone surrogate", bytes(b"\\ud800")),
            ("a lone low surrogate", bytes(b"\\udc00")),
            ("surrogates in the wrong order", bytes(b"\\udc00\\ud800")),
            ("a bare NUL", bytes(b"\0")),
            ("a number beyond all numbers", with("1e400")),
            ("a long number", with(&"9".repeat(1_000_000))),
            ("UTF-16", "{}".encode_utf16().flat_map(u16::to_le_bytes).collect()),
            ("a mark before it", [b"\xef\xbb\xbf", &with("1")[..]].concat()),
            ("NaN", with("NaN")),
            ("nothing", Vec::new()),
        ] {
            let answer = send(&ana, body);
            // The same from all: it is not read far enough to say more.
            assert!(answer.status == 400 || what == "a deep body" || what.starts_with("deep and"), "{what}");
            let kind = if answer.status == 400 { "malformed-json" } else { "invalid-body" };
            assert_problem(&answer, if answer.status == 400 { 400 } else { 422 }, kind);
        }
    });
}

/// Twice the same key: nowhere for what the protocol names, and in a change the last one counts, as elsewhere in JSON.
#[test]
fn a_key_twice_is_refused_or_the_last_one_counts() {
    let server = TestServer::start();
    let ana = server.sign_in("ana");
    let body = format!(r#"{{"epoch":"{0}","epoch":"{0}","events":[]}}"#, uuid::Uuid::nil());
    let refused = send(&ana, body);
    assert_problem(&refused, 422, "invalid-body");
    assert!(refused.body["detail"].as_str().unwrap().contains("duplicate field `epoch`"));
    let ticket = ana.raise("Twice");
    let event = ana.event(&ticket, json!("HERE"));
    let body = json!({"epoch": ana.pull()["epoch"], "events": [event]}).to_string();
    let change = r#"{"kind":"noted","kind":"replied","text":"one","text":"two"}"#;
    send(&ana, body.replace("\"HERE\"", change)).with_status(200);
    let last = ana.pull()["events"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(last["event"]["changes"], json!([{"kind": "replied", "text": "two"}]));
}

#[test]
fn a_hundred_thousand_fields_are_looked_through_once() {
    let server = TestServer::start();
    let ana = server.sign_in("ana");
    let mut change: serde_json::Map<String, Value> =
        (0..100_000).map(|n| (format!("k{n}"), json!(n))).collect();
    change.insert("kind".to_owned(), json!("replied"));
    change.insert("text".to_owned(), json!(5));
    let body = push_of(&ana, &json!(change).to_string());
    beside_honest_work(&server, || {
        let start = Instant::now();
        let answer = send(&ana, body);
        assert!(start.elapsed() < Duration::from_secs(5), "it took {:?}", start.elapsed());
        assert_problem(&answer, 422, "invalid-body");
        assert_eq!(answer.body["pointer"], "/events/0/event/changes/0");
    });
}

#[test]
fn an_answer_does_not_repeat_what_is_long() {
    let server = TestServer::start();
    let ana = server.sign_in("ana");
    let long = "x".repeat(3 * MIB);
    for body in [
        json!({&long: 1}),
        json!({"epoch": long, "events": []}),
        json!({"epoch": uuid::Uuid::nil(), "events": [{&long: 1}]}),
    ] {
        assert_problem(&send(&ana, body.to_string()), 422, "invalid-body");
    }
    let answer = send(&ana, push_of(&ana, &json!({"kind": "replied", "text": "x", &long: 1}).to_string()));
    assert_problem(&answer, 422, "invalid-body");
    assert_eq!(answer.body["pointer"], "/events/0/event/changes/0");
}

#[test]
fn a_push_holds_from_none_to_a_thousand_events() {
    let server = TestServer::start();
    let ana = server.sign_in("ana");
    let (epoch, head) = (ana.pull()["epoch"].clone(), ana.pull()["head"].clone());
    let push = |events: &[Value]| ana.post(PUSH, &json!({"epoch": epoch, "events": events}));
    assert_eq!(push(&[]).with_status(200).body["answers"], json!([]));
    let events: Vec<Value> = (0..1_001).map(|_| ana.creation("One of many")).collect();
    let refused = push(&events);
    assert_problem(&refused, 422, "invalid-body");
    assert_eq!(refused.body["pointer"], "/events");
    assert_eq!(ana.pull()["head"], head);
    assert_eq!(push(&events[..1_000]).with_status(200).body["answers"].as_array().unwrap().len(), 1_000);
}

/// What takes thirty times its size while it is read is read a little at a time, however much comes at once.
#[test]
fn bodies_that_swell_are_read_a_few_at_a_time() {
    let server = TestServer::start();
    let people: Vec<Client> = ["ana", "lena", "marek"].map(|login| server.sign_in(login)).into();
    let swelling = format!(r#"{{"kind":"teleported","x":[{}0]}}"#, "0,".repeat(2 * MIB - 1_000));
    let requests: Vec<Vec<u8>> = people
        .iter()
        .map(|client| {
            let body = push_of(client, &swelling);
            let head = head("POST", PUSH, Some(&client.token));
            [format!("{head}content-length: {}\r\n\r\n", body.len()).as_bytes(), &body].concat()
        })
        .collect();
    beside_honest_work(&server, || {
        let before = peak_mib(&server);
        thread::scope(|scope| {
            for request in requests.iter().cycle().take(36) {
                let server = &server;
                scope.spawn(move || {
                    let (status, text) = exchange(server, request);
                    assert!(status == Some(200) || status == Some(429), "{text}");
                });
            }
        });
        let grown = peak_mib(&server) - before;
        assert!(grown < 512, "{grown} MiB more");
    });
}

/// What many long events are read in is a page after the other, for agents and requesters, with nothing left out.
#[test]
fn a_page_holds_no_more_than_fits() {
    let server = TestServer::start();
    let (ana, lena) = (server.sign_in("ana"), server.sign_in("lena"));
    let ticket = lena.raise("Long");
    let text = "x".repeat(20_000);
    let mut said = Vec::new();
    for _ in 0..4 {
        let replies: Vec<Value> =
            (0..150).map(|_| ana.event(&ticket, json!({"kind": "replied", "text": text}))).collect();
        said.extend(replies.iter().map(|reply| reply["event"]["id"].clone()));
        assert_eq!(ana.push(&replies).len(), 150);
    }
    for reader in [&ana, &lena] {
        let (mut cursor, mut read, mut pages) = (json!(0), Vec::new(), 0);
        loop {
            let page = reader.get(&format!("/api/v1/pull?after={cursor}")).with_status(200);
            assert!(page.text.len() < 5 * MIB, "{} bytes", page.text.len());
            read.extend(page.body["events"].as_array().unwrap().iter().map(|e| e["event"]["id"].clone()));
            (cursor, pages) = (page.body["cursor"].clone(), pages + 1);
            if cursor == page.body["head"] {
                break;
            }
        }
        assert!(pages >= 3, "{pages} pages");
        assert_eq!(read[read.len() - said.len()..], said);
        read.sort_by_key(Value::to_string);
        assert!(read.windows(2).all(|pair| pair[0] != pair[1]), "nothing twice");
    }
}
