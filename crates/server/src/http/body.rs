//! Bodies of requests: JSON, read strictly, with a pointer to what is wrong.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use serde_path_to_error::Segment;

use super::problem::Problem;

/// The bytes of a body that says it is JSON.
pub struct Raw(pub Bytes);

/// A body, read.
pub struct Body<T>(pub T);

impl<S: Send + Sync> FromRequest<S> for Raw {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let essence = kind.and_then(|kind| kind.split(';').next()).map(str::trim);
        if !essence.is_some_and(|essence| essence.eq_ignore_ascii_case("application/json")) {
            return Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "not-json",
                "The body is not JSON",
                "send the body with the content type application/json",
            ));
        }
        match Bytes::from_request(request, state).await {
            Ok(bytes) => Ok(Self(bytes)),
            Err(rejection) => Err(malformed(&rejection.body_text())),
        }
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let Raw(bytes) = Raw::from_request(request, state).await?;
        read(&bytes).map(Self)
    }
}

/// Reads a body.
pub fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    // Where something is wrong is looked for only when something is: it takes longer.
    serde_json::from_slice(bytes).or_else(|_| read_step_by_step(bytes))
}

fn read_step_by_step<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let pointer = pointer(error.path());
        let inner = error.into_inner();
        match inner.classify() {
            Category::Data => {
                let detail = without_position(&inner.to_string());
                Problem::invalid_body(with_named_field(pointer, &detail), detail)
            }
            Category::Syntax | Category::Eof | Category::Io => malformed(&inner.to_string()),
        }
    })?;
    json.end().map_err(|error| malformed(&error.to_string()))?;
    Ok(value)
}

/// The body is no JSON.
pub fn malformed(detail: &str) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "malformed-json", "The body is not well-formed JSON", detail)
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    let mut pointer = String::new();
    for segment in path.iter() {
        match segment {
            Segment::Seq { index } => push_segment(&mut pointer, &index.to_string()),
            Segment::Map { key } => push_segment(&mut pointer, key),
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    pointer
}

/// Adds a key to a JSON pointer.
pub fn push_segment(pointer: &mut String, key: &str) {
    pointer.push('/');
    pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
}

/// Points to a field that is missing or not known, which serde names in words only.
fn with_named_field(mut pointer: String, detail: &str) -> String {
    if let Some(field) = named_field(detail) {
        let mut last = String::new();
        push_segment(&mut last, field);
        if !(detail.starts_with("unknown") && pointer.ends_with(&last)) {
            pointer.push_str(&last);
        }
    }
    pointer
}

/// The field that serde says is missing or unknown.
pub fn named_field(detail: &str) -> Option<&str> {
    let named = detail.strip_prefix("missing field `").or_else(|| detail.strip_prefix("unknown field `"))?;
    named.split('`').next()
}

/// serde_json's messages end in a line and a column, which the pointer says better.
fn without_position(message: &str) -> String {
    message.rsplit_once(" at line ").map_or(message, |(text, _)| text).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Outer {
        inner: Vec<Inner>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Inner {
        count: u32,
    }

    fn pointer_of(json: &str) -> Option<String> {
        read::<Outer>(json.as_bytes()).unwrap_err().pointer().map(str::to_owned)
    }

    #[test]
    fn what_is_right_is_read() {
        let outer: Outer = read(br#"{"inner":[{"count":7}]}"#).unwrap();
        assert_eq!(outer.inner[0].count, 7);
    }

    #[test]
    fn what_is_wrong_is_pointed_to() {
        assert_eq!(pointer_of(r#"{"inner":[{"count":1},{"count":"two"}]}"#).unwrap(), "/inner/1/count");
        assert_eq!(pointer_of(r#"{"inner":[{}]}"#).unwrap(), "/inner/0/count");
        assert_eq!(pointer_of(r#"{"inner":[{"count":1,"a/b":2}]}"#).unwrap(), "/inner/0/a~1b");
        assert_eq!(pointer_of(r#"{"inner":[],"more":1}"#).unwrap(), "/more");
        assert_eq!(pointer_of("{}").unwrap(), "/inner");
        assert_eq!(pointer_of("[]").unwrap(), "");
    }

    #[test]
    fn what_is_not_json_has_no_pointer() {
        for json in ["", "{", r#"{"inner":[]} and more"#] {
            assert_eq!(pointer_of(json), None);
        }
    }

    #[test]
    fn depth_has_an_end() {
        let deep = "[".repeat(100_000);
        assert!(read::<serde_json::Value>(deep.as_bytes()).is_err());
    }
}
