//! What a server's answer is: a page, one somewhere else, a refusal in the server's words, or no profile.

use std::io::{self, Read};
use std::time::Duration;

use ureq::Body;
use ureq::http::Response;

use super::error::{FetchError, FetchErrorKind, timed_out};
use super::target::Target;

/// How much of a refusal is read.
const WORDS: u64 = 4096;

/// Where else the page is, if the answer says so.
pub(super) fn location(answer: &Response<Body>) -> Option<String> {
    match answer.status().as_u16() {
        301 | 302 | 303 | 307 | 308 => header(answer, "location").filter(|to| !to.is_empty()),
        _ => None,
    }
}

/// Reads the page, whole.
pub(super) fn read(
    answer: &mut Response<Body>,
    target: &Target,
    cap: u64,
    patience: Duration,
    came: &dyn Fn(usize),
) -> Result<Vec<u8>, FetchError> {
    let status = answer.status().as_u16();
    if status != 200 {
        return Err(refusal(answer, target));
    }
    let bytes = body(answer, target, cap, patience, came)?;
    if bytes.is_empty() {
        let message = "found an empty answer, expected a profile";
        return Err(FetchError::new(FetchErrorKind::Empty, target, message));
    }
    refuse_html(answer, &bytes, target, "a profile")?;
    Ok(bytes)
}

/// Reads what an answer holds, whole.
pub(super) fn body(
    answer: &mut Response<Body>,
    target: &Target,
    cap: u64,
    patience: Duration,
    came: &dyn Fn(usize),
) -> Result<Vec<u8>, FetchError> {
    // None was asked for; a profile that is packed itself, and once more by the way, is unpacked where it is read.
    let coding = header(answer, "content-encoding");
    let is_known = |coding: &String| matches!(coding.as_str(), "" | "identity" | "gzip" | "x-gzip");
    if let Some(coding) = coding.filter(|coding| !is_known(coding)) {
        let message = format!("found an answer packed as {coding:?}, which was not asked for");
        return Err(FetchError::new(FetchErrorKind::Refused, target, message));
    }
    let length = answer.body().content_length();
    let too_large = || {
        let message = format!("found more than {cap} bytes, expected at most that");
        FetchError::new(FetchErrorKind::TooLarge, target, message)
    };
    if length.is_some_and(|length| length > cap) {
        return Err(too_large());
    }
    let body = answer.body_mut().with_config().limit(u64::MAX).reader();
    let bytes = collect(body.take(cap.saturating_add(1)), came);
    let bytes = bytes.map_err(|error| of_body(target, error, patience))?;
    if bytes.len() as u64 > cap {
        return Err(too_large());
    }
    Ok(bytes)
}

/// Refuses a page for people, such as one to log in: by its bytes. Only where these are a text of no known form, what the
/// server calls it tells what it is.
pub(super) fn refuse_html(
    answer: &Response<Body>,
    bytes: &[u8],
    target: &Target,
    expected: &str,
) -> Result<(), FetchError> {
    let is_html = header(answer, "content-type").is_some_and(|kind| kind.contains("text/html"));
    let is_page = looks_like_html(bytes) || (is_html && is_other_text(bytes));
    if !is_page {
        return Ok(());
    }
    let title = title(bytes).map(|title| format!(" called {title:?}"));
    let message = format!(
        "found a page in HTML{}, expected {expected}",
        title.unwrap_or_default()
    );
    let kind = FetchErrorKind::NotAProfile;
    Err(FetchError::new(kind, target, message))
}

fn collect(mut body: impl Read, came: &dyn Fn(usize)) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut buffer = vec![0; 64 << 10];
    loop {
        let read = match body.read(&mut buffer) {
            Ok(0) => return Ok(bytes),
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        came(read);
        bytes.extend_from_slice(buffer.get(..read).unwrap_or_default());
    }
}

