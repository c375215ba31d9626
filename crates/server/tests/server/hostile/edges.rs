//! Requests at the edges of HTTP.

use std::fs;

use serde_json::json;
use tempfile::TempDir;

use super::{assert_problem, beside_honest_work, exchange, head};
use crate::support::TestServer;

#[test]
fn absurd_versions_are_too_old_or_newer() {
    let server = TestServer::start();
    let ana = server.sign_in("ana");
    for (version, status) in [
        ("1", 200),
        ("4294967295", 200),
        ("4294967296", 426),
        ("0", 426),
        ("-1", 426),
        ("", 426),
        ("1.0", 426),
        ("one", 426),
        (&"9".repeat(5_000), 426),
    ] {
        let headers = [("holdfast-protocol", version)];
        let reply = server.send("GET", "/api/v1/session", Some(&ana.token), None, &headers);
        assert_eq!(reply.status, status, "{version}");
        if status == 426 {
            assert_problem(&reply, 426, "too-old");
        }
    }
    let (status, _) = exchange(
        &server,
        format!("{}holdfast-protocol: \u{fc}\r\n\r\n", head("GET", "/api/v1/health", None)),
    );
    assert_eq!(status, Some(426));
}

#[test]
fn no_address_leads_out_of_the_folder() {
    let outside = TempDir::new().unwrap();
    let folder = outside.path().join("app");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("index.html"), "the app").unwrap();
    fs::write(outside.path().join("secret.txt"), "a secret").unwrap();
    let arguments = ["--demo", "--static", folder.to_str().unwrap()];
    let server = TestServer::start_in(TempDir::new().unwrap(), &arguments);
    let absolute = outside.path().join("secret.txt").display().to_string();
    beside_honest_work(&server, || {
        for path in [
            "/../secret.txt",
            "/..%2fsecret.txt",
            "/%2e%2e/secret.txt",
            "/%2e%2e%2fsecret.txt",
            "/..\\secret.txt",
            "/..%5csecret.txt",
            "/%252e%252e%252fsecret.txt",
            "/icons/../../secret.txt",
            "/..%c0%afsecret.txt",
            "/secret.txt%00.html",
            "//../secret.txt",
            "/./../secret.txt",
            "/%00",
            "/%ff",
            &format!("/{absolute}"),
            &format!("/%2f{}", absolute.trim_start_matches('/')),
        ] {
            let (status, text) = exchange(&server, format!("{}\r\n", head("GET", path, None)));
            assert!(matches!(status, Some(400 | 404)), "{path}: {text}");
            assert!(!text.contains("a secret"), "{path}");
        }
    });
    server.get("/").with_status(200);
}

#[test]
fn neither_host_nor_origin_opens_anything() {
    let folder = TempDir::new().unwrap();
    let server = TestServer::start_in(folder, &["--demo", "--allow-origin", "https://desk.example.org"]);
    let allowed = "access-control-allow-origin";
    for origin in [
        "https://desk.example.org.evil.example",
        "https://evil.example",
        "http://desk.example.org",
        "https://desk.example.org:444",
        "https://DESK.example.org",
        "https://desk.example.org/",
        "null",
        "*",
    ] {
        for method in ["GET", "OPTIONS"] {
            let asked = [
                ("origin", origin),
                ("access-control-request-method", "POST"),
                ("access-control-request-headers", "authorization"),
            ];
            let reply = server.send(method, "/api/v1/health", None, None, &asked);
            assert_eq!(reply.header(allowed), "", "{method} {origin}");
        }
    }
    let asked = [("origin", "https://desk.example.org"), ("access-control-request-method", "POST")];
    let reply = server.send("OPTIONS", "/api/v1/push", None, None, &asked);
    assert_eq!(reply.header(allowed), "https://desk.example.org");
    assert_eq!(reply.header("access-control-allow-credentials"), "", "there are no cookies to send along");
    let ana = server.sign_in("ana");
    let ticket = json!({"subject": "Where?", "requester": ana.id(), "channel": "web", "priority": "p3"});
    let host = [
        ("content-type", "application/json"),
        ("host", "evil.example"),
        ("x-forwarded-host", "evil.example"),
    ];
    let raised =
        server.send("POST", "/api/v1/tickets", Some(&ana.token), Some(ticket.to_string().into()), &host);
    assert!(raised.with_status(201).header("location").starts_with("/api/v1/tickets/"));
}

