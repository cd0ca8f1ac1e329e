//! Why something is allocated on the heap, in a small vocabulary that stays.

use heapwise_decode::{AllocationKind, Decision, EscapeOutcome, Step};

use super::words::is_path;

/// Why a site allocates. The compiler's words are kept beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Reason {
    /// Its address or the value is returned.
    Returned,
    /// A value is converted to an interface, and what it is boxed in escapes.
    InterfaceConversion,
    /// A function literal.
    Closure,
    /// A variable is captured by a function literal that outlives it.
    Captured,
    /// Larger than what goes on a stack (128 KiB for variables, 64 KiB for what is made).
    TooLarge,
    /// Its size is not known when it is compiled, and more than what fits beside (32 bytes).
    SizeNotConstant,
    /// Its address is stored where it is seen from the heap.
    Stored,
    /// Its address is sent on a channel.
    Sent,
    /// It is passed to a call that lets it escape, or of which that is not known.
    Passed,
    /// It escapes, and the log does not say how.
    Escapes,
    /// A slice grows.
    SliceGrowth,
    /// A map is made or grows.
    MapGrowth,
    /// Strings are put together with `+`.
    StringConcatenation,
    /// Strings become bytes or runes, or these strings.
    StringConversion,
    /// The bytes of a `strings.Builder` and its like.
    StringBuilding,
    /// The slice of the arguments of a call.
    Variadic,
    /// A channel.
    Channel,
    /// Reflection makes a value.
    Reflection,
    /// A goroutine is started.
    Goroutine,
    /// A timer.
    Timer,
    /// A goroutine waits: for a channel, in a `select`, for a lock.
    Waiting,
    /// A function of the package `runtime` is called: `Caller`, `Callers`, `SetFinalizer`.
    RuntimeCall,
    /// Several things on one line, which a profile without columns does not tell apart.
    Several,
    /// In the compiler's words only.
    Other,
}

/// Names, and words for people.
const WORDS: [(Reason, &str, &str); 24] = [
    (Reason::Returned, "returned", "returned pointer"),
    (
        Reason::InterfaceConversion,
        "interface-conversion",
        "interface conversion",
    ),
    (Reason::Closure, "closure", "closure"),
    (Reason::Captured, "captured", "captured by a closure"),
    (Reason::TooLarge, "too-large", "too large for the stack"),
    (
        Reason::SizeNotConstant,
        "size-not-constant",
        "size not constant",
    ),
    (Reason::Stored, "stored", "stored to the heap"),
    (Reason::Sent, "sent", "sent on a channel"),
    (Reason::Passed, "passed", "passed to a call"),
    (Reason::Escapes, "escapes", "escapes"),
    (Reason::SliceGrowth, "slice-growth", "slice growth"),
    (Reason::MapGrowth, "map-growth", "map made or grown"),
    (
        Reason::StringConcatenation,
        "string-concatenation",
        "string concatenation",
    ),
    (
        Reason::StringConversion,
        "string-conversion",
        "string conversion",
    ),
    (Reason::StringBuilding, "string-building", "string building"),
    (Reason::Variadic, "variadic", "arguments of a call"),
    (Reason::Channel, "channel", "channel"),
    (Reason::Reflection, "reflection", "reflection"),
    (Reason::Goroutine, "goroutine", "goroutine started"),
    (Reason::Timer, "timer", "timer"),
    (Reason::Waiting, "waiting", "goroutine waiting"),
    (Reason::RuntimeCall, "runtime-call", "call of the runtime"),
    (Reason::Several, "several", "several on one line"),
    (Reason::Other, "other", "other"),
];

impl Reason {
    /// The name used in JSON.
    pub fn name(self) -> &'static str {
        self.texts().0
    }

    /// In words.
    pub fn words(self) -> &'static str {
        self.texts().1
    }

    fn texts(self) -> (&'static str, &'static str) {
        let known = WORDS.iter().find(|(reason, _, _)| *reason == self);
        known.map_or(("other", "other"), |(_, name, words)| (name, words))
    }

    /// Of what the compiler decided; `None` where nothing is allocated by it.
    ///
    /// "Does not escape" is not "is not allocated": what is made with a size that is not known, put together, converted
    /// or grown is on the heap when it is larger than what fits in a buffer on the stack
    /// (cmd/compile/internal/walk: 32 bytes).
    pub fn of(decision: &Decision) -> Option<Reason> {
        if matches!(
            decision.kind,
            AllocationKind::Constant | AllocationKind::Empty
        ) {
            return None;
        }
        let by_kind = match is_method_value(decision) {
            true => Some(Reason::Closure),
            false => of_kind(decision.kind),
        };
        match decision.outcome {
            EscapeOutcome::Heap => Some(by_kind.unwrap_or_else(|| of_flow(decision))),
            EscapeOutcome::Stack => match decision.kind {
                AllocationKind::Slice => Some(Reason::SizeNotConstant),
                AllocationKind::Other => Some(Reason::Other),
                AllocationKind::Map
                | AllocationKind::Append
                | AllocationKind::Concat
                | AllocationKind::StringToBytes
                | AllocationKind::BytesToString
                | AllocationKind::Runes => by_kind,
                _ => None,
            },
            _ => None,
        }
    }
}

