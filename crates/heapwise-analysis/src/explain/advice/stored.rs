//! Whether a function stores what it takes as any value, or asks for its type: then what is put into an interface for it has to be there, and a
//! concrete parameter would only have it put there later.

use std::collections::BTreeSet;

use super::callee::{Function, functions, is_declared};
use super::code::{
    closing, has_word, is_of_name, last_name, opened, parts, without_comment, word_uses,
};

/// What passes it on so many functions deep is not followed further.
const MOST_DEEP: usize = 4;

/// Whether any of some functions of a package stores a parameter that takes any value, itself or by what it calls. Where that is a
/// place of the package's own, and what is taken out of interfaces is of one type alone, the place could be of that.
pub(super) fn is_stored_by(called: &[&str], source: impl Iterator<Item = String>) -> bool {
    let source: Vec<String> = source.collect();
    let package = Package {
        functions: functions(source.iter().map(String::as_str)),
    };
    let declared = package.functions.iter().filter(|function| {
        let is_called = |name: &&str| match name.contains('.') {
            true => is_declared(&function.declaration, name),
            false => function.name() == Some(name),
        };
        called.iter().any(is_called)
    });
    let any = declared.flat_map(|function| {
        let any = function.parameters().into_iter();
        let any = any.filter(|(_, of_type)| is_any(of_type));
        any.map(move |(name, _)| (function, name))
    });
    let any: Vec<(&Function<'_>, String)> = any.collect();
    let stores = |with: Place| {
        let mut any = any.iter();
        any.any(|(function, name)| package.stores(function, name, (with, MOST_DEEP)))
    };
    stores(Place::Elsewhere) || stores(Place::Own) && asserted(&source).len() != 1
}

fn is_any(of_type: &str) -> bool {
    matches!(
        of_type.trim_start_matches("..."),
        "any" | "interface{}" | "[]any" | "[]interface{}"
    )
}

/// The types that are taken out of interfaces: `T` of `x.(T)`, `type` of `x.(type)`.
fn asserted(source: &[String]) -> BTreeSet<&str> {
    let found = source
        .iter()
        .flat_map(|text| without_comment(text).split(".(").skip(1));
    let types = found.filter_map(|part| part.get(..closing(part)?));
    types.collect()
}

/// Where something is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// In what the package itself has.
    Own,
    /// In what takes any value for everyone, such as a `sync.Map`.
    Elsewhere,
}

struct Package<'a> {
    functions: Vec<Function<'a>>,
}

impl Package<'_> {
    /// Whether a function stores a variable at a place, itself, by another variable or by what it calls.
    fn stores(&self, function: &Function<'_>, name: &str, (at, deep): (Place, usize)) -> bool {
        let body = function.body.iter().map(|text| without_comment(text));
        body.filter(|code| has_word(code, name)).any(|code| {
            let is_there = match at {
                Place::Own => stores(code, name),
                Place::Elsewhere => gives(code, name),
            };
            let next = (at, deep.saturating_sub(1));
            is_there
                || deep > 0
                    && (renamed(code, name).is_some_and(|other| self.stores(function, other, next))
                        || self.passes(code, name, next))
        })
    }

    /// Whether a function of the package stores a variable that a line passes to it.
    fn passes(&self, code: &str, name: &str, next: (Place, usize)) -> bool {
        passed(code, name).any(|(callee, at)| {
            let called = self.functions.iter();
            let mut called = called.filter(|one| one.name() == Some(callee));
            called.any(|one| {
                let parameters = one.parameters();
                let parameter = parameters.get(at).or(parameters.last());
                parameter.is_some_and(|(name, _)| self.stores(one, name, next))
            })
        })
    }
}

/// The variable that has the value of another: `v` of `v := value`.
fn renamed<'a>(code: &'a str, variable: &str) -> Option<&'a str> {
    let (left, right) = code.trim().split_once(" := ")?;
    (right == variable && left != variable && left.chars().all(is_of_name)).then_some(left)
}

/// Whether a line gives a variable to what keeps values of all types, lists, heaps, pools, maps for goroutines, contexts, or to
/// reflection, which asks for their types: it takes them as interfaces.
fn gives(code: &str, variable: &str) -> bool {
    const KEEPERS: [&str; 11] = [
        "InsertAfter",
        "InsertBefore",
        "LoadOrStore",
        "PushBack",
        "PushFront",
        "Store",
        "Swap",
        "WithValue",
        "heap.Push",
        "reflect.TypeOf",
        "reflect.ValueOf",
    ];
    word_uses(code, variable).any(|(before, after)| {
        let called = opened(before).and_then(|open| before.get(..open));
        let mut keepers = KEEPERS.iter();
        after.starts_with([',', ')'])
            && called.is_some_and(|called| {
                keepers.any(|keeper| {
                    let before = called.strip_suffix(keeper);
                    before.is_some_and(|before| before.ends_with('.') != keeper.contains('.'))
                })
            })
    })
}

