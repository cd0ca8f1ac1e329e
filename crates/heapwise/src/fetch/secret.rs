//! What of a URL is never printed, and how what is written with percent signs reads.

use std::borrow::Cow;
use std::ops::Range;

/// What stands for a secret.
const HIDDEN: &str = "***";

/// Parameters whose values are shown: what pages of profiles and stores are asked by. All others may be secrets, whatever
/// their names.
const HARMLESS: [&str; 25] = [
    "app",
    "by",
    "container",
    "debug",
    "each",
    "end",
    "format",
    "from",
    "gc",
    "instance",
    "job",
    "labels",
    "limit",
    "match",
    "namespace",
    "pod",
    "query",
    "rate",
    "seconds",
    "start",
    "step",
    "tenant",
    "to",
    "type",
    "until",
];

/// What messages advise to write into a URL.
const ADVISED: [&str; 2] = ["user:password@", "user:token@"];

/// A word of a message with what may be secret in it hidden, and what ends it as it is. Words are no names: patterns have
/// question marks, too.
pub(crate) fn redacted_word(word: &str) -> Cow<'_, str> {
    let name = word.trim_end_matches(|c: char| c.is_whitespace() || ",:;.'\")".contains(c));
    if ADVISED.contains(&name) {
        return Cow::Borrowed(word);
    }
    let is_plain = |key: &str| !key.is_empty() && key.chars().all(is_of_key);
    let query = name.split_once('?').map(|(_, query)| query);
    let key = query.and_then(|query| query.split_once('='));
    let shown = match key.is_some_and(|(key, _)| is_plain(key)) {
        true => redacted(name),
        false => without_user(name, Cow::Borrowed),
    };
    match shown {
        Cow::Borrowed(_) => Cow::Borrowed(word),
        Cow::Owned(shown) => Cow::Owned(shown + word.get(name.len()..).unwrap_or_default()),
    }
}

fn is_of_key(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '%' | '~' | '[' | ']')
}

/// A name with what may be secret in it hidden, whatever else it is: who asks, and parameters.
pub(crate) fn redacted(name: &str) -> Cow<'_, str> {
    without_user(name, redacted_page)
}

/// Whether a name has what looks like `user:password@`.
pub(crate) fn has_user(name: &str) -> bool {
    user(name).is_some()
}

/// A name with who asks hidden, and the rest as `page` tells it.
fn without_user<'a>(name: &'a str, page: fn(&'a str) -> Cow<'a, str>) -> Cow<'a, str> {
    let Some(user) = user(name) else {
        return page(name);
    };
    let is_in_query = name.get(..user.end).is_some_and(|user| user.contains('?'));
    let before = name.get(..user.start).unwrap_or_default();
    let rest = name.get(user.end..).unwrap_or_default();
    let rest = match rest.split_once('&') {
        // A question mark of the password, or an @ among parameters: which, nobody knows.
        Some((first, pairs)) if is_in_query => {
            Cow::Owned(format!("{first}&{}", redacted_pairs(pairs)))
        }
        _ => page(rest),
    };
    Cow::Owned(format!("{before}{HIDDEN}{rest}"))
}

/// Where a name tells who asks. A password may have slashes in it that were not written as %2F, and a URL may lack one of its
/// slashes or its scheme.
fn user(name: &str) -> Option<Range<usize>> {
    let start = name.len() - name.trim_start_matches(['\'', '"', '(', '`']).len();
    let unquoted = name.get(start..)?;
    let at = unquoted.rfind('@')?;
    let before = unquoted.get(..at)?;
    let scheme = before
        .find(':')
        .and_then(|end| scheme_of(before.split_at_checked(end)?));
    let (scheme, rest) = scheme.unwrap_or(("", before));
    let who = rest.trim_start_matches(['/', '\\']);
    // Sockets and drives are nobody's; else who asks may have a token alone.
    let is_of_server = scheme.len() > 1 && scheme != "unix";
    let from = before.len() - who.len();
    let has_password = who.find(':').is_some_and(|colon| colon + 1 < who.len());
    (!who.is_empty() && (is_of_server || has_password)).then_some(start + from..start + at)
}

/// The scheme of a name, maybe behind a label, or the drive of a path, and what is behind it.
fn scheme_of<'a>((scheme, rest): (&'a str, &'a str)) -> Option<(&'a str, &'a str)> {
    let scheme = scheme.rsplit('=').next().unwrap_or_default();
    let rest = rest.strip_prefix(':')?;
    let is_of_scheme = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-');
    let is_scheme = !scheme.is_empty() && scheme.chars().all(is_of_scheme);
    (is_scheme && rest.starts_with(['/', '\\'])).then_some((scheme, rest))
}

/// A path and its parameters, with those hidden that may be secret.
fn redacted_page(page: &str) -> Cow<'_, str> {
    match page.split_once('?') {
        Some((path, query)) => Cow::Owned(format!("{path}?{}", redacted_pairs(query))),
        None => Cow::Borrowed(page),
    }
}

