//! Whether a function runs when a program begins: `init` calls it, a package variable has its result, or a `sync.Once` calls it.
//! Others may call it, too; but what is measured of it may be the beginning alone, as in a benchmark of how tables are loaded.

use std::collections::BTreeSet;

use super::callee::declared;
use super::code::{has_word, indentation, is_of_name, last_name, without_comment};
use super::line::Line;

/// What calls it so many functions deep is not followed further.
const MOST_DEEP: usize = 5;

/// Functions of the package `sync` that call a function once.
const ONCE: [&str; 4] = [".Do(", "OnceFunc(", "OnceValue(", "OnceValues("];

/// Whether the function of a line does, as far as the source of its package is at hand.
pub(super) fn is_at_beginning(line: &Line<'_>) -> bool {
    let function = line.at.function.as_deref().unwrap_or_default();
    let plain = plain_name(function);
    plain.is_some_and(|name| Calls::of(line.package()).begin(name))
}

/// Whether nothing but the beginning of the program uses the function of a line: what its tables cost is paid once, also where a
/// benchmark makes them again and again.
pub(super) fn is_only_at_beginning(line: &Line<'_>) -> bool {
    let function = line.at.function.as_deref().unwrap_or_default();
    let plain = plain_name(function);
    plain.is_some_and(|name| Used::of(line.package()).only_at_beginning(name, MOST_DEEP))
}

/// Which functions of a package use which names, calls or not.
#[derive(Debug, Default)]
struct Used {
    lines: Vec<(Within, String)>,
}

impl Used {
    fn of(source: impl Iterator<Item = String>) -> Used {
        let mut lines = Vec::new();
        let mut reader = Reader::default();
        for text in source {
            if let Some((within, body)) = reader.read(without_comment(&text)) {
                let within = match reader.is_in_literal {
                    true => Within::Nothing,
                    false => within,
                };
                lines.push((within, body.to_owned()));
            }
        }
        Used { lines }
    }

    /// Whether all that uses a function is of the beginning. What has a large first letter others may use.
    fn only_at_beginning(&self, name: &str, deep: usize) -> bool {
        let is_own = name.starts_with(|c: char| c.is_lowercase() || c == '_');
        let is_itself = |within: &Within| *within == Within::Function(name.to_owned());
        let uses = self.lines.iter().filter(|(_, code)| has_word(code, name));
        let by: BTreeSet<(&Within, Use)> = uses
            .filter(|(within, _)| !is_itself(within))
            .map(|(within, code)| (within, Use::of(code, name)))
            .collect();
        let is_of_beginning = |(within, use_): &(&Within, Use)| match (use_, within) {
            (Use::Once, _) => true,
            // What is passed on or put into a table is called when others want it.
            (Use::Value, _) | (Use::Call, Within::Nothing) => false,
            (Use::Call, Within::Variables) => true,
            (Use::Call, Within::Function(by)) => {
                by == "init" || self.only_at_beginning(by, deep - 1)
            }
        };
        is_own && deep > 0 && !by.is_empty() && by.iter().all(is_of_beginning)
    }
}

/// How a line uses a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Use {
    /// It is given to what calls it once.
    Once,
    Call,
    Value,
}

impl Use {
    fn of(code: &str, name: &str) -> Use {
        let is_once = ONCE.iter().any(|once| code.contains(once));
        let is_called = !has_word(&code.replace(&format!("{name}("), ""), name);
        match (is_once, is_called) {
            (true, _) => Use::Once,
            (false, true) => Use::Call,
            (false, false) => Use::Value,
        }
    }
}

/// Reads a source line by line.
#[derive(Debug, Default)]
struct Reader {
    within: Within,
    /// How deep the line is at which a function literal begins: it runs when it is called, and not where it is made.
    literal: Option<usize>,
    is_in_literal: bool,
}

impl Reader {
    /// What a line is in, and what of the line is in it; nothing of a line without code.
    fn read<'a>(&mut self, code: &'a str) -> Option<(Within, &'a str)> {
        if code.is_empty() {
            return None;
        }
        let body = self.enter(code);
        let depth = indentation(code);
        self.is_in_literal = self.literal.is_some_and(|begun| depth > begun);
        let ends_literal = self.literal.is_some() && !self.is_in_literal;
        let begins = !self.is_in_literal && body.contains("func(") && body.ends_with('{');
        self.literal = match (begins, ends_literal) {
            (true, _) => Some(depth),
            (false, true) => None,
            (false, false) => self.literal,
        };
        let within = self.within.clone();
        let is_open = code.ends_with(['{', '(', ',']);
        if depth == 0 && !is_open {
            self.within = Within::Nothing;
        }
        Some((within, body)).filter(|_| !ends_literal)
    }

    fn enter<'a>(&mut self, code: &'a str) -> &'a str {
        match (declared(code), code.starts_with("var ")) {
            (Some(name), _) => {
                self.within = Within::Function(name.to_owned());
                code.split_once('{').map_or("", |(_, body)| body)
            }
            (None, true) => {
                self.within = Within::Variables;
                code
            }
            _ => code,
        }
    }
}

