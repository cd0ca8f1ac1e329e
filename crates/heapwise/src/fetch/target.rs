//! What a name stands for that is a URL: which server, which page of it, and what of it is secret.

use std::path::{Path, PathBuf};

use anyhow::bail;

use super::secret;

/// The page that a command asks for where a URL names a server alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Endpoint {
    /// `heap`.
    Heap,
    /// `heap?debug=1`: the profile and the counters of one moment.
    HeapText,
    /// `goroutine?debug=2`: with states, waits and creators.
    Goroutines,
}

impl Endpoint {
    fn page(self) -> (&'static str, &'static str) {
        match self {
            Endpoint::Heap => ("heap", ""),
            Endpoint::HeapText => ("heap", "debug=1"),
            Endpoint::Goroutines => ("goroutine", "debug=2"),
        }
    }
}

/// Where a server is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Server {
    /// `http://host:port`.
    Http(String),
    /// `https://host:port`.
    Https(String),
    /// `https+insecure://host:port`: whatever certificate it has.
    Insecure(String),
    /// A Unix socket.
    Unix(PathBuf),
}

/// A page to fetch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) server: Server,
    /// User and password of the URL, decoded.
    pub(crate) credentials: Option<(String, String)>,
    /// With a slash at the front.
    path: String,
    query: Vec<String>,
    /// What messages name instead: the source that a page is asked for on behalf of.
    alias: Option<String>,
}

/// Where Go's net/http/pprof has its pages.
const PAGES: &str = "/debug/pprof";

impl Target {
    /// The page that a name stands for; `None` where it is no URL. Files are looked for first, as
    /// in pprof (driver/fetch.go: fetch).
    pub(crate) fn parse(name: &str, endpoint: Endpoint) -> anyhow::Result<Option<Target>> {
        let Some((server, credentials, rest)) = server(name)? else {
            return Ok(None);
        };
        let rest = rest.split_once('#').map_or(rest, |(rest, _)| rest);
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        if let Some(odd) = rest.chars().find(|c| c.is_control() || *c == ' ') {
            bail!(
                "{}: found {odd:?} in the URL, expected it written as %{:02X}",
                secret::redacted(name),
                u32::from(odd)
            );
        }
        let mut target = Target {
            server,
            credentials,
            path: path.to_owned(),
            query: pairs(query),
            alias: None,
        };
        target.complete(endpoint);
        Ok(Some(target))
    }

    /// Adds the page that is asked for where only the server, or where its pages are, was named.
    fn complete(&mut self, endpoint: Endpoint) {
        let base = self.path.trim_end_matches('/');
        let base = match base {
            "" => PAGES,
            base if base.ends_with(PAGES) => base,
            _ => return,
        };
        let (page, query) = endpoint.page();
        self.path = format!("{base}/{page}");
        let is_given = |key: &str| self.value(key).is_some();
        if !is_given("debug") && !is_given("seconds") {
            self.query.extend(pairs(query));
        }
    }

    /// Another page of the same server, below the one that lists them all.
    pub(crate) fn page(&self, page: &str, query: &str) -> Target {
        let base = self.path.find(PAGES).and_then(|at| self.path.get(..at));
        Target {
            path: format!("{}{PAGES}/{page}", base.unwrap_or_default()),
            query: pairs(query),
            ..self.clone()
        }
    }

    /// Where the server has its variables, beside its profiles (package expvar).
    pub(crate) fn variables(&self) -> Target {
        let base = self.path.find(PAGES).and_then(|at| self.path.get(..at));
        Target {
            path: format!("{}/debug/vars", base.unwrap_or_default()),
            query: Vec::new(),
            ..self.clone()
        }
    }

    /// A page below this one, as an API has them; messages name what it is asked for instead.
    pub(crate) fn below(&self, page: &str, alias: &str) -> Target {
        let (path, query) = page.split_once('?').unwrap_or((page, ""));
        Target {
            path: format!("{}{path}", self.path.trim_end_matches('/')),
            query: pairs(query),
            alias: Some(alias.to_owned()),
            ..self.clone()
        }
    }

    /// The page above this one.
    pub(crate) fn parent(&self) -> Target {
        let above = self.path.rsplit_once('/').map_or("", |(above, _)| above);
        Target {
            path: above.to_owned(),
            query: Vec::new(),
            ..self.clone()
        }
    }

