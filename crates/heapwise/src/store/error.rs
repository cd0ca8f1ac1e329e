//! What a store's refusals mean: a range too long, nothing there, or an error for people.

use serde::Deserialize;

use super::duration::parse_duration;
use crate::fetch::{FetchError, FetchErrorKind, Reply, Target};

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum Refusal {
    /// The range is longer than the store lets one ask, in milliseconds.
    TooLong { limit: i64, error: anyhow::Error },
    /// There is nothing in the range.
    Nothing,
    /// The store has no such page or method.
    Unknown(anyhow::Error),
    /// A page for people answers in its place.
    Page(anyhow::Error),
    /// Anything else.
    Other(anyhow::Error),
}

impl From<anyhow::Error> for Refusal {
    fn from(error: anyhow::Error) -> Refusal {
        let of_fetching: Option<&FetchError> = error.downcast_ref();
        match of_fetching.map(FetchError::kind) {
            Some(FetchErrorKind::NotAProfile) => Refusal::Page(error),
            _ => Refusal::Other(error),
        }
    }
}

impl Refusal {
    pub(super) fn into_error(self, target: &Target) -> anyhow::Error {
        match self {
            Refusal::TooLong { error, .. }
            | Refusal::Unknown(error)
            | Refusal::Page(error)
            | Refusal::Other(error) => error,
            Refusal::Nothing => FetchError::new(
                FetchErrorKind::Refused,
                target,
                "found no profiles in this range",
            )
            .into(),
        }
    }

    /// Whether what was asked for may be served in another way: nothing else answers there. Who refuses knows the question.
    pub(super) fn is_of_another_page(&self) -> bool {
        matches!(self, Refusal::Unknown(_) | Refusal::Page(_))
    }

    /// Of a status of gRPC that is no success.
    pub(super) fn of_status(status: &str, words: &str, target: &Target) -> Refusal {
        let name = match status {
            "3" => "INVALID_ARGUMENT",
            "4" => "DEADLINE_EXCEEDED",
            "5" => "NOT_FOUND",
            "7" => "PERMISSION_DENIED",
            "8" => "RESOURCE_EXHAUSTED",
            "12" => "UNIMPLEMENTED",
            "13" => "INTERNAL",
            "14" => "UNAVAILABLE",
            "16" => "UNAUTHENTICATED",
            other => other,
        };
        let words = Said::of(words.as_bytes()).words;
        let join = if words.is_empty() { "" } else { ": " };
        let kind = match status {
            "7" | "16" => FetchErrorKind::NotAProfile,
            "12" => FetchErrorKind::NotServed,
            _ => FetchErrorKind::Refused,
        };
        let error = format!("the server says {name}{join}{words}");
        let error = FetchError::new(kind, target, error).into();
        match status {
            "5" if is_nothing(Some(status), &words) => Refusal::Nothing,
            "12" => Refusal::Unknown(error),
            _ => Refusal::Other(error),
        }
    }

    /// Of an answer that is no success.
    pub(super) fn of(reply: &Reply, target: &Target) -> Refusal {
        let refusal = Said::of(&reply.bytes);
        let words = refusal.words;
        let mut message = format!("the server says {}", reply.status);
        for part in [reply.reason, &words] {
            if !part.is_empty() {
                let join = if part == reply.reason { " " } else { ": " };
                message = format!("{message}{join}{part}");
            }
        }
        let kind = match reply.status {
            401 | 403 => FetchErrorKind::NotAProfile,
            status if is_unknown(status) => FetchErrorKind::NotServed,
            _ => FetchErrorKind::Refused,
        };
        if reply.status == 429 {
            message = match reply.header("retry-after") {
                Some(wait) if wait.bytes().all(|byte| byte.is_ascii_digit()) => {
                    format!("{message}: asked too often, it wants {wait} s of waiting")
                }
                Some(wait) => format!("{message}: asked too often, it wants waiting until {wait}"),
                None => format!("{message}: asked too often"),
            };
        }
        let error = FetchError::new(kind, target, message).into();
        match (reply.status, limit(&words)) {
            (400 | 422, Some(limit)) => Refusal::TooLong { limit, error },
            (404, _) if is_nothing(refusal.code.as_deref(), &words) => Refusal::Nothing,
            (status, _) if is_unknown(status) => Refusal::Unknown(error),
            _ => Refusal::Other(error),
        }
    }
}

/// Whether a status says that there is no such page, method or form of a question; any other is about the question.
pub(super) fn is_unknown(status: u16) -> bool {
    matches!(status, 404 | 405 | 415 | 501)
}

/// The longest range that may be asked for (pkg/validation/validate.go: QueryTooLongErrorMsg).
fn limit(words: &str) -> Option<i64> {
    if !words.contains("query time range exceeds the limit") {
        return None;
    }
    let (_, limit) = words.rsplit_once("limit: ")?;
    let limit = limit.split([')', ',', ' ']).next()?;
    parse_duration(limit).filter(|limit| *limit >= 1000)
}

/// gRPC's NOT_FOUND, as Parca's gateway says that no profile matches (pkg/parcacol/querier.go).
fn is_nothing(code: Option<&str>, words: &str) -> bool {
    matches!(code, Some("5" | "not_found")) && words.contains("not find")
        || words.contains("no data")
}

/// What a refusal says, in the forms of Connect and of gRPC's gateway.
#[derive(Debug, Default)]
struct Said {
    code: Option<String>,
    words: String,
}

#[derive(Deserialize)]
struct Document {
    #[serde(default)]
    code: serde_json::Value,
    #[serde(default)]
    message: String,
}

/// Messages within messages, by the services on the way.
const DEPTH: usize = 4;

/// The most that is shown.
const SHOWN: usize = 300;

impl Said {
    fn of(bytes: &[u8]) -> Said {
        let mut said = Said {
            code: None,
            words: String::from_utf8_lossy(bytes.get(..4096).unwrap_or(bytes)).into_owned(),
        };
        for _ in 0..DEPTH {
            let Ok(document) = serde_json::from_str::<Document>(&said.words) else {
                break;
            };
            said.code = Some(match document.code {
                serde_json::Value::String(code) => code,
                code => code.to_string(),
            });
            said.words = document.message;
        }
        let words = said.words.split_whitespace().collect::<Vec<_>>().join(" ");
        said.words = words
            .chars()
            .filter(|c| !c.is_control())
            .take(SHOWN)
            .collect();
        said
    }
}

#[cfg(test)]
mod tests {
    use super::{Said, limit};

    #[test]
    fn words_and_limits_are_found() {
        let said = Said::of(br#"{"code":"invalid_argument","message":"{\"code\":\"invalid_argument\",\"message\":\"1:4: parse  error\"}"}"#);
        assert_eq!(said.words, "1:4: parse error");
        assert_eq!(
            Said::of(b"404 page not found\n").words,
            "404 page not found"
        );
        let said = Said::of(br#"{"code":5,"message":"could not find profile","details":[]}"#);
        assert_eq!(said.code.as_deref(), Some("5"));
        let words =
            "the query time range exceeds the limit (max_query_length, actual: 48h0m0s, limit: 1d)";
        assert_eq!(limit(words), Some(86_400_000));
        let words = "the query time range exceeds the limit (query length: 2h0m0s, limit: 1h0m0s)";
        assert_eq!(limit(words), Some(3_600_000));
        assert_eq!(limit("limit: 1h"), None);
    }
}
