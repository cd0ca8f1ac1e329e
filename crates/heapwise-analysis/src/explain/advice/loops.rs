//! The loops that a line is in, as the source above it tells: whether it is known before how often one turns.

use super::branches::{Branch, of_case, of_else};
use super::code::{indentation, is_case, is_of_name, is_result, without_comment};
use super::early::ends_early;
use super::filters::{leaves_most_out, picks};
use super::head::{Head, head};
use super::line::Line;
use super::numbers::is_number;

/// What is known of how often something is added to a variable on a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turns {
    /// The source is not at hand.
    Unknown,
    /// A loop below where the variable is declared turns a number of times that is known when it begins; each time something
    /// is added.
    Counted,
    /// The same, but there is a condition, which leaves out exceptions.
    Filtered,
    /// The same, but the condition picks what is looked for: most may not be it.
    Picked,
    /// Nothing tells how often: there is no loop, it turns until something happens, or it is not a variable of the function.
    Open,
    /// The variable was made with a size, or is used again.
    Sized,
}

impl Turns {
    /// Whether it is known before how many come, or how many at most.
    pub(super) fn are_known(self) -> bool {
        matches!(self, Turns::Counted | Turns::Filtered | Turns::Picked)
    }
}

/// What more conditions than this let through is far less than what comes.
const MOST_CONDITIONS: usize = 1;

impl Line<'_> {
    /// Whether it is in a loop of its function; not where the source is not at hand.
    pub(super) fn is_in_loop(&self) -> bool {
        self.has_source() && self.around().any(|line| is_loop(&line))
    }

    /// Whether what grows on the line, which `target` finds in its code, is made in the function without a size, and it is known
    /// before how many come. Where the source is not at hand that is for the reader to see.
    pub(super) fn is_counted(&self, target: fn(&str) -> Option<&str>) -> bool {
        self.code().is_none_or(|code| {
            let target = target(without_comment(&code));
            let turns = target.map(|target| self.turns(target));
            turns.is_some_and(|turns| turns.are_known() && turns != Turns::Picked)
        })
    }

    /// How often something is added to a variable, or to a field of one.
    pub(super) fn turns(&self, target: &str) -> Turns {
        if !self.has_source() {
            return Turns::Unknown;
        }
        let mut turns = Turns::Open;
        let mut is_found = false;
        let mut depth = self.code().map_or(0, |code| indentation(&code));
        let mut last = String::new();
        let mut conditions = 0;
        let mut is_guarded = false;
        let mut is_picked = false;
        let above: Vec<String> = self.above().collect();
        for (at, line) in above.iter().enumerate() {
            let code = without_comment(line).trim();
            if let Some(value) = value_of(code, target) {
                return match (is_sized(value), is_made(value)) {
                    (true, _) => Turns::Sized,
                    (false, true) => turns,
                    // What it has room for is for those to know whose it was.
                    (false, false) => Turns::Open,
                };
            }
            // Some turns go on without it.
            if !is_found && code == "continue" && indentation(line) <= depth + 1 {
                is_guarded = true;
            } else if is_guarded && is_condition(code) {
                let code = head(&above, at).text;
                let code = code.trim();
                conditions += conditions_of(code);
                is_picked |= leaves_most_out(code);
                is_guarded = false;
            }
            if !code.is_empty() && indentation(line) < depth {
                depth = indentation(line);
                let head = head(&above, at);
                let code = head.text.trim();
                if !is_found && code.starts_with("if ") {
                    conditions += conditions_of(code);
                    is_picked |= picks(code);
                }
                if !is_found && let Some(branch) = self.branch(&above, &head, target) {
                    conditions += branch.conditions;
                    is_picked |= branch.is_picked;
                }
                if is_loop(code) && is_found {
                    // How often all turns of a loop within it turn together is not known before.
                    turns = Turns::Open;
                } else if is_loop(code) {
                    is_found = true;
                    let is_known = is_counted(code) && !self.is_ranged_over_unknown(code);
                    is_picked |= self.is_ended_early(&above, at, target);
                    turns = match (is_known, conditions) {
                        (true, 0) if is_picked => Turns::Picked,
                        (true, 0) => Turns::Counted,
                        (true, ..=MOST_CONDITIONS) if is_picked => Turns::Picked,
                        (true, ..=MOST_CONDITIONS) => Turns::Filtered,
                        _ => Turns::Open,
                    };
                }
            }
            last = code.to_owned();
        }
        match target.contains('.') || is_result(&last, target) {
            true => turns,
            false => Turns::Open,
        }
    }

    /// What the branch is under that begins above, where that is `else` or `case`.
    fn branch(&self, above: &[String], head: &Head, target: &str) -> Option<Branch> {
        let at = head.at;
        let code = head.text.trim();
        let beyond = above.get(at + 1..)?;
        if code.starts_with("} else ") {
            return Some(of_else(&head.text, beyond, target));
        }
        if !is_case(code) {
            return None;
        }
        let depth = indentation(&head.text);
        let is_head = |text: &String| {
            let code = without_comment(text).trim();
            !code.is_empty() && indentation(text) <= depth && !is_case(code)
        };
        let first = above.iter().skip(at).position(is_head)?;
        let block = self.block(above.get(..=at + first)?, is_head);
        Some(of_case(&block, target))
    }

    /// Whether the loop ends early that begins at a line above.
    fn is_ended_early(&self, above: &[String], at: usize, target: &str) -> bool {
        let depth = above.get(at).map_or(0, |head| indentation(head));
        let is_end = |text: &String| !text.trim().is_empty() && indentation(text) <= depth;
        let body = self.block(above.get(..=at).unwrap_or_default(), is_end);
        let function = self.above_to_declaration().last().unwrap_or_default();
        ends_early(&body, target, is_result(&function, target))
    }

    /// The lines from the last of some above, the nearest first, to the one below that ends them.
    fn block(&self, above: &[String], is_end: impl Fn(&String) -> bool) -> Vec<String> {
        let to_here = above.iter().rev().cloned().chain(self.code());
        let below = self.below().take_while(|text| !is_end(text));
        to_here.chain(below).collect()
    }
}

