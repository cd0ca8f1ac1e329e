//! Which kind of thing is allocated, by how the compiler writes it.

use std::borrow::Cow;

use super::decision::AllocationKind;

impl AllocationKind {
    /// Of the words before "escapes to heap" and "does not escape" (cmd/compile/internal/escape: finish, with
    /// cmd/compile/internal/ir: fmt.go).
    pub(super) fn of(subject: &str) -> AllocationKind {
        use AllocationKind::{
            Append, Boxed, BytesToString, Channel, Closure, Composite, Concat, Constant, Empty,
            Map, New, Other, Runes, Slice, SliceLiteral, StringToBytes, Variadic,
        };
        // Of type arguments the compiler names what they are made of.
        let subject = &*without_shape(subject);
        let starts = |text: &str| subject.starts_with(text);
        let is_literal = subject.ends_with('}');
        match subject {
            "" => Other,
            "append" => Append,
            "func literal" => Closure,
            "... argument" => Variadic,
            _ if adds(subject) => Concat,
            _ if is_empty(subject) => Empty,
            _ if starts("make([]") => Slice,
            _ if starts("make(map[") => Map,
            _ if starts("make(chan ") || starts("make(chan<- ") || starts("make(<-chan ") => {
                Channel
            }
            // Only slices have a capacity.
            _ if starts("make(") && arguments(subject) == 3 => Slice,
            _ if starts("make(") => Other,
            _ if starts("new(") => New,
            _ if starts("append(") => Append,
            _ if starts("&") && is_literal => Composite,
            _ if starts("map[") && is_literal => Map,
            _ if starts("[]") && is_literal => SliceLiteral,
            _ if starts("([]byte)(") => StringToBytes,
            _ if starts("([]rune)(") => Runes,
            _ if starts("string(") => BytesToString,
            _ if is_constant(subject) => Constant,
            _ => Boxed,
        }
    }

    /// Whether a string becomes bytes or runes, or these become one.
    pub(super) fn is_conversion(self) -> bool {
        self.may_need_no_copy() || self == AllocationKind::Runes
    }

    /// Whether it is a conversion between what has the same bytes: runes are never those of a string.
    pub(super) fn may_need_no_copy(self) -> bool {
        matches!(
            self,
            AllocationKind::BytesToString | AllocationKind::StringToBytes
        )
    }
}

/// Whether it has no size, so that there is nothing to allocate: a slice of no elements, and what is a struct without fields
/// (runtime/malloc.go: mallocgc).
fn is_empty(subject: &str) -> bool {
    let is_literal = subject.starts_with("[]") && subject.ends_with("{}");
    let is_made = subject.starts_with("make([]") && subject.ends_with(", 0)");
    is_literal
        || is_made && arguments(subject) == 2
        || matches!(subject, "struct {}{}" | "struct{}{}")
}

/// Without the words for what type arguments have in common: `[]int` of `go.shape.[]int`.
fn without_shape(subject: &str) -> Cow<'_, str> {
    match subject.contains("go.shape.") {
        true => Cow::Owned(subject.replace("go.shape.", "")),
        false => Cow::Borrowed(subject),
    }
}

/// The number of arguments of a call, by the commas outside of all brackets in it.
fn arguments(call: &str) -> usize {
    let mut depth = 0_i32;
    let mut commas = 0;
    for byte in call.bytes() {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth -= 1,
            b',' if depth == 1 => commas += 1,
            _ => {}
        }
    }
    commas + 1
}

/// Whether strings are put together: a sum outside of all brackets and quotes, of no number. Numbers in variables that are
/// added up and boxed are written alike.
fn adds(subject: &str) -> bool {
    let operands = operands(subject);
    operands.len() > 1 && !operands.iter().any(|operand| is_number(operand))
}

