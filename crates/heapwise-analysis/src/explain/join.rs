//! Why a place allocates: what the compiler's log, or the runtime's frames, say of it.

use std::collections::BTreeSet;

use heapwise_decode::{AllocationKind, Decision, EscapeOutcome};

use super::index::{EscapeIndex, Looked, Start};
use super::named::{is_literal, is_named, outside};
use super::place::Place;
use super::reason::Reason;
use super::results::is_of_result;
use super::spoken::{Spoken, is_spoken_of, written_on};
use super::standing::Standing;
use super::statement::{adds_to_string, body_of_literal, returned, source_reason};
use super::words::to_declaration;
use crate::site::identity::Site;

/// What is known of why a place allocates.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Cause {
    /// The compiler says so: a reason, and its decisions.
    Decided(Reason, Vec<Decision>),
    /// What the runtime does there says so.
    Service(Reason),
    /// The log has nothing on the line, but the source has what allocates so.
    Source(Reason),
    /// The runtime's own, for nobody's code.
    Runtime,
    /// Nothing is known, and why.
    Unmatched(Unmatched),
}

/// Why nothing is known of a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Unmatched {
    /// No log was given.
    NoLog,
    /// The profile tells no line.
    NoLine,
    /// The log has nothing of the file: its package was not compiled with the flag.
    NotInLog,
    /// Files of several packages in the log may be the profile's.
    Ambiguous,
    /// The log has the file, but nothing on the line.
    NoDecision,
    /// In the source that was compiled for the log no function starts where the profile has one: it is another source.
    Changed,
    /// The file of the log is another one of the same name, as the `main.go` of another program.
    OtherSource,
}

impl Unmatched {
    /// The name used in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Unmatched::NoLog => "no-log",
            Unmatched::NoLine => "no-line",
            Unmatched::NotInLog => "not-in-log",
            Unmatched::Ambiguous => "ambiguous",
            Unmatched::NoDecision => "no-decision",
            Unmatched::Changed => "changed-source",
            Unmatched::OtherSource => "other-source",
        }
    }

    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Unmatched::NoLog => "no escape log",
            Unmatched::NoLine => "the profile names no line",
            Unmatched::NotInLog => "not in the log",
            Unmatched::Ambiguous => "several files of the log fit",
            Unmatched::NoDecision => "nothing on that line of the log",
            Unmatched::Changed => "source changed since the profile",
            Unmatched::OtherSource => "of another source in the log",
        }
    }
}

impl Cause {
    /// Why a place allocates. Where it is not `confirmed` that the log is of the place's source, nothing is decided on a line that has
    /// no such thing in the source at hand.
    pub(super) fn of(
        place: &Place,
        log: Option<&EscapeIndex>,
        lines: &Lines<'_>,
        standing: Standing,
    ) -> Cause {
        if place.is_runtime {
            return Cause::Runtime;
        }
        if let Some(reason) = place.service {
            return Cause::Service(reason);
        }
        let (Some(inner), Some(outer)) = (place.frames.first(), place.frames.last()) else {
            return Cause::Unmatched(Unmatched::NoLine);
        };
        if inner.line.is_none() || inner.file.is_none() {
            return Cause::Unmatched(Unmatched::NoLine);
        }
        match log {
            None => Cause::Unmatched(Unmatched::NoLog),
            Some(_) if standing == Standing::Other => Cause::Unmatched(Unmatched::OtherSource),
            Some(log) if is_changed(log, place, standing) => Cause::Unmatched(Unmatched::Changed),
            Some(log) => match decided((log, lines), place, inner, outer) {
                Cause::Unmatched(Unmatched::NoDecision) => by_source(inner, log, lines),
                Cause::Decided(_, decisions)
                    if standing != Standing::Fits && !is_written(outer, &decisions, lines) =>
                {
                    Cause::Unmatched(Unmatched::Changed)
                }
                cause => cause,
            },
        }
    }

    /// The reason, where one is known.
    pub fn reason(&self) -> Option<Reason> {
        match self {
            Cause::Decided(reason, _) | Cause::Service(reason) | Cause::Source(reason) => {
                Some(*reason)
            }
            _ => None,
        }
    }

    /// What the compiler decided.
    pub fn decisions(&self) -> &[Decision] {
        match self {
            Cause::Decided(_, decisions) => decisions,
            _ => &[],
        }
    }
}

