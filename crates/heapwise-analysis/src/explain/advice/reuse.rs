//! Things that cost much to make, made for each call: make them once.

use super::beginning::is_at_beginning;
use super::callee::called;
use super::code::{behind_literal, is_of_name, without_comment};
use super::draft::Draft;
use super::line::Line;
use super::pattern::{argument, arguments, is_asked, is_literal};
use super::pooled::is_pooled;
use super::rule::{Evidence, Rule};

const TEXTS: (&str, &str) = (
    "make it once: a package variable for what does not change (a compiled pattern, a template, a location), a pool with \
     Reset for what does (a compressor, a buffered reader or writer)",
    "what it is made of differs with each call",
);

/// Functions that make what can be used again, by what they begin with.
const MAKERS: [&str; 20] = [
    // Writers allocate when they are written to for the first time.
    "compress/gzip.(*Writer).",
    "compress/zlib.(*Writer).",
    "compress/flate.(*Writer).",
    "regexp.MustCompile",
    "regexp.Compile",
    "regexp.MatchString",
    "regexp.Match",
    "regexp.compile",
    "text/template.(*Template).Parse",
    "html/template.(*Template).Parse",
    "compress/gzip.NewWriter",
    "compress/gzip.NewReader",
    "compress/zlib.NewWriter",
    "compress/zlib.NewReader",
    "compress/flate.NewWriter",
    "compress/flate.NewReader",
    "bufio.NewWriter",
    "bufio.NewReader",
    "strings.NewReplacer",
    "time.LoadLocation",
];

pub(super) fn advise(line: &Line<'_>) -> Option<Draft> {
    let maker = line
        .called(&MAKERS)
        .filter(|maker| is_made_there(line, maker))?;
    let kept = line.kept.filter(|_| line.is_short_lived())?;
    let fits = line.code().is_none_or(|code| {
        let code = without_comment(&code);
        // A writer that is written to is not what the line makes.
        maker.contains("(*Writer)")
            || is_of_constant(code) && !goes_on_with_more(line, code)
            || !(is_compiled(&maker) && is_put_together_of(line, code)
                || !tells_match(&maker) && (line.is_for_others() || is_passed(code)))
    });
    // These read the package.
    let is_told = fits && !is_at_beginning(line) && !is_pooled(line, &maker) && !is_asked(line);
    is_told.then(|| Draft {
        rule: Rule::Reuse,
        texts: TEXTS,
        evidence: [vec![Evidence::Calls(maker)], line.facts()].concat(),
        parts: Some((0.0, 1.0 - kept.part)),
    })
}

/// Whether two lines are of what one package makes: a writer allocates where it is made, and when it is written to.
pub(super) fn is_of_same(line: &Line<'_>, other: &Line<'_>) -> bool {
    let package = |line: &Line<'_>| {
        let maker = line.called(&MAKERS)?;
        let (package, _) = maker.split_once('.')?;
        Some(package.to_owned())
    };
    let made = package(line);
    made.is_some() && made == package(other)
}

/// Whether the line makes it itself: what a function has for itself while it runs, or within something else that has no Reset,
/// is not the line's.
fn is_made_there(line: &Line<'_>, maker: &str) -> bool {
    line.entry.as_deref().is_none_or(|entry| entry == maker)
}

/// Whether it is made of a text, and is not used again for another with Reset.
fn is_compiled(maker: &str) -> bool {
    [
        "regexp.",
        "text/template.",
        "html/template.",
        "strings.NewReplacer",
    ]
    .iter()
    .any(|package| maker.starts_with(package))
}

/// Whether the line has only whether it matches: what is compiled for that is gone.
fn tells_match(maker: &str) -> bool {
    maker.starts_with("regexp.Match")
}

/// Whether it is an argument of another call, which may keep it: `all.PushBack(regexp.MustCompile(pattern))`. What makes another
/// reader of one does not give it away.
fn is_passed(code: &str) -> bool {
    let makers = ["regexp.", "template.", "strings.NewReplacer", "bufio.New"];
    let mut before = makers
        .iter()
        .filter_map(|maker| Some(code.split_once(maker)?.0));
    before.any(|before| {
        let mut calls = called(before);
        calls.any(|name| !name.starts_with("New"))
    })
}

/// Whether it is made of a text that is put together, and so differs from call to call.
fn is_put_together_of(line: &Line<'_>, code: &str) -> bool {
    is_put_together(code) || is_put_together_above(line, code) || goes_on_with_more(line, code)
}

/// The same of a text that is put together on the line.
fn is_put_together(code: &str) -> bool {
    argument(code).is_some_and(is_of_parts)
}

