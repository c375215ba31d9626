//! The form of a record of events: a byte that says which, lines ([`super::lines`]), and a checksum. As bytes, since a text
//! would be made one of the browser's first.

use std::collections::HashSet;

use holdfast_desk::TicketId;
use holdfast_desk::ticket::packed::{sealed, unsealed};
use js_sys::{Reflect, Uint8Array};
use serde::de::IgnoredAny;
use wasm_bindgen::{JsCast, JsValue};

use super::StorageError;
use super::lines::{Line, lines};

/// The form of today. What versions 2 and 3 of the database wrote begins with a line, which never begins with this.
const FORM: u8 = 1;
/// Where version 2 of the database had a record's lines, as a text.
const LINES: &str = "lines";

/// Lines as they are stored.
pub(super) fn stored(lines: &str) -> JsValue {
    let mut record = vec![FORM];
    record.extend_from_slice(lines.as_bytes());
    Uint8Array::from(&*sealed(record)).into()
}

/// The lines of a record.
///
/// # Errors
/// When it is not what was written.
pub(super) fn text(row: &JsValue) -> Result<String, StorageError> {
    let text = match row.dyn_ref::<Uint8Array>() {
        Some(bytes) => text_of(bytes.to_vec()),
        None => Reflect::get(row, &JsValue::from_str(LINES)).ok().and_then(|lines| lines.as_string()),
    };
    text.ok_or_else(|| StorageError::Unreadable("a record of events".to_owned()))
}

fn text_of(bytes: Vec<u8>) -> Option<String> {
    if bytes.first() != Some(&FORM) {
        return String::from_utf8(bytes).ok();
    }
    let (_, lines) = unsealed(&bytes).ok()?.split_first()?;
    Some(std::str::from_utf8(lines).ok()?.to_owned())
}

/// The tickets that a record has events of.
///
/// # Errors
/// When anything in it cannot be read.
pub(super) fn tickets(row: &JsValue) -> Result<HashSet<TicketId>, StorageError> {
    let ticket = |line: Result<Line, StorageError>| {
        let line = line?;
        // What has no checksum may be damaged where nothing but this notices it.
        line.json.map(serde_json::from_str::<IgnoredAny>).transpose()?;
        Ok(line.ticket)
    };
    lines(&text(row)?).map(ticket).collect()
}
