//! A string that is split to look at its parts one by one, or at the first: do without the slice.

use super::code::{behind_literal, closing, has_word, is_of_name, parts, without_comment};
use super::draft::Draft;
use super::go_version;
use super::line::Line;
use super::rule::{Evidence, Rule};

/// Of parts that are looked at in a loop.
const IN_TURN: (&str, &str) = (
    "range over what tells one part after the other: strings.SplitSeq, FieldsSeq, and their like in bytes",
    "the module has to build with Go before 1.24",
);

/// Of the parts before and after a separator.
const CUT: (&str, &str) = (
    "take strings.Cut, or bytes.Cut, which return the parts themselves",
    "the module has to build with Go before 1.18",
);

/// Functions that split, and whether there is one beside that tells one part after the other.
const SPLITTERS: [(&str, bool); 10] = [
    ("strings.Split", true),
    ("strings.SplitAfter", true),
    ("strings.Fields", true),
    ("strings.FieldsFunc", true),
    ("strings.SplitN", false),
    ("bytes.Split", true),
    ("bytes.SplitAfter", true),
    ("bytes.Fields", true),
    ("bytes.FieldsFunc", true),
    ("bytes.SplitN", false),
];

pub(super) fn advise(line: &Line<'_>) -> Option<Draft> {
    let entry = line.entry.as_deref()?;
    let is_one = SPLITTERS.iter().any(|(name, _)| *name == entry);
    let code = line.code().filter(|_| is_one && line.is_short_lived())?;
    let split = split(without_comment(&code))?;
    let texts = match split.use_ {
        Use::InTurn => IN_TURN,
        Use::First if is_cut(line, &split) => CUT,
        Use::First => return None,
        Use::Variable(name) => texts(line, name, &split)?,
    };
    let since = match texts == IN_TURN {
        true => go_version::SPLIT_SEQ,
        false => go_version::CUT,
    };
    (!line.builds_before(since)).then(|| Draft {
        rule: Rule::Split,
        texts,
        evidence: [vec![Evidence::Calls(entry.to_owned())], line.facts()].concat(),
        parts: Some((0.9, 1.0)),
    })
}

/// A call that splits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Split<'a> {
    use_: Use<'a>,
    /// Whether there is one beside that tells one part after the other.
    is_in_turn: bool,
    /// Whether it splits at a text, and into how many parts, where that is said.
    at_text: bool,
    parts: Option<&'a str>,
    /// What it splits at, and what is behind that.
    separator: &'a str,
}

/// What is done with what a call returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use<'a> {
    /// A loop ranges over it, and does not ask for numbers.
    InTurn,
    /// The first part is taken.
    First,
    /// It is put into a variable that is new.
    Variable(&'a str),
}

/// The call of a line that splits, where it is one of a few forms.
fn split(code: &str) -> Option<Split<'_>> {
    let code = code.trim();
    let calls = SPLITTERS.iter().filter_map(|(name, is_in_turn)| {
        let (before, rest) = code.split_once(&format!("{name}("))?;
        let end = closing(rest)?;
        let (arguments, after) = (rest.get(..end)?, rest.get(end + 1..)?);
        Some((before.trim(), arguments, after.trim(), name, is_in_turn))
    });
    let (before, arguments, after, name, is_in_turn) = { calls }.next()?;
    let is_range = matches!(before, "for range") || {
        let variables = before.strip_suffix(":= range");
        let variables = variables.and_then(|text| text.strip_prefix("for _, "));
        variables.is_some_and(|text| text.trim().chars().all(is_of_name))
    };
    let variable = before.strip_suffix(":=").map(str::trim_end);
    let use_ = match (after, variable) {
        ("{", _) if is_range && *is_in_turn => Use::InTurn,
        ("", Some(name)) if name.chars().all(is_of_name) => Use::Variable(name),
        _ if after.starts_with("[0]") && !name.contains("Fields") => Use::First,
        _ => return None,
    };
    Some(Split {
        use_,
        is_in_turn: *is_in_turn,
        at_text: name.ends_with("Split") || name.ends_with("SplitN"),
        parts: name
            .ends_with('N')
            .then(|| arguments.rsplit(',').next().unwrap_or_default().trim()),
        separator: {
            let text = parts(arguments).next().unwrap_or_default();
            let behind = arguments.get(text.len()..).unwrap_or_default();
            behind.trim_start_matches([',', ' '])
        },
    })
}

/// What to do with a variable, where all that is done with it is one of these.
fn texts(line: &Line<'_>, name: &str, split: &Split<'_>) -> Option<(&'static str, &'static str)> {
    let uses: Vec<String> = line
        .below()
        .map(|text| without_comment(&text).trim().to_owned())
        .filter(|text| has_word(text, name))
        .collect();
    if uses.is_empty() {
        return None;
    }
    let is_in_turn = |code: &String| {
        let over = code
            .strip_prefix("for _, ")
            .and_then(|rest| rest.split_once(" := range "));
        over.is_some_and(|(_, over)| over.strip_suffix(" {") == Some(name))
    };
    if uses.len() == 1 && uses.iter().all(is_in_turn) && split.is_in_turn {
        return Some(IN_TURN);
    }
    let most = match split.parts {
        Some("2") => 2,
        // More than two parts are more than what is behind the first separator.
        _ => 1,
    };
    let is_first = uses.iter().all(|code| takes_first(code, name, most));
    (is_first && is_cut(line, split)).then_some(CUT)
}

