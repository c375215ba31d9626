//! A compiler for C++, which libFuzzer is written in.

use super::apt;
use crate::process;
use anyhow::Result;

/// Makes sure that there is one.
pub fn ensure() -> Result<()> {
    if ["c++", "g++", "clang++"].into_iter().any(|name| process::on_path(name).is_some()) {
        return Ok(());
    }
    apt::install(&["g++"], "a compiler for C++ is missing")
}
