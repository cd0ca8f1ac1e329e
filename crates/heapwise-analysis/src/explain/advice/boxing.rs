//! Small values that are put into interfaces: keep them as what they are.

use heapwise_decode::{AllocationKind, Decision, Step};

use super::callee::{called, declaration, declared, qualifier, takes_any};
use super::code::{is_of_name, without_comment};
use super::draft::Draft;
use super::go_version;
use super::line::Line;
use super::rule::Rule;
use super::stored::is_stored_by;
use crate::explain::reason::Reason;

const TEXTS: (&str, &str) = (
    "take the concrete type, or a type parameter, where the value is passed as an interface (any)",
    "the interface is what the code is about, or the call is in code that you cannot change",
);

/// Packages of the standard library that have other functions, which take such values as they are. Functions of other packages,
/// and what is called through interfaces and variables, are as they are.
const TAKERS: [&str; 2] = ["fmt", "sort"];

/// Of what is boxed to be written as text.
const FORMATTED: (&str, &str) = (
    "put strings together with +, numbers with strconv (Itoa, AppendInt, AppendQuote, ...), or write strings with WriteString, in \
     place of fmt",
    "it is written seldom, as in errors and logs that are off",
);

/// Of slices that are sorted by methods of theirs.
const SORTED: (&str, &str) = (
    "sort with slices.SortFunc or slices.SortStableFunc, which take the slice itself",
    "the module has to build with Go before 1.21",
);

/// Numbers, strings, slices and small structs.
const LARGEST: f64 = 64.0;

/// A string, and what small numbers share.
const LARGEST_OF_STRCONV: u64 = 16;

pub(super) fn advise(line: &Line<'_>) -> Option<Draft> {
    let taker = Taker::of(line)?;
    let package = taker.package();
    let fits = line.is_own()
        && taker.has_another()
        && !(matches!(taker, Taker::Own(_)) && is_for_many(line))
        && !taker.makes_error()
        && !is_of_error(line)
        && line.has_reason(&[Reason::InterfaceConversion])
        && !line.is_result()
        && !is_address(line)
        && !is_stored(line)
        && !is_of_any_type(line)
        && (package == "sort" && !is_literal(line) || !is_of_interface(line))
        && !(package == "sort" && line.builds_before(go_version::SORT_FUNC))
        && !(package == "fmt" && is_without_append(line))
        && line.is_short_lived()
        && line.mean_size().is_some_and(|size| size <= LARGEST);
    (fits && !taker.stores(line)).then(|| Draft {
        rule: Rule::Boxing,
        texts: match package {
            "sort" => SORTED,
            "fmt" => FORMATTED,
            _ => TEXTS,
        },
        evidence: [vec![line.decided()], line.facts()].concat(),
        parts: Some((0.0, 1.0)),
    })
}

/// Whether it is larger than numbers and strings, as slices and structs are, for which `strconv` has nothing: `%q` of bytes would
/// make them a string. Bytes are written as they are where the format says `%s`.
fn is_without_append(line: &Line<'_>) -> bool {
    let is_as_it_is = line.code().is_some_and(|code| code.contains("%s"));
    let mut sizes = line.sizes.iter();
    !is_as_it_is && sizes.all(|one| one.size > LARGEST_OF_STRCONV)
}

/// Whether it is the address of something that is put into the interface, which needs no box: what escapes is the thing
/// itself, and would for a pointer of any other type.
fn is_address(line: &Line<'_>) -> bool {
    const THINGS: [AllocationKind; 3] = [
        AllocationKind::Variable,
        AllocationKind::New,
        AllocationKind::Composite,
    ];
    let mut decisions = line.decisions();
    decisions.any(|one| THINGS.contains(&one.kind))
}

/// Whether the function is written for several types, of which only an interface knows what to do.
fn is_of_any_type(line: &Line<'_>) -> bool {
    let function = line.at.function.as_deref();
    function.is_some_and(|function| function.contains("[go.shape."))
}

/// Whether it is stored as an interface, as an element or a field is, or returned, and not passed to a call that takes one: the
/// place wants it so.
fn is_stored(line: &Line<'_>) -> bool {
    let mut decisions = line.cause.decisions().iter();
    decisions.any(|one| {
        let mut steps = one.steps.iter();
        let is_way = |step: &&Step| is_call(step) || step.why == "struct literal element";
        !one.steps.is_empty() && !steps.find(is_way).is_some_and(is_call)
    })
}

fn is_call(step: &Step) -> bool {
    step.why == "call parameter"
}

/// Whether it is a struct that is written out: what sorts several slices at once has no function that takes it as it is.
fn is_literal(line: &Line<'_>) -> bool {
    let mut decisions = line.cause.decisions().iter();
    decisions.any(|one| one.subject.ends_with("{...}"))
}

/// Whether it is made to be that interface: a literal of a struct, or a value of a type of the package that has methods.
fn is_of_interface(line: &Line<'_>) -> bool {
    line.cause.decisions().iter().all(|one| {
        let words = one.subject.as_str();
        let of_type = words.split_once('(').map(|(name, _)| name);
        let of_type = of_type.filter(|name| !name.is_empty() && name.chars().all(is_of_name));
        words.ends_with("{...}") || of_type.is_some_and(|name| has_methods(name, line))
    })
}

