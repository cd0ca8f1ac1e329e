//! What is called, as the log names it: a function, `(*T).M` of a method, `x.M` of a function of another package or of an
//! interface.

use super::code::{closing, last_name, parts, without_comment};
use super::line::Line;

/// Whether it is a method of a type of the package itself, as its name tells.
pub(super) fn is_of_own_type(callee: &str) -> bool {
    receiver(callee).is_some_and(|of_type| !of_type.contains('.'))
}

/// The package or variable before what is called.
pub(super) fn qualifier(callee: &str) -> &str {
    let named = receiver(callee).unwrap_or(callee);
    named.split_once('.').map_or("", |(before, _)| before)
}

/// The type that a method is of: `sync.Pool` of `(*sync.Pool).Get`.
fn receiver(callee: &str) -> Option<&str> {
    let rest = callee.strip_prefix("(*")?;
    rest.split([')', '[']).next()
}

/// What declares a function of the package of a line, as far as its source is at hand: the line with its name.
pub(super) fn declaration(callee: &str, line: &Line<'_>) -> Option<String> {
    let mut declared = line.declarations();
    declared.find(|text| is_declared(text, callee))
}

/// Whether a line declares a function: `f` by `func f(`, `T.m` by `func (t T) m(`, `(*T).m` by `func (t *T) m(`.
pub(super) fn is_declared(line: &str, name: &str) -> bool {
    let Some(rest) = line.strip_prefix("func ") else {
        return false;
    };
    let of_type = receiver(name);
    let method = name
        .rsplit_once('.')
        .map(|(before, method)| (of_type.unwrap_or(before), method));
    let rest = match (method, rest.strip_prefix('(')) {
        (Some((of, method)), Some(rest)) => {
            let Some((has, rest)) = rest.split_once(") ") else {
                return false;
            };
            let has = has.rsplit(' ').next().unwrap_or(has);
            let has = has.split('[').next().unwrap_or(has);
            let is_of = match of_type {
                Some(_) => has.strip_prefix('*') == Some(of),
                None => has == of,
            };
            rest.strip_prefix(method).filter(|_| is_of)
        }
        (None, None) => rest.strip_prefix(name),
        _ => None,
    };
    rest.is_some_and(|rest| rest.starts_with(['(', '[']))
}

/// The functions that a line calls, by their last names: `f`, `m` of `f(x.m(y))`.
pub(super) fn called(code: &str) -> impl Iterator<Item = &str> {
    let calls = code.match_indices('(');
    let names = calls.filter_map(|(at, _)| code.get(..at).map(last_name));
    names.filter(|name| !name.is_empty())
}

/// The name of a function that a line declares.
pub(super) fn declared(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("func ")?;
    let rest = match rest.strip_prefix('(') {
        Some(rest) => rest.split_once(") ")?.1,
        None => rest,
    };
    rest.split(['(', '[']).next()
}

/// A function of a source.
#[derive(Debug)]
pub(super) struct Function<'a> {
    /// From `func` to its first bracket, in one line.
    pub(super) declaration: String,
    /// Its lines; what is behind the bracket where it has one line alone.
    pub(super) body: Vec<&'a str>,
}

impl Function<'_> {
    pub(super) fn name(&self) -> Option<&str> {
        declared(&self.declaration)
    }

    /// Its parameters, with their types.
    pub(super) fn parameters(&self) -> Vec<(String, String)> {
        let name = self.name().unwrap_or_default();
        let receiver = self.declaration.strip_prefix("func (");
        let from = receiver.map_or(0, |rest| self.declaration.len() - rest.len());
        let from = receiver.map_or(from, |rest| from + closing(rest).unwrap_or(0));
        let rest = self.declaration.get(from..).unwrap_or_default();
        let rest = rest.split_once(name).map_or("", |(_, rest)| rest);
        // Those of types come before.
        let rest = match rest.starts_with('[') {
            true => rest.split_once("](").map_or("", |(_, rest)| rest),
            false => rest.strip_prefix('(').unwrap_or_default(),
        };
        parameters(
            rest.get(..closing(rest).unwrap_or(rest.len()))
                .unwrap_or_default(),
        )
    }
}

/// What is between the brackets of a function: `a, b T, rest ...any`.
pub(super) fn parameters(list: &str) -> Vec<(String, String)> {
    let mut of_type = String::new();
    let parts: Vec<&str> = parts(list)
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect();
    let parts = parts.into_iter().rev().map(|part| {
        if let Some((_, named)) = part.split_once(' ') {
            of_type = named.trim().to_owned();
        }
        let name = part.split(' ').next().unwrap_or_default();
        (name.to_owned(), of_type.clone())
    });
    let mut all: Vec<(String, String)> = parts.collect();
    all.reverse();
    all
}

/// The functions that are declared in a source, as gofmt writes it.
pub(super) fn functions<'a>(source: impl Iterator<Item = &'a str>) -> Vec<Function<'a>> {
    let mut all: Vec<Function<'a>> = Vec::new();
    let mut place = Place::Between;
    for text in source {
        let code = without_comment(text);
        match place {
            Place::Between if code.starts_with("func ") => {
                let (declaration, body) = begun(code);
                all.push(Function {
                    declaration: declaration.to_owned(),
                    body: body.into_iter().collect(),
                });
                place = Place::after(code);
            }
            Place::Declaration => {
                if let Some(last) = all.last_mut() {
                    last.declaration.push_str(code.trim());
                    last.declaration.push(' ');
                }
                if code.ends_with('{') {
                    place = Place::Body;
                }
            }
            Place::Body if text.starts_with('}') => place = Place::Between,
            Place::Body => {
                if let Some(last) = all.last_mut() {
                    last.body.push(text);
                }
            }
            Place::Between => {}
        }
    }
    all
}

