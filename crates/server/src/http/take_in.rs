//! Taking requests in: whose they are, the whole of their bodies, and as much as one sender may have under way.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{Request, State as Shared};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use holdfast_sync::protocol::BODY_BYTES;
use http_body::{Frame, SizeHint};

use super::body::malformed;
use super::problem::Problem;
use super::share::Turn;
use super::signed_in::bearer;
use super::state::State;

/// Bytes of a body where nobody is signed in: a login and a password, or a refresh token.
const STRANGER_BYTES: usize = 16 * 1024;
/// Bytes of a body that is too large that are read before the connection is closed.
const PATIENCE_BYTES: usize = 8 * BODY_BYTES;
/// Bytes of an answer that are handed over at a time.
const PIECE_BYTES: usize = 32 * 1024;

/// Takes in the whole body before anything is answered, so that a client still sending hears the answer. What is
/// not wanted is read on for a while and thrown away.
pub async fn take_in(Shared(state): Shared<State>, request: Request, next: Next) -> Response {
    let (parts, incoming) = request.into_parts();
    let begun = match bearer(&parts.headers, state.token_secret()) {
        Ok(access) => state.begin(access.person, Instant::now()).map(Some),
        Err(_) => Ok(None),
    };
    let turn = match begun.and_then(|turn| as_it_is(&parts.headers).map(|()| turn)) {
        Ok(turn) => turn,
        Err(problem) => return refuse(incoming, problem).await,
    };
    let limit = if turn.is_some() { BODY_BYTES } else { STRANGER_BYTES };
    let bytes = match whole(incoming, limit).await {
        Ok(Some(bytes)) => bytes,
        // Whoever was signed in and is not any more has to hear that, however much they send.
        Ok(None) if turn.is_none() && parts.headers.contains_key(header::AUTHORIZATION) => Bytes::new(),
        Ok(None) => return too_large(limit).into_response(),
        Err(problem) => return problem.into_response(),
    };
    let response = next.run(Request::from_parts(parts, Body::from(bytes))).await;
    response.map(|body| Body::new(Held { body, rest: Bytes::new(), _turn: turn }))
}

/// Bodies are read as they are: nothing is unpacked, so nothing small can become large.
fn as_it_is(headers: &HeaderMap) -> Result<(), Problem> {
    let mut encodings = headers.get_all(header::CONTENT_ENCODING).iter();
    match encodings.all(|encoding| encoding.as_bytes().eq_ignore_ascii_case(b"identity")) {
        true => Ok(()),
        false => Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "encoded",
            "The body is packed",
            "send the body as it is, without Content-Encoding",
        )),
    }
}

/// Refuses a request when its body has passed by.
async fn refuse(incoming: Body, problem: Problem) -> Response {
    let packed = problem.status() == StatusCode::UNSUPPORTED_MEDIA_TYPE;
    let mut response = match whole(incoming, 0).await {
        Ok(_) => problem.into_response(),
        Err(problem) => problem.into_response(),
    };
    if packed {
        response.headers_mut().insert(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    }
    response
}

fn too_large(limit: usize) -> Problem {
    let detail = format!("a body may have {limit} bytes at the most");
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", "The body is too large", detail)
}

/// The whole of a body; `None` when it is larger than the limit.
async fn whole(mut incoming: Body, limit: usize) -> Result<Option<Bytes>, Problem> {
    let (mut bytes, mut seen) = (Vec::new(), 0);
    while let Some(frame) = poll_fn(|context| Pin::new(&mut incoming).poll_frame(context)).await {
        let Ok(data) = frame.map_err(|_| malformed("the body broke off"))?.into_data() else { continue };
        seen += data.len();
        if seen <= limit {
            bytes.extend_from_slice(&data);
        } else if seen <= PATIENCE_BYTES {
            bytes = Vec::new();
        } else {
            break;
        }
    }
    Ok((seen <= limit).then(|| bytes.into()))
}

/// An answer on its way, handed over in pieces: its request is under way until all of it is sent, or nobody wants it
/// any more.
struct Held {
    body: Body,
    rest: Bytes,
    _turn: Option<Turn>,
}

impl HttpBody for Held {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if self.rest.is_empty() {
            match ready!(Pin::new(&mut self.body).poll_frame(context)) {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) => self.rest = data,
                    Err(frame) => return Poll::Ready(Some(Ok(frame))),
                },
                end => return Poll::Ready(end),
            }
        }
        let piece = self.rest.len().min(PIECE_BYTES);
        Poll::Ready(Some(Ok(Frame::data(self.rest.split_to(piece)))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let (rest, body) = (self.rest.len() as u64, self.body.size_hint());
        let mut hint = SizeHint::new();
        if let Some(upper) = body.upper() {
            hint.set_upper(upper + rest);
        }
        hint.set_lower(body.lower() + rest);
        hint
    }
}