/// Whether the log has something in methods of a type of the line's package.
fn has_methods(name: &str, line: &Line<'_>) -> bool {
    let (value, pointer) = (format!("{name}."), format!("(*{name})."));
    line.log.is_some_and(|log| {
        let functions = log.beside(&line.at).filter_map(|one| one.function.as_ref());
        let mut functions = functions.filter(|function| !function.is_empty());
        functions.any(|function| function.starts_with(&value) || function.starts_with(&pointer))
    })
}

/// Whether it is an argument of a function that formats, as its name and its arguments of any number say (go vet: printf).
fn formats(decision: &Decision) -> bool {
    let is_variadic = |step: &Step| step.why == "slice-literal-element";
    let is_format = |step: &Step| {
        step.callee
            .as_ref()
            .is_some_and(|callee| callee.ends_with('f'))
    };
    decision.steps.iter().any(is_variadic) && decision.steps.iter().any(is_format)
}

/// Whether the function that it is in makes an error, or a text of one, as its name says.
fn is_of_error(line: &Line<'_>) -> bool {
    let name = lower_name(line.at.function.as_deref().unwrap_or_default());
    name.starts_with("err") || name.starts_with("newerr") || name.contains("error")
}

/// The name of a function without what it is of, in small letters.
fn lower_name(function: &str) -> String {
    let name = function.rsplit('.').next().unwrap_or(function);
    name.to_lowercase()
}

/// Whether a function of the package that the line calls takes any value, where that was inlined and the log does not name it.
fn is_inlined(line: &Line<'_>) -> bool {
    let code = line.code().unwrap_or_default();
    let names: Vec<&str> = called(without_comment(&code)).collect();
    let mut declarations = line.declarations();
    declarations
        .any(|text| declared(&text).is_some_and(|name| names.contains(&name)) && takes_any(&text))
}

/// Whether what takes it in the package formats, or is called in so many places that values of several types come.
fn is_for_many(line: &Line<'_>) -> bool {
    const MOST: usize = 3;
    let code = line.code().unwrap_or_default();
    let calls = |name: &str| {
        let call = format!("{name}(");
        let texts = line.package().filter(|text| !text.starts_with("func "));
        let is_call = |text: &String| {
            let mut found = without_comment(text).match_indices(&call);
            found.any(|(at, _)| {
                !text
                    .get(..at)
                    .is_some_and(|before| before.ends_with(is_of_name))
            })
        };
        texts.filter(is_call).count()
    };
    let taking: Vec<String> = line.declarations().filter(|text| takes_any(text)).collect();
    let is_taking =
        |name: &&str| -> bool { taking.iter().any(|text| declared(text) == Some(*name)) };
    let mut names = called(without_comment(&code)).filter(is_taking);
    line.decisions().any(formats) || names.any(|name| calls(name) > MOST)
}

/// What a value is boxed for.
enum Taker {
    /// What takes it is of the package itself, and has this name where the log tells it.
    Own(Option<String>),
    /// Of another package, with its name.
    Other(String),
}

impl Taker {
    /// The first that is called with it. Of a function that was inlined the log tells the parameter to which it is assigned,
    /// with the package of one of another package.
    fn of(line: &Line<'_>) -> Option<Taker> {
        let decision = line.cause.decisions().first()?;
        let mut steps = decision.steps.iter();
        let is_parameter = steps.any(|step| step.why == "assign-pair");
        let of_inlined = decision.destination.as_ref();
        let of_inlined = of_inlined.filter(|to| !to.starts_with(['{', '~']));
        if let Some(parameter) = of_inlined {
            if parameter.contains('.') {
                return Some(Taker::Other(parameter.clone()));
            }
            if is_parameter && is_inlined(line) {
                return Some(Taker::Own(None));
            }
        }
        // What is a variable of an interface before may have values of several types.
        let mut way = decision
            .steps
            .iter()
            .take_while(|step| step.why != "assign");
        // What was inlined from another package passes it on as it wants.
        let called = way.clone().find_map(|step| step.callee.as_ref())?;
        if way.any(|step| step.why == "assign-pair") && !line.names(qualifier(called)) {
            return None;
        }
        let declaration = declaration(called, line);
        Some(match declaration.is_some_and(|text| takes_any(&text)) {
            true => Taker::Own(Some(called.clone())),
            false => Taker::Other(called.clone()),
        })
    }

    fn package(&self) -> &str {
        match self {
            Taker::Own(_) => "",
            Taker::Other(name) => qualifier(name),
        }
    }

    /// Whether it can be changed, or there is another that takes such values.
    fn has_another(&self) -> bool {
        matches!(self, Taker::Own(_)) || TAKERS.contains(&self.package())
    }

    /// Whether what takes it in the package puts it where an interface is kept. What was inlined is called by its name.
    fn stores(&self, line: &Line<'_>) -> bool {
        let code = line.code().unwrap_or_default();
        let called: Vec<&str> = match self {
            Taker::Own(Some(name)) => vec![name],
            Taker::Own(None) => called(without_comment(&code)).collect(),
            Taker::Other(_) => return false,
        };
        is_stored_by(&called, line.package())
    }

    /// Whether it makes an error, as its name says: that is for the case that something is wrong.
    fn makes_error(&self) -> bool {
        let (Taker::Own(Some(name)) | Taker::Other(name)) = self else {
            return false;
        };
        lower_name(name).contains("error")
    }
}