/// Where in a source a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Between,
    Declaration,
    Body,
}

impl Place {
    /// Behind the line at which a function begins.
    fn after(code: &str) -> Place {
        match code.chars().next_back() {
            Some('{') => Place::Body,
            Some('(' | ',') => Place::Declaration,
            _ => Place::Between,
        }
    }
}

/// The declaration of a function, and the body that is on the same line.
fn begun(code: &str) -> (&str, Option<&str>) {
    let body = code.split_once(" { ").filter(|_| code.ends_with('}'));
    body.map_or((code, None), |(declaration, body)| {
        (declaration, body.strip_suffix('}'))
    })
}

/// Whether a function takes any value, as its declaration has it.
pub(super) fn takes_any(declaration: &str) -> bool {
    ["any", "interface{}"].iter().any(|of_type| {
        let mut found = declaration.match_indices(of_type);
        found.any(|(at, _)| {
            let before = declaration.get(..at).unwrap_or_default();
            let after = declaration.get(at + of_type.len()..).unwrap_or_default();
            before.ends_with([' ', '.']) && after.starts_with([',', ')'])
        })
    })
}

#[cfg(test)]
mod tests {
    use super::{called, declared, functions, is_declared, is_of_own_type, qualifier, takes_any};

    #[test]
    fn functions_and_their_parameters_are_read() {
        let source = "package a

func (c *Cache[K]) Put(k, other K, value any) error {
	c.all = nil
}

func Short(f func(a, b int) error, all ...any) { f(1, 2) }

func Of[T any, U ~[]T](
	value T, // what
	to map[string]T,
) {
	return
}

func None() {}
";
        let all = functions(source.lines());
        let told = all.iter().map(|one| {
            let parameters = one.parameters();
            let parameters = parameters.iter().map(|(name, of)| format!("{name}: {of}"));
            (
                one.name().unwrap_or_default().to_owned(),
                parameters.collect::<Vec<_>>().join("; "),
                one.body.len(),
            )
        });
        let told: Vec<(String, String, usize)> = told.collect();
        let expected = [
            ("Put", "k: K; other: K; value: any", 1),
            ("Short", "f: func(a, b int) error; all: ...any", 1),
            ("Of", "value: T; to: map[string]T", 1),
            ("None", "", 0),
        ];
        let expected = expected
            .map(|(name, parameters, lines)| (name.to_owned(), parameters.to_owned(), lines));
        assert_eq!(told, expected);
    }

    #[test]
    fn functions_that_a_line_declares_are_told() {
        for (line, name) in [
            ("func add(n int) {", "add"),
            ("func add[T any](n T) {", "add"),
            ("func (c Cache) Get(k string) any {", "Cache.Get"),
            ("func (Cache[K]) Get(k string) any {", "Cache.Get"),
            ("func (c *Cache) Get(k string) any {", "(*Cache).Get"),
            (
                "func (c *Cache[K]) Get(k string) any {",
                "(*Cache[go.shape.int]).Get",
            ),
        ] {
            assert!(is_declared(line, name), "{line}");
        }
        for (line, name) in [
            ("func adder(n int) {", "add"),
            ("func (c Cache) add(n int) {", "add"),
            ("func (c *Cache) Get(k string) any {", "Cache.Get"),
            ("func (c Cache) Get(k string) any {", "(*Cache).Get"),
            ("func Get(k string) any {", "Cache.Get"),
        ] {
            assert!(!is_declared(line, name), "{line}");
        }
        assert_eq!(declared("func (c *Cache) Get(k string) any {"), Some("Get"));
        assert_eq!(declared("func add[T any](n T) {"), Some("add"));
    }

    #[test]
    fn functions_that_take_any_value_are_told() {
        for declaration in [
            "func (s *Stack) Push(value any) {",
            "func f(format string, args ...interface{}) {",
            "func f(key, value any, n int) error {",
        ] {
            assert!(takes_any(declaration), "{declaration}");
        }
        for declaration in [
            "func equal(a, b shape) bool {",
            "func f[T any](value T) {",
            "func f(all []any) {",
            "func f(m map[string]any) {",
        ] {
            assert!(!takes_any(declaration), "{declaration}");
        }
    }

    #[test]
    fn what_a_line_calls_is_told() {
        let names: Vec<&str> = called("\ta.stack.Push(next(x))").collect();
        assert_eq!(names, ["Push", "next"]);
    }

    #[test]
    fn what_is_before_a_name_is_told() {
        for (callee, before, is_own) in [
            ("fmt.Sprintf", "fmt", false),
            ("(*sync.Pool).Put", "sync", false),
            ("(*Cache).set", "", true),
            ("(*List[go.shape.int]).push", "", true),
            ("add", "", false),
        ] {
            assert_eq!(qualifier(callee), before, "{callee}");
            assert_eq!(is_of_own_type(callee), is_own, "{callee}");
        }
    }
}