/// Whether it is a method with what it is called on, `x.Close`: that is made, and put into an interface as it is, where a field is
/// made by putting it there.
fn is_method_value(decision: &Decision) -> bool {
    let mut steps = decision.steps.iter().map(|step| step.why.as_str());
    let is_made_before =
        steps.next() == Some("spill") && steps.next() == Some("interface-converted");
    decision.kind == AllocationKind::Boxed
        && is_made_before
        && decision.subject.contains('.')
        && is_path(&decision.subject)
}

/// What is allocated says why.
fn of_kind(kind: AllocationKind) -> Option<Reason> {
    Some(match kind {
        AllocationKind::Append => Reason::SliceGrowth,
        AllocationKind::Concat => Reason::StringConcatenation,
        AllocationKind::StringToBytes | AllocationKind::BytesToString | AllocationKind::Runes => {
            Reason::StringConversion
        }
        AllocationKind::Closure | AllocationKind::Method => Reason::Closure,
        AllocationKind::Variadic => Reason::Variadic,
        AllocationKind::Boxed => Reason::InterfaceConversion,
        AllocationKind::Channel => Reason::Channel,
        AllocationKind::Map => Reason::MapGrowth,
        _ => return None,
    })
}

/// The words by which a flow is told from others, the deciding ones first
/// (cmd/compile/internal/escape: the reasons given to `note`; utils.go: HeapAllocReason).
const FLOWS: [(&str, Reason); 19] = [
    ("too large for stack", Reason::TooLarge),
    ("too aligned for stack", Reason::TooLarge),
    ("non-constant size", Reason::SizeNotConstant),
    ("return", Reason::Returned),
    ("captured by a closure", Reason::Captured),
    ("interface-converted", Reason::InterfaceConversion),
    ("send", Reason::Sent),
    ("key of map put", Reason::Stored),
    ("map literal key", Reason::Stored),
    ("map literal value", Reason::Stored),
    ("appendee slice", Reason::Stored),
    ("copied slice", Reason::Stored),
    ("array literal element", Reason::Stored),
    ("slice-literal-element", Reason::Stored),
    ("struct literal element", Reason::Stored),
    ("call parameter", Reason::Passed),
    ("callee operand", Reason::Passed),
    ("assign-pair", Reason::Stored),
    ("assign", Reason::Stored),
];

fn of_flow(decision: &Decision) -> Reason {
    let steps = || decision.steps.iter().filter(|step| !is_built_in(step));
    let has = |why: &str| steps().any(|step| *step.why == *why);
    // What is put into an interface is the header of a slice, and a map, a channel or a pointer as it is: not what is made for it.
    let is_pointer = matches!(
        decision.kind,
        AllocationKind::Composite | AllocationKind::New
    );
    let is_made = is_pointer
        || matches!(
            decision.kind,
            AllocationKind::Slice | AllocationKind::SliceLiteral | AllocationKind::Other
        );
    // The slice of the arguments of a call is on the way to it only.
    let is_argument = decision.destination.as_deref() == Some("{storage for ... argument}");
    if is_pointer && is_argument && has("call parameter") {
        return Reason::Passed;
    }
    let known = FLOWS
        .iter()
        .find(|(why, reason)| has(why) && !(is_made && *reason == Reason::InterfaceConversion));
    let is_added = || {
        decision
            .steps
            .iter()
            .any(|step| step.callee.as_deref() == Some("append"))
    };
    match known {
        Some((_, reason)) => *reason,
        None if is_added() => Reason::Stored,
        None => Reason::Escapes,
    }
}

