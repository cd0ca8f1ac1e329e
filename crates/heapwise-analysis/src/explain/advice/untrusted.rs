//! Whether how often a loop turns is a number that was read, which may be anything: who makes as much at once lets the input ask for
//! memory without end.

use super::callee::{Function, declared, functions};
use super::code::{closing, is_of_name, is_path, last_name, parts, without_comment};
use super::line::Line;
use super::numbers;

/// What tells how much of a buffer was filled, or used: it is no more than that.
const BOUND: [&str; 8] = [
    "Copy",
    "Read",
    "ReadAt",
    "ReadAtLeast",
    "ReadFull",
    "Write",
    "WriteAt",
    "WriteString",
];

/// What reads numbers that may be large, without saying whether it could.
const READERS: [&str; 4] = [".Uint32(", ".Uint64(", ".Uvarint(", ".Varint("];

/// What is in the names of functions that read a number, where what they return may be something else to range over.
const NUMBERS: [&str; 6] = ["int", "len", "count", "size", "num", "header"];

impl Line<'_> {
    /// Whether the nearest loop around the line turns as often as a number says that was read: by its function, for a field by its
    /// package, or by who calls it with that number, as far as their source is at hand.
    pub(super) fn turns_are_read(&self) -> bool {
        let head = { self.around() }.find(|text| text.trim_start().starts_with("for "));
        head.is_some_and(|head| {
            let limit = limit(without_comment(&head));
            limit.is_some_and(|limit| {
                self.above()
                    .any(|text| reads(without_comment(&text), limit))
                    || limit.name.contains('.') && self.is_field_read(limit)
                    || self.is_argument_read(limit.name)
            })
        })
    }

    /// Whether the package reads a field, of whichever variable.
    fn is_field_read(&self, limit: Limit<'_>) -> bool {
        let field = last_name(limit.name);
        self.package().any(|text| {
            let code = without_comment(&text);
            let names = code.split_once('=').map_or("", |(left, _)| left);
            let mut names = names
                .split(',')
                .map(|name| name.trim().trim_end_matches(':'));
            let name = names.find(|name| name.contains('.') && last_name(name) == field);
            let read = Limit {
                name: name.unwrap_or_default(),
                ..limit
            };
            name.is_some() && reads(code, read)
        })
    }

    /// Whether a limit is a parameter of the function, and who calls that reads what it passes.
    fn is_argument_read(&self, name: &str) -> bool {
        let declaration = self.above_to_declaration().last().unwrap_or_default();
        let Some(function) = declared(&declaration) else {
            return false;
        };
        let source: Vec<String> = self.package().collect();
        let functions = functions(source.iter().map(String::as_str));
        let own = functions.iter().find(|one| one.name() == Some(function));
        let parameters = own.map_or_else(Vec::new, Function::parameters);
        let Some(at) = parameters.iter().position(|(known, _)| known == name) else {
            return false;
        };
        functions.iter().any(|caller| {
            let calls = caller.body.iter().enumerate();
            let mut passed = calls.filter_map(|(line, text)| {
                let argument = argument(without_comment(text), function, at)?;
                Some((line, argument))
            });
            passed.any(|(line, name)| {
                let limit = Limit {
                    name,
                    is_number: true,
                };
                let mut above = caller.body.iter().take(line);
                above.any(|text| reads(without_comment(text), limit))
            })
        })
    }
}

/// The variable that a line passes to a function at a place: `n` of `f(x, int(n))` at 1.
fn argument<'a>(code: &'a str, function: &str, at: usize) -> Option<&'a str> {
    let call = format!("{function}(");
    let (before, rest) = code.split_once(&call)?;
    let list = rest.get(..closing(rest)?)?;
    let argument = parts(list).nth(at)?.trim();
    let is_call = !before.ends_with(is_of_name) && !before.contains("func ");
    is_call.then(|| converted(argument))
}

/// What a conversion is of: `n` of `int(n)`.
fn converted(text: &str) -> &str {
    let converted = text.split_once('(').filter(|(of, _)| *of != "len");
    let inner = converted.and_then(|(_, inner)| inner.strip_suffix(')'));
    inner.unwrap_or(text)
}

/// What tells how often a loop turns, where that is a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Limit<'a> {
    name: &'a str,
    /// It is compared with, and so is a number.
    is_number: bool,
}

