//! Names of functions without the path of their package, for pictures.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::bytes::Regex;

/// Patterns of graph/graph.go of the same names. Classes are of ASCII, as Go's are.
struct Patterns {
    cpp_anonymous: Option<Regex>,
    go_version: Option<Regex>,
    /// Of Go, Java and C++, in this order.
    names: [Option<Regex>; 3],
}

static PATTERNS: LazyLock<Patterns> = LazyLock::new(|| {
    let compile = |pattern: &str| Regex::new(&format!("(?-u){pattern}")).ok();
    Patterns {
        cpp_anonymous: compile(r"^\(anonymous namespace\)::"),
        go_version: compile(r"^(.*?)/v(?:[2-9]|[1-9][0-9]+)([./].*)$"),
        names: [
            compile(r"^(?:[\w\-\.]+\/)+([^.]+\..+)"),
            compile(
                r"^(?:[a-z]\w*\.)*([A-Z][\w\$]*\.(?:<init>|[a-z][\w\$]*(?:\$\d+)?))(?:(?:\()|$)",
            ),
            compile(r"^(?:[_a-zA-Z]\w*::)+(_*[A-Z]\w*::~?[_a-zA-Z]\w*(?:<.*>)?)"),
        ],
    }
});

/// A function's name as pictures show it (graph/graph.go: ShortenFunctionName).
pub(super) fn short_name(name: &[u8]) -> Vec<u8> {
    let patterns = &*PATTERNS;
    let replace = |pattern: &Option<Regex>, text: Cow<'_, [u8]>, with: &[u8]| match pattern {
        Some(pattern) => pattern.replace_all(&text, with).into_owned(),
        None => text.into_owned(),
    };
    let name = replace(&patterns.cpp_anonymous, name.into(), b"");
    let name = replace(&patterns.go_version, name.into(), b"${1}${2}");
    let captures = patterns.names.iter().flatten();
    let short = captures
        .filter_map(|pattern| pattern.captures(&name)?.get(1))
        .map(|part| part.as_bytes().to_vec())
        .next();
    short.unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::{PATTERNS, short_name};

    #[test]
    fn all_patterns_compile() {
        assert!(PATTERNS.cpp_anonymous.is_some() && PATTERNS.go_version.is_some());
        assert!(PATTERNS.names.iter().all(Option::is_some));
    }

    #[test]
    fn shortens_names_of_several_languages() {
        for (name, short) in [
            ("main.main", "main.main"),
            ("net/http.(*conn).serve", "http.(*conn).serve"),
            ("github.com/a/b/v2/c.F[...]", "c.F[...]"),
            ("github.com/a/b/v12.F", "b.F"),
            ("java.util.HashMap.<init>(int)", "HashMap.<init>"),
            ("(anonymous namespace)::f", "f"),
            ("std::vector::Map::insert<int>", "Map::insert<int>"),
        ] {
            assert_eq!(short_name(name.as_bytes()), short.as_bytes(), "{name}");
        }
    }
}