/// Whether the source at hand, if any, may have on its line what is decided there.
fn is_written(site: &Site, decisions: &[Decision], lines: &Lines<'_>) -> bool {
    let text = text_of(site, lines);
    text.is_none_or(|text| is_spoken_of(&text, site.line, Spoken::Decided(decisions)))
}

/// Whether a function of a place is not where the log has it, or is not told where others are not. What sets up the variables of a package starts at the first of
/// them, and no message is of it.
fn is_changed(log: &EscapeIndex, place: &Place, standing: Standing) -> bool {
    let is_written = |site: &Site| {
        let function = site.function.as_deref().unwrap_or_default();
        !function.ends_with(".init") && !function.contains(".map.init.")
    };
    let frames = place.frames.iter().zip(&place.starts);
    let mut frames = frames.filter(|(site, _)| is_written(site));
    let is_elsewhere = |site: &Site, start| match log.start(site, start) {
        Start::Elsewhere | Start::Absent => true,
        Start::Untold => standing == Standing::InDoubt,
        Start::Named | Start::There | Start::NotCompiled => false,
    };
    frames.any(|(site, start)| start.is_some_and(|start| is_elsewhere(site, start)))
}

/// The text of a line of a source file, where it can be had.
pub type Lines<'a> = dyn Fn(&str, i64) -> Option<String> + 'a;

/// What the compiler says nothing of: the assignment by which a map grows, `+=` on strings, and, before Go 1.26, `append`.
fn by_source(site: &Site, log: &EscapeIndex, lines: &Lines<'_>) -> Cause {
    let text = text_of(site, lines);
    let moved = || {
        let is_moved = text.as_deref().is_some_and(|text| {
            is_moved(site, log, text) || text.contains('(') && is_moved_from_callee(site, log)
        });
        is_moved.then_some(Reason::SliceGrowth)
    };
    let is_literal = site.function.as_deref().is_some_and(is_literal);
    let text = match is_literal {
        true => text
            .as_deref()
            .and_then(body_of_literal)
            .or(text.as_deref()),
        false => text.as_deref(),
    };
    let added = || {
        let is_added = text.is_some_and(|text| adds_to_string(text, above(site, lines)));
        is_added.then_some(Reason::StringConcatenation)
    };
    match text.and_then(source_reason).or_else(added).or_else(moved) {
        Some(reason) => Cause::Source(reason),
        None => Cause::Unmatched(Unmatched::NoDecision),
    }
}

/// The line of a site, where it is at hand.
fn text_of(site: &Site, lines: &Lines<'_>) -> Option<String> {
    lines(site.file.as_deref()?, site.line?)
}

/// The lines above a site in its function, the nearest first, as far as they are at hand.
fn above(site: &Site, lines: &Lines<'_>) -> impl Iterator<Item = String> {
    const MOST: i64 = 1_000;
    let place = site.file.as_deref().zip(site.line);
    let numbers = place.map(|(file, line)| (file, (line.saturating_sub(MOST).max(1)..line).rev()));
    let texts = numbers
        .into_iter()
        .flat_map(move |(file, numbers)| numbers.map_while(move |line| lines(file, line)));
    to_declaration(texts)
}

/// Whether it is where a slice is returned that has grown in its function: from Go 1.26 on it grows on the stack at first, and is
/// moved to the heap there.
fn is_moved(site: &Site, log: &EscapeIndex, text: &str) -> bool {
    let grown = returned(text).map(|name| format!("append({name}, "));
    let grown: Vec<String> = grown.collect();
    let whole = site.function.as_deref().unwrap_or_default();
    let is_of = |one: &&Decision| {
        let name = one.function.as_deref();
        name.is_some_and(|name| is_named(whole, name))
    };
    let mut decisions = log.beside(site).filter(is_of);
    !grown.is_empty()
        && decisions.any(|one| grown.iter().any(|start| one.subject.starts_with(start)))
}

/// The same of a function that was inlined: what it returns is moved where the call is, and not in its own frame, in which it grows.
fn is_moved_from_callee(site: &Site, log: &EscapeIndex) -> bool {
    let on_line = log.line(site);
    let grown = of_line(&on_line, |one| {
        is_copy(one) && one.kind == AllocationKind::Append && one.outcome == EscapeOutcome::Stack
    });
    !grown.is_empty()
}

