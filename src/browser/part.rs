//! Parts of the app in files of their own, so that the queue does not wait for what is behind it.

use thiserror::Error;
use wasm_split_helpers::SplitLoaderError;

/// A part of the app is not on this device yet and could not be fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a part of the app could not be fetched; it needs a network the first time")]
pub struct PartMissing;

impl From<SplitLoaderError> for PartMissing {
    fn from(_: SplitLoaderError) -> Self {
        Self
    }
}