/// The same of a variable that is put together on a line above it in its function.
fn is_put_together_above(line: &Line<'_>, code: &str) -> bool {
    let variable = argument(code).filter(|text| text.chars().all(is_of_name));
    variable.is_some_and(|variable| {
        let mut above = line.above();
        above.any(|text| puts_together(without_comment(&text), variable))
    })
}

/// Whether a line puts a text together for a variable: `p = "^" + name`, `p, err := f(name)`, `p += "$"`.
fn puts_together(code: &str, variable: &str) -> bool {
    let Some((left, value)) = code.split_once("= ") else {
        return false;
    };
    let is_more = left.ends_with('+');
    let left = left.trim_end_matches([':', '+', ' ']);
    let mut names = left.split(',').map(str::trim);
    names.any(|name| name == variable) && (is_more || is_of_parts(value))
}

fn is_of_parts(text: &str) -> bool {
    // `x.(string)` is no call.
    let text = text.replace(".(", "");
    text.contains('(') || text.contains(" + ") || text.contains("+\"")
}

/// Whether it is made of a text that stands there, such as a pattern: then it is the same each time.
fn is_of_constant(code: &str) -> bool {
    let makers = [
        "Compile(",
        "Parse(",
        "NewReplacer(",
        "LoadLocation(",
        "MatchString(",
        "Match(",
    ];
    makers.iter().any(|maker| {
        let argument = code.split_once(maker).map(|(_, argument)| argument);
        argument.is_some_and(is_literal)
    })
}

/// Whether that is a text in backquotes that goes on below, and has more added to it where it ends.
fn goes_on_with_more(line: &Line<'_>, code: &str) -> bool {
    let is_begun = |text: &str| text.starts_with('`') && behind_literal(text).is_none();
    arguments(code).is_some_and(is_begun) && {
        let behind = line.below().find(|text| !text.trim().is_empty());
        behind.is_none_or(|text| !text.trim_start().starts_with([')', ',']))
    }
}

#[cfg(test)]
mod tests {
    use super::{is_of_constant, is_passed, is_put_together, puts_together};

    #[test]
    fn a_text_that_is_put_together_is_told() {
        for code in [
            "\tat = regexp.MustCompile(fmt.Sprintf(`^%s`, start)).FindStringIndex(text)",
            "\tp := regexp.MustCompile(regexp.QuoteMeta(word))",
            "\tok, _ := regexp.MatchString(\"^\" + word, text)",
        ] {
            assert!(is_put_together(code), "{code}");
        }
        for code in [
            "\tp := regexp.MustCompile(pattern)",
            "\tok, _ := regexp.MatchString(pattern, f(text))",
            "\tp, err := regexp.Compile(rule.pattern)",
            "\tp, err = regexp.Compile(right.(string))",
        ] {
            assert!(!is_put_together(code), "{code}");
        }
    }

    #[test]
    fn a_variable_that_is_put_together_is_told() {
        for code in [
            "\tpattern = fmt.Sprintf(`(?%s:%s)`, flags, pattern)",
            "\tpattern, err := transform(text, flags)",
            "\tpattern := \"^\" + word",
            "\tpattern += \"$\"",
        ] {
            assert!(puts_together(code, "pattern"), "{code}");
        }
        for code in [
            "\tpattern := `a+`",
            "\tpattern = rule.pattern",
            "\tpatterns = append(patterns, pattern)",
            "\tif pattern == f(x) {",
            "\tx.pattern = f(x)",
        ] {
            assert!(!puts_together(code, "pattern"), "{code}");
        }
    }

    #[test]
    fn what_another_call_may_keep_is_told() {
        assert!(is_passed("\tall.PushBack(regexp.MustCompile(pattern))"));
        assert!(is_passed(
            "\tall = append(all, regexp.MustCompile(pattern))"
        ));
        assert!(is_passed("\trest, err = d.read(bufio.NewReader(from))"));
        assert!(!is_passed("\tmatcher := regexp.MustCompile(pattern)"));
        assert!(!is_passed(
            "\tr := textproto.NewReader(bufio.NewReader(from))"
        ));
    }

    #[test]
    fn what_is_made_of_a_text_that_stands_there_is_told() {
        assert!(is_of_constant("return regexp.MustCompile(`a+`)"));
        assert!(is_of_constant("ok, _ := regexp.MatchString(\"a+\", text)"));
        assert!(is_of_constant(r#"return regexp.MustCompile("a\"+b")"#));
        assert!(is_of_constant("p := regexp.MustCompile(`a+"));
        assert!(!is_of_constant("p, err := regexp.Compile(pattern)"));
        for code in [
            "re := regexp.MustCompile(\"^\" + reStr)",
            "regex, err := regexp.Compile(\"^\" + of + \"$\")",
            "ok, _ := regexp.MatchString(`^`+word, text)",
        ] {
            assert!(!is_of_constant(code), "{code}");
        }
    }
}