fn decided(
    (log, lines): (&EscapeIndex, &Lines<'_>),
    place: &Place,
    inner: &Site,
    outer: &Site,
) -> Cause {
    let at_call = look(log, outer, place.starts.last());
    let candidates = match place.frames.len() {
        1 => of_own_or_runtime(&at_call),
        _ => {
            let in_function = look(log, inner, place.starts.first());
            let found = inlined(log, place, &at_call, &in_function);
            match allocating(&found).is_empty() {
                false => found,
                true => of_literal((inner, outer), &at_call, lines),
            }
        }
    };
    let candidates = of_functions(allocating(&candidates), place);
    match reason(&candidates) {
        Some(reason) => {
            let decisions = candidates.into_iter().map(|(decision, _)| decision.clone());
            Cause::Decided(reason, decisions.collect())
        }
        None => Cause::Unmatched(why_not(log, place, &at_call)),
    }
}

/// What there is on the line of a site; nothing of its file where the function was not compiled for the log: what is said there
/// is of others.
fn look<'a>(log: &'a EscapeIndex, site: &Site, start: Option<&Option<i64>>) -> Looked<'a> {
    let start = start.copied().flatten();
    match start.map(|start| log.start(site, start)) {
        Some(Start::NotCompiled) => Looked::NoFile,
        _ => log.line(site),
    }
}

fn of_line<'a>(line: &Looked<'a>, keep: impl Fn(&Decision) -> bool) -> Vec<&'a Decision> {
    match line {
        Looked::Line(decisions) => decisions
            .iter()
            .copied()
            .filter(|decision| keep(decision))
            .collect(),
        _ => Vec::new(),
    }
}

/// What a function itself has on a line; if that is nothing, what it has of functions of the runtime that were inlined there:
/// profiles leave these out (runtime/pprof/protomem.go: writeHeapProto); else what it makes to be given to a call.
fn of_own_or_runtime<'a>(line: &Looked<'a>) -> Vec<&'a Decision> {
    let own = of_line(line, is_own);
    let of_runtime = || {
        of_line(line, |one| {
            let to = one.destination.as_deref().unwrap_or_default();
            one.is_inlined && to.starts_with("runtime.")
        })
    };
    let ways: [&dyn Fn() -> Vec<&'a Decision>; 2] = [&of_runtime, &|| given(line)];
    match allocating(&own).is_empty() {
        false => own,
        true => {
            let mut found = ways.iter().map(|way| way());
            found.find(|all| !allocating(all).is_empty()).unwrap_or(own)
        }
    }
}

/// What a call that was inlined is given: the slice of its arguments, and parameters that are on the heap. They are made before it, in
/// the frame of the caller.
fn given<'a>(line: &Looked<'a>) -> Vec<&'a Decision> {
    of_line(line, |one| {
        let is_argument = matches!(
            one.kind,
            AllocationKind::Variable | AllocationKind::Variadic
        );
        is_copy(one) && is_argument
    })
}

/// What was decided of an allocation in a function that was inlined: at the call if the log tells the whole chain, else
/// what is decided alike at the call and in the function itself, else what is decided at either.
fn inlined<'a>(
    log: &EscapeIndex,
    place: &Place,
    at_call: &Looked<'a>,
    in_function: &Looked<'a>,
) -> Vec<&'a Decision> {
    let of_chain = of_line(at_call, |decision| is_chain(log, decision, place));
    if !of_chain.is_empty() {
        return of_chain;
    }
    let is_logged = matches!(in_function, Looked::Line(_));
    let own = of_line(in_function, is_own);
    let alike = copies(at_call, &own);
    match (alike.is_empty(), own.is_empty()) {
        (false, _) => alike,
        (true, false) => own,
        // The compiler has said nothing of the line itself: what it says at the call is of other lines.
        (true, true) if is_logged => given(in_function),
        (true, true) => of_line(at_call, is_copy),
    }
}

/// What is decided where a function literal is called in place, or of the body of a loop over a function: it is not compiled but
/// there, and all of it is said at the call. Of several lines the source tells which are of the one that allocates.
fn of_literal<'a>(
    (inner, outer): (&Site, &Site),
    at_call: &Looked<'a>,
    lines: &Lines<'_>,
) -> Vec<&'a Decision> {
    let function = inner.function.as_deref().unwrap_or_default();
    if outside(function).is_none() {
        return Vec::new();
    }
    let copies = of_line(at_call, is_copy);
    match text_of(inner, lines) {
        Some(text) => written_on(&text, copies),
        None if inner.line == outer.line => copies,
        None => Vec::new(),
    }
}

/// Whether a decision is of what a function itself has there.
fn is_own(decision: &Decision) -> bool {
    !decision.is_inlined || is_of_result(decision)
}

