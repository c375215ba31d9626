//! Live hints: who listens hears at once that there is something to read.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::{Client, TestServer};

/// docs/api.md: how many devices of one person may listen, and for how long a question stays open.
const LISTENING: usize = 16;
const LONGEST: Duration = Duration::from_secs(15);
/// For so long nothing is heard, to see that nobody is answered too early.
const QUIET: Duration = Duration::from_millis(300);

/// What somebody listens with who knows everything that there is.
fn known(client: &Client) -> String {
    let page = client.pull();
    format!("/api/v1/hints?head={}&reference={}", page["head"], page["reference"])
}

#[test]
fn whoever_listens_hears_of_news_and_of_nothing_else() {
    let server = TestServer::start();
    let (ana, ben, lena) = (server.sign_in("ana"), server.sign_in("ben"), server.sign_in("lena"));
    let path = known(&ben);
    thread::scope(|scope| {
        let (tell, heard) = channel();
        for listener in [&ben, &lena] {
            let (tell, path) = (tell.clone(), &path);
            scope.spawn(move || tell.send(listener.get(path).with_status(200).body).unwrap());
        }
        // Signing in writes to the database, and is nothing to read.
        server.sign_in("ines");
        assert_eq!(heard.recv_timeout(QUIET), Err(RecvTimeoutError::Timeout), "there is nothing yet");
        let began = Instant::now();
        ana.raise("The line is down");
        let head = ana.pull()["head"].clone();
        for _ in 0..2 {
            let hint = heard.recv().unwrap();
            assert_eq!(hint["head"], head, "the same for everybody: it says how much, and nothing of what");
            assert_eq!(hint.as_object().unwrap().len(), 3);
            let spread = hint["spread_ms"].as_u64().unwrap();
            assert!(
                (1..=4).contains(&spread),
                "two listen, and nobody has to wait long for them: {spread} ms"
            );
        }
        assert!(began.elapsed() < LONGEST / 3, "at once, and not when the question ends");
    });
    let behind = json!({"head": 0, "reference": 1});
    let hint = ben.get(&format!("/api/v1/hints?head={}&reference={}", behind["head"], behind["reference"]));
    assert_ne!(hint.with_status(200).body, behind, "who is behind is told without waiting");
    server.get(&path).with_status(401);
    ben.get("/api/v1/hints?head=1").with_status(400);
}

#[test]
fn as_many_listen_as_may_and_a_server_that_stops_lets_them_go() {
    let server = TestServer::start();
    let ana = server.sign_in("ana");
    let (path, token) = (known(&ana), ana.token.clone());
    let (tell, heard) = channel();
    for _ in 0..=LISTENING {
        let mut line = TcpStream::connect(server.url.trim_start_matches("http://")).unwrap();
        write!(line, "GET {path} HTTP/1.1\r\nhost: desk\r\nauthorization: Bearer {token}\r\n\r\n").unwrap();
        let tell = tell.clone();
        thread::spawn(move || {
            let mut answer = [0; 12];
            line.read_exact(&mut answer).unwrap();
            tell.send(String::from_utf8_lossy(&answer).into_owned()).unwrap();
        });
    }
    assert_eq!(heard.recv().unwrap(), "HTTP/1.1 429", "one of a crowd is too many");
    ana.get("/api/v1/reference").with_status(200);
    server.stop();
    for _ in 0..LISTENING {
        assert_eq!(heard.recv().unwrap(), "HTTP/1.1 200");
    }
}
