//! What the source around a line tells: Go as `gofmt` writes it, without reading all of its grammar.

use super::line::Line;
use crate::explain::words::to_declaration;
pub(super) use crate::explain::words::{
    behind_literal, comment, indentation, is_case, is_of_name, is_path, name_uses, without_comment,
    word_uses,
};
use crate::site::identity::Site;

/// A function is not followed further than this many lines.
const MOST_LINES: i64 = 2_000;

/// Nor a file.
const MOST_OF_FILE: i64 = 20_000;

impl Line<'_> {
    /// Whether the source of the line is at hand.
    pub(super) fn has_source(&self) -> bool {
        self.code().is_some()
    }

    /// The lines above it in its function, from the nearest to that at which the function begins. What a function literal
    /// makes it makes when that is called.
    pub(super) fn above(&self) -> impl Iterator<Item = String> {
        let place = self.place();
        let mut depth = self.code().map_or(0, |code| indentation(&code));
        let mut is_begun = false;
        let first = place.map_or(1, |(_, line)| line.saturating_sub(MOST_LINES).max(1));
        let lines = (first..place.map_or(1, |(_, line)| line)).rev();
        let texts = lines.map_while(move |at| self.text(place?.0, at));
        texts.take_while(move |text| {
            let is_last = is_begun;
            if !text.trim().is_empty() && indentation(text) < depth {
                depth = indentation(text);
                is_begun = depth == 0 || text.contains("func(");
            }
            !is_last
        })
    }

    /// The line that declares the function that has a name which it is in, and what is between.
    pub(super) fn above_to_declaration(&self) -> impl Iterator<Item = String> {
        let place = self.place();
        let first = place.map_or(1, |(_, line)| line.saturating_sub(MOST_LINES).max(1));
        let lines = (first..=place.map_or(0, |(_, line)| line)).rev();
        to_declaration(lines.map_while(move |at| self.text(place?.0, at)))
    }

    /// Those of them that it is in: `for`, `if`, `case`, the function.
    pub(super) fn around(&self) -> impl Iterator<Item = String> {
        let mut depth = self.code().map_or(0, |code| indentation(&code));
        self.above().filter(move |text| {
            let is_around = !text.trim().is_empty() && indentation(text) < depth;
            if is_around {
                depth = indentation(text);
            }
            is_around
        })
    }

    /// The line at which the statement begins that the line is of, where that has several: `f(`, `a,`.
    pub(super) fn statement(&self) -> Option<i64> {
        let (_, line) = self.place()?;
        Some(line.saturating_sub(self.begun().count() as i64))
    }

    /// The lines above it of the statement that it is of.
    pub(super) fn begun(&self) -> impl Iterator<Item = String> {
        let goes_on = |text: &String| without_comment(text).ends_with(['(', ',']);
        self.above().take_while(goes_on)
    }

    /// Whether the statement names a package, as far as the source is at hand.
    pub(super) fn names(&self, package: &str) -> bool {
        let name = format!("{package}.");
        let texts = self.begun().chain(self.code());
        !self.has_source() || { texts }.any(|text| text.contains(&name))
    }

    /// Whether a variable is given away after the line in its function: returned, stored, sent, or made something else. So,
    /// too, where the source is not at hand.
    pub(super) fn gives_away(&self, variable: &str) -> bool {
        self.is_named_result(variable)
            || self.is_used_below(|code| is_given_away(code, variable, Uses::All))
    }

    /// The same of a variable itself: what its methods return is not a part of it.
    pub(super) fn gives_itself_away(&self, variable: &str) -> bool {
        self.is_named_result(variable)
            || self.is_used_below(|code| is_given_away(code, variable, Uses::Itself))
    }

    /// Whether a variable is a result of the function that has a name, which `return` alone returns.
    fn is_named_result(&self, variable: &str) -> bool {
        let function = self.above().last();
        function.is_some_and(|function| is_result(without_comment(&function), variable))
    }

    /// The lines below it in its function, as far as the source is at hand.
    pub(super) fn below(&self) -> impl Iterator<Item = String> {
        let place = self.place();
        let from = place.map_or(0, |(_, line)| line + 1);
        let texts =
            (from..from.saturating_add(MOST_LINES)).map_while(move |at| self.text(place?.0, at));
        texts.take_while(|text| !text.starts_with('}'))
    }

    fn is_used_below(&self, is_used: impl Fn(&str) -> bool) -> bool {
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
            if is_used(without_comment(&text)) {
                return true;
            }
        }
        true
    }

    /// Whether a line below in its function uses a variable in a way.
    pub(super) fn passes(&self, variable: &str, is_passed: impl Fn(&str, &str) -> bool) -> bool {
        self.is_used_below(|code| has_word(code, variable) && is_passed(code, variable))
    }

    /// Whether elements of a variable are changed after the line in its function, as far as its source is at hand.
    pub(super) fn changes(&self, variable: &str) -> bool {
        let element = format!("{variable}[");
        self.below().any(|text| {
            let code = without_comment(&text).trim_start();
            let rest = code.strip_prefix(&element);
            rest.is_some_and(|rest| rest.contains("] = ") || rest.contains("]++"))
        })
    }

    /// The variable that is declared or assigned on the line, where that is one by its name: `b := make([]byte, n)`.
    pub(super) fn variable(&self) -> Option<String> {
        assigned(without_comment(&self.code()?)).map(str::to_owned)
    }

    /// The same, also where a call returns it with whether it could: `b, err := f()`, `if b, e := f(); e != nil {`.
    pub(super) fn variable_of_call(&self) -> Option<String> {
        let code = self.code()?;
        assigned_by_call(without_comment(&code)).map(str::to_owned)
    }

    /// Whether what the line makes is returned or stored, as by what makes a decoder for its callers: they say how long it is
    /// used, and what is stored in a table is found there the next time. Not where the source is not at hand.
    pub(super) fn is_for_others(&self) -> bool {
        match (self.code(), self.variable_of_call()) {
            (None, _) => false,
            (_, Some(variable)) => self.gives_itself_away(&variable),
            (Some(code), None) => keeps(without_comment(&code)),
        }
    }

    /// Whether the file of the line imports hashes, whose writers take bytes only, as far as its source is at hand.
    pub(super) fn imports_hashes(&self) -> bool {
        let place = self.place();
        let texts = (1..MOST_LINES).map_while(|at| self.text(place?.0, at));
        let mut texts = texts.take_while(|text| !text.starts_with("func "));
        texts.any(|text| {
            let path = text.trim().trim_start_matches("import ");
            path.starts_with("\"hash") || path.starts_with("\"crypto")
        })
    }

    /// The first lines of functions of the package of the line, as far as its source is at hand.
    pub(super) fn declarations(&self) -> impl Iterator<Item = String> {
        self.package().filter(|text| text.starts_with("func "))
    }

    /// The source of the package of the line, without tests, that of its file first, as far as it is at hand: where the log has
    /// files beside it, of these, too.
    pub(super) fn package(&self) -> impl Iterator<Item = String> {
        let place = self.place();
        let file = place.and_then(|(site, _)| site.file.clone());
        let folder = file
            .as_deref()
            .and_then(|file| Some(file.rsplit_once('/')?.0));
        let beside = self
            .log
            .zip(place)
            .map(|(log, (site, _))| log.files_beside(site));
        let beside = beside.into_iter().flatten();
        let beside: Vec<String> = beside
            .filter_map(|base| Some(format!("{}/{base}", folder?)))
            .filter(|other| Some(other) != file.as_ref() && !other.ends_with("_test.go"))
            .collect();
        let files = file.into_iter().chain(beside);
        let source = self.source;
        files.flat_map(move |file| (1..=MOST_OF_FILE).map_while(move |line| source(&file, line)))
    }

    /// Whether a goroutine that is started below the line in its function has a variable.
    pub(super) fn is_for_goroutine(&self, variable: &str) -> bool {
        let mut texts = self
            .below()
            .skip_while(|text| !text.trim_start().starts_with("go "));
        texts.any(|text| has_word(without_comment(&text), variable))
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

fn assigned_by_call(code: &str) -> Option<&str> {
    let code = code.trim();
    let begun = ["if ", "} else if ", "switch "].iter();
    let code = { begun }
        .find_map(|begin| code.strip_prefix(begin))
        .unwrap_or(code);
    let (left, _) = code.split_once('=').unwrap_or((code, ""));
    let left = left.trim_end_matches(':').trim();
    match left.split_once(", ") {
        Some((name, other)) if [name, other].iter().all(|one| one.chars().all(is_of_name)) => {
            Some(name)
        }
        _ => assigned(code),
    }
}

/// Whether a line puts what it makes elsewhere than into a variable: into a field or an element, or returns it.
fn keeps(code: &str) -> bool {
    let code = code.trim();
    let (left, right) = code.split_once('=').unwrap_or_default();
    let left = left.trim_end_matches(':').trim();
    let is_stored = !right.is_empty() && left.contains(['.', '[']);
    let before_call = code.split('(').next().unwrap_or_default();
    is_stored || code.starts_with("return") || before_call.contains(": ")
}

/// Whether a text has a variable, and not as a field of another.
pub(super) fn has_word(text: &str, variable: &str) -> bool {
    word_uses(text, variable).next().is_some()
}

/// Which uses of a variable count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Uses {
    All,
    /// Not those of its fields and methods.
    Itself,
}

