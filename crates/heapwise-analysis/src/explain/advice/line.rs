//! A line that advice may be about, with what is known around it: what rules ask of it.

use std::ops::Deref;

use heapwise_decode::{AllocationKind, Decision, EscapeOutcome};

use super::rule::Evidence;
use crate::explain::index::{EscapeIndex, Looked};
use crate::explain::join::{Cause, Lines};
use crate::explain::lifetime::Stay;
use crate::explain::reason::Reason;
use crate::explain::sizes::mean;
use crate::explain::subject::Subject;

/// A line that advice may be about.
pub(super) struct Line<'a> {
    pub(super) subject: &'a Subject,
    pub(super) log: Option<&'a EscapeIndex>,
    pub(super) source: &'a Lines<'a>,
    /// All lines that are looked at.
    all: &'a [Subject],
    /// What is decided of the same in its function as it is written, also where the place is a copy of it: in a caller that
    /// throws the result away it is none.
    written: Vec<&'a Decision>,
}

impl Deref for Line<'_> {
    type Target = Subject;

    fn deref(&self) -> &Subject {
        self.subject
    }
}

impl<'a> Line<'a> {
    pub(super) fn new(
        subject: &'a Subject,
        all: &'a [Subject],
        log: Option<&'a EscapeIndex>,
        source: &'a Lines<'a>,
    ) -> Line<'a> {
        let decisions = subject.cause.decisions();
        let looked = log.map(|log| log.line(&subject.at));
        let written = match looked {
            Some(Looked::Line(all)) if subject.entry.is_none() => all,
            _ => Vec::new(),
        };
        let is_same = |one: &&Decision| {
            !one.is_inlined && decisions.iter().any(|known| known.kind == one.kind)
        };
        Line {
            subject,
            log,
            source,
            all,
            written: written.into_iter().filter(is_same).collect(),
        }
    }

    /// The lines of its function, itself among them.
    pub(super) fn of_function(&self) -> impl Iterator<Item = Line<'a>> {
        let at = &self.subject.at;
        let is_beside =
            move |one: &&Subject| one.at.function == at.function && one.at.file == at.file;
        let (all, log, source) = (self.all, self.log, self.source);
        let beside = all.iter().filter(is_beside);
        beside.map(move |one| Line::new(one, all, log, source))
    }

    /// What is decided of it: where it allocates, and in its function.
    pub(super) fn decisions(&self) -> impl Iterator<Item = &Decision> {
        let written = self.written.iter().copied();
        self.subject.cause.decisions().iter().chain(written)
    }

    /// Whether nearly all of it is garbage soon; not where that is not known.
    pub(super) fn is_short_lived(&self) -> bool {
        self.kept.is_some_and(|kept| kept.stay == Stay::Short)
    }

    pub(super) fn mean_size(&self) -> Option<f64> {
        mean(&self.sizes)
    }

    /// Whether it allocates there, and not in what it calls.
    pub(super) fn is_own(&self) -> bool {
        self.entry.is_none()
    }

    /// Whether what the compiler decided on is of these kinds, all of it.
    pub(super) fn is_of(&self, kinds: &[AllocationKind]) -> bool {
        let decisions = self.cause.decisions();
        !decisions.is_empty() && decisions.iter().all(|one| kinds.contains(&one.kind))
    }

    /// Whether it is a result of the function that makes it: what its callers ask for.
    pub(super) fn is_result(&self) -> bool {
        // A result with a name is where the way ends, without a step to return it. One of a function that was inlined is
        // where it begins.
        let is_unnamed = |to: &str| to.starts_with("~r");
        let is_name = |end: &str| !end.starts_with('{');
        self.decisions().any(|one| {
            let mut steps = one.steps.iter();
            one.end.as_deref().is_some_and(is_name)
                || one.destination.as_deref().is_some_and(is_unnamed)
                || steps.any(|step| step.why == "return")
        })
    }

    /// Whether it is kept in something else that is made on the heap: as the type of that wants it.
    pub(super) fn is_part(&self) -> bool {
        let mut ends = self.decisions().filter_map(|one| one.end.as_deref());
        ends.any(|end| end.starts_with("{storage for "))
    }

    pub(super) fn has_reason(&self, reasons: &[Reason]) -> bool {
        self.reason()
            .is_some_and(|reason| reasons.contains(&reason))
    }

    /// The function that it calls, or one in which it allocates, that begins with one of these names.
    pub(super) fn called(&self, names: &[&str]) -> Option<String> {
        let leaves = self.leaves.iter().filter_map(|leaf| leaf.function.as_ref());
        let functions = self.entry.iter().chain(leaves.take(1));
        let is_one = |function: &&String| names.iter().any(|name| function.starts_with(name));
        functions.clone().find(is_one).cloned()
    }

    /// Why it is allocated, as evidence.
    pub(super) fn decided(&self) -> Evidence {
        let words = match &self.cause {
            Cause::Decided(_, decisions) => decisions.first().map(in_words),
            Cause::Source(reason) => Some(format!("{}, by the source", reason.words())),
            _ => None,
        };
        let reason = self.reason().map_or("", Reason::words).to_owned();
        Evidence::Decided(words.unwrap_or(reason))
    }

    /// How large blocks are and how many stay, as evidence.
    pub(super) fn facts(&self) -> Vec<Evidence> {
        let size = self.mean_size().map(Evidence::MeanSize);
        let kept = self.kept.map(|kept| Evidence::Kept(kept.part));
        size.into_iter().chain(kept).collect()
    }
}

/// What the compiler says, and what it does not.
fn in_words(decision: &Decision) -> String {
    let words = decision.words();
    match decision.outcome {
        EscapeOutcome::Heap => words,
        _ => format!("{words}, and is allocated when it is too large or grows"),
    }
}
