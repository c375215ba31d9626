//! The app's files. A missing one is missing: answering it with the page would break the page that asked.

use std::path::PathBuf;

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tower_http::services::ServeDir;

/// What tells the app, served from here, where its API is: relative to the page.
const CONFIG: &str = r#"{"api":"./api/v1"}"#;

/// The shortest hash that counts as one in a file's name.
const HASH_DIGITS: usize = 8;

/// Serves the files of this folder; without one, nothing is there.
pub fn router(folder: Option<PathBuf>) -> Router {
    let Some(folder) = folder else { return Router::new().fallback(|| async { missing() }) };
    let has_config = folder.join("config.json").is_file();
    let files = ServeDir::new(folder).precompressed_br().fallback(get(|| async { missing() }));
    let router = Router::new().fallback_service(files).layer(from_fn(cache));
    if has_config { router } else { router.route("/config.json", get(config)) }
}

async fn config() -> Response {
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-cache")];
    (headers, CONFIG).into_response()
}

fn missing() -> Response {
    (StatusCode::NOT_FOUND, "There is no such file here.\n").into_response()
}

/// A name with a hash of the content in it means the same content for ever; everything else is asked for again.
async fn cache(request: Request, next: Next) -> Response {
    let hashed = is_hashed(request.uri().path());
    let mut response = next.run(request).await;
    let for_ever =
        hashed && (response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED);
    let policy = if for_ever { "public, max-age=31536000, immutable" } else { "no-cache" };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(policy));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    response
}

/// Whether the name is one that the build gave: `app-0123456789abcdef.js`, `app-0123456789abcdef_bg.wasm`.
fn is_hashed(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.split('-').skip(1).any(|part| {
        let digits = part.bytes().take_while(u8::is_ascii_hexdigit).count();
        digits >= HASH_DIGITS
            && matches!(&part[digits..], rest if rest.starts_with('.') || rest.starts_with("_bg."))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_a_hash_are_told_from_others() {
        for name in [
            "/app-0123456789abcdef.js",
            "/a/app-0123456789abcdef_bg.wasm",
            "/style-1a2b3c4d.css",
            "/my-app-1a2b3c4d.js",
        ] {
            assert!(is_hashed(name), "{name}");
        }
        for name in [
            "/",
            "/index.html",
            "/icon-512.png",
            "/sw.js",
            "/app-fade.js",
            "/apple-touch.png",
            "/deadbeefdeadbeef.js",
        ] {
            assert!(!is_hashed(name), "{name}");
        }
    }
}