/// Whether a line returns, stores or sends a variable or a part of it, and does not only look into it.
pub(super) fn is_given_away(code: &str, variable: &str, counted: Uses) -> bool {
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
        // A part that cannot grow into the next is made to be handed out.
        let index = after
            .strip_prefix('[')
            .and_then(|rest| rest.split(']').next());
        if index.is_some_and(|index| index.matches(':').count() == 2) {
            return true;
        }
        let is_of_method = counted == Uses::Itself && after.starts_with('.');
        if is_measured || is_element || is_of_method {
            return false;
        }
        // What is looked up stays outside, but a key that is set is kept.
        if let Some(after) = after.strip_prefix(']').filter(|_| before.ends_with('[')) {
            let after = after.trim_start();
            return ["= ", "+= ", "++"].iter().any(|set| after.starts_with(set));
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

/// Whether it is a result of a function that has a name: `func f(a A) (all []T, err error) {`.
pub(super) fn is_result(function: &str, variable: &str) -> bool {
    let results = function.rsplit_once(") (").map(|(_, results)| results);
    let mut names = results.into_iter().flat_map(|results| results.split(','));
    names.any(|name| name.trim().split(' ').next() == Some(variable))
}

/// The name that a text ends with: `m` of `f(x.m`; empty where it ends with something else.
pub(super) fn last_name(text: &str) -> &str {
    text.rsplit(|c| !is_of_name(c)).next().unwrap_or(text)
}

/// What commas part in a list, but those within brackets of any kind: arguments, parameters. What is left open at its end is one part.
pub(super) fn parts(list: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_i32;
    list.split(move |c| {
        depth += i32::from(matches!(c, '(' | '[' | '{')) - i32::from(matches!(c, ')' | ']' | '}'));
        c == ',' && depth == 0
    })
}

/// Where the bracket is that a text is in.
pub(super) fn opened(before: &str) -> Option<usize> {
    let mut depth = 0_i32;
    for (at, c) in before.char_indices().rev() {
        match c {
            ')' => depth += 1,
            '(' if depth == 0 => return Some(at),
            '(' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// Where the bracket closes that is open before a text.
pub(super) fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_i32;
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' if depth == 0 => return Some(at),
            ')' => depth -= 1,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{
        Uses, assigned, assigned_by_call, has_word, is_given_away, is_result, keeps, last_name,
    };

    #[test]
    fn names_at_the_end_are_told() {
        for (text, name) in [
            ("f(x.m", "m"),
            ("m_1", "m_1"),
            ("x.", ""),
            ("", ""),
            ("\"→m", "m"),
        ] {
            assert_eq!(last_name(text), name, "{text}");
        }
    }

    #[test]
    fn a_variable_is_told_from_parts_of_names() {
        assert!(has_word("\tarchive <- report[:size]", "report"));
        assert!(!has_word("\tx.report = reports", "report"));
    }

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
    fn the_variable_that_a_call_returns_is_told() {
        for (code, name) in [
            ("\tb, err := f(x)", Some("b")),
            ("\tif b, e := f(x); e != nil {", Some("b")),
            ("\tb = f(x)", Some("b")),
            ("\tx.b, err = f(x)", None),
            ("\ta, b, err := f(x)", None),
            ("\treturn f(x)", None),
        ] {
            assert_eq!(assigned_by_call(code), name, "{code}");
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
            "\tknown[b] = n",
            "\tknown[b]++",
            "\tall[i].SetBits(b[i : i+1 : i+1])",
        ] {
            assert!(is_given_away(code, "b", Uses::All), "{code}");
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
            "\treturn known[b]",
            "\tn, ok := known[b]",
            "\tif known[b] == n {",
        ] {
            assert!(!is_given_away(code, "b", Uses::All), "{code}");
        }
        for (code, itself) in [("\treturn b.Bytes()", false), ("\tx.r = b", true)] {
            assert!(is_given_away(code, "b", Uses::All), "{code}");
            assert_eq!(is_given_away(code, "b", Uses::Itself), itself, "{code}");
        }
    }

    #[test]
    fn what_is_made_for_others_is_told() {
        for code in [
            "\treturn &Encoder{w: bufio.NewWriter(w)}",
            "\tx.r = bufio.NewReader(r)",
            "\tall[name] = regexp.MustCompile(p)",
            "\t\tr: bufio.NewReader(r),",
        ] {
            assert!(keeps(code), "{code}");
        }
        for code in [
            "\tw := gzip.NewWriter(to)",
            "\tw.Write(p)",
            "\tif ok, err := regexp.MatchString(p, s); ok {",
        ] {
            assert!(!keeps(code), "{code}");
        }
    }

    #[test]
    fn results_that_have_names_are_told() {
        assert!(is_result("func f(a A) (all []T, err error) {", "all"));
        assert!(!is_result("func f(all []T) error {", "all"));
    }
}