    /// Sets a parameter, whatever the URL says of it.
    pub(crate) fn set(&mut self, key: &str, value: &str) {
        self.query.retain(|pair| key_of(pair) != key);
        self.query.push(format!("{key}={value}"));
    }

    /// A parameter.
    pub(crate) fn value(&self, key: &str) -> Option<&str> {
        let pair = self.query.iter().find(|pair| key_of(pair) == key)?;
        Some(pair.split_once('=').map_or("", |(_, value)| value))
    }

    /// How long the server is to watch, where it is asked to.
    pub(super) fn seconds(&self) -> Option<u32> {
        let seconds = self.value("seconds")?.parse().ok();
        seconds.filter(|seconds| *seconds > 0)
    }

    /// Path and query, as they are asked for.
    pub(crate) fn path_and_query(&self) -> String {
        let path = match self.path.as_str() {
            "" => "/",
            path => path,
        };
        match self.query.is_empty() {
            true => path.to_owned(),
            false => format!("{path}?{}", self.query.join("&")),
        }
    }

    /// The URL as HTTP knows it, without credentials.
    pub(crate) fn url(&self) -> String {
        let page = self.path_and_query();
        match &self.server {
            Server::Http(host) => format!("http://{host}{page}"),
            Server::Https(host) | Server::Insecure(host) => format!("https://{host}{page}"),
            Server::Unix(_) => format!("http://localhost{page}"),
        }
    }

    /// The URL as messages and answers name it: without anything secret.
    pub(crate) fn shown(&self) -> String {
        if let Some(alias) = &self.alias {
            return alias.clone();
        }
        let page = self.path_and_query();
        let page = secret::redacted(&page);
        let user = match self.credentials {
            Some(_) => "***@",
            None => "",
        };
        match &self.server {
            Server::Http(host) => format!("http://{user}{host}{page}"),
            Server::Https(host) => format!("https://{user}{host}{page}"),
            Server::Insecure(host) => format!("https+insecure://{user}{host}{page}"),
            Server::Unix(path) => format!("unix://{}:{page}", path.display()),
        }
    }

    /// The host without its port; a socket has none.
    pub(crate) fn host(&self) -> Option<&str> {
        match &self.server {
            Server::Http(host) | Server::Https(host) | Server::Insecure(host) => {
                Some(without_port(host))
            }
            Server::Unix(_) => None,
        }
    }

    /// Host and port, or the socket, for a name.
    pub(crate) fn place(&self) -> String {
        match &self.server {
            Server::Http(host) | Server::Https(host) | Server::Insecure(host) => host.clone(),
            Server::Unix(path) => path.display().to_string(),
        }
    }

    /// Whether others on the way cannot listen.
    pub(crate) fn is_private(&self) -> bool {
        !matches!(self.server, Server::Http(_))
    }

    /// Whether both are of one host, or of one socket.
    pub(super) fn is_of_host_of(&self, other: &Target) -> bool {
        match (self.host(), other.host()) {
            (Some(host), Some(known)) => host.eq_ignore_ascii_case(known),
            (None, None) => self.server == other.server,
            _ => false,
        }
    }

    /// Whether headers and credentials meant for another page may be sent for this one: to the same
    /// port, so that no other program gets them, and never in the open where they were not before;
    /// or to the same host once it asks for TLS, at the ports that both have unless said otherwise.
    pub(crate) fn may_know_what_is_sent_to(&self, other: &Target) -> bool {
        let is_upgrade = self.is_private() && (self.port(), other.port()) == (Some(443), Some(80));
        self.is_of_host_of(other)
            && (self.port() == other.port() || is_upgrade)
            && (self.is_private() || !other.is_private())
    }

    /// The port of a host; a socket has none.
    pub(super) fn port(&self) -> Option<u16> {
        let (place, usual) = match &self.server {
            Server::Http(place) => (place, 80),
            Server::Https(place) | Server::Insecure(place) => (place, 443),
            Server::Unix(_) => return None,
        };
        let port = place.strip_prefix(without_port(place))?;
        match port.strip_prefix(':') {
            Some(port) => port.parse().ok(),
            None => Some(usual),
        }
    }

