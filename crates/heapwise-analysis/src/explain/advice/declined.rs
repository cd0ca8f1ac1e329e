//! Whether those who wrote the source have said that they leave a slice as it is: `//nolint:prealloc`.

use super::code::without_comment;
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

fn declares(text: &str, slice: &str) -> bool {
    let code = without_comment(text).trim_start();
    let rest = code.strip_prefix("var ").unwrap_or(code);
    let rest = rest.strip_prefix(slice).unwrap_or_default();
    rest.starts_with(" := ") || code.starts_with("var ") && rest.starts_with(' ')
}

/// Whether a comment tells linters to be silent on capacities, or on all.
fn declines(text: &str) -> bool {
    let Some((_, comment)) = text.split_once("//") else {
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
    use super::{declares, declines};

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
        ] {
            assert!(!declines(text), "{text}");
        }
        assert!(declares("\tvar all []T //nolint", "all"));
        assert!(declares("\tall := []T{}", "all"));
        assert!(!declares("\tall = append(all, x)", "all"));
        assert!(!declares("\tvar allowed []T", "all"));
    }
}
