//! Whether an expression is a number, as far as it tells that itself: what a function returns may be a channel or another function.

/// What makes a number of what is in its brackets: the conversions to numbers, and what Go has for sizes.
const NUMBERS: [&str; 18] = [
    "byte", "cap", "int", "int16", "int32", "int64", "int8", "len", "max", "min", "rune", "uint",
    "uint16", "uint32", "uint64", "uint8", "uintptr", "copy",
];

/// What is between two numbers, or two strings.
const OPERATORS: [&str; 7] = [" + ", " - ", " * ", " / ", " % ", " << ", " >> "];

/// Whether it is a number, or else a text: `int(n)`, `len(a)`, `n * f(x)`.
pub(super) fn is_number(expression: &str) -> bool {
    let of = expression.split('(').next().unwrap_or_default();
    NUMBERS.contains(&of) || is_calculated(expression)
}

/// Whether it has an operator that is in no brackets.
fn is_calculated(expression: &str) -> bool {
    let mut depth = 0_i32;
    expression.char_indices().any(|(at, c)| {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
        let rest = expression.get(at..).unwrap_or_default();
        depth == 0 && OPERATORS.iter().any(|one| rest.starts_with(one))
    })
}

#[cfg(test)]
mod tests {
    use super::is_number;

    #[test]
    fn numbers_are_told_from_what_functions_return() {
        for text in [
            "int(n)",
            "uint16(f(x))",
            "len(all[a:b])",
            "min(n, 3)",
            "n * f(x)",
            "f(x) / 2",
            "all[i] - f()",
        ] {
            assert!(is_number(text), "{text}");
        }
        for text in [
            "f(x)",
            "ints(x)",
            "t.len(x)",
            "f(a + b)",
            "all[a + b]",
            "func() int { return a + b }()",
            "T{a + b}.all()",
            "",
        ] {
            assert!(!is_number(text), "{text}");
        }
    }
}
