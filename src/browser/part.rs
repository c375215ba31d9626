//! Parts of the app in files of their own, so that the queue does not wait for what is behind it.

use thiserror::Error;
use wasm_split_helpers::SplitLoaderError;

use super::{http, page};

/// A part of the app is not on this device yet and could not be fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a part of the app could not be fetched; it needs a network the first time")]
pub struct PartMissing;

impl From<SplitLoaderError> for PartMissing {
    fn from(_: SplitLoaderError) -> Self {
        Self
    }
}

/// Whether the host has another build of the app by now: what is missing of this one will never come.
pub async fn is_replaced() -> bool {
    let (Some(ours), Some(page)) = (page::started_by(), http::page().await) else { return false };
    // A page without such a script is somebody else's.
    page.contains("boot-") && !page.contains(&ours)
}
