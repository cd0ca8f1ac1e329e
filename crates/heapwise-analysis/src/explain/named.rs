//! How profiles and the compiler name one function: with its package and without, and with the type arguments that it is
//! compiled for where it is used.

/// Whether a function of a profile is one that the compiler names without its package.
pub(super) fn is_named(whole: &str, name: &str) -> bool {
    let package = whole
        .strip_suffix(name)
        .and_then(|rest| rest.strip_suffix('.'));
    // `(*T).F` is no `F`; dots of the last part of an import path are escaped.
    package.is_some_and(|package| !package.rsplit('/').next().unwrap_or(package).contains('.'))
}

/// Whether it is that for any type arguments.
pub(super) fn is_named_for_some(whole: &str, name: &str) -> bool {
    is_named(&without_arguments(whole), &without_arguments(name))
}

/// Whether a function is a literal: `app.F.func1`, `app.(*T).F.func2.1`.
pub(super) fn is_literal(function: &str) -> bool {
    let (_, last) = function.rsplit_once('.').unwrap_or_default();
    is_number(last.strip_prefix("func").unwrap_or(last))
}

/// The function that a literal, or the body of a loop over a function, is in: `app.F` of `app.F.func1` and of `app.F-range1`; `None` of
/// what is neither.
pub(crate) fn outside(function: &str) -> Option<&str> {
    let (rest, last) = function.rsplit_once(['.', '-'])?;
    let made = ["func", "range", "gowrap", "deferwrap", ""].iter();
    let mut made = made.filter_map(|begin| last.strip_prefix(begin));
    made.any(is_number).then_some(rest)
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// What a function is called by: `New` of `example.com/app.New[...]`, `Write` of `bytes.(*Buffer).Write`. Nothing of what is called
/// without its name: literals, and what the compiler makes.
pub(super) fn called_by(function: &str) -> Option<String> {
    let plain = without_arguments(function);
    let (_, name) = plain.rsplit('/').next()?.rsplit_once('.')?;
    let is_name = name.chars().all(|c| c.is_alphanumeric() || c == '_');
    let is_made = name.starts_with('_') || name == "init" || is_literal(&plain);
    (is_name && !is_made && !name.is_empty()).then(|| name.to_owned())
}

/// The name that a function is declared by, with what it is a method of: `(*T).F` of `example.com/app.(*T).F`. Nothing of what has type
/// arguments, of literals, and of what the compiler or cgo makes.
pub(super) fn declared_name(function: &str) -> Option<&str> {
    if is_generic(function) {
        return None;
    }
    let (_, name) = function.rsplit('/').next()?.split_once('.')?;
    let is_made = name.contains('-') || name.starts_with(['_', '.']) || outside(name).is_some();
    let is_of_package = ["init", "glob", "map"].contains(&name.split('.').next()?);
    (!is_made && !is_of_package && !name.is_empty()).then_some(name)
}

/// Whether a function has type arguments: `slices.Clone[go.shape.[]int,go.shape.int]`, `app.(*List[...]).Push`.
pub(super) fn is_generic(function: &str) -> bool {
    function.contains('[')
}

/// A name without its type arguments, which may have names of packages, texts and brackets: `slices.Clone`, `(*List).Push`.
fn without_arguments(function: &str) -> String {
    let mut depth = 0_u32;
    let mut quote = None;
    let mut kept = String::new();
    let mut is_escaped = false;
    for c in function.chars() {
        match (quote, c) {
            (Some(_), _) if is_escaped => is_escaped = false,
            (Some('"'), '\\') => is_escaped = true,
            (Some(open), _) if open == c => quote = None,
            (Some(_), _) => {}
            (None, '"' | '`') if depth > 0 => quote = Some(c),
            (None, '[') => depth += 1,
            (None, ']') => depth = depth.saturating_sub(1),
            (None, _) if depth == 0 => kept.push(c),
            (None, _) => {}
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::{
        called_by, declared_name, is_generic, is_named, is_named_for_some, outside,
        without_arguments,
    };

    #[test]
    fn what_a_literal_is_in_is_told() {
        for (function, around) in [
            ("a.com/x/app.F.func1", Some("a.com/x/app.F")),
            ("app.(*T).F.func2.1", Some("app.(*T).F.func2")),
            ("app.F-range1", Some("app.F")),
            ("app.F.deferwrap2", Some("app.F")),
            ("app.(*T).F", None),
            ("app.F-fm", None),
            ("app.func1x", None),
        ] {
            assert_eq!(outside(function), around, "{function}");
        }
    }

    #[test]
    fn functions_have_the_names_that_they_are_declared_by() {
        for (function, name) in [
            ("a.com/x/app.Fill", Some("Fill")),
            ("main.(*T).F", Some("(*T).F")),
            ("gopkg.in/yaml%2ev3.T.F", Some("T.F")),
            ("app.F.func1", None),
            ("app.F-range1", None),
            ("app.(*T).F-fm", None),
            ("app.New[...]", None),
            ("app.init", None),
            ("app.init.0", None),
            ("app.map.init.1", None),
            ("app.glob..func1", None),
            ("app._Cfunc_free", None),
            ("nothing", None),
        ] {
            assert_eq!(declared_name(function), name, "{function}");
        }
    }

    #[test]
    fn a_function_has_the_name_that_the_compiler_gives_it() {
        for (whole, name) in [
            ("example.com/a/b.F", "F"),
            ("main.(*T).F", "(*T).F"),
            ("github.com/x/dns.init.func2", "init.func2"),
            ("gopkg.in/yaml%2ev3.F.func1", "F.func1"),
        ] {
            assert!(is_named(whole, name), "{whole}");
        }
        for (whole, name) in [
            ("main.(*T).F", "F"),
            ("main.F.func1", "F"),
            ("main.init.func2", "init"),
            ("main.GF", "F"),
            ("F", "F"),
        ] {
            assert!(!is_named(whole, name), "{whole}");
        }
    }

    #[test]
    fn type_arguments_are_left_out() {
        for (function, plain) in [
            (
                "example.com/a/policy.NewBuilder[go.shape.interface {}]",
                "example.com/a/policy.NewBuilder",
            ),
            (
                "slices.AppendSeq[go.shape.[]go.shape.string,go.shape.string]-range1",
                "slices.AppendSeq-range1",
            ),
            (
                "(*config[go.shape.struct { ID string \"path:\\\"[id\\\"\"; At b.com/c/v2.T }]).Build.func1",
                "(*config).Build.func1",
            ),
            ("a.(*List[...]).Push", "a.(*List).Push"),
        ] {
            assert!(is_generic(function), "{function}");
            assert_eq!(without_arguments(function), plain);
        }
        assert!(!is_generic("a.(*List).Push"));
        assert_eq!(without_arguments("a.(*List).Push"), "a.(*List).Push");
    }

    #[test]
    fn what_a_function_is_called_by_is_told() {
        for (function, name) in [
            ("strings.Split", Some("Split")),
            (
                "example.com/a.b/kind.New[go.shape.interface {}]",
                Some("New"),
            ),
            ("bytes.(*Buffer).Write", Some("Write")),
            ("main.F.func1", None),
            ("main.(*T).F.func2.1", None),
            ("main.(*T).F-fm", None),
            ("slices.AppendSeq[go.shape.int]-range1", None),
            ("main.init", None),
            ("main._Cfunc_f", None),
        ] {
            assert_eq!(called_by(function).as_deref(), name, "{function}");
        }
    }

    #[test]
    fn a_function_has_its_name_for_any_types() {
        for (whole, name) in [
            (
                "a.com/x/policy.New[go.shape.interface {}]",
                "New[go.shape.int]",
            ),
            ("a.com/x/policy.New[...]", "New[go.shape.int]"),
            (
                "x.(*Tree[go.shape.struct { a/b.K }]).Put.func1",
                "(*Tree[go.shape.string]).Put.func1",
            ),
        ] {
            assert!(is_named_for_some(whole, name), "{whole}");
        }
        for (whole, name) in [
            ("x.(*Tree[...]).Put", "Put[go.shape.int]"),
            ("x.NewTree[...]", "New[go.shape.int]"),
            ("x.New[go.shape.int].func1", "New[go.shape.int]"),
        ] {
            assert!(!is_named_for_some(whole, name), "{whole}");
        }
    }
}
