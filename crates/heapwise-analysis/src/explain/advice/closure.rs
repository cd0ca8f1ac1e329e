//! A function literal, or a variable that it captures, for each call.

use heapwise_decode::AllocationKind;

use super::callee::{Function, functions};
use super::code::{has_word, indentation, last_name, opened, parts, without_comment, word_uses};
use super::draft::Draft;
use super::line::Line;
use super::rule::Rule;
use super::turn::turn;
use crate::explain::reason::Reason;

const TEXTS: (&str, &str) = (
    "pass what the function needs as arguments, keep it in fields beside which a method can be called, or make the function \
     once outside of the loop",
    "it runs once per request or less often",
);

pub(super) fn advise(line: &Line<'_>) -> Option<Draft> {
    let part = match line.reason()? {
        Reason::Closure if has_closure(line) => 1.0,
        Reason::Captured => 1.0,
        Reason::Several if has_closure(line) => of_one_size(line)?,
        _ => return None,
    };
    // What is returned is what callers ask for; what is made once a call mostly has to outlive it.
    let fits = line.is_own()
        && !takes_along(line)
        && line.is_in_loop()
        && !line.is_result()
        && !is_stored(line)
        && line.is_short_lived()
        // This reads the package.
        && !is_for_each(line);
    fits.then(|| Draft {
        rule: Rule::Closure,
        texts: TEXTS,
        evidence: [vec![line.decided()], line.facts()].concat(),
        parts: Some((0.0, part)),
    })
}

/// Whether it is stored in a field or an element on its line, which wants a function for each: `x.f = func() {`. So is what
/// such a function captures.
fn is_stored(line: &Line<'_>) -> bool {
    let code = match line.reason() {
        Some(Reason::Captured) => line.below().find(|text| text.contains("func(")),
        _ => line.code(),
    };
    code.is_some_and(|code| stores(&code))
}

fn stores(code: &str) -> bool {
    let place = code.split_once(" = func(").map(|(place, _)| place.trim());
    place.is_some_and(|place| place.contains(['.', '[']))
}

/// Whether it is an argument of what is no function of the package, whose type is not this code's, or of one that hands it on, and
/// uses what each turn of the loop has: a function for each turn is what that asks for.
fn is_for_each(line: &Line<'_>) -> bool {
    let Some(code) = line.code() else {
        return false;
    };
    let code = without_comment(&code);
    let Some((name, at)) = taker(code).filter(|(name, _)| *name != "append") else {
        return false;
    };
    let source: Vec<String> = line.package().collect();
    let functions = functions(source.iter().map(String::as_str));
    let takers = functions.iter().filter(|one| one.name() == Some(name));
    let mut takers = takers.peekable();
    let is_called_alone = takers.peek().is_some() && takers.all(|one| !hands_on(one, at));
    !is_called_alone && {
        let depth = indentation(code);
        let body = line
            .below()
            .take_while(|text| text.trim().is_empty() || indentation(text) > depth);
        let body: Vec<String> = std::iter::once(code.to_owned()).chain(body).collect();
        let uses = |name: &String| {
            body.iter()
                .any(|text| has_word(without_comment(text), name))
        };
        let turn = turn(line);
        turn.head.iter().chain(&turn.body).any(uses)
    }
}

/// The function that takes a function literal on its line, and which of its arguments that is: `f` and 1 of `x.f(y, func(z T) {`.
fn taker(code: &str) -> Option<(&str, usize)> {
    let (before, _) = code.split_once("func(")?;
    let from = opened(before)?;
    let name = Some(last_name(before.get(..from)?)).filter(|name| !name.is_empty())?;
    Some((name, parts(before.get(from + 1..)?).count() - 1))
}

/// Whether a function hands a parameter on to others: sends, passes or returns it, or has a goroutine call it. What it stores in places
/// of the package could be of another type.
fn hands_on(function: &Function<'_>, at: usize) -> bool {
    let parameters = function.parameters();
    let Some((name, _)) = parameters.get(at).or(parameters.last()) else {
        return true;
    };
    let mut is_beside = false;
    let stored = format!(" = {name}");
    function.body.iter().any(|text| {
        let code = without_comment(text);
        is_beside |= code.trim_start().starts_with("go ");
        let is_stored = code.contains("append(") || code.ends_with(&stored);
        let mut uses = word_uses(code, name);
        uses.any(|(_, after)| {
            let is_compared = [" == nil", " != nil"]
                .iter()
                .any(|end| after.starts_with(end));
            is_beside || !after.starts_with('(') && !is_compared && !is_stored
        })
    })
}

