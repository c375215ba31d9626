//! Tokens. An access token says for a quarter of an hour who someone is and in which session, signed, so that it can
//! be believed; it is worth nothing once that session has ended. A refresh token is random and known to the database
//! by its digest alone.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use hmac::{Hmac, KeyInit, Mac};
use holdfast_desk::{Instant, PersonId};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::random;
use crate::storage::Digest;

/// For how many seconds an access token is good.
pub const ACCESS_SECONDS: i64 = 15 * 60;
/// For how many seconds a refresh token is good after it was last used.
pub const REFRESH_SECONDS: i64 = 60 * 24 * 3600;

/// The only header that is written and the only one that is accepted: the token has no say in how it is checked.
const HEADER: &str = r#"{"alg":"HS256","typ":"JWT"}"#;

/// What an access token says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Access {
    /// Who it is.
    pub person: PersonId,
    /// In which session: the digest of its refresh token.
    pub session: Digest,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    sub: PersonId,
    sid: String,
    iat: i64,
    exp: i64,
}

/// An access token: a JSON Web Token signed with HMAC-SHA-256.
pub fn issue_access(secret: &[u8], Access { person, session }: Access, now: Instant) -> String {
    let (sid, iat) = (BASE64.encode(session), now.seconds());
    let claims = Claims { sub: person, sid, iat, exp: iat + ACCESS_SECONDS };
    let claims = serde_json::to_vec(&claims).unwrap_or_default();
    let signed = format!("{}.{}", BASE64.encode(HEADER), BASE64.encode(claims));
    let signature = signature(secret, &signed).map(|mac| mac.finalize().into_bytes());
    format!("{signed}.{}", BASE64.encode(signature.unwrap_or_default()))
}

/// What an access token says; `None` when it is not ours, was tampered with, or has run out.
pub fn read_access(secret: &[u8], token: &str, now: Instant) -> Option<Access> {
    let (signed, mac) = token.rsplit_once('.')?;
    let (header, claims) = signed.split_once('.')?;
    if header != BASE64.encode(HEADER) {
        return None;
    }
    signature(secret, signed)?.verify_slice(&BASE64.decode(mac).ok()?).ok()?;
    let claims: Claims = serde_json::from_slice(&BASE64.decode(claims).ok()?).ok()?;
    let session = BASE64.decode(claims.sid).ok()?.try_into().ok()?;
    (claims.exp > now.seconds()).then_some(Access { person: claims.sub, session })
}

fn signature(secret: &[u8], signed: &str) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).ok()?;
    mac.update(signed.as_bytes());
    Some(mac)
}

/// A new refresh token: 256 random bits.
///
/// # Errors
/// When the operating system has no random numbers to give.
pub fn new_refresh() -> Result<String, getrandom::Error> {
    Ok(BASE64.encode(random::<32>()?))
}

/// What the database knows of a refresh token.
pub fn digest(token: &str) -> Digest {
    Sha256::digest(token).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"a secret of thirty-two bytes....";

    fn somebody() -> Access {
        Access { person: PersonId(uuid::Uuid::from_u128(7)), session: [7; 32] }
    }

    #[test]
    fn a_token_says_who_for_a_quarter_of_an_hour() {
        let now = Instant::from_seconds(1_000_000);
        let token = issue_access(SECRET, somebody(), now);
        assert_eq!(read_access(SECRET, &token, now), Some(somebody()));
        assert_eq!(read_access(SECRET, &token, now.plus_seconds(ACCESS_SECONDS - 1)), Some(somebody()));
        assert_eq!(read_access(SECRET, &token, now.plus_seconds(ACCESS_SECONDS)), None);
    }

    #[test]
    fn a_token_of_another_secret_or_with_another_text_says_nothing() {
        let now = Instant::from_seconds(1_000_000);
        let token = issue_access(SECRET, somebody(), now);
        assert_eq!(read_access(b"another secret", &token, now), None);
        let other = issue_access(b"another secret", Access { session: [8; 32], ..somebody() }, now);
        let (signed, _) = other.rsplit_once('.').unwrap();
        let (_, signature) = token.rsplit_once('.').unwrap();
        assert_eq!(read_access(SECRET, &format!("{signed}.{signature}"), now), None);
        for nonsense in ["", ".", "..", "a.b.c"] {
            assert_eq!(read_access(SECRET, nonsense, now), None);
        }
    }

    #[test]
    fn a_token_does_not_choose_how_it_is_checked() {
        let now = Instant::from_seconds(1_000_000);
        let token = issue_access(SECRET, somebody(), now);
        let claims = token.split('.').nth(1).unwrap();
        let unsigned = format!("{}.{claims}.", BASE64.encode(r#"{"alg":"none"}"#));
        assert_eq!(read_access(SECRET, &unsigned, now), None);
    }
}
