//! The app's files: types, headers, and nothing where there is nothing.

use std::fs;

use tempfile::TempDir;

use crate::support::{Reply, TestServer};

struct Site {
    server: TestServer,
    _files: TempDir,
}

fn site(files: &[(&str, &str)]) -> Site {
    let folder = TempDir::new().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let arguments = ["--demo", "--static", folder.path().to_str().unwrap()];
    Site { server: TestServer::start_in(TempDir::new().unwrap(), &arguments), _files: folder }
}

fn ask(site: &Site, path: &str, encoding: &str) -> Reply {
    site.server.send("GET", path, None, None, &[("accept-encoding", encoding)])
}

#[test]
fn files_have_their_types_and_hashed_ones_are_kept() {
    let site = site(&[
        ("index.html", "<!doctype html>"),
        ("app-0123456789abcdef.js", "js"),
        ("app-0123456789abcdef_bg.wasm", "wasm"),
        ("manifest.webmanifest", "{}"),
        ("icons/icon.svg", "<svg/>"),
        ("sw.js", "js"),
    ]);
    let (kept, asked_again) = ("public, max-age=31536000, immutable", "no-cache");
    for (path, kind, policy) in [
        ("/", "text/html", asked_again),
        ("/index.html", "text/html", asked_again),
        ("/app-0123456789abcdef.js", "text/javascript", kept),
        ("/app-0123456789abcdef_bg.wasm", "application/wasm", kept),
        ("/manifest.webmanifest", "application/manifest+json", asked_again),
        ("/icons/icon.svg", "image/svg+xml", asked_again),
        ("/sw.js", "text/javascript", asked_again),
    ] {
        let reply = ask(&site, path, "identity").with_status(200);
        assert!(reply.header("content-type").starts_with(kind), "{path}: {}", reply.header("content-type"));
        assert_eq!(reply.header("cache-control"), policy, "{path}");
        assert!(reply.header("content-security-policy").starts_with("default-src 'none'"));
        assert_eq!(reply.header("x-content-type-options"), "nosniff");
        assert_eq!(reply.header("referrer-policy"), "no-referrer");
        assert_eq!(reply.header("cross-origin-opener-policy"), "same-origin");
    }
}

#[test]
fn what_is_missing_is_missing() {
    let site = site(&[("index.html", "<!doctype html>")]);
    for path in
        ["/app-0123456789abcdef.js", "/tickets/HF-1001", "/..%2f..%2fetc%2fpasswd", "/api", "/api/v2/pull"]
    {
        let reply = ask(&site, path, "identity").with_status(404);
        assert!(reply.header("content-type").starts_with("text/plain"), "{path}");
        assert_eq!(reply.header("cache-control"), "no-cache");
        assert!(!reply.text.contains("doctype"));
    }
}

#[test]
fn a_compressed_copy_is_used_where_there_is_one() {
    let site = site(&[("index.html", "plain"), ("index.html.br", "brotli")]);
    let compressed = ask(&site, "/", "br").with_status(200);
    assert_eq!((compressed.header("content-encoding"), compressed.text.as_str()), ("br", "brotli"));
    assert!(compressed.header("content-type").starts_with("text/html"));
    assert_eq!(compressed.header("vary"), "accept-encoding");
    assert_eq!(ask(&site, "/", "identity").text, "plain");
}

#[test]
fn a_file_that_did_not_change_is_not_sent_again() {
    let site = site(&[("index.html", "plain")]);
    let etag = ask(&site, "/index.html", "identity").header("etag").to_owned();
    let again = site.server.send("GET", "/index.html", None, None, &[("if-none-match", &etag)]);
    assert_eq!(again.with_status(304).text, "");
}

#[test]
fn the_app_finds_its_api() {
    let bare = site(&[("index.html", "")]);
    let config = ask(&bare, "/config.json", "identity").with_status(200);
    assert_eq!(config.text, r#"{"api":"./api/v1"}"#);
    assert_eq!(
        (config.header("content-type"), config.header("cache-control")),
        ("application/json", "no-cache")
    );
    let own = site(&[("index.html", ""), ("config.json", r#"{"api":"https://api.example.org/api/v1"}"#)]);
    assert_eq!(ask(&own, "/config.json", "identity").text, r#"{"api":"https://api.example.org/api/v1"}"#);
}

#[test]
fn answers_of_the_api_are_compressed() {
    let server = TestServer::start();
    let ana = server.sign_in("ana");
    for encoding in ["br", "gzip"] {
        let reply =
            server.send("GET", "/api/v1/pull", Some(&ana.token), None, &[("accept-encoding", encoding)]);
        assert_eq!(reply.header("content-encoding"), encoding);
    }
}
