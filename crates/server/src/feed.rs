//! Fetching a feed of holidays from an address that a lead gives.
//!
//! The server stands where the lead may not reach, so what it fetches for them has to be public: the addresses that a
//! name stands for are looked at where the connection is made, for every redirect again.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use thiserror::Error;
use ureq::Agent;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};

/// The largest feed that is read, in bytes: thousands of days.
const MOST_BYTES: u64 = 1024 * 1024;
/// How long all of it may take.
const PATIENCE: Duration = Duration::from_secs(10);
const REDIRECTS: u32 = 3;

/// Why there is no feed.
#[derive(Debug, Error)]
pub enum FeedError {
    /// It cannot be an address.
    #[error("{0:?} is not the address of a feed: it begins with https:// or webcal://")]
    NotAnAddress(String),
    /// The address is of the own network.
    #[error(
        "{0} is not a public address: save the feed as a file and import that, or let the administrator start the \
         server with --private-feeds"
    )]
    Private(String),
    /// Nobody answers there, or not in time.
    #[error("{0} gives no answer: {1}")]
    Unreachable(String, String),
    /// Somebody answers something else.
    #[error("{0} answers with the status {1}")]
    Status(String, u16),
    /// It is too long.
    #[error("{0} is longer than 1 MB")]
    TooLong(String),
}

/// What fetches feeds.
#[derive(Clone, Debug)]
pub struct Feeds {
    agent: Agent,
    private: bool,
}

impl Feeds {
    /// From public addresses over TLS, or with `private` also from the own network and without.
    pub fn new(private: bool) -> Self {
        let config = Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            .max_redirects(REDIRECTS)
            .https_only(!private)
            // A proxy would resolve names itself.
            .proxy(None)
            .user_agent("Holdfast")
            .build();
        let resolver = Guarded { private, names: DefaultResolver::default() };
        Self { agent: Agent::with_parts(config, DefaultConnector::default(), resolver), private }
    }

    /// The text of a feed.
    ///
    /// # Errors
    /// Why there is none.
    pub fn fetch(&self, address: &str) -> Result<String, FeedError> {
        let host = self.host(address).ok_or_else(|| FeedError::NotAnAddress(address.to_owned()))?;
        let address = address
            .strip_prefix("webcal://")
            .map(|rest| format!("https://{rest}"))
            .unwrap_or(address.to_owned());
        let failed = |error: ureq::Error| match error {
            ureq::Error::StatusCode(status) => FeedError::Status(host.clone(), status),
            ureq::Error::BodyExceedsLimit(_) => FeedError::TooLong(host.clone()),
            ureq::Error::Io(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {
                FeedError::Private(host.clone())
            }
            other => FeedError::Unreachable(host.clone(), other.to_string()),
        };
        let mut answer = self.agent.get(&address).call().map_err(failed)?;
        answer.body_mut().with_config().limit(MOST_BYTES).lossy_utf8(true).read_to_string().map_err(failed)
    }

    fn host(&self, address: &str) -> Option<String> {
        let uri: Uri = address.parse().ok()?;
        let is_meant = match uri.scheme_str()? {
            "https" | "webcal" => true,
            "http" => self.private,
            _ => false,
        };
        uri.host().filter(|_| is_meant).map(str::to_owned)
    }
}

/// Names stand for public addresses only, unless the own network is allowed.
#[derive(Debug)]
struct Guarded {
    private: bool,
    names: DefaultResolver,
}

impl Resolver for Guarded {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let addresses = self.names.resolve(uri, config, timeout)?;
        match self.private || addresses.iter().all(|address| is_public(address.ip())) {
            true => Ok(addresses),
            false => Err(std::io::Error::from(std::io::ErrorKind::PermissionDenied).into()),
        }
    }
}

/// Whether an address is one of the open internet (the registries of special-purpose addresses, RFC 6890).
fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [first, second, third, _] = ip.octets();
    let shared = first == 100 && (64..128).contains(&second);
    let benchmarks = first == 198 && (18..20).contains(&second);
    let protocols = (first, second, third) == (192, 0, 0);
    let is_special = ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_documentation()
        || ip.is_multicast()
        || shared
        || benchmarks
        || protocols;
    !is_special && first != 0 && first < 240
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    if let Some(inner) = ip.to_ipv4_mapped() {
        return is_public_v4(inner);
    }
    let [first, second, ..] = ip.segments();
    // Global unicast, without tunnels (which hide where they lead) and documentation.
    (0x2000..0x4000).contains(&first)
        && first != 0x2002
        && (first, second) != (0x2001, 0)
        && (first, second) != (0x2001, 0xdb8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_the_own_network_are_not_public() {
        let own = [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "192.0.0.8",
            "198.18.0.1",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "::ffff:127.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "2001:db8::1",
            "ff02::1",
        ];
        for ip in own {
            assert!(!is_public(ip.parse().unwrap()), "{ip}");
        }
        for ip in ["1.1.1.1", "93.184.216.34", "172.15.0.1", "2606:2800:220:1::1", "::ffff:1.1.1.1"] {
            assert!(is_public(ip.parse().unwrap()), "{ip}");
        }
    }

    #[test]
    fn what_is_no_public_address_is_refused_by_name() {
        let feeds = Feeds::new(false);
        for address in
            ["", "days.ics", "http://example.org/days.ics", "file:///etc/passwd", "ftp://example.org/a"]
        {
            assert!(matches!(feeds.fetch(address), Err(FeedError::NotAnAddress(_))), "{address}");
        }
        for address in ["https://127.0.0.1/days.ics", "https://localhost:1/", "webcal://[::1]/days.ics"] {
            assert!(matches!(feeds.fetch(address), Err(FeedError::Private(_))), "{address}");
        }
    }
}