/// Whether it is what `go f(x)` or `defer f(x)` takes its arguments along in, or an argument of that: each goroutine and each
/// deferred call has its own, and no function is written there.
fn takes_along(line: &Line<'_>) -> bool {
    let is_go = line.code().is_some_and(|code| is_for_later(&code));
    let decisions = line.cause.decisions();
    let is_value = |kind| !matches!(kind, AllocationKind::Closure | AllocationKind::Variable);
    is_go || !decisions.is_empty() && decisions.iter().all(|one| is_value(one.kind))
}

fn is_for_later(code: &str) -> bool {
    let code = code.trim_start();
    code.starts_with("go ") || code.starts_with("defer ")
}

fn has_closure(line: &Line<'_>) -> bool {
    let mut decisions = line.decisions();
    decisions.any(|one| one.kind == AllocationKind::Closure)
}

/// The part of the bytes that are in small blocks of one size, as closures are, where that is most.
fn of_one_size(line: &Line<'_>) -> Option<f64> {
    const LARGEST: u64 = 128;
    const LEAST: f64 = 0.5;
    let bytes: i128 = line.sizes.iter().map(|one| one.bytes).sum();
    let small = line.sizes.iter().filter(|one| one.size <= LARGEST);
    let most = small.map(|one| one.bytes).max()?;
    let part = most as f64 / bytes.max(1) as f64;
    (part >= LEAST).then_some(part)
}

#[cfg(test)]
mod tests {
    use super::{functions, hands_on, is_for_later, taker};

    const TAKERS: &str = "
func submits(task func()) {
	select {
	case queue <- task:
	default:
		go func() { task() }()
	}
}

func (p *Pool) keeps(name string, task func(int) error) {
	p.tasks[name] = task
}

func starts(n int, task func()) {
	go task()
}

func later(task func()) {
	go func() {
		defer done()
		task()
	}()
}

func passes(task func()) error {
	return others.Do(task)
}

func lists(tasks []func(), task func()) {
	all = append(all, task)
}

func calls(n int, task func(int) bool) bool {
	if task == nil {
		return false
	}
	for i := range n {
		defer task(-1) // task itself stays
		if !task(i) {
			return false
		}
	}
	return true
}
";

    #[test]
    fn what_hands_a_function_on_is_told_from_what_calls_it() {
        let functions = functions(TAKERS.lines());
        let told = functions.iter().map(|one| {
            let parameters = one.parameters();
            let at = parameters.iter().position(|(name, _)| name == "task");
            (one.name(), hands_on(one, at.unwrap_or_default()))
        });
        let told: Vec<_> = told.collect();
        let expected = [
            ("submits", true),
            ("keeps", false),
            ("starts", true),
            ("later", true),
            ("passes", true),
            ("lists", false),
            ("calls", false),
        ];
        assert_eq!(told, expected.map(|(name, hands)| (Some(name), hands)));
    }

    #[test]
    fn what_takes_a_function_is_told() {
        for (code, name) in [
            (
                "\t\trule.apply(&all, func(text string) {",
                Some(("apply", 1)),
            ),
            ("\tsubmit(func() {", Some(("submit", 0))),
            (
                "\twalk(f(a, b), c, func() bool { return true })",
                Some(("walk", 2)),
            ),
            ("\tall = append(all, func() {", Some(("append", 1))),
            ("\tdone := func() {", None),
            ("\treturn f(x)", None),
        ] {
            assert_eq!(taker(code), name, "{code}");
        }
    }

    #[test]
    fn calls_that_run_later_are_told() {
        for code in [
            "\tdefer all.free(child)",
            "\t\tdefer func() { free(child) }()",
            "\tgo serve(child)",
        ] {
            assert!(is_for_later(code), "{code}");
        }
        for code in [
            "\tdeferred(child)",
            "\tall.each(func(child *T) {",
            "\tgoes := func() {",
        ] {
            assert!(!is_for_later(code), "{code}");
        }
    }
}
