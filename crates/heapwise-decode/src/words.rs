//! Counts and articles that agree with the words behind them.
//!
//! Every sentence of heapwise that has a number or a name in it is made with these, so that none
//! says "1 samples" or "a allocs profile".

use std::fmt::Display;

/// A count with its noun: `1 sample`, `2 samples`, `0 addresses`.
///
/// `one` is the noun in the singular; its plural is regular.
///
/// ```
/// assert_eq!(heapwise_decode::counted(1_u64, "address"), "1 address");
/// assert_eq!(heapwise_decode::counted(2_u64, "address"), "2 addresses");
/// ```
pub fn counted<N: Display + PartialEq + From<u8>>(count: N, one: &str) -> String {
    let noun = plural(&count, one);
    format!("{count} {noun}")
}

/// A noun in the number that a count asks for, for sentences in which something stands between.
pub fn plural<N: PartialEq + From<u8>>(count: &N, one: &str) -> String {
    if *count == N::from(1) {
        return one.to_owned();
    }
    let hisses = ["s", "x", "z", "ch", "sh"]
        .iter()
        .any(|end| one.ends_with(end));
    match one.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'i', 'o', 'u']) => format!("{stem}ies"),
        _ if hisses => format!("{one}es"),
        _ => format!("{one}s"),
    }
}

/// The form of a verb that a count asks for: `agree(&1, "is", "are")`.
pub fn agree<N: PartialEq + From<u8>>(
    count: &N,
    one: &'static str,
    many: &'static str,
) -> &'static str {
    if *count == N::from(1) { one } else { many }
}

/// A name behind its article: `an allocs`, `a heap`, `an 8-byte`, `a unit`.
///
/// ```
/// assert_eq!(heapwise_decode::with_article("allocs profile"), "an allocs profile");
/// ```
pub fn with_article(name: &str) -> String {
    let article = if sounds_like_a_vowel(name) { "an" } else { "a" };
    format!("{article} {name}")
}

/// By its letters; those words are told apart that a profile or its label could begin with.
fn sounds_like_a_vowel(name: &str) -> bool {
    let plain = name.trim_start_matches(|c: char| !c.is_alphanumeric());
    let lower: String = plain.chars().take(6).collect::<String>().to_lowercase();
    let starts = |all: &[&str]| all.iter().any(|start| lower.starts_with(start));
    if starts(&["one", "uni", "use", "usu", "eu", "url", "utf", "uuid"]) {
        return starts(&["unid", "unin", "unim"]);
    }
    if starts(&["hour", "honest", "html", "http"]) {
        return true;
    }
    let number = lower.trim_end_matches(|c: char| !c.is_ascii_digit());
    if matches!(number, "11" | "18") || lower.starts_with('8') {
        return true;
    }
    lower.starts_with(['a', 'e', 'i', 'o', 'u'])
}

#[cfg(test)]
mod tests {
    use super::{agree, counted, with_article};

    #[test]
    fn nouns_agree_with_their_count() {
        for (count, noun, text) in [
            (0, "sample", "0 samples"),
            (1, "goroutine", "1 goroutine"),
            (2, "address", "2 addresses"),
            (3, "entry", "3 entries"),
            (4, "array", "4 arrays"),
            (1, "group of goroutines", "1 group of goroutines"),
            (-1, "byte", "-1 bytes"),
        ] {
            assert_eq!(counted(i64::from(count), noun), text);
        }
        assert_eq!(agree(&1_usize, "is", "are"), "is");
        assert_eq!(agree(&0_usize, "is", "are"), "are");
    }

    #[test]
    fn articles_agree_with_what_is_heard() {
        for (name, text) in [
            ("allocs profile", "an allocs profile"),
            ("heap profile", "a heap profile"),
            ("other profile", "an other profile"),
            ("inuse_space claim", "an inuse_space claim"),
            ("unit", "a unit"),
            ("unknown kind", "an unknown kind"),
            ("unidentified kind", "an unidentified kind"),
            ("8-byte field", "an 8-byte field"),
            ("11-byte field", "an 11-byte field"),
            ("110-byte field", "a 110-byte field"),
            ("\"alloc_space\"", "an \"alloc_space\""),
            ("cpu profile", "a cpu profile"),
            ("", "a "),
        ] {
            assert_eq!(with_article(name), text);
        }
    }
}
