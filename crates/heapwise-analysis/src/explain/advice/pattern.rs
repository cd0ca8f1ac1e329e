//! What is compiled of a text that a caller gives, or only to see whether it can be: there is nothing to make once.

use super::callee::{Function, functions, parameters};
use super::code::{behind_literal, closing, is_of_name, parts, without_comment};
use super::line::Line;

/// Functions that make something of a text.
const MAKERS: [&str; 6] = [
    "Compile(",
    "MatchString(",
    "Match(",
    "Parse(",
    "NewReplacer(",
    "LoadLocation(",
];

/// Whether a line does so, as far as the source is at hand. What the package itself gives as a text that stands there is the same
/// each time.
pub(super) fn is_asked(line: &Line<'_>) -> bool {
    let Some(code) = line.code() else {
        return false;
    };
    let code = without_comment(&code);
    let Some(text) = argument(code).filter(|text| !text.starts_with(['"', '`'])) else {
        return false;
    };
    is_check(code) || {
        let above: Vec<String> = line.above_to_declaration().collect();
        let source: Vec<String> = line.package().collect();
        let functions = functions(source.iter().map(String::as_str));
        is_callers(text, &above, &functions)
    }
}

/// The first argument of what compiles a text, as far as it has no call with more.
pub(super) fn argument(code: &str) -> Option<&str> {
    arguments(code)?.split([',', ')']).next()
}

/// What is behind the bracket that opens there.
pub(super) fn arguments(code: &str) -> Option<&str> {
    let mut arguments = MAKERS
        .iter()
        .filter_map(|maker| Some(code.split_once(maker)?.1));
    arguments.next()
}

/// Whether what is compiled is dropped, and only the error looked at: `_, err := regexp.Compile(s)`. Of `MatchString` nothing but
/// the answer comes.
fn is_check(code: &str) -> bool {
    let code = code.trim();
    let code = code.strip_prefix("} else ").unwrap_or(code);
    let code = code.strip_prefix("if ").unwrap_or(code);
    let (left, right) = code.split_once('=').unwrap_or_default();
    left.starts_with("_,")
        && ["Compile(", "CompilePOSIX("]
            .iter()
            .any(|call| right.contains(call))
}

/// Whether a text is a parameter of the function that is above, from its last line to that which declares it, or of a literal in
/// it; not where the package calls the function with a text that stands there.
fn is_callers(text: &str, above: &[String], functions: &[Function<'_>]) -> bool {
    if text.is_empty() || !text.chars().all(is_of_name) {
        return false;
    }
    let literals = above.iter().filter_map(|line| of_literal(line));
    if { literals }.any(|list| parameters(list).iter().any(|(name, _)| name == text)) {
        return true;
    }
    let declaration = above.last().map(|line| without_comment(line));
    let mut declared = functions.iter();
    let function = declared.find(|one| {
        declaration.is_some_and(|text| one.declaration.starts_with(text.trim_end_matches('{')))
    });
    let Some(function) = function else {
        return false;
    };
    let at = { function.parameters() }
        .iter()
        .position(|(name, _)| name == text);
    let name = function.name().unwrap_or_default();
    at.is_some_and(|at| {
        let mut texts = functions.iter().flat_map(|one| &one.body);
        name.starts_with(char::is_uppercase) || !texts.any(|code| gives_text(code, name, at))
    })
}

/// The parameters of a function literal that begins on a line.
fn of_literal(line: &str) -> Option<&str> {
    let code = without_comment(line);
    let (_, rest) = code.split_once("func(").filter(|_| code.ends_with('{'))?;
    rest.get(..closing(rest)?)
}

/// Whether a line calls a function with a text that stands there as one of its arguments.
fn gives_text(code: &str, name: &str, at: usize) -> bool {
    let call = format!("{name}(");
    let mut calls = code.match_indices(&call).filter_map(|(from, _)| {
        let is_whole = !code.get(..from)?.ends_with(is_of_name);
        code.get(from + call.len()..).filter(|_| is_whole)
    });
    calls.any(|arguments| {
        parts(arguments)
            .nth(at)
            .is_some_and(|one| is_literal(one.trim_start()))
    })
}

/// Whether an argument is a literal, and not the beginning of a text that is put together: `"^" + name`.
pub(super) fn is_literal(argument: &str) -> bool {
    // A raw one may go on below.
    let ends = |after: &str| {
        let after = after.trim_start();
        after.is_empty() || after.starts_with([')', ','])
    };
    argument.starts_with(['"', '`']) && behind_literal(argument).is_none_or(ends)
}

#[cfg(test)]
mod tests {
    use super::{functions, gives_text, is_callers, is_check};

    const SOURCE: &str = "
func Matches(text, pattern string) bool {
	ok, _ := regexp.MatchString(pattern, text)
}

func (r *Rule) matches(text, pattern string) bool {
	ok, _ := regexp.MatchString(pattern, text)
}

func starts(
	text string,
	start string,
) bool {
	ok, _ := regexp.MatchString(start, text)
}

func all(texts []string) {
	for _, text := range texts {
		starts(f(text, 3), \"^a+\")
	}
	return r.matches(text, name)
}
";

    /// Whether the text that is matched is a caller's in the function of a line.
    fn is_given(declaration: &str, text: &str) -> bool {
        let at = SOURCE
            .lines()
            .position(|line| line.starts_with(declaration));
        let lines: Vec<&str> = SOURCE.lines().collect();
        let at = at.unwrap_or_default();
        let above = lines.get(at..at + 4).unwrap_or_default().iter().rev();
        let above: Vec<String> = above.map(|&line| line.to_owned()).collect();
        is_callers(text, &above, &functions(SOURCE.lines()))
    }

    #[test]
    fn texts_of_callers_are_told() {
        assert!(is_given("func Matches", "pattern"));
        assert!(is_given("func (r *Rule) matches", "pattern"));
        for (declaration, text) in [
            ("func starts", "start"),
            ("func Matches", "ok"),
            ("func Matches", "rule.pattern"),
            ("func all", "known"),
        ] {
            assert!(!is_given(declaration, text), "{declaration} {text}");
        }
        let literal = ["\tcheck(func(pattern string) bool {", "func all() {"];
        let literal = literal.map(str::to_owned);
        assert!(is_callers("pattern", &literal, &[]));
        assert!(!is_callers("text", &literal, &[]));
    }

    #[test]
    fn texts_that_stand_there_are_told() {
        for code in [
            "\tstarts(text, \"^a+\")",
            "\tif starts(f(text, 3), `^a+`) {",
            "\treturn starts(text, `(?x)",
        ] {
            assert!(gives_text(code, "starts", 1), "{code}");
        }
        for code in [
            "\tstarts(text, \"^\" + name)",
            "\tstarts(text, `^`+name+`$`)",
            "\tstarts(\"a\", name)",
            "\tall_starts(text, \"^a+\")",
        ] {
            assert!(!gives_text(code, "starts", 1), "{code}");
        }
    }

    #[test]
    fn what_only_looks_whether_a_text_is_a_pattern_is_told() {
        for code in [
            "\tif _, err := regexp.Compile(text); err != nil {",
            "\t_, err = regexp.Compile(rule.pattern)",
            "\t} else if _, err := regexp.CompilePOSIX(text); err != nil {",
        ] {
            assert!(is_check(code), "{code}");
        }
        for code in [
            "\tpattern, err := regexp.Compile(text)",
            "\tif ok, _ := regexp.MatchString(pattern, text); ok {",
            "\t_, err := f(text)",
        ] {
            assert!(!is_check(code), "{code}");
        }
    }
}