fn is_condition(code: &str) -> bool {
    let starts = ["if ", "} else if ", "} else {", "case ", "default:"];
    starts.iter().any(|start| code.starts_with(start))
}

/// How many conditions one line has: each lets less through.
/// What picks those of one part by a number of theirs, as `hash&mask == i` does, lets one of many through.
fn conditions_of(code: &str) -> usize {
    let of_part = usize::from(picks_part(code)) * MOST_CONDITIONS;
    1 + of_part + code.matches(" && ").count() + code.matches(" || ").count()
}

fn picks_part(code: &str) -> bool {
    let (before, _) = code.split_once("==").unwrap_or_default();
    let before = before.rsplit(['&', '%']).nth(1);
    let is_value = |text: &str| {
        text.trim_end()
            .ends_with(|c| is_of_name(c) || matches!(c, ')' | ']'))
    };
    before.is_some_and(is_value)
}

fn is_loop(line: &str) -> bool {
    line.trim_start().starts_with("for ")
}

/// Whether the head of a loop tells how often it turns: over the elements of something, or by counting.
fn is_counted(code: &str) -> bool {
    let code = code.trim_end_matches('{').trim();
    let Some(head) = code.strip_prefix("for ") else {
        return false;
    };
    if let Some((variables, over)) = head.split_once("range ") {
        // Of one variable it may be a channel, or a function that tells the next.
        let is_call = over.ends_with(')') && !is_number(over);
        return !is_call || variables.contains(',');
    }
    let parts: Vec<&str> = head.split(';').map(str::trim).collect();
    let counts = ["++", "--", "+=", "-="];
    match parts.as_slice() {
        [_, condition, step] => {
            condition.contains(['<', '>']) && counts.iter().any(|count| step.contains(count))
        }
        _ => false,
    }
}

/// What a line gives to a variable, other than itself with more: `v := x`, `var v T`, `v, err = x`.
fn value_of<'a>(code: &'a str, variable: &str) -> Option<&'a str> {
    let declared = code.strip_prefix("var ");
    let (left, value) = match (code.split_once('='), declared) {
        (Some((left, right)), _) => (left.trim_end_matches(':'), right.trim()),
        (None, Some(rest)) => (rest, ""),
        (None, None) => return None,
    };
    let left = left.strip_prefix("var ").unwrap_or(left).trim();
    let names = match declared {
        Some(_) => left.split(' ').next().unwrap_or_default(),
        None => left,
    };
    let rest = value.strip_prefix("append(");
    let rest = rest.and_then(|rest| rest.strip_prefix(variable));
    let is_more = rest.is_some_and(|rest| !rest.starts_with(is_of_name));
    let mut names = names.split(',').map(str::trim);
    (names.any(|name| name == variable) && !is_more).then_some(value)
}

