//! What of a URL is never printed, and how what is written with percent signs reads.

use std::borrow::Cow;

/// What stands for a secret.
const HIDDEN: &str = "***";

/// Parameters with one of these in their names are taken for secrets.
const SECRETS: [&str; 9] = [
    "token",
    "secret",
    "passw",
    "pwd",
    "apikey",
    "api_key",
    "auth",
    "signature",
    "credential",
];

/// A word of a message with the user and password in it hidden.
pub(crate) fn without_user(word: &str) -> Cow<'_, str> {
    let Some((scheme, rest)) = word.split_once("://") else {
        return Cow::Borrowed(word);
    };
    match rest.rsplit_once('@') {
        Some((_, rest)) => Cow::Owned(format!("{scheme}://{HIDDEN}@{rest}")),
        None => Cow::Borrowed(word),
    }
}

/// A name with what may be secret in it hidden, whatever else it is.
pub(crate) fn redacted(name: &str) -> Cow<'_, str> {
    let from = name.find("://").map_or(0, |at| at + 3);
    let end = name
        .get(from..)
        .and_then(|rest| rest.find(['/', '?', '#']))
        .map_or(name.len(), |at| from + at);
    let authority = name.get(from..end).unwrap_or_default();
    // A password may have slashes in it that were not written as %2F.
    let is_url = from > 0 || authority.contains(':');
    let at = match is_url {
        true => name.get(from..).and_then(|rest| rest.rfind('@')),
        false => None,
    };
    let Some(at) = at else {
        return redacted_page(name);
    };
    let scheme = name.get(..from).unwrap_or_default();
    let rest = name.get(from + at..).unwrap_or_default();
    Cow::Owned(format!("{scheme}{HIDDEN}{}", redacted_page(rest)))
}

/// A path and its parameters, with those hidden that may be secret.
pub(crate) fn redacted_page(page: &str) -> Cow<'_, str> {
    let Some((path, query)) = page.split_once('?') else {
        return Cow::Borrowed(page);
    };
    let pairs = query.split('&').map(|pair| match pair.split_once('=') {
        Some((key, _)) if is_secret(key) => format!("{key}={HIDDEN}"),
        _ => pair.to_owned(),
    });
    Cow::Owned(format!("{path}?{}", pairs.collect::<Vec<_>>().join("&")))
}

fn is_secret(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    key == "key" || key == "sig" || SECRETS.iter().any(|secret| key.contains(secret))
}

/// What a text says that is written with percent signs.
pub(crate) fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text)
        .decode_utf8_lossy()
        .into_owned()
}

#[cfg(test)]
mod tests {
    use super::{decoded, redacted};

    #[test]
    fn hides_what_may_be_secret() {
        assert_eq!(redacted("http://joe:x@h/p"), "http://***@h/p");
        assert_eq!(redacted("http://joe:a/b@h/p"), "http://***@h/p");
        assert_eq!(redacted("joe:x@h:1"), "***@h:1");
        assert_eq!(
            redacted("http://h/p?a=1&Token=x"),
            "http://h/p?a=1&Token=***"
        );
        assert_eq!(redacted("heap@2x.pb.gz"), "heap@2x.pb.gz");
    }

    #[test]
    fn reads_percent_signs() {
        assert_eq!(decoded("%2Frun%2fapp"), "/run/app");
        assert_eq!(decoded("100%"), "100%");
        assert_eq!(decoded("%zz%4"), "%zz%4");
    }
}
