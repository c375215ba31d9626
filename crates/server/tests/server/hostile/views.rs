//! Saved views that are no views, or too many.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{assert_problem, beside_honest_work};
use crate::support::{Client, Reply, TestServer};

/// docs/api.md: the points that a person has, and what a change costs that every device hears of.
const POINTS: usize = 20_000;
const TELLS_EVERYBODY: usize = 300;

fn view(of: &Client, name: &str) -> Value {
    json!({"id": Uuid::now_v7(), "name": name, "query": "", "owner": of.id(), "shared": true,
        "updated_at": "2026-03-02T09:00:00Z"})
}

fn put(client: &Client, view: &Value) -> Reply {
    client.put(&format!("/api/v1/views/{}", view["id"].as_str().unwrap()), view)
}

#[test]
fn whoever_shares_again_and_again_is_told_to_wait() {
    let server = TestServer::start();
    let ana = server.sign_in("ana");
    let mut shared = view(&ana, "First");
    let changed = beside_honest_work(&server, || {
        for number in 0..2 * POINTS / TELLS_EVERYBODY {
            shared["name"] = json!(format!("Name {number}"));
            let reply = put(&ana, &shared);
            if reply.status == 429 {
                assert_problem(&reply, 429, "too-many-requests");
                return number;
            }
            reply.with_status(200);
        }
        panic!("nobody was told to wait");
    });
    assert!(changed >= POINTS / TELLS_EVERYBODY - 1, "{changed} changes: as many as a person keeps at least");
    // What changes nothing is told to nobody, and costs as little as any request.
    let ben = server.sign_in("ben");
    let again = view(&ben, "Again");
    for _ in 0..2 * POINTS / TELLS_EVERYBODY {
        put(&ben, &again).with_status(200);
    }
}

#[test]
fn odd_texts_are_kept_as_they_came_and_long_ones_are_not_repeated() {
    let server = TestServer::start();
    let ana = server.sign_in("ana");
    beside_honest_work(&server, || {
        for odd in
            ["\u{0}", "<script>alert(1)</script>", "\u{202e}x", "'; DROP TABLE views; --", "\"", "-:<>"]
        {
            let mut odd_view = view(&ana, &format!("a{odd}b"));
            odd_view["query"] = json!(odd);
            let kept = put(&ana, &odd_view).with_status(200).body;
            assert_eq!((&kept["name"], &kept["query"]), (&odd_view["name"], &json!(odd)));
            let all = ana.get("/api/v1/views").with_status(200).body["views"].clone();
            assert!(all.as_array().unwrap().contains(&kept), "{odd:?}");
        }
        let long = "x".repeat(3 * 1024 * 1024);
        for (field, pointer) in
            [("name", "/name"), ("query", "/query"), ("sort", "/sort"), ("owner", "/owner")]
        {
            let mut too_long = view(&ana, "Long");
            too_long[field] = json!(long);
            let refused = put(&ana, &too_long);
            assert_problem(&refused, 422, "invalid-body");
            assert_eq!(refused.body["pointer"], pointer);
        }
        let unknown = ana.put(&format!("/api/v1/views/{}", "x".repeat(20_000)), &view(&ana, "Nowhere"));
        assert_problem(&unknown, 404, "not-found");
    });
}
