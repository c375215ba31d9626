//! Who is who: passwords, the tokens that stand for them, and patience with those who guess.

pub mod hashers;
pub mod password;
pub mod throttle;
pub mod token;

/// Random bytes that nobody can guess.
///
/// # Errors
/// When the operating system has none to give.
pub fn random<const N: usize>() -> Result<[u8; N], getrandom::Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}
