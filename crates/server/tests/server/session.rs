//! Signing in, staying signed in, signing out.

use holdfast_desk::PersonId;
use holdfast_server::auth::token;
use holdfast_server::clock;
use holdfast_server::storage::Storage;
use serde_json::json;

use crate::support::{TestServer, holdfast, run};

#[test]
fn a_session_says_who_and_where() {
    let server = TestServer::start();
    let ana = server.sign_in("ANA");
    assert_eq!(ana.session["person"]["name"], "Ana Ruiz");
    assert_eq!(ana.session["person"]["role"], "agent");
    assert_eq!(ana.session["workspace"]["name"], "Holdfast");
    assert_eq!(ana.session["expires_in"], 900);
    let shown = ana.get("/api/v1/session").with_status(200);
    assert_eq!(shown.body["person"], ana.session["person"]);
    assert_eq!(shown.header("cache-control"), "no-store");
    assert!(shown.body.get("refresh_token").is_none());
}

#[test]
fn wrong_passwords_and_unknown_logins_look_the_same() {
    let server = TestServer::start();
    let attempt =
        |login| server.post("/api/v1/session", &json!({"login": login, "password": "not this one"}));
    let (wrong, unknown) = (attempt("ana").with_status(401), attempt("nobody").with_status(401));
    assert_eq!(wrong.text, unknown.text);
    assert_eq!(wrong.body["type"], "urn:holdfast:problem:wrong-password");
}

#[test]
fn guessing_is_slowed_down_for_that_login_alone() {
    let server = TestServer::start();
    let attempt =
        |login, password| server.post("/api/v1/session", &json!({"login": login, "password": password}));
    for _ in 0..10 {
        attempt("ana", "a guess").with_status(401);
    }
    let refused = attempt("ana", "holdfast").with_status(429);
    assert!(refused.header("retry-after").parse::<u32>().unwrap() <= 300);
    attempt("ben", "holdfast").with_status(200);
}

#[test]
fn every_route_but_three_needs_a_token() {
    let server = TestServer::start();
    for (method, path) in [
        ("GET", "/api/v1/session"),
        ("DELETE", "/api/v1/session"),
        ("POST", "/api/v1/push"),
        ("GET", "/api/v1/pull"),
        ("GET", "/api/v1/reference"),
        ("GET", "/api/v1/tickets"),
        ("POST", "/api/v1/tickets"),
        ("GET", "/api/v1/tickets/HF-1001"),
        ("GET", "/api/v1/tickets/HF-1001/history"),
    ] {
        let refused = server.request(method, path, None, Some(&json!({}))).with_status(401);
        assert_eq!(refused.header("content-type"), "application/problem+json", "{method} {path}");
        server.request(method, path, Some("a.b.c"), Some(&json!({}))).with_status(401);
    }
    server.get("/api/v1/health").with_status(200);
}

#[test]
fn an_access_token_runs_out() {
    let server = TestServer::start();
    let ana = server.sign_in("ana");
    let storage = Storage::open(&server.database()).unwrap();
    let secret = storage.read(|view| view.existing_workspace()).unwrap().token_secret;
    let person = PersonId(ana.id().parse().unwrap());
    let session = token::digest(ana.session["refresh_token"].as_str().unwrap());
    let access = token::Access { person, session };
    let issued = |seconds| token::issue_access(&secret, access, clock::now().plus_seconds(seconds));
    server.request("GET", "/api/v1/session", Some(&issued(-890)), None).with_status(200);
    server.request("GET", "/api/v1/session", Some(&issued(-901)), None).with_status(401);
}

#[test]
fn a_refresh_token_stays_good_until_it_is_signed_out() {
    let server = TestServer::start();
    let ana = server.sign_in("ana");
    let refresh = json!({"refresh_token": ana.session["refresh_token"]});
    for _ in 0..2 {
        let again = server.post("/api/v1/session/refresh", &refresh).with_status(200).body;
        assert_eq!(again["refresh_token"], refresh["refresh_token"]);
        let token = again["access_token"].as_str().unwrap();
        server.request("GET", "/api/v1/session", Some(token), None).with_status(200);
    }
    let ben = server.sign_in("ben");
    ben.delete("/api/v1/session", &refresh).with_status(204);
    server.post("/api/v1/session/refresh", &refresh).with_status(200);
    ana.delete("/api/v1/session", &refresh).with_status(204);
    server.post("/api/v1/session/refresh", &refresh).with_status(401);
    server.post("/api/v1/session/refresh", &json!({"refresh_token": "made up"})).with_status(401);
}

#[test]
fn a_session_outlives_the_server() {
    let server = TestServer::start();
    let ana = server.sign_in("ana");
    let (token, refresh) = (ana.token.clone(), json!({"refresh_token": ana.session["refresh_token"]}));
    let server = server.restart();
    server.request("GET", "/api/v1/session", Some(&token), None).with_status(200);
    server.post("/api/v1/session/refresh", &refresh).with_status(200);
}

#[test]
fn another_password_ends_every_session() {
    let server = TestServer::start();
    let ana = server.sign_in("ana");
    let refresh = json!({"refresh_token": ana.session["refresh_token"]});
    let set = |login: &str, password: &str| {
        let mut child = holdfast()
            .args(["password", login, "--database"])
            .arg(server.database())
            .stdin(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        std::io::Write::write_all(&mut child.stdin.take().unwrap(), password.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    };
    assert!(set("ana", "quite another\n").status.success());
    server.post("/api/v1/session/refresh", &refresh).with_status(401);
    server.post("/api/v1/session", &json!({"login": "ana", "password": "holdfast"})).with_status(401);
    server.post("/api/v1/session", &json!({"login": "ana", "password": "quite another"})).with_status(200);
    assert!(String::from_utf8_lossy(&set("ana", "short\n").stderr).contains("at least 8 characters"));
    assert!(
        String::from_utf8_lossy(&set("zoe", "long enough\n").stderr).contains("nobody has the login \"zoe\"")
    );
    let server = server.restart();
    assert!(!server.welcome.contains("ana,") && server.welcome.contains("ben"), "{}", server.welcome);
}

#[test]
fn an_ordinary_desk_starts_with_one_administrator() {
    let server = TestServer::start_in(tempfile::TempDir::new().unwrap(), &[]);
    let password = server.welcome.split('"').nth(3).unwrap().to_owned();
    let session = server.post("/api/v1/session", &json!({"login": "admin", "password": password}));
    assert_eq!(session.with_status(200).body["person"]["role"], "admin");
    let again = TestServer::start_in(server.stop(), &[]);
    assert_eq!(again.welcome, "");
    let help = run(holdfast().arg("--help"));
    assert!(String::from_utf8_lossy(&help.stdout).contains("serve"));
}