fn redacted_pairs(query: &str) -> String {
    let (query, part) = query.split_once('#').unwrap_or((query, ""));
    let pairs: Vec<_> = query.split('&').map(redacted_pair).collect();
    let part = if part.is_empty() { "" } else { "#***" };
    format!("{}{part}", pairs.join("&"))
}

fn redacted_pair(pair: &str) -> Cow<'_, str> {
    let is_harmless = |key: &str| HARMLESS.iter().any(|known| key.eq_ignore_ascii_case(known));
    match pair.split_once('=') {
        _ if pair.is_empty() => Cow::Borrowed(pair),
        Some((key, _)) if is_harmless(key) => Cow::Borrowed(pair),
        // What ends in this sign may be a token in base64.
        Some((key, value)) if value.bytes().any(|byte| byte != b'=') => {
            Cow::Owned(format!("{key}={HIDDEN}"))
        }
        None if is_harmless(pair) => Cow::Borrowed(pair),
        _ => Cow::Borrowed(HIDDEN),
    }
}

/// What a text says that is written with percent signs.
pub(crate) fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text)
        .decode_utf8_lossy()
        .into_owned()
}

#[cfg(test)]
mod tests {
    use super::{decoded, redacted, redacted_word};

    #[test]
    fn hides_who_asks() {
        for (name, shown) in [
            ("http://joe:x@h/p", "http://***@h/p"),
            ("http://joe:a/b@h/p", "http://***@h/p"),
            ("http://joe:a?b@h/p", "http://***@h/p"),
            ("http://token@h/p", "http://***@h/p"),
            ("joe:x@h:1", "***@h:1"),
            ("joe:x@h/p", "***@h/p"),
            ("joe:x@h/p/http://i", "***@h/p/http://i"),
            ("http:/joe:x@h/p", "http:/***@h/p"),
            ("http:/token@h/p", "http:/***@h/p"),
            ("http:\\\\joe:x@h", "http:\\\\***@h"),
            ("https://joe:x@", "https://***@"),
            ("joe:x@", "***@"),
            ("http:///joe:x@h/p", "http:///***@h/p"),
            ("http//joe:x@h/p", "***@h/p"),
            ("htp;//joe:x@h/p", "***@h/p"),
            ("//joe:x@h/p", "//***@h/p"),
            ("a=http:/joe:x@h/p", "a=http:/***@h/p"),
            (
                "pyroscope+http:/1:x@h/?query={}",
                "pyroscope+http:/***@h/?query={}",
            ),
            ("'joe:x@h'", "'***@h'"),
            ("http://h:1/?x=a@b&jwt=c", "http://***@b&jwt=***"),
            ("http://joe:x@h/?jwt=c&gc=1", "http://***@h/?jwt=***&gc=1"),
        ] {
            assert_eq!(redacted(name), shown, "{name}");
        }
    }

    #[test]
    fn names_stay_that_tell_of_nobody() {
        for name in [
            "heap@2x.pb.gz",
            "C:/users/a@b/heap.pb.gz",
            "C:\\users\\a@b\\heap.pb.gz",
            "unix:///run/a@b.sock:/debug/pprof/heap",
            "/go/pkg/mod/x@v1.2.3/y.go:12",
            "localhost:6060",
        ] {
            assert_eq!(redacted(name), name);
        }
    }

    #[test]
    fn shows_harmless_parameters_alone() {
        for key in [
            "token",
            "jwt",
            "pass",
            "bearer",
            "session",
            "sig",
            "key",
            "code",
            "X-Amz-Security-Token",
            "%74oken",
            "x",
        ] {
            assert_eq!(
                redacted(&format!("http://h/p?debug=1&{key}=s3c&Seconds=5")),
                format!("http://h/p?debug=1&{key}=***&Seconds=5")
            );
        }
        assert_eq!(redacted("h/p?s3c"), "h/p?***");
        assert_eq!(redacted("h/p?s3c=="), "h/p?***");
        assert_eq!(redacted("h/p?gc#token=s3c"), "h/p?gc#***");
    }

    #[test]
    fn words_that_are_no_names_stay() {
        for word in ["(?i)main", "right?", "(?P<a>b=c)", "a?b", "https://?"] {
            assert_eq!(redacted_word(word), word);
        }
        assert_eq!(redacted_word("user:password@ "), "user:password@ ");
        assert_eq!(redacted_word("'h/p?jwt=s3c', "), "'h/p?jwt=***', ");
        assert_eq!(redacted_word("joe:x@h:\n"), "***@h:\n");
        assert_eq!(redacted_word("'joe:x@h/p'"), "'***@h/p'");
    }

    #[test]
    fn reads_percent_signs() {
        assert_eq!(decoded("%2Frun%2fapp"), "/run/app");
        assert_eq!(decoded("100%"), "100%");
        assert_eq!(decoded("%zz%4"), "%zz%4");
    }
}