/// Whether it is no call, though the compiler says that it is a parameter of one: what `append` is given goes into the slice, and what
/// `unsafe` is given into its result.
fn is_built_in(step: &Step) -> bool {
    let callee = step.callee.as_deref();
    callee.is_some_and(|callee| callee == "append" || callee.starts_with("unsafe."))
}

#[cfg(test)]
mod tests {
    use heapwise_decode::{EscapeReader, Limits};

    use super::{Reason, WORDS};

    /// Why something is allocated that escapes by some steps.
    fn of(subject: &str, steps: &[&str]) -> Option<Reason> {
        let steps: String = steps
            .iter()
            .map(|step| format!("./a.go:5:9:     from {subject} ({step}) at ./a.go:5:9\n"))
            .collect();
        let log = format!(
            "# a\n./a.go:5:9: {subject} escapes to heap in F:\n./a.go:5:9:   flow: {{heap}} ← &{{storage for {subject}}}:\n\
             {steps}./a.go:5:9: {subject} escapes to heap\n"
        );
        let mut reader = EscapeReader::new(&Limits::default());
        reader.read(log.as_bytes()).unwrap();
        Reason::of(reader.finish().decisions.first().unwrap())
    }

    #[test]
    fn what_is_put_into_an_interface_as_it_is_escapes_as_it_does_without() {
        let stored = ["spill", "interface-converted", "assign"];
        let passed = [
            "spill",
            "interface-converted",
            "slice-literal-element",
            "call parameter",
        ];
        assert_eq!(of("&E{...}", &stored), Some(Reason::Stored));
        assert_eq!(of("new(E)", &stored), Some(Reason::Stored));
        assert_eq!(
            of("&E{...}", &["spill", "interface-converted", "return"]),
            Some(Reason::Returned)
        );
        assert_eq!(
            of(
                "&E{...}",
                &["spill", "interface-converted", "call parameter"]
            ),
            Some(Reason::Passed)
        );
        assert_eq!(of("e.Val", &stored), Some(Reason::Closure));
        assert_eq!(of("e.Error", &passed), Some(Reason::Closure));
        // A field is boxed, and so is a number.
        for (subject, steps) in [
            ("e.name", &["spill", "assign"][..]),
            (
                "e.name",
                &["spill", "slice-literal-element", "call parameter"],
            ),
            ("n", &stored),
        ] {
            assert_eq!(
                of(subject, steps),
                Some(Reason::InterfaceConversion),
                "{subject}"
            );
        }
    }

    #[test]
    fn what_is_added_to_a_slice_is_stored_and_passed_to_nobody() {
        let of = |steps: &str| {
            let log = format!(
                "# a\n./a.go:5:9: &T{{...}} escapes to heap in F:\n./a.go:5:9:   flow: {{heap}} ← &{{storage for &T{{...}}}}:\n\
                 ./a.go:5:9:     from &T{{...}} (spill) at ./a.go:5:9\n{steps}./a.go:5:9: &T{{...}} escapes to heap\n"
            );
            let mut reader = EscapeReader::new(&Limits::default());
            reader.read(log.as_bytes()).unwrap();
            Reason::of(reader.finish().decisions.first().unwrap())
        };
        let added = "./a.go:5:9:     from append(all, &T{...}) (call parameter) at ./a.go:5:8\n";
        let assigned = "./a.go:5:9:     from t.all = all (assign) at ./a.go:6:8\n";
        let returned = "./a.go:5:9:     from return all (return) at ./a.go:7:2\n";
        let called = "./a.go:5:9:     from keep(all) (call parameter) at ./a.go:6:2\n";
        let put = "./a.go:5:9:     from <node unsafe.String> (call parameter) at ./a.go:6:2\n";
        assert_eq!(of(added), Some(Reason::Stored));
        assert_eq!(of(&format!("{added}{assigned}")), Some(Reason::Stored));
        assert_eq!(of(&format!("{added}{returned}")), Some(Reason::Returned));
        assert_eq!(of(&format!("{added}{called}")), Some(Reason::Passed));
        assert_eq!(of(&format!("{put}{assigned}")), Some(Reason::Stored));
        assert_eq!(of(put), Some(Reason::Escapes));
    }

    #[test]
    fn every_reason_has_one_name() {
        let mut names: Vec<&str> = WORDS.iter().map(|(_, name, _)| *name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), WORDS.len());
        for (reason, name, _) in WORDS {
            assert_eq!(reason.name(), name);
        }
        assert_eq!(Reason::Several.words(), "several on one line");
    }
}
