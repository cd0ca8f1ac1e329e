//! Which proxy the environment asks for, by the rules of Go's client
//! (golang.org/x/net/http/httpproxy: FromEnvironment, ProxyFunc), with ALL_PROXY where nothing else is said.

use std::net::IpAddr;

use anyhow::{anyhow, bail};
use ureq::Proxy;

use super::target::{Server, Target};

/// The URL of the proxy for a page; none for the machine itself.
pub(super) fn of(target: &Target) -> Option<String> {
    let variable = |name: &str| {
        let value = std::env::var(name).ok();
        let value = value.or_else(|| std::env::var(name.to_ascii_lowercase()).ok());
        value.filter(|value| !value.is_empty())
    };
    let of_scheme = match &target.server {
        Server::Http(_) => "HTTP_PROXY",
        Server::Https(_) | Server::Insecure(_) => "HTTPS_PROXY",
        Server::Unix(_) => return None,
    };
    let (name, port) = (target.host()?, target.port()?);
    let exceptions = variable("NO_PROXY").unwrap_or_default();
    if is_local(name) || is_excepted(&exceptions, name, port) {
        return None;
    }
    variable(of_scheme).or_else(|| variable("ALL_PROXY"))
}

/// The proxy of a URL, if its protocol is spoken: those of Go's client (net/http/transport.go: dialConn), which has SOCKS
/// proxies look up the host in either spelling.
pub(super) fn client(url: &str) -> anyhow::Result<Proxy> {
    const THE_PROXY: &str = "the proxy of the environment (HTTP_PROXY, HTTPS_PROXY, ALL_PROXY)";
    let (scheme, rest) = url.split_once("://").unwrap_or(("http", url));
    let scheme = match scheme.to_ascii_lowercase().as_str() {
        "http" => "http",
        "https" if cfg!(feature = "tls") => "https",
        "https" => bail!("{THE_PROXY}: this build has no TLS, expected one with the feature tls"),
        "socks5" | "socks5h" => "socks5h",
        other if other.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
            bail!("{THE_PROXY}: found scheme {other:?}, expected http, https, socks5 or socks5h")
        }
        _ => bail!("{THE_PROXY}: found no URL, expected http://HOST:PORT"),
    };
    let proxy = Proxy::new(&format!("{scheme}://{rest}"));
    proxy.map_err(|_| anyhow!("{THE_PROXY}: found no URL, expected http://HOST:PORT"))
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
    use super::{client, is_excepted, is_local};

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
            assert!(client(url).is_ok(), "{url}");
        }
        for (url, words) in [
            (
                "socks4://joe:s3cret@h:1",
                "found scheme \"socks4\", expected http",
            ),
            ("socks://h:1", "found scheme \"socks\""),
            ("ftp://h", "found scheme \"ftp\""),
            ("quic://h", "found scheme \"quic\""),
            ("joe:s3cret://h", "found no URL"),
            ("s3cret not a url", "found no URL"),
            ("://h", "found scheme \"\""),
        ] {
            let error = client(url).err().map(|error| error.to_string());
            let error = error.unwrap_or_default();
            assert!(
                error.contains(words) && !error.contains("s3cret"),
                "{url}: {error}"
            );
        }
    }
}
