//! What a loop ranges over, as far as the source tells: channels and functions do not say before how often.

use super::code::{is_of_name, is_path, last_name, without_comment, word_uses};
use super::line::Line;

impl Line<'_> {
    /// Whether a loop around the line, with its head, ranges over a channel or a function.
    pub(super) fn is_ranged_over_unknown(&self, head: &str) -> bool {
        let Some((_, over)) = head.split_once("range ") else {
            return false;
        };
        let over = over.trim_end_matches('{').trim();
        let is_one = || {
            let loops = self.around().filter(|text| text.trim().starts_with("for "));
            loops.count() == 1
        };
        if self.is_in_body_of_function() && !is_of_known_size(over) && is_one() {
            return true;
        }
        is_path(over) && self.is_declared_unknown(over)
    }

    /// Whether the line is in the body of a loop over a function, which is a function itself.
    fn is_in_body_of_function(&self) -> bool {
        let function = self.subject.at.function.as_deref();
        function.is_some_and(|function| function.contains("-range"))
    }

    /// Whether a variable or a field is declared as such.
    fn is_declared_unknown(&self, over: &str) -> bool {
        let name = last_name(over);
        let is_field = over.contains('.');
        let is_declared = |text: String| is_unknown(without_comment(&text), name);
        // The channel of a ticker.
        if is_field && name == "C" {
            return true;
        }
        let mut above = self.above_to_declaration().skip(1);
        !is_field && above.any(is_declared) || is_field && self.package().any(is_declared)
    }
}

/// Whether a call gives the parts of what has a size.
fn is_of_known_size(over: &str) -> bool {
    ["maps.", "slices."]
        .iter()
        .any(|package| over.starts_with(package))
}

/// Whether code declares a variable, a parameter or a field as a channel or a function.
fn is_unknown(code: &str, name: &str) -> bool {
    let mut uses = word_uses(code, name);
    uses.any(|(_, after)| {
        // Others of the same type: `a, b chan int`.
        let mut type_ = after;
        while let Some(rest) = type_.strip_prefix(", ") {
            let end = rest.find(|c| !is_of_name(c)).unwrap_or(rest.len());
            type_ = rest.get(end..).unwrap_or_default();
        }
        let made = ["= make(chan ", "= make(<-chan "];
        let types = ["chan ", "<-chan ", "iter.Seq", "func("];
        let type_ = type_.trim_start().trim_start_matches(':');
        let is_type = after.starts_with([' ', ',']) && types.iter().any(|of| type_.starts_with(of));
        is_type || made.iter().any(|make| type_.starts_with(make))
    })
}

#[cfg(test)]
mod tests {
    use super::is_unknown;

    #[test]
    fn channels_and_functions_are_told_by_their_declaration() {
        for code in [
            "func Drain(from chan int) []int {",
            "func Drain(from, to <-chan int) []int {",
            "func All(from iter.Seq[int]) []int {",
            "func All(from func(yield func(int) bool)) []int {",
            "\tfrom := make(chan int, 3)",
            "\tvar from chan int",
            "\tfrom   <-chan int",
        ] {
            assert!(is_unknown(code, "from"), "{code}");
        }
        for code in [
            "func All(from []int, to chan int) []int {",
            "func All(from []func(), to func()) {",
            "\tfrom := all[1:]",
            "\tgo send(from, make(chan int))",
            "\tx.from = make(chan int)",
        ] {
            assert!(!is_unknown(code, "from"), "{code}");
        }
    }
}