    /// The last part of the path: what is fetched.
    pub(crate) fn page_name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    /// The page that an answer sends to (RFC 3986, section 5.2, of what servers send).
    pub(crate) fn redirected(&self, location: &str) -> anyhow::Result<Option<Target>> {
        if location.contains("://") {
            let found = server(location)?;
            let target = found.map(|(server, _, rest)| {
                let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
                Target {
                    server,
                    credentials: self.credentials.clone(),
                    path: path.to_owned(),
                    query: pairs(query),
                    alias: self.alias.clone(),
                }
            });
            return Ok(target);
        }
        if let Some(rest) = location.strip_prefix("//") {
            let scheme = match self.server {
                Server::Http(_) => "http",
                _ => "https",
            };
            return self.redirected(&format!("{scheme}://{rest}"));
        }
        let (path, query) = location.split_once('?').unwrap_or((location, ""));
        let path = match path.strip_prefix('/') {
            _ if path.is_empty() => self.path.clone(),
            Some(_) => path.to_owned(),
            None => {
                let folder = self.path.rsplit_once('/').map_or("", |(folder, _)| folder);
                format!("{folder}/{path}")
            }
        };
        Ok(Some(Target {
            path,
            query: pairs(query),
            ..self.clone()
        }))
    }
}

fn pairs(query: &str) -> Vec<String> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs.map(str::to_owned).collect()
}

fn key_of(pair: &str) -> &str {
    pair.split_once('=').map_or(pair, |(key, _)| key)
}

type Parsed<'a> = (Server, Option<(String, String)>, &'a str);

/// The server that a name begins with, who asks, and what is behind it.
fn server(name: &str) -> anyhow::Result<Option<Parsed<'_>>> {
    if let Some((scheme, rest)) = name.split_once("://") {
        let is_scheme = scheme
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'+');
        if !is_scheme || scheme.is_empty() {
            return Ok(None);
        }
        return of_scheme(name, &scheme.to_ascii_lowercase(), rest).map(Some);
    }
    if let Some(rest) = name.strip_prefix("unix:/") {
        let path = name.get(name.len() - rest.len() - 1..).unwrap_or(rest);
        return Ok(Some(of_socket(path)));
    }
    let end = name.find(['/', '?', '#']).unwrap_or(name.len());
    let (authority, rest) = name.split_at(end);
    let is_server = authority.rsplit_once(':').is_some_and(|(host, port)| {
        is_port(port) && (host.is_empty() || is_host(host.rsplit('@').next().unwrap_or(host)))
    });
    if !is_server {
        expect_no_url(name)?;
        return Ok(None);
    }
    let (host, credentials) = split_credentials(authority);
    let host = match host.strip_prefix(':') {
        Some(port) => format!("localhost:{port}"),
        None => host.to_owned(),
    };
    Ok(Some((Server::Http(host), credentials, rest)))
}

/// Refuses what was meant as a URL and is none: as the name of a file it would be shown.
fn expect_no_url(name: &str) -> anyhow::Result<()> {
    let (scheme, rest) = name.split_once(':').unwrap_or_default();
    let of_server = scheme
        .rsplit_once("pyroscope+")
        .or(scheme.rsplit_once("parca+"));
    let of_server = of_server.map_or(scheme, |(_, scheme)| scheme);
    let is_of_server = ["http", "https", "https+insecure", "http+unix"]
        .iter()
        .any(|known| of_server.eq_ignore_ascii_case(known));
    let slash = rest.chars().next().filter(|c| matches!(c, '/' | '\\'));
    if let Some(slash) = slash.filter(|_| is_of_server) {
        bail!(
            "{}: found {scheme}:{slash}, expected two slashes: {scheme}://",
            secret::redacted(name)
        );
    }
    if secret::has_user(name) {
        bail!(
            "{}: found what looks like user:password@ and neither a file nor a URL, expected one as \
             http://HOST:PORT with user:password@ before HOST",
            secret::redacted(name)
        );
    }
    Ok(())
}

fn of_scheme<'a>(name: &str, scheme: &str, rest: &'a str) -> anyhow::Result<Parsed<'a>> {
    let shown = || secret::redacted(name).into_owned();
    if scheme == "unix" || (scheme == "http+unix" && rest.starts_with('/')) {
        return Ok(of_socket(rest));
    }
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, rest) = rest.split_at(end);
    let (host, credentials) = split_credentials(authority);
    if scheme == "http+unix" {
        let path = PathBuf::from(secret::decoded(host));
        return Ok((Server::Unix(path), credentials, rest));
    }
    let port = host.rsplit_once(':').filter(|_| !host.ends_with(']'));
    if let Some((_, port)) = port
        && !is_port(port)
    {
        bail!("{}: found port {port:?}, expected 1 to 65535", shown());
    }
    if !is_host(without_port(host)) {
        bail!("{}: found no host, expected http://HOST:PORT", shown());
    }
    let server = match scheme {
        "http" => Server::Http,
        "https" => Server::Https,
        "https+insecure" => Server::Insecure,
        _ => bail!(
            "{}: found scheme {scheme:?}, expected http, https, https+insecure, unix or http+unix, or of a store \
             pyroscope+https or parca+https",
            shown()
        ),
    };
    Ok((server(host.to_owned()), credentials, rest))
}

