//! Chance, from the browser's own source.

use holdfast_desk::{EventId, TicketId};
use uuid::{Builder, Uuid};

use super::clock;

fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    if let Some(crypto) = web_sys::window().and_then(|window| window.crypto().ok()) {
        // Fails only for more than 65,536 bytes.
        let _ = crypto.get_random_values_with_u8_array(&mut bytes);
    }
    bytes
}

/// A UUIDv7: sorted by when it was made.
pub fn uuid() -> Uuid {
    let ms = clock::now().millis().unsigned_abs();
    Builder::from_unix_timestamp_millis(ms, &bytes()).into_uuid()
}

/// An id for an event that is being made.
pub fn event_id() -> EventId {
    EventId(uuid())
}

/// An id for a ticket that is being raised.
pub fn ticket_id() -> TicketId {
    TicketId(uuid())
}

/// A fraction from 0 up to 1.
pub fn fraction() -> f64 {
    js_sys::Math::random()
}