/// Whether a value has its size, or is one that is used again: `make([]T, 0, n)`, `make(map[K]V, n)`, `b[:0]`.
fn is_sized(value: &str) -> bool {
    if value.contains("[:0]") || value.contains("slices.Grow(") {
        return true;
    }
    let Some((_, arguments)) = value.split_once("make(") else {
        return false;
    };
    let arguments = split(arguments);
    match arguments.as_slice() {
        [_] => false,
        [of, length] => !(of.starts_with("[]") && *length == "0"),
        _ => true,
    }
}

/// Whether a value is nothing yet, or made there: `nil`, `[]T{}`, `make(map[K]V)`. Not what another has, as `append(buffer, text...)`
/// of a caller's buffer.
fn is_made(value: &str) -> bool {
    let begins = ["nil", "make("].iter().any(|made| value.starts_with(made));
    let ends = ["{", "}", "(nil)"].iter().any(|made| value.ends_with(made));
    value.is_empty() || begins || ends
}

/// The arguments of a call, up to its end.
fn split(text: &str) -> Vec<&str> {
    let (mut depth, mut from) = (0_i32, 0);
    let mut arguments = Vec::new();
    for (at, c) in text.char_indices() {
        let is_end = c == ')' && depth == 0;
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
        if is_end || c == ',' && depth == 0 {
            arguments.push(text.get(from..at).unwrap_or_default().trim());
            from = at + 1;
        }
        if is_end {
            break;
        }
    }
    arguments
}

#[cfg(test)]
mod tests {
    use super::{is_counted, is_made, is_sized, value_of};

    #[test]
    fn loops_that_count_are_told_from_those_that_wait() {
        for code in [
            "for _, x := range xs {",
            "for i := range n {",
            "for i := range len(xs) {",
            "for i := range int(n) {",
            "for range uint32(head.size()) {",
            "for i := range min(n, len(xs)) {",
            "for i := range n * len(xs) {",
            "for k, v := range maps.All(m) {",
            "for i := 0; i < t.NumField(); i++ {",
            "for i := n; i > 0; i -= 2 {",
        ] {
            assert!(is_counted(code), "{code}");
        }
        for code in [
            "for {",
            "for scanner.Scan() {",
            "for at < len(text) {",
            "for n := first; n != nil; n = n.next {",
            "for x := range values(t) {",
            "for x := range ints(t) {",
            "for x := range t.int(n) {",
            "for x := range values(a + f(t)) {",
            "for i := 0; i < len(text); {",
        ] {
            assert!(!is_counted(code), "{code}");
        }
    }

    #[test]
    fn values_that_have_their_size_are_told() {
        for value in [
            "make([]T, 0, n)",
            "make([]T, n)",
            "make(map[K]V, len(a))",
            "b.all[:0]",
            "slices.Grow(all, 3)",
        ] {
            assert!(is_sized(value), "{value}");
        }
        for value in [
            "",
            "nil",
            "[]T{}",
            "make([]T, 0)",
            "make(map[K]func(a, b int))",
        ] {
            assert!(!is_sized(value), "{value}");
        }
    }

    #[test]
    fn what_is_made_there_is_told_from_what_another_has() {
        for value in [
            "",
            "nil",
            "nil, 0",
            "[]T{}",
            "[]T(nil)",
            "[]T{first, second}",
            "Rows{",
            "make([]T, 0)",
            "make(map[K]V), make(map[K]V)",
        ] {
            assert!(is_made(value), "{value}");
        }
        for value in [
            "append(buffer, text[:at]...)",
            "buffer",
            "w.buffer",
            "rows.all(x)",
            "slices.Clone(all)",
            "all[from:]",
        ] {
            assert!(!is_made(value), "{value}");
        }
    }

    #[test]
    fn a_variable_has_its_value_where_it_is_declared() {
        for (code, value) in [
            ("all := make([]T, 0)", Some("make([]T, 0)")),
            ("var all []T", Some("")),
            ("var all = []T{}", Some("[]T{}")),
            ("all, err = f(x)", Some("f(x)")),
            ("all = append(all, x)", None),
            ("all = append(other, x)", Some("append(other, x)")),
            ("small := all", None),
            ("x.all = nil", None),
        ] {
            assert_eq!(value_of(code, "all"), value, "{code}");
        }
    }
}
