//! Whether a function runs when a program begins: `init` calls it, a package variable has its result, or a `sync.Once` calls it.
//! Others may call it, too; but what is measured of it may be the beginning alone, as in a benchmark of how tables are loaded.

use std::collections::BTreeSet;

use super::callee::declared;
use super::code::{indentation, is_of_name, last_name, without_comment};
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
#[derive(Debug, Clone, PartialEq, Eq)]
enum Within {
    /// Between declarations.
    Nothing,
    /// Variables of the package.
    Variables,
    /// A function with this name.
    Function(String),
}

impl Calls {
    fn of(source: impl Iterator<Item = String>) -> Calls {
        let mut calls = Calls::default();
        let mut within = Within::Nothing;
        // A function literal runs when it is called, and not where it is made.
        let mut literal: Option<usize> = None;
        for text in source {
            let code = without_comment(&text);
            if code.is_empty() {
                continue;
            }
            let body = match (declared(code), code.starts_with("var ")) {
                (Some(name), _) => {
                    within = Within::Function(name.to_owned());
                    code.split_once('{').map_or("", |(_, body)| body)
                }
                (None, true) => {
                    within = Within::Variables;
                    code
                }
                _ => code,
            };
            let depth = indentation(code);
            if literal.is_some_and(|begun| depth <= begun) {
                literal = None;
            } else if literal.is_none() {
                calls.add(&within, body);
            }
            if literal.is_none() && body.contains("func(") && body.ends_with('{') {
                literal = Some(depth);
            }
            let is_open = code.ends_with(['{', '(', ',']);
            if depth == 0 && !is_open {
                within = Within::Nothing;
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
    use super::{Calls, plain_name};

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
