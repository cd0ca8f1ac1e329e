//! Whether those who wrote the source have said that they leave something as it is: `//nolint:prealloc` at a slice, or a comment that
//! names what would be advised, and says what it costs.

use super::code::{comment, is_of_name, without_comment, word_uses};
use super::line::Line;

/// Whether a comment at a line, above it, or where the slice is declared says so, as far as the source is at hand.
pub(super) fn is_declined(line: &Line<'_>, slice: &str) -> bool {
    let mut above = line.above().peekable();
    let near = line.code().into_iter().chain(above.peek().cloned());
    if { near }.any(|text| declines(&text)) {
        return true;
    }
    let mut declared = above.skip_while(|text| !declares(text, slice));
    let declaration = declared.next().into_iter().chain(declared.next());
    { declaration }.any(|text| declines(&text))
}

/// Whether a comment at a line, or right above its statement, names one of the functions and types that a change would take, and
/// speaks of what one or the other costs: that was weighed, and decided otherwise.
pub(super) fn is_weighed(line: &Line<'_>, change: &str) -> bool {
    let begun = line.begun().count();
    let above = line.above().skip(begun);
    let above = above.take_while(|text| text.trim_start().starts_with("//"));
    let at = line.code().into_iter().chain(line.begun());
    let comments = above.chain(at);
    let comments: Vec<String> = comments
        .filter_map(|text| Some(comment(&text)?.to_owned()))
        .collect();
    weighs(&comments.join(" "), change)
}

fn weighs(comment: &str, change: &str) -> bool {
    const COSTS: [&str; 6] = ["alloc", "slow", "fast", "cheap", "expensive", "garbage"];
    let text = comment.to_lowercase();
    COSTS.iter().any(|word| text.contains(word))
        && names(change).any(|name| word_uses(comment, name).next().is_some())
}

/// What a text names of packages: `utf8.DecodeRune`, `sync.Pool`.
fn names(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| !(is_of_name(c) || c == '.'));
    words.map(|word| word.trim_end_matches('.')).filter(|word| {
        let parts = word.split_once('.');
        parts.is_some_and(|(package, name)| {
            !package.is_empty() && name.starts_with(char::is_uppercase)
        })
    })
}

fn declares(text: &str, slice: &str) -> bool {
    let code = without_comment(text).trim_start();
    let rest = code.strip_prefix("var ").unwrap_or(code);
    let rest = rest.strip_prefix(slice).unwrap_or_default();
    rest.starts_with(" := ") || code.starts_with("var ") && rest.starts_with(' ')
}

/// Whether a comment tells linters to be silent on capacities, or on all.
fn declines(text: &str) -> bool {
    let Some(comment) = comment(text) else {
        return false;
    };
    let Some(rest) = comment.trim_start().strip_prefix("nolint") else {
        return false;
    };
    match rest.strip_prefix(':') {
        Some(names) => {
            let names = names.split([' ', '/']).next().unwrap_or_default();
            names
                .split(',')
                .any(|name| matches!(name, "prealloc" | "all"))
        }
        None => !rest.starts_with(|c: char| c.is_alphanumeric()),
    }
}

#[cfg(test)]
mod tests {
    use super::{declares, declines, names, weighs};

    const CHANGE: &str =
        "take one rune after the other with utf8.DecodeRune (or bytes.Runes, ...), and so on.";

    #[test]
    fn comments_that_weigh_a_change_are_told() {
        let named: Vec<&str> = names(CHANGE).collect();
        assert_eq!(named, ["utf8.DecodeRune", "bytes.Runes"]);
        for comment in [
            "with utf8.DecodeRune it would not allocate, but it is noticeably slower",
            "Faster than utf8.DecodeRune for short texts.",
            "(bytes.Runes makes less garbage)",
        ] {
            assert!(weighs(comment, CHANGE), "{comment}");
        }
        for comment in [
            "this allocates, which is to go away",
            "see utf8.DecodeRune",
            "utf8.DecodeRuneInString is slower",
            "the runes of bytes are slower",
        ] {
            assert!(!weighs(comment, CHANGE), "{comment}");
        }
    }

    #[test]
    fn comments_that_decline_are_told() {
        for text in [
            "\tvar all []T //nolint:prealloc // how many is not known",
            "\t//nolint:errcheck,prealloc",
            "\tall = append(all, x) //nolint",
            "\t// nolint:all",
        ] {
            assert!(declines(text), "{text}");
        }
        for text in [
            "\tvar all []T //nolint:errcheck // prealloc would do",
            "\t// prealloc: later",
            "\t//nolinting is not for us",
            "\tvar nolint []T",
            "\tall = append(all, \"//nolint\")",
        ] {
            assert!(!declines(text), "{text}");
        }
        assert!(declares("\tvar all []T //nolint", "all"));
        assert!(declares("\tall := []T{}", "all"));
        assert!(!declares("\tall = append(all, x)", "all"));
        assert!(!declares("\tvar allowed []T", "all"));
    }
}