/// What is decided at a call of what a function allocates: of each thing that of the same words, else, where a constant has
/// taken the place of an argument, that of the same kind.
fn copies<'a>(at_call: &Looked<'a>, in_function: &[&Decision]) -> Vec<&'a Decision> {
    let copies = of_line(at_call, is_copy);
    let has_words = |words: &str| -> bool { copies.iter().any(|copy| copy.subject == words) };
    let others: Vec<AllocationKind> = in_function
        .iter()
        .filter(|one| !has_words(&one.subject))
        .map(|one| one.kind)
        .collect();
    let is_said = |copy: &Decision| in_function.iter().any(|one| one.subject == copy.subject);
    let is_of_it = |copy: &&Decision| is_said(copy) || others.contains(&copy.kind);
    copies.iter().copied().filter(is_of_it).collect()
}

/// Whether a decision is of a call that was inlined, whose functions the log does not tell.
fn is_copy(decision: &Decision) -> bool {
    decision.is_inlined && decision.inlined.is_empty()
}

/// Whether a decision is of an allocation that was inlined as a place was.
fn is_chain(log: &EscapeIndex, decision: &Decision, place: &Place) -> bool {
    let callees = place.frames.iter().rev().skip(1);
    decision.inlined.len() + 1 == place.frames.len()
        && decision
            .inlined
            .iter()
            .zip(callees)
            .all(|(position, site)| log.is_at(*position, site))
}

/// The decisions by which something is allocated, what goes on the heap before what only may.
fn allocating<'a>(decisions: &[&'a Decision]) -> Vec<(&'a Decision, Reason)> {
    let all = decisions.iter();
    let all = all.filter_map(|decision| Some((*decision, Reason::of(decision)?)));
    let all: Vec<(&Decision, Reason)> = all.collect();
    let is_heap = |one: &&(&Decision, Reason)| one.0.outcome == EscapeOutcome::Heap;
    match all.iter().any(|one| is_heap(&one)) {
        true => all.iter().filter(is_heap).copied().collect(),
        false => all,
    }
}

/// Those of the functions of a place, if the log tells that some are: a function literal and what it makes may be on one line.
fn of_functions<'a>(
    all: Vec<(&'a Decision, Reason)>,
    place: &Place,
) -> Vec<(&'a Decision, Reason)> {
    let is_of = |decision: &Decision| {
        let name = decision.function.as_deref()?;
        let mut frames = place.frames.iter();
        Some(frames.any(|site| {
            site.function
                .as_deref()
                .is_some_and(|whole| is_named(whole, name))
        }))
    };
    match all.iter().any(|(one, _)| is_of(one) == Some(true)) {
        true => all
            .into_iter()
            .filter(|(one, _)| is_of(one) != Some(false))
            .collect(),
        false => all,
    }
}

/// One reason of all.
fn reason(candidates: &[(&Decision, Reason)]) -> Option<Reason> {
    let reasons: BTreeSet<Reason> = candidates.iter().map(|(_, reason)| *reason).collect();
    let boxed = BTreeSet::from([Reason::InterfaceConversion, Reason::Variadic]);
    match reasons.len() {
        0 | 1 => reasons.first().copied(),
        // The arguments of a call and the slice that they are in.
        _ if reasons.is_subset(&boxed) => Some(Reason::InterfaceConversion),
        _ => Some(Reason::Several),
    }
}

fn why_not(log: &EscapeIndex, place: &Place, at_call: &Looked<'_>) -> Unmatched {
    let frames = place.frames.iter().zip(&place.starts);
    let looked = frames.map(|(site, start)| look(log, site, Some(start)));
    match at_call {
        Looked::Ambiguous => Unmatched::Ambiguous,
        Looked::Line(_) => Unmatched::NoDecision,
        Looked::NoFile => match looked.into_iter().any(|one| matches!(one, Looked::Line(_))) {
            true => Unmatched::NoDecision,
            false => Unmatched::NotInLog,
        },
    }
}

#[cfg(test)]
mod tests {
    use heapwise_decode::{EscapeReader, Limits};

    use super::{Cause, EscapeIndex, Place, Standing, Unmatched};
    use crate::explain::place::Frame;
    use crate::explain::reason::Reason;

