//! Requests to the API, and what can come of them.

use holdfast_sync::protocol::{VERSION, VERSION_HEADER};
use js_sys::Uint8Array;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use thiserror::Error;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Headers, RequestInit, Response};

/// A request that has no answer after this many milliseconds is given up; every request has an end.
const TIMEOUT_MS: u32 = 20_000;

/// Why a request has no useful answer.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum Failure {
    /// Nobody answered: no network, no server, or too slow.
    #[error("the server cannot be reached")]
    Unreachable,
    /// Something answered that is not our server: a captive portal, a proxy.
    #[error("something other than the server answered")]
    NotOurs,
    /// The server says who we are not.
    #[error("{0}")]
    Unauthorized(String),
    /// The server is busy or broken; later is better.
    #[error("the server cannot answer just now")]
    Later {
        /// When it wants to be asked again, in seconds.
        after_s: Option<u32>,
    },
    /// The server refuses this request as it is.
    #[error("{detail}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// In a sentence, why.
        detail: String,
    },
}

/// The part of RFC 9457 that a person is shown.
#[derive(Deserialize)]
struct Problem {
    #[serde(default)]
    title: String,
    #[serde(default)]
    detail: String,
}

/// What a request does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Method {
    Get,
    Post,
    Put,
    Delete,
}

impl Method {
    fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }
}

/// Asks, with a body of JSON if any. Returns the answer, to be read with [`read`].
///
/// # Errors
/// Why there is no useful answer.
pub async fn request(
    method: Method,
    url: &str,
    token: Option<&str>,
    body: Option<String>,
) -> Result<String, Failure> {
    let response = send(method, url, token, body).await?;
    let status = response.status();
    let text = text_of(&response).await?;
    match status {
        200..=299 => Ok(text),
        401 => Err(Failure::Unauthorized(problem(&text).unwrap_or_default())),
        408 | 425 | 429 | 500..=599 => Err(Failure::Later {
            after_s: response.headers().get("retry-after").ok().flatten().and_then(|text| text.parse().ok()),
        }),
        _ => match problem(&text) {
            Some(detail) => Err(Failure::Refused { status, detail }),
            None => Err(Failure::NotOurs),
        },
    }
}

/// Reads an answer. What is not what we asked for is not from our server.
///
/// # Errors
/// [`Failure::NotOurs`].
pub fn read<T: DeserializeOwned>(answer: &str) -> Result<T, Failure> {
    serde_json::from_str(answer).map_err(|_| Failure::NotOurs)
}

/// A text as a part of an address.
pub fn quoted(text: &str) -> String {
    js_sys::encode_uri_component(text).into()
}

/// The static file beside the page, as JSON; `None` when the host has no such file.
///
/// # Errors
/// When nobody answers, or what answers is not JSON.
pub async fn beside_the_page<T: DeserializeOwned>(name: &str) -> Result<Option<T>, Failure> {
    let response = send(Method::Get, name, None, None).await?;
    match response.status() {
        200 => read(&text_of(&response).await?).map(Some),
        404 => Ok(None),
        _ => Err(Failure::Unreachable),
    }
}

/// The app's page as its host has it now.
pub async fn page() -> Option<String> {
    let response = send(Method::Get, "index.html", None, None).await.ok()?;
    text_of(&response).await.ok().filter(|_| response.ok())
}

async fn send(
    method: Method,
    url: &str,
    token: Option<&str>,
    body: Option<String>,
) -> Result<Response, Failure> {
    let unreachable = |_: JsValue| Failure::Unreachable;
    let init = RequestInit::new();
    init.set_method(method.name());
    init.set_signal(Some(&AbortSignal::timeout_with_u32(TIMEOUT_MS)));
    let headers = Headers::new().map_err(unreachable)?;
    headers.set("accept", "application/json").map_err(unreachable)?;
    headers.set(VERSION_HEADER, &VERSION.to_string()).map_err(unreachable)?;
    if let Some(token) = token {
        headers.set("authorization", &format!("Bearer {token}")).map_err(unreachable)?;
    }
    if let Some(body) = body {
        headers.set("content-type", "application/json").map_err(unreachable)?;
        // As bytes: a text would be copied twice more on its way.
        init.set_body(&Uint8Array::from(body.as_bytes()));
    }
    init.set_headers(&headers);
    let window = web_sys::window().ok_or(Failure::Unreachable)?;
    let response = JsFuture::from(window.fetch_with_str_and_init(url, &init)).await.map_err(unreachable)?;
    response.dyn_into().map_err(unreachable)
}

async fn text_of(response: &Response) -> Result<String, Failure> {
    let promise = response.array_buffer().map_err(|_| Failure::Unreachable)?;
    let bytes = JsFuture::from(promise).await.map_err(|_| Failure::Unreachable)?;
    String::from_utf8(Uint8Array::new(&bytes).to_vec()).map_err(|_| Failure::NotOurs)
}

fn problem(text: &str) -> Option<String> {
    let problem: Problem = serde_json::from_str(text).ok()?;
    Some(if problem.detail.is_empty() { problem.title } else { problem.detail })
}
