//! Why nothing could be fetched, in a sentence, and what may be done about it.

use std::fmt;
use std::time::Duration;

use super::proxy;
use super::target::Target;

/// What kept a page from being fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FetchErrorKind {
    /// Nobody answers there.
    Unreachable,
    /// The proxy does not answer, or lets nobody through.
    Proxy,
    /// The certificates do not suit one another.
    Tls,
    /// It took too long.
    Timeout,
    /// The server does not have the page.
    NotServed,
    /// The server answers, but not with the page.
    Refused,
    /// The answer is not whole.
    Cut,
    /// The answer is larger than allowed.
    TooLarge,
    /// The page is somewhere else.
    Elsewhere,
    /// Nothing came.
    Empty,
    /// What came is no profile.
    NotAProfile,
    /// What was asked for makes no sense.
    Usage,
}

/// Why a page could not be fetched.
#[derive(Debug)]
pub(crate) struct FetchError {
    kind: FetchErrorKind,
    url: String,
    message: String,
}

impl std::error::Error for FetchError {}

impl fmt::Display for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.url, self.message)
    }
}

impl FetchError {
    pub(crate) fn new(kind: FetchErrorKind, target: &Target, message: impl Into<String>) -> Self {
        FetchError {
            kind,
            url: target.shown(),
            message: message.into(),
        }
    }

    /// What the client of HTTP says, without the URL that it may repeat.
    pub(super) fn of_client(target: &Target, error: &ureq::Error, limit: Duration) -> Self {
        use FetchErrorKind as Kind;
        let (kind, message) = match error {
            ureq::Error::Timeout(_) => (Kind::Timeout, timed_out(limit)),
            ureq::Error::HostNotFound => (
                Kind::Unreachable,
                format!("found no host {}", target.host().unwrap_or_default()),
            ),
            ureq::Error::Io(error) => of_io(target, error),
            ureq::Error::Tls(reason) => (Kind::Tls, format!("TLS: {reason}")),
            ureq::Error::Protocol(error) => {
                let other = if target.is_private() {
                    ""
                } else {
                    ": https://?"
                };
                let message = format!("found what is no answer of HTTP ({error}){other}");
                (Kind::Refused, message)
            }
            ureq::Error::LargeResponseHeader(found, most) => {
                let message = format!("found headers of {found} bytes, expected at most {most}");
                (Kind::Refused, message)
            }
            ureq::Error::ConnectProxyFailed(reason) => (Kind::Proxy, refused_by_proxy(reason)),
            ureq::Error::InvalidProxyUrl => (Kind::Usage, "found no URL of a proxy".into()),
            ureq::Error::BadUri(_) | ureq::Error::Http(_) => {
                (Kind::Usage, "found what is no URL or no header".into())
            }
            other => of_tls(other),
        };
        let (kind, message) = match proxy::of(target) {
            Some(proxy) => behind(&proxy, target, (kind, message)),
            None => (kind, message),
        };
        FetchError::new(kind, target, message)
    }

    /// What a proxy says itself, where it lets nobody through to the page; `None` where it is none that speaks.
    pub(super) fn of_proxy(target: &Target, status: u16) -> Option<FetchError> {
        let proxy = proxy::of(target).filter(|_| status == 407)?;
        let message = format!(
            "{} says {}",
            proxy.named(),
            refused_by_proxy("proxy server responded 407")
        );
        Some(FetchError::new(FetchErrorKind::Proxy, target, message))
    }

    pub(crate) fn kind(&self) -> FetchErrorKind {
        self.kind
    }

    /// The sentence without the URL.
    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    /// What may be done about it.
    pub(crate) fn advice(&self) -> Option<&'static str> {
        let is_socket = self.url.starts_with("unix:");
        if crate::store::is_store(&self.url) {
            return self.advice_on_store();
        }
        Some(match self.kind {
            FetchErrorKind::Unreachable if is_socket => {
                "is the program running, and may you open its socket?"
            }
            FetchErrorKind::Proxy => OF_PROXY,
            FetchErrorKind::Unreachable => {
                "is the program running, net/http/pprof imported and the port right? In Kubernetes: \
                 kubectl port-forward pod/NAME 6060"
            }
            FetchErrorKind::Tls => {
                "--tls-ca names the authority that signed the server's certificate, --tls-cert and \
                 --tls-key are shown to it; https+insecure:// takes any certificate"
            }
            FetchErrorKind::Timeout => "--timeout gives it longer",
            FetchErrorKind::NotServed => {
                "net/http/pprof serves /debug/pprof/ where it is imported and its handlers are \
                 registered; goroutineleak needs Go 1.27"
            }
            FetchErrorKind::TooLarge => "--max-bytes raises the cap",
            FetchErrorKind::Elsewhere => "--follow-redirects goes there, without credentials",
            FetchErrorKind::NotAProfile => {
                "a page to log in? --header, --bearer-file and user:password@ in the URL say who asks"
            }
            FetchErrorKind::Refused
            | FetchErrorKind::Cut
            | FetchErrorKind::Empty
            | FetchErrorKind::Usage => return None,
        })
    }
}

