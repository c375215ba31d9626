//! Passwords, kept as Argon2id hashes. Both functions take tens of milliseconds by design: run them on a thread that
//! may block.

use std::cell::RefCell;
use std::sync::LazyLock;

use argon2::password_hash::PasswordHasher;
use argon2::password_hash::phc::{Output, PasswordHash};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use thiserror::Error;

/// Why a password cannot be kept.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum PasswordError {
    /// Too easily guessed by trying.
    #[error("a password needs at least {MIN_LENGTH} characters")]
    TooShort,
    /// The hash function refused it.
    #[error("the password cannot be hashed: {0}")]
    Hash(String),
}

/// Characters in a password at the least.
pub const MIN_LENGTH: usize = 8;

/// The hash that is kept of a password, with its salt and parameters in it.
///
/// # Errors
/// When the password is too short.
pub fn hash(password: &str) -> Result<String, PasswordError> {
    if password.chars().count() < MIN_LENGTH {
        return Err(PasswordError::TooShort);
    }
    let hash = Argon2::default().hash_password(password.as_bytes());
    Ok(hash.map_err(|error| PasswordError::Hash(error.to_string()))?.to_string())
}

/// Whether this is the password behind a hash. Where there is no hash the answer is no, after the same time.
pub fn verify(password: &str, hash: Option<&str>) -> bool {
    static NOBODY: LazyLock<String> = LazyLock::new(|| self::hash("nobody's password").unwrap_or_default());
    let Ok(parsed) = PasswordHash::new(hash.unwrap_or(&NOBODY)) else { return false };
    is_behind(password, &parsed).unwrap_or(false) && hash.is_some()
}

thread_local! {
    /// What a hash is computed in, kept for the next one: asked for anew each time, the system's allocator ends up with
    /// ten times as much.
    static MEMORY: RefCell<Vec<Block>> = const { RefCell::new(Vec::new()) };
}

/// Whether the password gives this hash; `None` when it is not one of Argon2's.
fn is_behind(password: &str, hash: &PasswordHash) -> Option<bool> {
    let (salt, expected) = (hash.salt.as_ref()?, hash.hash.as_ref()?);
    let algorithm = Algorithm::try_from(hash.algorithm.as_str()).ok()?;
    let version = hash.version.map(Version::try_from).transpose().ok()?.unwrap_or_default();
    let params = Params::try_from(hash).ok()?;
    let mut found = vec![0; expected.as_bytes().len()];
    MEMORY.with_borrow_mut(|memory| {
        memory.resize(memory.len().max(params.block_count()), Block::default());
        let argon = Argon2::new(algorithm, version, params);
        argon.hash_password_into_with_memory(password.as_bytes(), salt.as_ref(), &mut found, memory).ok()
    })?;
    // Compares in the same time whatever they are.
    Some(Output::new(&found).ok()? == *expected)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_known_by_its_hash() {
        let hash = hash("correct horse").unwrap();
        assert!(hash.starts_with("$argon2id$"));
        assert!(verify("correct horse", Some(&hash)));
        assert!(!verify("battery staple", Some(&hash)));
        assert!(!verify("correct horse", Some("not a hash")));
    }

    #[test]
    fn nobody_has_a_password() {
        assert!(!verify("nobody's password", None));
    }

    #[test]
    fn short_passwords_are_refused() {
        assert_eq!(hash("1234567"), Err(PasswordError::TooShort));
    }
}
