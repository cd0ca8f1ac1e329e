//! Which proxy the environment asks for, by the rules of Go's client
//! (golang.org/x/net/http/httpproxy: FromEnvironment, ProxyFunc), with ALL_PROXY where nothing else is said.

use std::net::IpAddr;

use anyhow::{anyhow, bail};
use ureq::Proxy;

use super::target::{Server, Target};

/// A proxy, and the variable of the environment that asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Chosen {
    variable: String,
    url: String,
}

/// The proxy for a page; none for the machine itself.
pub(super) fn of(target: &Target) -> Option<Chosen> {
    let of_scheme = match &target.server {
        Server::Http(_) => "HTTP_PROXY",
        Server::Https(_) | Server::Insecure(_) => "HTTPS_PROXY",
        Server::Unix(_) => return None,
    };
    let (name, port) = (target.host()?, target.port()?);
    let exceptions = variable("NO_PROXY").map_or(String::new(), |found| found.url);
    if is_local(name) || is_excepted(&exceptions, name, port) {
        return None;
    }
    variable(of_scheme).or_else(|| variable("ALL_PROXY"))
}

/// What a variable holds, in either spelling.
fn variable(name: &str) -> Option<Chosen> {
    let small = name.to_ascii_lowercase();
    let found = [name, &small].into_iter().find_map(|variable| {
        let url = std::env::var(variable).ok()?;
        Some(Chosen {
            variable: variable.to_owned(),
            url,
        })
    });
    found.filter(|found| !found.url.is_empty())
}

impl Chosen {
    /// The client of the proxy, if its protocol is spoken: those of Go's client (net/http/transport.go: dialConn), which has
    /// SOCKS proxies look up the host in either spelling.
    pub(super) fn client(&self) -> anyhow::Result<Proxy> {
        let variable = &self.variable;
        let no_url = || anyhow!("{variable}: found no URL of a proxy, expected http://HOST:PORT");
        let (scheme, rest) = self.parts();
        let scheme = match scheme.to_ascii_lowercase().as_str() {
            "http" => "http",
            "https" if cfg!(feature = "tls") => "https",
            "https" => bail!(
                "{variable}: found a proxy of https, and this build has no TLS, expected one with the feature tls"
            ),
            "socks5" | "socks5h" => "socks5h",
            other if other.bytes().all(|byte| byte.is_ascii_alphanumeric()) => bail!(
                "{variable}: found a proxy of scheme {other:?}, expected http, https, socks5 or socks5h"
            ),
            _ => return Err(no_url()),
        };
        Proxy::new(&format!("{scheme}://{rest}")).map_err(|_| no_url())
    }

    fn parts(&self) -> (&str, &str) {
        self.url.split_once("://").unwrap_or(("http", &self.url))
    }

    /// The proxy in words: where it is, without who asks, and which variable says so.
    pub(super) fn named(&self) -> String {
        format!("the proxy {} ({})", self.host(), self.variable)
    }

    /// The host of the proxy, with its port.
    pub(super) fn host(&self) -> &str {
        let (_, rest) = self.parts();
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let host = rest.get(..end).unwrap_or_default();
        host.rsplit_once('@').map_or(host, |(_, host)| host)
    }
}

fn address(host: &str) -> Option<IpAddr> {
    host.trim_start_matches('[')
        .trim_end_matches(']')
        .parse()
        .ok()
}

fn is_local(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || address(host).is_some_and(|ip| ip.is_loopback())
}