/// A socket, and the page behind it: `/run/app.sock:/debug/pprof/heap`, or with a slash alone where
/// the socket is there.
fn of_socket(rest: &str) -> Parsed<'_> {
    let end = rest.find(['?', '#']).unwrap_or(rest.len());
    let (whole, _) = rest.split_at(end);
    let at = whole.find(":/").map(|at| (at, at + 1));
    let slashes = whole.match_indices('/').map(|(at, _)| at).skip(1);
    let at = at.or_else(|| {
        let mut ends = slashes;
        let end = ends.find(|&at| {
            whole
                .get(..at)
                .is_some_and(|path| is_socket(Path::new(path)))
        });
        end.map(|at| (at, at))
    });
    let (path, from) = at.unwrap_or((end, end));
    let path = PathBuf::from(whole.get(..path).unwrap_or(whole));
    (
        Server::Unix(path),
        None,
        rest.get(from..).unwrap_or_default(),
    )
}

fn is_socket(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|data| !data.is_dir())
}

fn split_credentials(authority: &str) -> (&str, Option<(String, String)>) {
    let Some((user, host)) = authority.rsplit_once('@') else {
        return (authority, None);
    };
    let (user, password) = user.split_once(':').unwrap_or((user, ""));
    let credentials = (secret::decoded(user), secret::decoded(password));
    (host, Some(credentials))
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if !port.contains(']') => name,
        _ => host,
    }
}

fn is_port(text: &str) -> bool {
    text.len() <= 5
        && text.bytes().all(|b| b.is_ascii_digit())
        && text.parse::<u16>().is_ok_and(|port| port > 0)
}

fn is_host(text: &str) -> bool {
    let is_of_names = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
    let numbers = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'));
    match numbers {
        Some(numbers) => numbers.contains(':'),
        None => !text.is_empty() && text.chars().all(is_of_names),
    }
}

#[cfg(test)]
mod tests {
    use super::{Endpoint, Target};

    fn urls(name: &str, endpoint: Endpoint) -> Option<(String, String)> {
        let target = Target::parse(name, endpoint).ok()??;
        Some((target.url(), target.shown()))
    }

    #[track_caller]
    fn check(name: &str, url: &str) {
        let found = urls(name, Endpoint::Heap);
        assert_eq!(found.map(|(url, _)| url).as_deref(), Some(url), "{name}");
    }

    #[test]
    fn a_server_alone_stands_for_its_page() {
        let heap = "http://localhost:6060/debug/pprof/heap";
        for name in [
            ":6060",
            "localhost:6060",
            "localhost:6060/",
            "http://localhost:6060",
            "HTTP://localhost:6060/debug/pprof",
            "http://localhost:6060/debug/pprof/",
            "localhost:6060/debug/pprof/heap",
        ] {
            check(name, heap);
        }
        check(":6060?gc=1", "http://localhost:6060/debug/pprof/heap?gc=1");
        check("[::1]:6060", "http://[::1]:6060/debug/pprof/heap");
        check("https://pod.ns", "https://pod.ns/debug/pprof/heap");
        check("http://h/app/debug/pprof", "http://h/app/debug/pprof/heap");
        check("http://h:1/other?x=1#y", "http://h:1/other?x=1");
        check("https+insecure://h:1/p", "https://h:1/p");
    }

    #[test]
    fn each_command_has_its_page() {
        let of = |name, endpoint| urls(name, endpoint).map(|(url, _)| url);
        let goroutines = of(":1", Endpoint::Goroutines);
        assert_eq!(
            goroutines.as_deref(),
            Some("http://localhost:1/debug/pprof/goroutine?debug=2")
        );
        let asked = of(":1?debug=1", Endpoint::Goroutines);
        assert_eq!(
            asked.as_deref(),
            Some("http://localhost:1/debug/pprof/goroutine?debug=1")
        );
        let text = of(":1", Endpoint::HeapText);
        assert_eq!(
            text.as_deref(),
            Some("http://localhost:1/debug/pprof/heap?debug=1")
        );
    }