/// The name of a function that is no method: `f` of `example.com/app.f` and of its literals, `example.com/app.f.func1`.
fn plain_name(function: &str) -> Option<&str> {
    let (_, base) = function.rsplit_once('/').unwrap_or(("", function));
    let (_, rest) = base.split_once('.')?;
    let name = rest.split('.').next()?;
    let of_literal = rest.get(name.len()..).unwrap_or_default();
    let is_plain = of_literal.is_empty() || of_literal.starts_with(".func");
    (is_plain && name.chars().all(is_of_name)).then_some(name)
}

/// Which functions of a package call which, by their names.
#[derive(Debug, Default)]
struct Calls {
    /// What the beginning of the program calls.
    first: BTreeSet<String>,
    /// A function and what it calls.
    pairs: BTreeSet<(String, String)>,
}

/// What a line of the source is in.
#[derive(Debug, Default, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Within {
    /// Between declarations.
    #[default]
    Nothing,
    /// Variables of the package.
    Variables,
    /// A function with this name.
    Function(String),
}

impl Calls {
    fn of(source: impl Iterator<Item = String>) -> Calls {
        let mut calls = Calls::default();
        let mut reader = Reader::default();
        for text in source {
            let place = reader.read(without_comment(&text));
            if let Some((within, body)) = place.filter(|_| !reader.is_in_literal) {
                calls.add(&within, body);
            }
        }
        calls
    }

    fn add(&mut self, within: &Within, code: &str) {
        let called = plainly_called(code).map(str::to_owned);
        match within {
            Within::Function(name) if name != "init" => {
                let pairs = called.map(|callee| (name.clone(), callee));
                self.pairs.extend(pairs);
            }
            Within::Nothing => {}
            _ => self.first.extend(called),
        }
        let once = ONCE.iter().filter_map(|once| {
            let (_, rest) = code.split_once(once)?;
            rest.split(|c| !is_of_name(c)).next()
        });
        self.first.extend(once.map(str::to_owned));
    }

    /// Whether the beginning of the program calls a function, or what calls it.
    fn begin(&self, name: &str) -> bool {
        let mut known = self.first.clone();
        for _ in 0..MOST_DEEP {
            let more = self.pairs.iter().filter(|(by, _)| known.contains(by));
            let more: Vec<String> = more.map(|(_, callee)| callee.clone()).collect();
            known.extend(more);
        }
        known.contains(name)
    }
}

/// The functions of the package itself that code calls: `f` of `f(x.g(y))`.
fn plainly_called(code: &str) -> impl Iterator<Item = &str> {
    let before = code.match_indices('(').filter_map(|(at, _)| code.get(..at));
    before.filter_map(|before| {
        let name = last_name(before);
        let is_qualified = before.strip_suffix(name)?.ends_with('.');
        (!name.is_empty() && name != "func" && !is_qualified).then_some(name)
    })
}

#[cfg(test)]
mod tests {
    use super::{Calls, Used, plain_name};

    const SOURCE: &str = "
package tables

var words = load(text)

var (
	names = mustLoad(\"names\")
	once  sync.Once
	loads = map[string]func() *Table{
		\"late\": func() *Table {
			return later(text)
		},
	}
)

type reader interface {
	read(p []byte) (int, error)
}

func init() {
	fill(&all)
	handle(\"/\", func() {
		serve(text)
	})
	handle(\"/all\", shown)
}

func fill(
	all *Table,
) error {
	return all.add(unpack(text))
}

func mustLoad(name string) *Table { return parse(name) }

func Get() *Table {
	once.Do(build)
	return table
}

func build() {
	table = made(text)
}

func Serve(name string) string {
	return asked(name)
}
";

    #[test]
    fn what_the_beginning_calls_is_told() {
        let calls = Calls::of(SOURCE.lines().map(str::to_owned));
        for name in [
            "load", "fill", "unpack", "mustLoad", "parse", "build", "made",
        ] {
            assert!(calls.begin(name), "{name}");
        }
        for name in [
            "later", "read", "serve", "asked", "Serve", "Get", "add", "Do",
        ] {
            assert!(!calls.begin(name), "{name}");
        }
    }

    #[test]
    fn what_only_the_beginning_uses_is_told() {
        let used = Used::of(SOURCE.lines().map(str::to_owned));
        for name in [
            "load", "fill", "unpack", "mustLoad", "parse", "build", "made",
        ] {
            assert!(used.only_at_beginning(name, 5), "{name}");
        }
        for name in [
            "later", "read", "serve", "shown", "asked", "Serve", "Get", "add", "Do", "other",
        ] {
            assert!(!used.only_at_beginning(name, 5), "{name}");
        }
        let more = SOURCE
            .lines()
            .chain(["func Again() *Table {", "\treturn with(parse)", "}"]);
        let used = Used::of(more.map(str::to_owned));
        assert!(used.only_at_beginning("load", 5));
        assert!(!used.only_at_beginning("parse", 5));
        assert!(!used.only_at_beginning("unpack", 1));
    }

    #[test]
    fn functions_are_told_from_methods() {
        for (function, name) in [
            ("example.com/app.load", Some("load")),
            ("example.com/app.load.func1", Some("load")),
            ("main.load", Some("load")),
            ("example.com/app.(*Table).load", None),
            ("example.com/app.Table.load", None),
        ] {
            assert_eq!(plain_name(function), name, "{function}");
        }
    }
}