/// Whether a list of exceptions has a host.
fn is_excepted(list: &str, host: &str, port: u16) -> bool {
    let host = host.to_ascii_lowercase();
    let entries = list
        .split(',')
        .map(|entry| entry.trim().to_ascii_lowercase());
    entries.filter(|entry| !entry.is_empty()).any(|entry| {
        if entry == "*" {
            return true;
        }
        if let Some((network, bits)) = entry.split_once('/') {
            return is_in(network, bits, &host);
        }
        let name = match entry.rsplit_once(':') {
            Some((name, digits)) if !digits.is_empty() && digits.parse() == Ok(port) => name,
            Some((name, _)) if !name.contains(':') => return false,
            _ => &entry,
        };
        let suffix = name.strip_prefix('*').unwrap_or(name);
        match suffix.strip_prefix('.') {
            Some(_) => host.ends_with(suffix),
            None => host == name || host.ends_with(&format!(".{name}")),
        }
    })
}

fn is_in(network: &str, bits: &str, host: &str) -> bool {
    let leading = |ip: IpAddr| match ip {
        IpAddr::V4(ip) => (u128::from(u32::from(ip)) << 96, 32),
        IpAddr::V6(ip) => (u128::from(ip), 128),
    };
    let (Some(network), Some(host), Ok(bits)) =
        (address(network), address(host), bits.parse::<u32>())
    else {
        return false;
    };
    let ((network, width), (host, of_host)) = (leading(network), leading(host));
    let differing = network ^ host;
    width == of_host && bits <= width && differing.leading_zeros() >= bits
}

#[cfg(test)]
mod tests {
    use super::{Chosen, is_excepted, is_local};

    fn chosen(url: &str) -> Chosen {
        Chosen {
            variable: "https_proxy".to_owned(),
            url: url.to_owned(),
        }
    }

    #[test]
    fn exceptions_are_go_s() {
        let list = "foo.com, .bar.com,10.0.0.0/8,host:8080,*.x.org";
        for host in [
            "foo.com",
            "a.foo.com",
            "a.bar.com",
            "10.1.2.3",
            "host",
            "a.x.org",
        ] {
            assert!(is_excepted(list, host, 8080), "{host}");
        }
        for host in ["bar.com", "xfoo.com", "11.1.2.3", "::1", "x.org"] {
            assert!(!is_excepted(list, host, 8080), "{host}");
        }
        assert!(!is_excepted(list, "host", 80));
        assert!(is_excepted("*", "any", 80) && !is_excepted("", "any", 80));
    }

    #[test]
    fn the_machine_itself_needs_no_proxy() {
        for host in ["localhost", "127.0.0.1", "127.9.9.9", "[::1]"] {
            assert!(is_local(host), "{host}");
        }
        assert!(!is_local("10.0.0.1"));
    }

    #[test]
    fn proxies_are_those_that_are_spoken() {
        for url in [
            "http://h:1",
            "HTTP://joe:x@h:1",
            "h:1",
            "h",
            "socks5://h:1",
            "socks5h://joe:x@h:1",
            "SOCKS5://h",
        ] {
            assert!(chosen(url).client().is_ok(), "{url}");
        }
        for (url, words) in [
            (
                "socks4://joe:s3cret@h:1",
                "https_proxy: found a proxy of scheme \"socks4\", expected http",
            ),
            ("socks://h:1", "of scheme \"socks\""),
            ("ftp://h", "of scheme \"ftp\""),
            ("quic://h", "of scheme \"quic\""),
            ("joe:s3cret://h", "found no URL of a proxy"),
            ("s3cret not a url", "found no URL of a proxy"),
            ("://h", "of scheme \"\""),
        ] {
            let error = chosen(url).client().err().map(|error| error.to_string());
            let error = error.unwrap_or_default();
            assert!(
                error.contains(words) && !error.contains("s3cret"),
                "{url}: {error}"
            );
        }
    }

    #[test]
    fn a_proxy_is_named_without_who_asks() {
        for (url, host) in [
            ("http://joe:s3cret@h:1/x", "h:1"),
            ("h", "h"),
            ("socks5://joe:s3@cret@[::1]:1080", "[::1]:1080"),
        ] {
            let expected = format!("the proxy {host} (https_proxy)");
            assert_eq!(chosen(url).named(), expected);
        }
    }
}