/// The limit of a loop, by its head: `for i := 0; i < int(n); i++ {`, `for i := range n {`, `for range n {`.
fn limit(head: &str) -> Option<Limit<'_>> {
    let head = head.trim().strip_prefix("for ")?.trim_end_matches('{');
    let (text, is_number) = match head.split_once("range ") {
        // Of two variables it has elements.
        Some((variables, _)) if variables.contains(',') => return None,
        Some((_, over)) => (over, false),
        None => (head.split(';').nth(1)?.split_once('<')?.1, true),
    };
    let text = text.trim_start_matches('=').trim();
    let name = converted(text);
    (!name.is_empty() && is_path(name)).then_some(Limit {
        name,
        is_number: is_number || numbers::is_number(text),
    })
}

/// Whether a line reads what is a limit: `n, err := r.ReadUint()`, `if n, err = count(r); err != nil {`, `n := order.Uint32(b)`.
fn reads(code: &str, limit: Limit<'_>) -> bool {
    let Some((left, value)) = code.split_once('=') else {
        return false;
    };
    let left = left.trim_end_matches(':').trim();
    let begun = ["if ", "} else if "].iter();
    let left = { begun }
        .find_map(|begin| left.strip_prefix(begin))
        .unwrap_or(left);
    let names: Vec<&str> = left.split(',').map(str::trim).collect();
    let Some(at) = names.iter().position(|name| *name == limit.name) else {
        return false;
    };
    let may_fail =
        at == 0 && { names.iter().skip(1) }.any(|name| name.to_lowercase().contains("err"));
    // Of several values each has its own.
    let values: Vec<&str> = parts(value).collect();
    let value = match values.len() == names.len() {
        true => values.get(at).copied().unwrap_or_default(),
        false => value,
    };
    let callee = value.split('(').next().filter(|_| value.contains('('));
    let callee = callee.map(last_name).unwrap_or_default();
    let lower = callee.to_lowercase();
    let is_number = limit.is_number || NUMBERS.iter().any(|word| lower.contains(word));
    let is_read = may_fail && !callee.is_empty() && !BOUND.contains(&callee) && is_number;
    // Of one value that is looked up by a number that is read the rest is another.
    is_read || (at == 0 || values.len() > 1) && READERS.iter().any(|reader| value.contains(reader))
}

#[cfg(test)]
mod tests {
    use super::{Limit, argument, limit, reads};

    #[test]
    fn limits_of_loops_are_told_where_they_are_variables() {
        for (head, expected) in [
            ("\tfor i := 0; i < n; i++ {", Some(("n", true))),
            (
                "\tfor i := uint32(0); i <= uint32(n); i++ {",
                Some(("n", true)),
            ),
            ("\tfor i := range int(n) {", Some(("n", true))),
            ("\tfor i := range count(n) {", Some(("n", false))),
            ("\tfor range n {", Some(("n", false))),
            ("\tfor i := 0; i < len(xs); i++ {", None),
            ("\tfor i := n; i > 0; i-- {", None),
            ("\tfor _, x := range xs {", None),
            ("\tfor i := range x.n {", Some(("x.n", false))),
            ("\tfor i := range x.all() {", None),
            ("\tfor {", None),
        ] {
            let told = limit(head).map(|one| (one.name, one.is_number));
            assert_eq!(told, expected, "{head}");
        }
    }

    #[test]
    fn numbers_that_are_read_are_told() {
        let number = Limit {
            name: "n",
            is_number: true,
        };
        let any = Limit {
            is_number: false,
            ..number
        };
        for code in [
            "\tn, _, err := leb128.DecodeUint32(r)",
            "\tif n, err = d.next(); err != nil {",
            "\tn := int(binary.BigEndian.Uint32(head))",
            "\tn, size := binary.Uvarint(head)",
            "\tat, n = at[4:], binary.BigEndian.Uint32(at[:4])",
        ] {
            assert!(reads(code, number), "{code}");
        }
        for code in [
            "\tn := len(xs)",
            "\tn, err := r.Read(buffer)",
            "\tn, ok := sizes[key]",
            "\tn, at = len(at), binary.BigEndian.Uint32(at[:4])",
            "\tsize, n := binary.Uvarint(head)",
            "\tm, err := d.next()",
            "\tx.n, err = d.next()",
            "\tif n == d.next() {",
        ] {
            assert!(!reads(code, number), "{code}");
        }
        assert!(reads("\tn, err := d.ReadMapLen()", any));
        for (code, name) in [
            ("\tall, err := list(int(n), b)", Some("n")),
            ("\treturn x.list(n)", Some("n")),
            ("\treturn enlist(n)", None),
            ("func list(n int) {", None),
        ] {
            assert_eq!(argument(code, "list", 0), name, "{code}");
        }
        assert!(!reads("\tn, err := load()", any));
    }
}
