//! What became of the compiler's decisions between two logs, weighted by what a profile says was allocated.

use std::collections::{BTreeMap, BTreeSet};

use heapwise_decode::{AllocationKind, Decision, EscapeLog, EscapeOutcome};

use super::join::{Cause, Unmatched};
use super::paired::Pairs;
use super::subject::Subject;

/// What two logs say of one program, compared.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct LogComparison {
    /// Sites of the profile of which the logs say different things, most bytes first. The subject has the newer cause.
    pub sites: Vec<ChangedSite>,
    /// What was on the heap and is no longer, and the other way around, whether or not the profile has it. Lines do not matter: decisions
    /// are one by their function, their words and their order.
    pub gone: usize,
    /// See [`gone`](Self::gone).
    pub new: usize,
    /// Of both, those that the other log has nothing of: with these words in the function, on the heap or not.
    pub unpaired: usize,
    /// Whether only one log has lines for slices that grow, as compilers before Go 1.26 have not.
    pub only_one_tells_growth: bool,
}

/// A site of which two logs say different things.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ChangedSite {
    /// The site, with the newer cause.
    pub subject: Subject,
    /// The older cause.
    pub before: Cause,
    /// What became of it.
    pub fate: Fate,
}

/// What became of an allocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Fate {
    /// It went to the heap, and no longer does.
    LeftHeap,
    /// It goes to the heap, and did not before.
    ToHeap,
    /// It is on the heap for another reason.
    OtherReason,
}

impl Fate {
    /// The name used in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Fate::LeftHeap => "left-heap",
            Fate::ToHeap => "to-heap",
            Fate::OtherReason => "other-reason",
        }
    }

    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Fate::LeftHeap => "left the heap",
            Fate::ToHeap => "new on the heap",
            Fate::OtherReason => "another reason",
        }
    }
}

/// The sites of an explanation by the newer log, beside those by the older one.
pub(super) fn compare(
    (old, new, pairs): (&EscapeLog, &EscapeLog, &Pairs),
    before: &[Subject],
    after: &[Subject],
) -> LogComparison {
    let mut by_site: BTreeMap<_, Vec<&Subject>> = BTreeMap::new();
    for subject in before {
        by_site.entry(&subject.at).or_default().push(subject);
    }
    let changed = after.iter().filter_map(|subject| {
        let others = by_site.get(&subject.at)?;
        let mut same = others
            .iter()
            .filter(|other| other.reason() == subject.reason());
        let other = same.next().or(others.first())?;
        changed(other, subject)
    });
    let mut sites: Vec<ChangedSite> = changed.collect();
    sites.sort_by_key(|one| -one.subject.value.value);
    let fates = Fates::of(old, new, pairs);
    LogComparison {
        sites,
        gone: fates.gone,
        new: fates.new,
        unpaired: fates.unpaired,
        only_one_tells_growth: tells_growth(old) != tells_growth(new),
    }
}

fn changed(before: &Subject, after: &Subject) -> Option<ChangedSite> {
    let fate = match (is_on_heap(&before.cause)?, is_on_heap(&after.cause)?) {
        (true, false) => Fate::LeftHeap,
        (false, true) => Fate::ToHeap,
        (true, true) if before.reason() != after.reason() => Fate::OtherReason,
        _ => return None,
    };
    Some(ChangedSite {
        subject: after.clone(),
        before: before.cause.clone(),
        fate,
    })
}

/// Whether a log puts a site on the heap; `None` where it says nothing of the file, or what it says depends on which
/// compiler it is of.
fn is_on_heap(cause: &Cause) -> Option<bool> {
    match cause {
        Cause::Decided(_, decisions) => {
            let grows = |one: &Decision| one.kind == AllocationKind::Append;
            if decisions.iter().all(grows) {
                return None;
            }
            Some(
                decisions
                    .iter()
                    .any(|one| one.outcome == EscapeOutcome::Heap),
            )
        }
        Cause::Unmatched(Unmatched::NoDecision) => Some(false),
        _ => None,
    }
}

fn tells_growth(log: &EscapeLog) -> bool {
    let mut decisions = log.decisions.iter();
    decisions.any(|one| one.kind == AllocationKind::Append)
}

/// How many decisions went another way; slices that grow left out.
#[derive(Debug, Default)]
struct Fates {
    gone: usize,
    new: usize,
    unpaired: usize,
}

impl Fates {
    fn of(old: &EscapeLog, new: &EscapeLog, pairs: &Pairs) -> Fates {
        let mut fates = Fates::default();
        for (number, one) in old.decisions.iter().enumerate() {
            let newer = pairs.newer.get(&number);
            let newer = newer.and_then(|&at| new.decisions.get(at));
            match (is_heap(one), newer.map(is_heap)) {
                (true, Some(false)) => fates.gone += 1,
                (false, Some(true)) => fates.new += 1,
                (true, None) => {
                    fates.gone += 1;
                    fates.unpaired += 1;
                }
                _ => {}
            }
        }
        let paired: BTreeSet<usize> = pairs.newer.values().copied().collect();
        let rest = new.decisions.iter().enumerate();
        let rest = rest.filter(|(number, one)| is_heap(one) && !paired.contains(number));
        let count = rest.count();
        fates.new += count;
        fates.unpaired += count;
        fates
    }
}

fn is_heap(one: &Decision) -> bool {
    one.outcome == EscapeOutcome::Heap && one.kind != AllocationKind::Append
}