    #[test]
    fn files_are_no_urls() {
        for name in [
            "heap.pb.gz",
            "./a:b",
            "C:\\heap.pb.gz",
            "C:/heap.pb.gz",
            "run:1:2:x",
            "before=heap.pb.gz",
            "host:0",
            "host:66000",
            "a b:80",
            "-",
        ] {
            assert_eq!(urls(name, Endpoint::Heap), None, "{name}");
        }
    }

    #[test]
    fn what_is_secret_is_not_shown() {
        for name in [
            "http://joe:s3cret@h:1/x",
            "joe:s3cret@h:1/x",
            "https://h/x?token=s3cret&seconds=5",
            "https://h/x?code=s3cret",
            "https://h/proxy/http://joe:s3cret@i/x",
            "http://h:1/x?X-Amz-Signature=s3cret",
            "http://joe:s3cr%65t@h:1/x",
        ] {
            let shown = urls(name, Endpoint::Heap).map(|(_, shown)| shown);
            let shown = shown.unwrap_or_default();
            assert!(shown.contains("***"), "{shown}");
            assert!(!shown.contains("s3c") && !shown.contains("joe"), "{shown}");
        }
        for name in [
            "http://joe:s3cret@h:99999/x",
            "ftp://joe:s3cret@h/x",
            "http://joe:s3cret@/x",
            "http://joe:s3cret@",
            "joe:s3cret@",
            "http:/joe:s3cret@h/x",
            "HTTPS:/joe:s3cret@h/x",
            "https+insecure:\\joe:s3cret@h/x",
            "pyroscope+http:/joe:s3cret@h/x",
            "joe:s3cret@h/x",
            "http//joe:s3cret@h/x",
        ] {
            let error = Target::parse(name, Endpoint::Heap).map_err(|error| error.to_string());
            let error = error.err().unwrap_or_default();
            assert!(
                !error.contains("s3cret") && error.contains("expected"),
                "{error}"
            );
        }
    }

    #[test]
    fn what_is_sent_stays_with_the_server() {
        let may = |from: &str, to: &str| {
            let of = |name| Target::parse(name, Endpoint::Heap).ok().flatten();
            let (from, to) = (of(from), of(to));
            from.zip(to)
                .map(|(from, to)| to.may_know_what_is_sent_to(&from))
        };
        for (from, to) in [
            ("http://h:1/a", "http://h:1/b"),
            ("http://h/a", "http://H:80/b"),
            ("http://h/a", "https://h/b"),
            ("https://[::1]:1/a", "https://[::1]:1/b"),
            ("unix:///a.sock:/a", "unix:///a.sock:/b"),
        ] {
            assert_eq!(may(from, to), Some(true), "{from} to {to}");
        }
        for (from, to) in [
            ("http://h:1/a", "http://h:2/a"),
            ("https://h:1/a", "http://h:1/a"),
            ("https://h/a", "http://h/a"),
            ("http://h:1/a", "https://h/a"),
            ("http://h/a", "http://i/a"),
            ("unix:///a.sock:/a", "http://localhost/a"),
            ("unix:///a.sock:/a", "unix:///b.sock:/a"),
        ] {
            assert_eq!(may(from, to), Some(false), "{from} to {to}");
        }
    }

    #[test]
    fn sockets_have_pages_too() {
        let heap = "unix:///run/app.sock:/debug/pprof/heap";
        for name in [
            "unix:///run/app.sock",
            "unix:/run/app.sock",
            "unix:///run/app.sock:/debug/pprof",
            "http+unix://%2Frun%2Fapp.sock",
            "http+unix://%2Frun%2Fapp.sock/debug/pprof/heap",
            "http+unix:///run/app.sock",
        ] {
            let shown = urls(name, Endpoint::Heap).map(|(_, shown)| shown);
            assert_eq!(shown.as_deref(), Some(heap), "{name}");
        }
        let asked = urls("unix:///run/app.sock?gc=1", Endpoint::Heap).map(|(_, shown)| shown);
        assert_eq!(asked, Some(format!("{heap}?gc=1")));
    }
}