/// Whether a line stores a variable itself: into a field, an element, a channel, something larger, or as a key.
fn stores(code: &str, variable: &str) -> bool {
    let left = assigned(code);
    word_uses(code, variable).any(|(before, after)| {
        let before = before.trim_end();
        // What is taken out of it, or called, is not itself.
        if after.starts_with('.') {
            return false;
        }
        let is_key = before.ends_with('[') && after.starts_with("] = ");
        let is_value = left.is_some_and(|left| left.contains(['.', '[', '*']))
            && before.ends_with(['=', ','])
            && opened(before).is_none()
            && before.len() >= left.map_or(0, str::len);
        let is_appended = opened(before).is_some_and(|open| {
            let call = before.get(..open).unwrap_or_default();
            last_name(call) == "append" && before.get(open..).is_some_and(|part| part.contains(','))
        });
        is_key || is_value || is_appended || before.ends_with("<-") || is_in_literal(before, after)
    })
}

/// What a line assigns to: `x.f` of `x.f = v`.
fn assigned(code: &str) -> Option<&str> {
    let (left, right) = code.split_once('=')?;
    let is_compared = right.starts_with('=') || left.ends_with(['!', '<', '>']);
    (!is_compared).then(|| left.trim_end_matches(':').trim())
}

/// Whether something is between the brackets of a literal: `T{f: v}`, `[]any{v, w}`, `f: v,` of one with several lines.
fn is_in_literal(before: &str, after: &str) -> bool {
    let is_field = before.ends_with(':')
        && after.starts_with([',', '}'])
        && !before.trim_start().starts_with("case ");
    let inner = before.rfind('{').map(|at| before.split_at(at));
    let is_inner = inner.is_some_and(|(of_type, within)| {
        let is_type = of_type.ends_with(|c: char| is_of_name(c) || matches!(c, '}' | ']'));
        is_type && !within.contains(['(', '}']) && after.starts_with([',', '}'])
    });
    is_field || is_inner
}

/// The functions that a line passes a variable to, and as which argument.
fn passed<'a>(code: &'a str, variable: &'a str) -> impl Iterator<Item = (&'a str, usize)> {
    word_uses(code, variable).filter_map(|(before, after)| {
        let open = opened(before)?;
        let callee = last_name(before.get(..open)?);
        let arguments = before.get(open + 1..)?;
        let is_whole = after.starts_with([',', ')', '.']) && !after.starts_with(".(");
        // All commas before it are between arguments.
        let at = parts(arguments).count().saturating_sub(1);
        (is_whole && !callee.is_empty()).then_some((callee, at))
    })
}

#[cfg(test)]
mod tests {
    use super::{is_stored_by, stores};

    #[test]
    fn what_a_line_stores_is_told() {
        for code in [
            "\tto.data = value",
            "\tto.data, to.size = value, 3",
            "\tall[i] = value",
            "\t*to = value",
            "\tseen[value] = true",
            "\tall = append(all, value)",
            "\tchanged <- value",
            "\treturn &node{key, value}",
            "\tadd(node{data: value})",
            "\t\tdata: value,",
        ] {
            assert!(stores(code, "value"), "{code}");
        }
        for code in [
            "\tto.size = value.(int)",
            "\tto.sum = to.sum + size(value)",
            "\tn, ok := value.(int)",
            "\tswitch value := value.(type) {",
            "\tif to.data == value {",
            "\tvalue = next",
            "\tfor value := range all {",
            "\tif x { return value }",
            "\tcase value:",
        ] {
            assert!(!stores(code, "value"), "{code}");
        }
    }

    const TREE: &str = "
package tree

type leaf struct {
	data any
}

func (t *Tree) Insert(low, high []float64, value any) {
	var one leaf
	fill(low, high, value, &one)
	t.add(one)
}

func fill(low, high []float64, with interface{}, to *leaf) {
	to.data = with
}

func (t *Tree) Find(value any) int {
	return index(value)
}

func index(value any) int {
	n, _ := value.(int)
	return n
}

func (t *Tree) Late(value any) {
	late := value
	t.last = late
}

func (t *Tree) Keep(key string, value any) {
	t.kept.Store(key, value)
}

func Queue(value any) { heap.Push(queue, value) }

func Part(value any, name string) any {
	of := reflect.ValueOf(value)
	return of.FieldByName(name).Interface()
}

func Kind(value any) string { return reflect.TypeOf(value).Name() }

func Put(all *[]any, value any) { *all = append(*all, value) }

func Of[T any](
	value any,
	to chan<- any,
) {
	to <- value
}
";

    #[test]
    fn functions_that_store_are_told_from_those_that_look() {
        let is_stored = |name: &str, more: &str| {
            let source = TREE.lines().chain(more.lines());
            is_stored_by(&[name], source.map(str::to_owned))
        };
        let node = "func inner(x leaf) *node { return x.data.(*node) }";
        for name in ["(*Tree).Keep", "Queue", "Part", "Kind"] {
            assert!(is_stored(name, node) && is_stored(name, ""), "{name}");
        }
        for name in ["(*Tree).Insert", "(*Tree).Late", "fill", "Put", "Of"] {
            assert!(is_stored(name, node), "{name}");
            assert!(!is_stored(name, ""), "{name}: of one type alone");
        }
        for name in ["(*Tree).Find", "index", "Tree.Insert"] {
            assert!(!is_stored(name, node), "{name}");
        }
    }
}