/// Whether the parts before and behind the first separator are those that a cut tells: into one part or at an empty separator,
/// behind every sign, it is another.
fn is_cut(line: &Line<'_>, split: &Split<'_>) -> bool {
    let is_several = |parts: &str| parts == "-1" || parts.parse().is_ok_and(|count: u32| count > 1);
    split.at_text
        && split.parts.is_none_or(is_several)
        && (is_some_text(split.separator) || is_constant(line, split.separator))
}

/// Whether code begins with a text that is written out, and is not empty.
fn is_some_text(code: &str) -> bool {
    const SIGNS: [&str; 4] = [
        "string('",
        "string(os.PathSeparator)",
        "string(os.PathListSeparator)",
        "string(filepath.Separator)",
    ];
    let text = code.strip_prefix("[]byte(").unwrap_or(code);
    let literal = behind_literal(text).map(|rest| text.len() - rest.len());
    let is_bytes = code
        .strip_prefix("[]byte{")
        .is_some_and(|rest| !rest.starts_with('}'));
    literal.is_some_and(|length| length > 2)
        || is_bytes
        || SIGNS.iter().any(|sign| code.starts_with(sign))
}

/// Whether it is a constant of the package with such a text, as far as the source is at hand.
fn is_constant(line: &Line<'_>, separator: &str) -> bool {
    let name = separator.split([',', ' ']).next().unwrap_or_default();
    let is_name = !name.is_empty() && name.chars().all(is_of_name);
    let mut above = line.above_to_declaration().skip(1);
    // It may be another of the function.
    if !is_name || above.any(|text| has_word(without_comment(&text), name)) {
        return false;
    }
    let mut is_block = false;
    line.package().any(|text| {
        let code = without_comment(&text).trim();
        is_block = code == "const (" || is_block && code != ")";
        let declared = match code.strip_prefix("const ") {
            Some(rest) if !text.starts_with([' ', '\t']) => Some(rest),
            _ => is_block.then_some(code),
        };
        declared.is_some_and(|declared| declares(declared, name))
    })
}

/// Whether a constant is declared that has a name and some text: `comma = ","`.
fn declares(declared: &str, name: &str) -> bool {
    let (left, value) = declared.split_once('=').unwrap_or_default();
    let mut left = left.split_whitespace();
    left.next() == Some(name) && left.count() < 2 && is_some_text(value.trim_start())
}

/// Whether a line only asks for the first parts of a variable and, where there are no more, for their number.
fn takes_first(code: &str, name: &str, most: usize) -> bool {
    let counted = code.replace(&format!("len({name})"), if most > 1 { "2" } else { name });
    let taken = (0..most).fold(counted, |code, at| {
        code.replace(&format!("{name}[{at}]"), "part")
    });
    !has_word(&taken, name)
}

#[cfg(test)]
mod tests {
    use super::{Use, declares, is_some_text, split, takes_first};

    #[test]
    fn a_separator_that_is_not_empty_is_told() {
        for code in [
            "strings.Split(text, \",\")[0]",
            "strings.Split(f(text, 2), `::`)[0]",
            "bytes.Split(text, []byte(\"\\n\"))[0]",
            "bytes.SplitN(text, []byte{':'}, 2)[0]",
            "strings.Split(text, string(os.PathSeparator))[0]",
        ] {
            let separator = split(code).map(|one| one.separator);
            assert!(separator.is_some_and(is_some_text), "{code} {separator:?}");
        }
        for code in [
            "strings.Split(text, \"\")[0]",
            "strings.SplitN(text, ``, 2)[0]",
            "strings.Split(text, separator)[0]",
            "bytes.Split(text, []byte(\"\"))[0]",
            "bytes.Split(text, []byte{})[0]",
            "bytes.Split(text, nil)[0]",
            "strings.Split(text, \"\" + separator)[0]",
        ] {
            let separator = split(code).map(|one| one.separator);
            assert!(separator.is_some_and(|text| !is_some_text(text)), "{code}");
        }
        assert!(declares("comma = \",\"", "comma") && declares("comma Sign = \",\"", "comma"));
        assert!(!declares("none = \"\"", "none") && !declares("other = \",\"", "comma"));
    }

    #[test]
    fn what_is_done_with_parts_is_told() {
        for (code, use_) in [
            (
                "\tfor _, part := range strings.Split(f(text), \",\") {",
                Use::InTurn,
            ),
            ("\tfor _, word := range bytes.Fields(text) {", Use::InTurn),
            ("\tkind := strings.Split(header, \";\")[0]", Use::First),
            (
                "\tparts := strings.SplitN(text, \"=\", 2)",
                Use::Variable("parts"),
            ),
        ] {
            assert_eq!(split(code).map(|one| one.use_), Some(use_), "{code}");
        }
        for code in [
            "\tfor i, part := range strings.Split(text, \",\") {",
            "\tfor _, part := range strings.SplitN(text, \",\", 3) {",
            "\tparts = strings.Split(text, \",\")",
            "\treturn strings.Split(text, \",\")",
            "\tx.parts = strings.Split(text, \",\")",
            "\tfirst := strings.Fields(text)[0]",
            "\tall := append(all, strings.Split(text, \",\")...)",
        ] {
            assert_eq!(split(code), None, "{code}");
        }
    }

    #[test]
    fn first_parts_are_told_from_others() {
        assert!(takes_first("return parts[0], nil", "parts", 1));
        assert!(takes_first(
            "if len(parts) == 2 && parts[1] != \"\" {",
            "parts",
            2
        ));
        assert!(!takes_first("if len(parts) == 2 {", "parts", 1));
        assert!(!takes_first("return parts[1]", "parts", 1));
        assert!(!takes_first("return parts[i]", "parts", 2));
        assert!(!takes_first("return f(parts)", "parts", 2));
    }
}
