//! A server to test against, in sentences.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;
use uuid::Uuid;

/// The binary under test.
pub fn holdfast() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_holdfast"));
    for name in ["HOLDFAST_ADDRESS", "HOLDFAST_DATABASE", "HOLDFAST_STATIC", "HOLDFAST_LOG"] {
        command.env_remove(name);
    }
    command
}

/// Runs a command to its end.
pub fn run(command: &mut Command) -> Output {
    command.stdin(Stdio::null()).output().unwrap()
}

/// A running server. It is stopped when the test ends.
pub struct TestServer {
    child: Child,
    folder: Option<TempDir>,
    pub url: String,
    pub welcome: String,
    agent: ureq::Agent,
}

/// An answer, read.
pub struct Reply {
    pub status: u16,
    pub body: Value,
    pub text: String,
    pub headers: ureq::http::HeaderMap,
}

impl Reply {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The answer, which must have this status.
    pub fn with_status(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }
}

impl TestServer {
    /// A server on the demonstration desk.
    pub fn start() -> Self {
        Self::start_in(TempDir::new().unwrap(), &["--demo"])
    }

    /// A server on the database in this folder.
    pub fn start_in(folder: TempDir, more: &[&str]) -> Self {
        let mut child = holdfast()
            .args(["serve", "--address", "127.0.0.1:0", "--log", "warn", "--database"])
            .arg(database_in(folder.path()))
            .args(more)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        lines.read_line(&mut line).unwrap();
        let url =
            line.trim().strip_prefix("Holdfast is at ").expect("the server announces itself").to_owned();
        let mut welcome = String::new();
        if more.contains(&"--demo") {
            lines.read_line(&mut welcome).unwrap();
        } else {
            // What comes next, if anything, comes in the same write.
            welcome = String::from_utf8_lossy(lines.buffer()).into_owned();
        }
        let config = ureq::Agent::config_builder().http_status_as_error(false).build();
        Self { child, folder: Some(folder), url, welcome, agent: config.into() }
    }

    /// Stops the server as an administrator does, and returns its folder.
    pub fn stop(mut self) -> TempDir {
        run(Command::new("kill").args(["-TERM", &self.child.id().to_string()]));
        assert!(self.child.wait().unwrap().success(), "the server stops in peace");
        self.folder.take().unwrap()
    }

    /// Stops it, and starts it again on the same database.
    pub fn restart(self) -> Self {
        Self::start_in(self.stop(), &["--demo"])
    }

    /// The number of its process.
    pub fn process(&self) -> u32 {
        self.child.id()
    }

    pub fn database(&self) -> PathBuf {
        database_in(self.folder.as_ref().unwrap().path())
    }

    /// Somebody of the demonstration desk, signed in.
    pub fn sign_in(&self, login: &str) -> Client<'_> {
        let session = self
            .request("POST", "/api/v1/session", None, Some(&json!({"login": login, "password": "holdfast"})))
            .with_status(200)
            .body;
        Client { server: self, token: session["access_token"].as_str().unwrap().to_owned(), session }
    }

    pub fn get(&self, path: &str) -> Reply {
        self.request("GET", path, None, None)
    }

    pub fn post(&self, path: &str, body: &Value) -> Reply {
        self.request("POST", path, None, Some(body))
    }

    pub fn request(&self, method: &str, path: &str, token: Option<&str>, body: Option<&Value>) -> Reply {
        let bytes = body.map(|body| body.to_string().into_bytes());
        self.send(method, path, token, bytes, &[("content-type", "application/json")])
    }

    pub fn send(
        &self,
        method: &str,
        path: &str,
        token: Option<&str>,
        body: Option<Vec<u8>>,
        headers: &[(&str, &str)],
    ) -> Reply {
        let mut request = ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.url));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let request = request.body(body.unwrap_or_default()).unwrap();
        let request = self.agent.configure_request(request).allow_non_standard_methods(true).build();
        let mut response = self.agent.run(request).unwrap();
        let mut bytes = Vec::new();
        response.body_mut().as_reader().read_to_end(&mut bytes).unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Reply {
            status: response.status().as_u16(),
            body: serde_json::from_str(&text).unwrap_or_default(),
            text,
            headers: response.headers().clone(),
        }
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        if self.child.try_wait().is_ok_and(|ended| ended.is_none()) {
            self.child.kill().unwrap();
            self.child.wait().unwrap();
        }
    }
}

/// Somebody who is signed in.
pub struct Client<'a> {
    pub server: &'a TestServer,
    pub token: String,
    pub session: Value,
}

impl Client<'_> {
    pub fn id(&self) -> &str {
        self.session["person"]["id"].as_str().unwrap()
    }

    pub fn get(&self, path: &str) -> Reply {
        self.server.request("GET", path, Some(&self.token), None)
    }

    pub fn post(&self, path: &str, body: &Value) -> Reply {
        self.server.request("POST", path, Some(&self.token), Some(body))
    }

    pub fn put(&self, path: &str, body: &Value) -> Reply {
        self.server.request("PUT", path, Some(&self.token), Some(body))
    }

    pub fn delete(&self, path: &str, body: &Value) -> Reply {
        self.server.request("DELETE", path, Some(&self.token), Some(body))
    }

    /// The whole history that this person may see.
    pub fn pull(&self) -> Value {
        self.get("/api/v1/pull").with_status(200).body
    }

    /// Pushes events as they are; returns the answers.
    pub fn push(&self, events: &[Value]) -> Vec<Value> {
        let epoch = self.pull()["epoch"].clone();
        let reply = self.post("/api/v1/push", &json!({"epoch": epoch, "events": events}));
        reply.with_status(200).body["answers"].as_array().unwrap().clone()
    }

    /// Raises a ticket in the plain way.
    pub fn raise(&self, subject: &str) -> Value {
        let ticket = json!({"subject": subject, "requester": self.id(), "channel": "web", "priority": "p3"});
        self.post("/api/v1/tickets", &ticket).with_status(201).body
    }

    /// An event of this person, not sent yet.
    pub fn event(&self, ticket: &Value, change: Value) -> Value {
        proposed(self.id(), ticket["id"].as_str().unwrap(), change)
    }

    /// The creation of a new ticket, not sent yet.
    pub fn creation(&self, subject: &str) -> Value {
        let change = json!({"kind": "created", "subject": subject, "requester": self.id(), "channel": "phone",
            "status": "new", "status_kind": "new", "priority": "p3"});
        proposed(self.id(), &Uuid::now_v7().to_string(), change)
    }
}

/// An event as a device would send it: everybody has one, named after them, which counts on.
pub fn proposed(by: &str, ticket: &str, change: Value) -> Value {
    static MADE: AtomicU64 = AtomicU64::new(1);
    let (now, seq) = (holdfast_server::clock::now(), MADE.fetch_add(1, Ordering::Relaxed));
    json!({
        "stamp": {"device": by, "device_seq": seq, "occurred_at": now, "offset_ms": 0},
        "event": {"id": Uuid::now_v7(), "ticket": ticket, "by": by, "at": now, "changes": [change]},
    })
}

pub fn database_in(folder: &Path) -> PathBuf {
    folder.join("desk.sqlite")
}

/// Waits for something that happens soon.
pub fn eventually(what: &str, mut happened: impl FnMut() -> bool) {
    let start = Instant::now();
    while !happened() {
        assert!(start.elapsed() < Duration::from_secs(20), "{what} did not happen");
        std::thread::sleep(Duration::from_millis(20));
    }
}
