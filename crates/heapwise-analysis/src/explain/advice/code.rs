//! What the source around a line tells: Go as `gofmt` writes it, without reading all of its grammar.

use super::line::Line;
use crate::site::identity::Site;

/// A function is not followed further than this many lines.
const MOST_LINES: i64 = 2_000;

impl Line<'_> {
    /// Whether it is in a loop of its function; not where the source is not at hand.
    pub(super) fn is_in_loop(&self) -> bool {
        let Some((site, line)) = self.place() else {
            return false;
        };
        let Some(mut depth) = self.text(site, line).map(|text| indentation(&text)) else {
            return false;
        };
        for at in (line.saturating_sub(MOST_LINES).max(1)..line).rev() {
            let Some(text) = self.text(site, at) else {
                return false;
            };
            if text.trim().is_empty() || indentation(&text) >= depth {
                continue;
            }
            depth = indentation(&text);
            let code = text.trim_start();
            if code.starts_with("for ") {
                return true;
            }
            // What a function literal makes it makes when that is called.
            if depth == 0 || code.contains("func(") {
                return false;
            }
        }
        false
    }

    /// Whether a variable is given away after the line in its function: returned, stored, sent, or made something else. So,
    /// too, where the source is not at hand.
    pub(super) fn gives_away(&self, variable: &str) -> bool {
        let Some((site, line)) = self.place() else {
            return true;
        };
        for at in line + 1..line.saturating_add(MOST_LINES) {
            let Some(text) = self.text(site, at) else {
                return true;
            };
            if text.starts_with('}') {
                return false;
            }
            if is_given_away(without_comment(&text), variable) {
                return true;
            }
        }
        true
    }

    /// The variable that is declared or assigned on the line, where that is one by its name: `b := make([]byte, n)`.
    pub(super) fn variable(&self) -> Option<String> {
        assigned(without_comment(&self.code()?)).map(str::to_owned)
    }

    /// The code of the line, where the source is at hand.
    pub(super) fn code(&self) -> Option<String> {
        let (site, line) = self.place()?;
        self.text(site, line)
    }

    fn place(&self) -> Option<(&Site, i64)> {
        Some((&self.subject.at, self.subject.at.line?))
    }

    fn text(&self, site: &Site, line: i64) -> Option<String> {
        (self.source)(site.file.as_deref()?, line)
    }
}

/// Code without a comment behind it, as far as that is told without reading strings.
pub(super) fn without_comment(text: &str) -> &str {
    text.split("//").next().unwrap_or(text).trim_end()
}

fn assigned(code: &str) -> Option<&str> {
    let code = code.trim();
    let declared = code.strip_prefix("var ");
    let (left, _) = match (code.split_once('='), declared) {
        (Some((left, right)), _) => (left.trim_end_matches(':'), right),
        (None, declared) => (declared?, ""),
    };
    let left = left.trim();
    let left = left.strip_prefix("var ").unwrap_or(left);
    // The type of `var b [4096]byte`.
    let name = if declared.is_some() {
        left.split(' ').next()?
    } else {
        left
    };
    (!name.is_empty() && name.chars().all(is_of_name)).then_some(name)
}

fn indentation(text: &str) -> usize {
    text.chars().take_while(|&c| c == '\t' || c == ' ').count()
}

/// Whether a line returns, stores or sends a variable or a part of it, and does not only look into it.
fn is_given_away(code: &str, variable: &str) -> bool {
    let is_return = code.trim_start().starts_with("return");
    let mut uses = code.match_indices(variable).filter(|(at, _)| {
        let before = code.get(..*at).and_then(|text| text.chars().next_back());
        let after = code
            .get(at + variable.len()..)
            .and_then(|text| text.chars().next());
        !before.is_some_and(|c| is_of_name(c) || c == '.') && !after.is_some_and(is_of_name)
    });
    uses.any(|(at, _)| {
        let before = code.get(..at).unwrap_or_default().trim_end();
        let after = code.get(at + variable.len()..).unwrap_or_default();
        let is_measured = before.ends_with("len(") || before.ends_with("cap(");
        let is_element = !before.ends_with('&')
            && after.starts_with('[')
            && !after
                .get(..after.find(']').unwrap_or(0))
                .is_some_and(|index| index.contains(':'));
        if is_measured || is_element {
            return false;
        }
        let assigned = before
            .strip_suffix('=')
            .map(|left| left.trim_end_matches(':').trim());
        match assigned {
            Some(left) => left != variable,
            None => {
                is_return
                    || before.ends_with([':', '{', '&'])
                    || before.ends_with("<-")
                    || before.contains("append(")
            }
        }
    })
}

pub(super) fn is_of_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::{assigned, is_given_away};

    #[test]
    fn the_variable_of_a_line_is_told_where_it_is_one() {
        for (code, name) in [
            ("\tb := make([]byte, n)", Some("b")),
            ("\tb = make([]byte, n)", Some("b")),
            ("\tvar b [4096]byte", Some("b")),
            ("\tvar b = make([]byte, n)", Some("b")),
            ("\tvar b []byte = make([]byte, n)", Some("b")),
            ("\tx.b = make([]byte, n)", None),
            ("\ta, b := f(), make([]byte, n)", None),
            ("\treturn make([]byte, n)", None),
            ("\tbs: make([]byte, n),", None),
        ] {
            assert_eq!(assigned(code), name, "{code}");
        }
    }

    #[test]
    fn what_is_returned_stored_or_sent_is_given_away() {
        for code in [
            "\treturn b, nil",
            "\treturn toString(b[:n]), nil",
            "\tx.data = b",
            "\tout := b[:n]",
            "\tch <- b",
            "\tall = append(all, b)",
            "\treturn T{data: b}",
            "\tp := &b",
            "\treturn unsafe.String(&b[0], n), nil",
        ] {
            assert!(is_given_away(code, "b"), "{code}");
        }
        for code in [
            "\tn, err := r.Read(b)",
            "\tcopy(b, other)",
            "\tb = b[:n]",
            "\treturn len(b), nil",
            "\treturn sum(bits)",
            "\tb[3] = x",
            "\tx := b[3]",
            "\tfor i := range b {",
            "\treturn x.b",
        ] {
            assert!(!is_given_away(code, "b"), "{code}");
        }
    }
}