/// Why a body ended early.
fn of_body(target: &Target, error: io::Error, patience: Duration) -> FetchError {
    match ureq::Error::from(error) {
        ureq::Error::Timeout(_) => {
            FetchError::new(FetchErrorKind::Timeout, target, timed_out(patience))
        }
        // Chunks that make no sense, a length that is not kept, a connection that is gone.
        ureq::Error::Protocol(_) | ureq::Error::Io(_) | ureq::Error::BodyStalled => {
            let message = "the connection ended before the answer did";
            FetchError::new(FetchErrorKind::Cut, target, message)
        }
        other => FetchError::of_client(target, &other, patience),
    }
}

/// The server's words where it is Go's that speaks (net/http/pprof/pprof.go: serveError), as pprof
/// shows them (driver/fetch.go: statusCodeError).
fn refusal(answer: &mut Response<Body>, target: &Target) -> FetchError {
    let status = answer.status();
    if let Some(error) = FetchError::of_proxy(target, status.as_u16()) {
        return error;
    }
    let kind = match status.as_u16() {
        404 => FetchErrorKind::NotServed,
        401 | 403 => FetchErrorKind::NotAProfile,
        // A success without a profile.
        201..=299 => FetchErrorKind::Empty,
        _ => FetchErrorKind::Refused,
    };
    let is_text = header(answer, "content-type").is_some_and(|kind| kind.contains("text/plain"));
    let is_go = header(answer, "x-go-pprof").is_some() && is_text;
    let mut message = format!("the server says {}", status.as_u16());
    if let Some(reason) = status.canonical_reason() {
        message = format!("{message} {reason}");
    }
    let is_wrong_protocol = status.as_u16() == 400 && !target.is_private();
    if is_go || is_wrong_protocol {
        let mut words = Vec::new();
        let body = answer.body_mut().with_config().limit(u64::MAX).reader();
        let _ = body.take(WORDS).read_to_end(&mut words);
        let words = String::from_utf8_lossy(&words);
        let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
        let words: String = words
            .chars()
            .filter(|c| !c.is_control())
            .take(300)
            .collect();
        // net/http/server.go: Client sent an HTTP request to an HTTPS server.
        if is_go {
            message = format!("{message}: {words}");
        } else if words.contains("HTTPS server") {
            message = format!("{message}: it speaks TLS: https://?");
        }
    }
    FetchError::new(kind, target, message)
}

pub(super) fn header(answer: &Response<Body>, name: &str) -> Option<String> {
    let value = answer.headers().get(name)?;
    Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
}

/// What a refusal of an API says: of a page for people its title.
pub(super) fn words(bytes: Vec<u8>) -> Vec<u8> {
    match looks_like_html(&bytes) {
        true => title(&bytes).unwrap_or_default().into_bytes(),
        false => bytes,
    }
}

fn looks_like_html(bytes: &[u8]) -> bool {
    let start = bytes.trim_ascii_start();
    let start = start.get(..start.len().min(15)).unwrap_or_default();
    let start = start.to_ascii_lowercase();
    start.starts_with(b"<!doctype html") || start.starts_with(b"<html")
}

/// Whether bytes are a text that begins neither as a profile with debug=1 or a dump does, nor as JSON.
fn is_other_text(bytes: &[u8]) -> bool {
    const STARTS: [&[u8]; 6] = [b"heap profile:", b"goroutine ", b"--- ", b"#", b"{", b"["];
    let start = bytes.get(..bytes.len().min(512)).unwrap_or_default();
    let is_text = |byte: &u8| !byte.is_ascii_control() || byte.is_ascii_whitespace();
    let start = start.trim_ascii_start();
    let first = start
        .split(|&byte| byte == b'\n')
        .next()
        .unwrap_or_default();
    let is_count = String::from_utf8_lossy(first).contains(" profile: total ");
    start.iter().all(is_text) && !is_count && !STARTS.iter().any(|known| start.starts_with(known))
}

fn title(bytes: &[u8]) -> Option<String> {
    let start = bytes.get(..bytes.len().min(64 << 10))?;
    let text = String::from_utf8_lossy(start);
    let lower = text.to_ascii_lowercase();
    let from = lower.find("<title>")? + "<title>".len();
    let to = from + lower.get(from..)?.find("</title>")?;
    let title = text.get(from..to)?.split_whitespace().collect::<Vec<_>>();
    let title: String = title.join(" ").chars().take(60).collect();
    (!title.is_empty()).then_some(title)
}