/// What a sum is of; one operand where it is none.
fn operands(subject: &str) -> Vec<&str> {
    let mut depth = 0_i32;
    let mut quote = None;
    let mut start = 0;
    let mut operands = Vec::new();
    let mut bytes = subject.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match (quote, byte) {
            (Some(b'"' | b'\''), b'\\') => {
                bytes.next();
            }
            (Some(open), _) if byte == open => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'' | b'`') => quote = Some(byte),
            (None, b'(' | b'[' | b'{') => depth += 1,
            (None, b')' | b']' | b'}') => depth -= 1,
            (None, b'+') if depth == 0 => {
                let is_binary = subject
                    .get(..at)
                    .is_some_and(|before| before.ends_with(' '));
                if is_binary
                    && subject
                        .get(at + 1..)
                        .is_some_and(|rest| rest.starts_with(' '))
                {
                    operands.push(subject.get(start..at).unwrap_or_default().trim());
                    start = at + 1;
                }
            }
            _ => {}
        }
    }
    operands.push(subject.get(start..).unwrap_or_default().trim());
    operands
}

fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    digits.starts_with(|first: char| first.is_ascii_digit())
}

/// Whether it is one literal: the linker has it already (cmd/compile/internal/walk: convert.go, dataWord).
fn is_constant(subject: &str) -> bool {
    let is_text = ['"', '\'', '`']
        .iter()
        .any(|&quote| subject.starts_with(quote));
    is_number(subject) || is_text || matches!(subject, "true" | "false" | "nil")
}

#[cfg(test)]
mod tests {
    use super::AllocationKind;

    #[test]
    fn conversions_are_told_and_which_may_need_no_copy() {
        for (subject, is_conversion, may_need_no_copy) in [
            ("([]byte)(text)", true, true),
            ("string(b)", true, true),
            ("([]rune)(text)", true, false),
            ("make([]byte, n)", false, false),
        ] {
            let kind = AllocationKind::of(subject);
            let told = (kind.is_conversion(), kind.may_need_no_copy());
            assert_eq!(told, (is_conversion, may_need_no_copy), "{subject}");
        }
    }

    #[test]
    fn tells_what_is_allocated() {
        use AllocationKind::*;
        for (subject, kind) in [
            ("make([]byte, n)", Slice),
            ("make(map[int]int)", Map),
            ("make(chan int, 3)", Channel),
            ("make(T, n)", Other),
            ("make(Key, 0, len(p.context) + 1)", Slice),
            ("new(T)", New),
            ("&T{...}", Composite),
            ("map[string]int{...}", Map),
            ("[]int{...}", SliceLiteral),
            ("go.shape.[]int{...}", SliceLiteral),
            ("make(go.shape.[]int, n)", Slice),
            ("new(go.shape.struct { x int })", New),
            ("append(go.shape.[]int{}, slices.s...)", Append),
            ("[]byte{}", Empty),
            ("go.shape.[]int{}", Empty),
            ("[]struct {}{}", Empty),
            ("[]struct {}{...}", SliceLiteral),
            ("make([]int, 0)", Empty),
            ("make([]int, 0, n)", Slice),
            ("make([]int, f(1, 0))", Slice),
            ("make([]int, 10)", Slice),
            ("struct {}{}", Empty),
            ("&T{}", Composite),
            ("map[int]int{}", Map),
            ("([]byte)(\"x{}\")", StringToBytes),
            ("append", Append),
            ("append(out, i * i)", Append),
            ("a + b", Concat),
            ("i + 1000", Boxed),
            (r#""a + b" + c"#, Concat),
            (r#""a + b""#, Constant),
            ("f(a + b)", Boxed),
            ("([]byte)(s)", StringToBytes),
            ("string(b)", BytesToString),
            ("([]rune)(s)", Runes),
            ("func literal", Closure),
            ("... argument", Variadic),
            ("x", Boxed),
            ("t.name", Boxed),
            ("42", Constant),
            ("-1", Constant),
            ("", Other),
        ] {
            assert_eq!(AllocationKind::of(subject), kind, "{subject}");
        }
    }
}
