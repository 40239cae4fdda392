//! Which addresses may be contacted. An invitation from a stranger names a host; without a policy it could make the
//! wallet knock on doors that only this computer can reach. The name is resolved once, every address it has is
//! checked, and the connection is made to a checked address: a second, different answer of the name server (DNS
//! rebinding) is never asked for.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

/// Why an address is not contacted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Not a URL, or one without a host, or of a scheme that is not spoken.
    #[error("`{0}` is not an address that messages can be sent to")]
    NotAnAddress(String),
    /// The host is on this computer or this network, and that was not allowed.
    #[error("`{0}` is on this computer or its local network, and contacting it was not allowed")]
    Private(String),
    /// The name has no address.
    #[error("`{0}` cannot be found: {1}")]
    Unknown(String, String),
}

/// Whether an address is out on the internet: not this computer, not its network, not a special range (IANA special
/// purpose registries, RFC 6890).
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(four) => is_public_v4(four),
        IpAddr::V6(six) => is_public_v6(six),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !(a == 0
        || address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_broadcast()
        || address.is_documentation()
        || address.is_multicast()
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (18..20).contains(&b))
        || a >= 240)
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    // An IPv4 address in IPv6's clothes, also behind NAT64 and 6to4, reaches the IPv4 host.
    if let Some(four) = address.to_ipv4() {
        return is_public_v4(four);
    }
    match address.segments() {
        [0x64, 0xff9b, 0, 0, 0, 0, sixth, seventh] => is_public_v4(from_segments(sixth, seventh)),
        [0x2002, first, second, ..] => is_public_v4(from_segments(first, second)),
        // For protocols; Teredo, among them, hides an IPv4 address (RFC 4380). For documents: RFC 3849 and 9637.
        [0x2001, 0..0x200 | 0xdb8, ..] | [0x3fff, 0..0x1000, ..] => false,
        // What is out on the internet begins with the bits 001 (RFC 4291): whatever else there is has a purpose of its own.
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

fn from_segments(high: u16, low: u16) -> Ipv4Addr {
    Ipv4Addr::from((u32::from(high) << 16) | u32::from(low))
}

/// Parses where a message is to go: `http`, `https`, `ws` or `wss` with a host.
///
/// # Errors
/// [`AddressError::NotAnAddress`] for anything else.
pub fn parse_endpoint(endpoint: &str) -> Result<Url, AddressError> {
    let not_an_address = || AddressError::NotAnAddress(endpoint.chars().take(200).collect());
    let url = Url::parse(endpoint).map_err(|_| not_an_address())?;
    if !matches!(url.scheme(), "http" | "https" | "ws" | "wss") || url.host().is_none() {
        return Err(not_an_address());
    }
    Ok(url)
}

/// Whether the URL names, by its text alone, this computer or its network. A name that resolves to a private address
/// is found out when it is contacted.
pub fn is_evidently_private(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => !is_public_v4(address),
        Some(Host::Ipv6(address)) => !is_public_v6(address),
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            name.eq_ignore_ascii_case("localhost") || name.to_ascii_lowercase().ends_with(".localhost")
        }
        None => true,
    }
}

/// Resolves the host of `url` and gives the addresses that may be contacted.
///
/// # Errors
/// [`AddressError::Private`] if none is public and `allow_private` is not set; [`AddressError::Unknown`] if the name
/// has no address.
pub async fn resolve(url: &Url, allow_private: bool) -> Result<Vec<SocketAddr>, AddressError> {
    let host = url.host_str().ok_or_else(|| AddressError::NotAnAddress(url.to_string()))?;
    let port = url.port_or_known_default().unwrap_or(match url.scheme() {
        "wss" => 443,
        _ => 80,
    });
    let unknown = |error: std::io::Error| AddressError::Unknown(host.to_owned(), error.to_string());
    let found: Vec<SocketAddr> = match url.host() {
        Some(Host::Ipv4(address)) => vec![SocketAddr::new(address.into(), port)],
        Some(Host::Ipv6(address)) => vec![SocketAddr::new(address.into(), port)],
        _ => tokio::net::lookup_host((host, port)).await.map_err(unknown)?.collect(),
    };
    let allowed: Vec<SocketAddr> =
        found.into_iter().filter(|address| allow_private || is_public(address.ip())).collect();
    if allowed.is_empty() {
        return Err(AddressError::Private(host.to_owned()));
    }
    Ok(allowed)
}

/// A name resolver for the HTTP client that knows public addresses only.
pub(crate) struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let allowed: Vec<SocketAddr> = found.filter(|address| is_public(address.ip())).collect();
            if allowed.is_empty() {
                return Err(AddressError::Private(name.as_str().to_owned()).into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_this_computer_and_its_network_are_private_in_every_dress() {
        for private in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "::1",
            "fe80::1",
            "fd00::1",
            "::ffff:127.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "224.0.0.1",
            "255.255.255.255",
            "192.88.99.1",
            "::",
            "::127.0.0.1",
            "fec0::1",
            "ff02::1",
            "100::1",
            "64:ff9b:1::1",
            "64:ff9b:1::808:808",
            "2001::7f00:1",
            "2001:db8::1",
            "3fff::1",
            "5f00::1",
        ] {
            assert!(!is_public(private.parse().unwrap()), "{private}");
        }
        for public in ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "172.32.0.1", "100.128.0.1", "64:ff9b::808:808"] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
    }

    #[test]
    fn endpoints_are_urls_of_four_schemes() {
        assert!(parse_endpoint("http://127.0.0.1:8030").is_ok());
        assert!(parse_endpoint("wss://example.org/ws").is_ok());
        for refused in ["ftp://example.org", "didcomm:transport/queue", "", "javascript:alert(1)", "file:///etc/passwd"]
        {
            assert!(parse_endpoint(refused).is_err(), "{refused}");
        }
    }

    #[test]
    fn numeric_spellings_of_loopback_are_seen_through() {
        for spelling in
            ["http://127.1/", "http://0x7f000001/", "http://2130706433/", "http://localhost./", "http://[::1]/"]
        {
            assert!(is_evidently_private(&Url::parse(spelling).unwrap()), "{spelling}");
        }
    }

    #[tokio::test]
    async fn a_private_address_is_contacted_only_where_it_is_allowed() {
        let url = Url::parse("http://127.0.0.1:9/").unwrap();
        assert!(matches!(resolve(&url, false).await, Err(AddressError::Private(_))));
        assert_eq!(resolve(&url, true).await.unwrap().len(), 1);
    }
}