#[test]
fn heads_that_are_too_large_are_refused() {
    let server = TestServer::start();
    beside_honest_work(&server, || {
        let ask =
            |more: &str| exchange(&server, format!("{}{more}\r\n", head("GET", "/api/v1/health", None))).0;
        assert_eq!(ask(&format!("x: {}\r\n", "y".repeat(30_000))), Some(200));
        assert_eq!(ask(&format!("x: {}\r\n", "y".repeat(1_000_000))), Some(431));
        assert_eq!(ask(&"x: y\r\n".repeat(200)), Some(431));
        let path = |length: usize| format!("/api/v1/health?{}", "x".repeat(length));
        let ask = |path: String| exchange(&server, format!("{}\r\n", head("GET", &path, None))).0;
        assert_eq!(ask(path(30_000)), Some(200));
        assert!(matches!(ask(path(1_000_000)), Some(414 | 431)));
        let session = |length: usize| format!("/api/v1/zones?name={}", "x".repeat(length));
        let ana = server.sign_in("ana");
        assert_problem(&ana.get(&session(30_000)), 404, "not-found");
    });
}

#[test]
fn requests_of_two_lengths_are_no_requests() {
    let server = TestServer::start();
    let post = head("POST", "/api/v1/session", None).replace("connection: close\r\n", "");
    let smuggled = "GET /api/v1/session HTTP/1.1\r\nhost: desk\r\nconnection: close\r\n\r\n";
    for lengths in [
        "content-length: 5\r\ncontent-length: 6\r\n\r\n",
        "content-length: -1\r\n\r\n",
        "content-length: 99999999999999999999\r\n\r\n",
        "content-length: 0x5\r\n\r\n",
        "transfer-encoding: gzip\r\n\r\n",
        "transfer-encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
    ] {
        let (status, text) = exchange(&server, format!("{post}{lengths}hello{smuggled}"));
        assert_eq!(status, Some(400), "{lengths}: {text}");
        assert_eq!(text.matches("HTTP/1.1 ").count(), 1, "nothing else is answered: {text}");
    }
    let both = "content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n";
    let (_, text) = exchange(&server, format!("{post}{both}{smuggled}"));
    assert!(text.starts_with("HTTP/1.1 400"), "{text}");
    let (status, _) = exchange(&server, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    assert_ne!(status, Some(200), "HTTP/2 is not spoken");
}

#[test]
fn cursors_and_limits_of_any_size_get_a_page() {
    let server = TestServer::start();
    let ana = server.sign_in("ana");
    let all = ana.pull();
    let pull = |query: &str| ana.get(&format!("/api/v1/pull?{query}"));
    for after in [u64::MAX, i64::MAX.unsigned_abs(), i64::MAX.unsigned_abs() + 1] {
        let page = pull(&format!("after={after}")).with_status(200).body;
        assert_eq!((&page["after"], &page["events"]), (&json!(after), &json!([])));
        assert_eq!((&page["cursor"], &page["head"]), (&all["head"], &all["head"]));
    }
    assert_eq!(pull("limit=0").with_status(200).body["events"].as_array().unwrap().len(), 1);
    assert_eq!(pull(&format!("limit={}", usize::MAX)).with_status(200).body["events"], all["events"]);
    for wrong in
        ["after=-1", "after=18446744073709551616", "limit=-1", "after=1&after=2", "limit=x", "%ff=1", "after"]
    {
        assert_problem(&pull(wrong), 400, "invalid-parameter");
    }
    assert_problem(&pull(&format!("{}=1", "x".repeat(30_000))), 400, "invalid-parameter");
    let list = |query: &str| ana.get(&format!("/api/v1/tickets?{query}"));
    assert_eq!(list("limit=0").with_status(200).body["tickets"].as_array().unwrap().len(), 1);
    assert_eq!(list("after=4294967295").with_status(200).body["tickets"], json!([]));
    assert_problem(&list("after=4294967296"), 400, "invalid-parameter");
    for name in ["%ff", "%00", "%F0%9F", "..%2f..", "HF-99999999999999999999", &"x".repeat(30_000)] {
        assert_problem(&ana.get(&format!("/api/v1/tickets/{name}")), 404, "not-found");
        assert_problem(&ana.get(&format!("/api/v1/tickets/{name}/history")), 404, "not-found");
        assert_problem(&ana.get(&format!("/api/v1/tickets/{name}/clocks")), 404, "not-found");
    }
    for as_of in ["0000-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z"] {
        ana.get(&format!("/api/v1/tickets/HF-1001/clocks?as_of={as_of}")).with_status(200);
    }
}