    fn place(frames: &[Frame<'_>]) -> Place {
        Place::of_frames(frames)
    }

    fn cause(log: &str, frames: &[Frame<'_>]) -> Cause {
        let mut reader = EscapeReader::new(&Limits::default());
        reader.read(log.as_bytes()).unwrap();
        let index = EscapeIndex::new(reader.finish());
        Cause::of(&place(frames), Some(&index), &|_, _| None, Standing::Fits)
    }

    /// Of `s := string(b.Bytes())`, `return name(n) + "!"`, `f(string(grown(b)), append(b, x))` and `return b.Text()`.
    const OF_RESULTS: &str = "# example.com/text
./text.go:7:6: can inline (*Buffer).Bytes with cost 4 as: method(*Buffer) func() []byte { return b.bytes }
./text.go:9:6: can inline (*Buffer).Text with cost 10 as: method(*Buffer) func() string { return string(b.Bytes()) }
./text.go:28:6: can inline Plain with cost 13 as: func(*Buffer) string { s := string(b.Bytes()); return s }
./text.go:49:6: can inline Copied with cost 13 as: func(*Buffer) string { return b.Text() }
./text.go:9:55: inlining call to (*Buffer).Bytes
./text.go:29:21: inlining call to (*Buffer).Bytes
./text.go:50:15: inlining call to (*Buffer).Text
./text.go:50:15: inlining call to (*Buffer).Bytes
./text.go:9:55: string(~r0) escapes to heap in (*Buffer).Text:
./text.go:9:55:   flow: ~r0 ← &{storage for string(~r0)}:
./text.go:9:55:     from string(~r0) (spill) at ./text.go:9:55
./text.go:9:55:     from return string(~r0) (return) at ./text.go:9:34
./text.go:9:55: string(~r0) escapes to heap
./text.go:29:21: string(~r0) escapes to heap in Plain:
./text.go:29:21:   flow: s ← &{storage for string(~r0)}:
./text.go:29:21:     from string(~r0) (spill) at ./text.go:29:21
./text.go:29:21:     from s := string(~r0) (assign) at ./text.go:29:4
./text.go:29:21:   flow: ~r0 ← s:
./text.go:29:21:     from return s (return) at ./text.go:30:2
./text.go:29:21: string(~r0) escapes to heap
./text.go:50:15: string(~r0) escapes to heap in Copied:
./text.go:50:15:   flow: ~r0 ← &{storage for string(~r0)}:
./text.go:50:15:     from string(~r0) (spill) at ./text.go:50:15
./text.go:50:15:     from ~r0 = string(~r0) (assign-pair) at ./text.go:50:15
./text.go:50:15:   flow: ~r0 ← ~r0:
./text.go:50:15:     from return ~r0 (return) at ./text.go:50:2
./text.go:50:15: string(~r0) escapes to heap
";

    #[test]
    fn a_conversion_of_what_an_inlined_call_returns_is_of_its_line() {
        let file = "/src/text/text.go";
        let package = "example.com/text";
        let plain = (package, "Plain", file, 29, 28);
        let text = (package, "(*Buffer).Text", file, 9, 9);
        let copied = (package, "Copied", file, 50, 49);
        for frames in [&[plain][..], &[text], &[text, copied]] {
            let found = cause(OF_RESULTS, frames);
            assert_eq!(found.reason(), Some(Reason::StringConversion), "{frames:?}");
        }
        // What the function that is inlined there converts is no work of the caller.
        let found = cause(OF_RESULTS, &[copied]);
        assert_eq!(found, Cause::Unmatched(Unmatched::NoDecision));
    }

    /// Functions with type arguments, compiled in a package that uses them.
    const OF_TYPES: &str = "# example.com/kinds
./root.go:8:6: can inline Plain with cost 3 as: func(int) []byte { return make([]byte, n) }
./root.go:8:39: make([]byte, n) escapes to heap in Plain:
./root.go:8:39: make([]byte, n) escapes to heap
# example.com/kinds/kind
kind/kind.go:24:6: can inline Text with cost 5 as: func([]byte) string { return string(b) + \"!\" }
kind/kind.go:24:47: string(b) + \"!\" escapes to heap in Text:
kind/kind.go:24:47: string(b) + \"!\" escapes to heap
# example.com/kinds/use
./kind/kind.go:12:6: can inline kind.NewPair[go.shape.struct { ID int \"path:\\\"[id\\\"\" },go.shape.interface {}] with cost 7 as: func() {}
./kind/kind.go:16:6: can inline kind.(*Pair[go.shape.struct { ID int \"path:\\\"[id\\\"\" },go.shape.interface {}]).Copy with cost 9 as: func() {}
./root.go:3:6: can inline kinds.Root[go.shape.int] with cost 8 as: func(*[2]uintptr, go.shape.int) *go.shape.int { kinds.y := kinds.x; return &kinds.y }
/usr/local/go/src/slices/slices.go:355:6: can inline slices.Clone[go.shape.[]example.com/kinds/use.Key,go.shape.struct { ID int \"path:\\\"[id\\\"\" }] with cost 11 as: func() {}
use/use.go:16:6: cannot inline Use: marked go:noinline
./root.go:4:2: kinds.y escapes to heap in Root[go.shape.int]:
./root.go:4:2:   flow: kinds.~r0 ← &kinds.y:
./root.go:4:2:     from &kinds.y (address-of) at ./root.go:5:9
./root.go:4:2:     from return &kinds.y (return) at ./root.go:5:2
./root.go:4:2: moved to heap: kinds.y
./kind/kind.go:13:9: &kind.Pair[go.shape.struct { ID int \"path:\\\"[id\\\"\" },go.shape.interface {}]{...} escapes to heap in NewPair[go.shape.struct { ID int \"path:\\\"[id\\\"\" },go.shape.interface {}]:
./kind/kind.go:13:9:   flow: kind.~r0 ← &{storage for &kind.Pair[go.shape.struct { ID int \"path:\\\"[id\\\"\" },go.shape.interface {}]{...}}:
./kind/kind.go:13:9:     from return &kind.Pair[go.shape.struct { ID int \"path:\\\"[id\\\"\" },go.shape.interface {}]{...} (return) at ./kind/kind.go:13:2
./kind/kind.go:17:9: &kind.Pair[go.shape.struct { ID int \"path:\\\"[id\\\"\" },go.shape.interface {}]{...} escapes to heap in (*Pair[go.shape.struct { ID int \"path:\\\"[id\\\"\" },go.shape.interface {}]).Copy:
./kind/kind.go:17:9:   flow: kind.~r0 ← &{storage for &kind.Pair[go.shape.struct { ID int \"path:\\\"[id\\\"\" },go.shape.interface {}]{...}}:
./kind/kind.go:17:9:     from return &kind.Pair[go.shape.struct { ID int \"path:\\\"[id\\\"\" },go.shape.interface {}]{...} (return) at ./kind/kind.go:17:2
/usr/local/go/src/slices/slices.go:362:15: append(go.shape.[]example.com/kinds/use.Key{}, slices.s...) escapes to heap in Clone[go.shape.[]example.com/kinds/use.Key,go.shape.struct { ID int \"path:\\\"[id\\\"\" }]:
/usr/local/go/src/slices/slices.go:362:15:   flow: slices.~r0 ← &{storage for append(go.shape.[]example.com/kinds/use.Key{}, slices.s...)}:
/usr/local/go/src/slices/slices.go:362:15: append escapes to heap
";

    #[test]
    fn functions_with_types_are_found_where_they_are_compiled() {
        let [root, kind] = ["example.com/kinds", "example.com/kinds/kind"];
        let [at_root, at_kind] = ["/src/kinds/root.go", "/src/kinds/kind/kind.go"];
        let slices = "/usr/local/go/src/slices/slices.go";
        let types = r#"[go.shape.struct { ID int "path:\"[id\"" },go.shape.interface {}]"#;
        let made = format!("NewPair{types}");
        let copied = format!("(*Pair{types}).Copy");
        let cloned = r#"Clone[go.shape.[]example.com/kinds/use.Key,go.shape.struct { ID int "path:\"[id\"" }]"#;
        for (frame, reason) in [
            ((kind, made.as_str(), at_kind, 13, 12), Reason::Returned),
            ((kind, copied.as_str(), at_kind, 17, 16), Reason::Returned),
            ((kind, "NewPair[...]", at_kind, 13, 12), Reason::Returned),
            (
                (root, "Root[go.shape.int]", at_root, 4, 3),
                Reason::Returned,
            ),
            (("slices", cloned, slices, 362, 355), Reason::SliceGrowth),
        ] {
            let found = cause(OF_TYPES, &[frame]);
            assert_eq!(found.reason(), Some(reason), "{frame:?} {found:?}");
        }
        for (frame, why) in [
            // The function starts on another line now, and so does one without types.
            ((kind, made.as_str(), at_kind, 14, 13), Unmatched::Changed),
            ((kind, copied.as_str(), at_kind, 18, 15), Unmatched::Changed),
            ((kind, "Text", at_kind, 25, 25), Unmatched::Changed),
            // Compiled in a package that is not in the log.
            (
                (kind, "Unused[go.shape.int]", at_kind, 21, 20),
                Unmatched::NotInLog,
            ),
            (
                (
                    "slices",
                    "Insert[...]",
                    "/usr/local/go/src/slices/slices.go",
                    142,
                    133,
                ),
                Unmatched::NotInLog,
            ),
            // Without types, where only what has types was compiled.
            (
                (
                    "slices",
                    "Index",
                    "/usr/local/go/src/slices/slices.go",
                    30,
                    29,
                ),
                Unmatched::NotInLog,
            ),
            // Of another package, whose file has no folder either.
            (
                (
                    "example.org/other",
                    "Root[go.shape.int]",
                    "/src/other/root.go",
                    4,
                    3,
                ),
                Unmatched::NotInLog,
            ),
        ] {
            let found = cause(OF_TYPES, &[frame]);
            assert_eq!(found, Cause::Unmatched(why), "{frame:?}");
        }
    }

    /// Of `e.emit(op, byte(n))`, where `emit` has `codes ...byte`, and of `m.Set(sum)`, where `Set` keeps `&value`: both are inlined.
    const GIVEN: &str = "# example.com/codes
codes/codes.go:9:6: can inline (*Encoder).emit with cost 62 as: method(*Encoder) func(...byte) { e.w.Write(codes) }
codes/codes.go:13:6: can inline (*Message).Set with cost 8 as: method(*Message) func(int) { m.value = &value }
codes/codes.go:17:6: cannot inline Write: function too complex: cost 93 exceeds budget 80
codes/codes.go:18:8: inlining call to (*Encoder).emit
codes/codes.go:19:7: inlining call to (*Message).Set
codes/codes.go:20:7: inlining call to (*Message).text
codes/codes.go:18:8: ... argument escapes to heap
codes/codes.go:19:7: moved to heap: value
codes/codes.go:20:7: string(m.bytes) escapes to heap
";

    #[test]
    fn what_an_inlined_call_is_given_is_of_its_line() {
        let file = "/src/codes/codes.go";
        let write = |line| ("example.com/codes", "Write", file, line, 17);
        for (line, reason) in [
            (18, Some(Reason::Variadic)),
            (19, Some(Reason::Escapes)),
            // What the function makes itself has its frame.
            (20, None),
            (21, None),
        ] {
            assert_eq!(cause(GIVEN, &[write(line)]).reason(), reason, "{line}");
        }
    }

    /// Two packages with a file of the same end, of which one has a function that another package of its module compiles.
    const OF_ONE_END: &str = "# example.com/app/net
net/ip.go:5:6: can inline Text with cost 4 as: func([]byte) string { return string(b) }
net/ip.go:6:15: string(b) escapes to heap
# example.com/app
./net/ip.go:9:6: can inline net.New[go.shape.int] with cost 8 as: func() { }
./net/ip.go:10:2: moved to heap: net.y
";

    #[test]
    fn a_file_that_is_another_packages_own_is_not_taken_where_that_is_compiled_elsewhere() {
        let own = (
            "example.com/app/net",
            "New[go.shape.int]",
            "/src/app/net/ip.go",
            10,
            9,
        );
        assert_eq!(cause(OF_ONE_END, &[own]).reason(), Some(Reason::Escapes));
        for (package, name, file, start) in [
            ("net", "New", "/usr/local/go/src/net/ip.go", 8),
            (
                "example.org/x/net",
                "New[go.shape.int]",
                "/src/x/net/ip.go",
                9,
            ),
        ] {
            let found = cause(OF_ONE_END, &[(package, name, file, 10, start)]);
            assert_eq!(found, Cause::Unmatched(Unmatched::NotInLog), "{package}");
        }
    }

    /// Of `func() {⏎ t.known[name] = at⏎ t.last = &Node{name}⏎ }()`, and of a loop over a function that goes on below its head.
    const IN_PLACE: &str = "# example.com/tree
./tree.go:8:6: cannot inline (*Tree).Set: marked go:noinline
./tree.go:9:2: can inline (*Tree).Set.func1 with cost 9 as: func() { t.known[name] = at; t.last = &Node{...} }
./tree.go:14:6: cannot inline (*Tree).Walk: marked go:noinline
./tree.go:15:2: can inline (*Tree).Walk-range1 with cost 25 as: func(int) bool { t.sizes = make([]int, n) }
./tree.go:12:3: inlining call to (*Tree).Set.func1
./tree.go:15:2: inlining call to (*Tree).Walk-range1
./tree.go:12:3: &Node{...} escapes to heap in (*Tree).Set:
./tree.go:12:3: &Node{...} escapes to heap
./tree.go:15:2: make([]int, n) escapes to heap
";

    #[test]
    fn what_a_literal_does_that_is_called_in_place_is_said_at_the_call() {
        let lines = |_: &str, line: i64| {
            let text = match line {
                10 => "\t\tt.known[name] = at",
                11 => "\t\tt.last = &Node{name}",
                16 => "\t\tt.sizes = make([]int, n)",
                17 => "\t\tt.names = t.namesOf(n)",
                _ => return None,
            };
            Some(text.to_owned())
        };
        let mut reader = EscapeReader::new(&Limits::default());
        reader.read(IN_PLACE.as_bytes()).unwrap();
        let index = EscapeIndex::new(reader.finish());
        let (package, file) = ("example.com/tree", "/src/tree/tree.go");
        let set = (package, "(*Tree).Set", file, 12, 8);
        let walk = (package, "(*Tree).Walk", file, 15, 14);
        for (name, line, outer, start, expected) in [
            ("(*Tree).Set.func1", 11, set, 9, Some(Reason::Escapes)),
            ("(*Tree).Set.func1", 10, set, 9, Some(Reason::MapGrowth)),
            ("(*Tree).Walk-range1", 16, walk, 15, Some(Reason::Escapes)),
            ("(*Tree).Walk-range1", 17, walk, 15, None),
            // A function with a name is compiled itself, and the log has nothing on the line.
            ("set", 11, set, 9, None),
        ] {
            let inner = (package, name, file, line, start);
            let found = Cause::of(
                &place(&[inner, outer]),
                Some(&index),
                &lines,
                Standing::Fits,
            );
            assert_eq!(found.reason(), expected, "{name}:{line}");
            let found = Cause::of(
                &place(&[inner, outer]),
                Some(&index),
                &|_, _| None,
                Standing::Fits,
            );
            assert_eq!(found.reason(), None, "{name}:{line}");
        }
    }

    /// Of `all := t.above()`, which grows a slice, and of `defer func() { t.known[name] = at }()`.
    const UNSAID: &str = "# example.com/tree
./tree.go:8:6: can inline (*Tree).above with cost 31 as: method(*Tree) func() []*Tree { loop }
./tree.go:16:6: can inline (*Tree).Names with cost 80 as: method(*Tree) func() []string { loop }
./tree.go:24:6: cannot inline (*Tree).Name: unhandled op DEFER
./tree.go:25:8: can inline (*Tree).Name.func1 with cost 6 as: func() { t.known[name] = at }
./tree.go:17:16: inlining call to (*Tree).above
./tree.go:11:14: append does not escape
./tree.go:17:16: append does not escape
./tree.go:19:15: append escapes to heap
./tree.go:25:8: func literal does not escape
";

    #[test]
    fn what_the_compiler_does_not_say_is_told_by_the_source() {
        let lines = |_: &str, line: i64| {
            let text = match line {
                17 => "\tall := t.above()",
                25 => "\tdefer func() { t.known[name] = at }()",
                26 => "\tif other := t.other(name); other != nil {",
                _ => return None,
            };
            Some(text.to_owned())
        };
        let mut reader = EscapeReader::new(&Limits::default());
        reader.read(UNSAID.as_bytes()).unwrap();
        let index = EscapeIndex::new(reader.finish());
        let file = "/src/tree/tree.go";
        let package = "example.com/tree";
        for (frame, expected) in [
            (
                (package, "(*Tree).Names", file, 17, 16),
                Some(Reason::SliceGrowth),
            ),
            (
                (package, "(*Tree).Name.func1", file, 25, 25),
                Some(Reason::MapGrowth),
            ),
            ((package, "(*Tree).Name", file, 26, 24), None),
            // Without the source it may be something else that is done with what is returned.
            ((package, "(*Tree).Names", file, 18, 16), None),
        ] {
            let found = Cause::of(&place(&[frame]), Some(&index), &lines, Standing::Fits);
            assert_eq!(found.reason(), expected, "{frame:?}");
            let found = Cause::of(&place(&[frame]), Some(&index), &|_, _| None, Standing::Fits);
            assert_eq!(found.reason(), None, "{frame:?}");
        }
    }
}