impl FetchError {
    /// As [`FetchError::advice`], where a store of profiles was asked.
    fn advice_on_store(&self) -> Option<&'static str> {
        Some(match self.kind {
            FetchErrorKind::Proxy => OF_PROXY,
            FetchErrorKind::Unreachable => {
                "is the store running and the port right? In Kubernetes: kubectl port-forward service/pyroscope 4040"
            }
            FetchErrorKind::Timeout => {
                "--timeout gives it longer, a shorter range or a narrower query makes it faster"
            }
            FetchErrorKind::NotServed => {
                "is this where the store's API is, with the prefix that it is served below?"
            }
            FetchErrorKind::NotAProfile | FetchErrorKind::Elsewhere => {
                "who asks is told by user:token@ in the URL, --bearer-file and --header, the tenant by tenant=NAME in the \
                 URL or HEAPWISE_TENANT"
            }
            FetchErrorKind::Tls => {
                "--tls-ca names the authority that signed the server's certificate; pyroscope+https+insecure:// takes any \
                 certificate"
            }
            FetchErrorKind::TooLarge => "--max-bytes raises the cap",
            FetchErrorKind::Refused
            | FetchErrorKind::Cut
            | FetchErrorKind::Empty
            | FetchErrorKind::Usage => return None,
        })
    }
}

const OF_PROXY: &str = "is the proxy running and its port right? user:password@ in the variable says who asks, NO_PROXY names the hosts \
     that are asked without a proxy";

/// What a proxy's refusal to connect means, by its status.
fn refused_by_proxy(reason: &str) -> String {
    let reason = reason.strip_prefix("proxy server responded ");
    let status = reason.map(|reason| reason.split('/').next().unwrap_or(reason));
    match status {
        Some("407") => "407 Proxy Authentication Required".to_owned(),
        Some(status) => format!("{status} where it is to connect"),
        None => "nothing where it is to connect".to_owned(),
    }
}

/// The same of a page that is asked for through a proxy: where nobody answers, that is the proxy.
fn behind(
    proxy: &proxy::Chosen,
    target: &Target,
    (kind, message): (FetchErrorKind, String),
) -> (FetchErrorKind, String) {
    use FetchErrorKind as Kind;
    let named = proxy.named();
    match kind {
        Kind::Proxy => (kind, format!("{named} says {message}")),
        Kind::Unreachable => {
            let (host, own) = (proxy.host(), target.host().unwrap_or_default());
            let message = match message == format!("found no host {own}") {
                true => format!("found no host {host}"),
                false => message,
            };
            (Kind::Proxy, format!("{named}: {message}"))
        }
        Kind::Usage => (kind, format!("{named}: {message}")),
        _ => (kind, format!("{message}, through {named}")),
    }
}

pub(super) fn timed_out(limit: Duration) -> String {
    format!("found no whole answer within {} s", limit.as_secs_f64())
}

fn of_io(target: &Target, error: &std::io::Error) -> (FetchErrorKind, String) {
    use std::io::ErrorKind;
    let kind = match error.kind() {
        ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset | ErrorKind::BrokenPipe => {
            let message = "the connection ended before the answer did".to_owned();
            return (FetchErrorKind::Cut, message);
        }
        // A handshake that fails comes as an error of reading; without one, a proxy spoke.
        ErrorKind::InvalidData if target.is_private() => {
            return (
                FetchErrorKind::Tls,
                format!("TLS: {}", tls_words(&error.to_string())),
            );
        }
        _ => FetchErrorKind::Unreachable,
    };
    let words = error.to_string();
    let words = words.split(" (os error").next().unwrap_or_default();
    // The resolver's own words differ by system.
    let message = match words.contains("lookup address") {
        true => format!("found no host {}", target.host().unwrap_or_default()),
        false => lower(words),
    };
    (kind, message)
}

#[cfg(feature = "tls")]
fn of_tls(error: &ureq::Error) -> (FetchErrorKind, String) {
    let words = match error {
        ureq::Error::Rustls(error) => tls_words(&error.to_string()),
        ureq::Error::Pem(_) => "found no certificate or key in PEM".to_owned(),
        other => return (FetchErrorKind::Unreachable, other.to_string()),
    };
    (FetchErrorKind::Tls, format!("TLS: {words}"))
}

#[cfg(not(feature = "tls"))]
fn of_tls(error: &ureq::Error) -> (FetchErrorKind, String) {
    (FetchErrorKind::Unreachable, error.to_string())
}

/// rustls' words with what they mean to people.
fn tls_words(words: &str) -> String {
    let meaning = [
        (
            "UnknownIssuer",
            "signed by an authority that this machine does not trust",
        ),
        (
            "UnknownCA",
            "the server does not trust the certificate that it was shown",
        ),
        ("NotValidForName", "not made for this host"),
        ("not valid for name", "not made for this host"),
        ("expired", "expired, or the clock of this machine is wrong"),
        (
            "not valid before",
            "not valid yet, or the clock of this machine is wrong",
        ),
        (
            "ertificateRequired",
            "the server wants a certificate of the client",
        ),
        (
            "certificate required",
            "the server wants a certificate of the client",
        ),
        (
            "InvalidContentType",
            "the server does not speak TLS: http://?",
        ),
        ("corrupt message", "the server does not speak TLS: http://?"),
    ];
    let known = meaning.iter().find(|(word, _)| words.contains(word));
    match known {
        Some((_, meaning)) => format!("{words} ({meaning})"),
        None => words.to_owned(),
    }
}

fn lower(words: &str) -> String {
    let mut chars = words.chars();
    let first = chars.next().map(|first| first.to_lowercase().to_string());
    format!("{}{}", first.unwrap_or_default(), chars.as_str())
}
