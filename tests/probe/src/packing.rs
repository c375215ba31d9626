//! The headers of a desk as the app stores them: to measure what storing many of them takes.

use holdfast_desk::ticket::packed::{pack, unpack};
use holdfast_desk::{Header, TicketId};
use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;

/// Headers of a record, as in the app.
const AT_ONCE: usize = 512;

/// What a log of the app says of a ticket: how it is, or that it is gone from there.
type Said<'a> = (&'a TicketId, Option<&'a Header>);

/// Headers that a page can have packed.
#[wasm_bindgen]
pub struct Headers(Vec<Header>);

#[wasm_bindgen]
impl Headers {
    /// Reads them from a JSON array.
    ///
    /// # Errors
    /// When one is no header.
    #[wasm_bindgen(constructor)]
    pub fn new(json: &str) -> Result<Self, JsError> {
        Ok(Self(serde_json::from_str(json)?))
    }

    /// The records of the log of what is done, or of the other one. Both say something of a ticket that is done, or that was.
    pub fn records(&self, done: bool) -> Vec<Uint8Array> {
        let said: Vec<Said> = self.0.iter().filter_map(|header| said(header, done)).collect();
        said.chunks(AT_ONCE).map(|part| Uint8Array::from(&*pack(part.iter().copied()))).collect()
    }
}

fn said(header: &Header, done: bool) -> Option<Said<'_>> {
    if header.kind.is_done() == done {
        return Some((&header.id, Some(header)));
    }
    (header.kind.is_done() || header.reopenings > 0).then_some((&header.id, None))
}

/// How many tickets a record has headers of.
///
/// # Errors
/// When it cannot be read.
#[wasm_bindgen]
pub fn tickets_in(record: &[u8]) -> Result<usize, JsError> {
    Ok(unpack(record)?.iter().filter(|(_, header)| header.is_some()).count())
}
