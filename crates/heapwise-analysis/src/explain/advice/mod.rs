//! What would help, with evidence, an upper bound of the saving, and when not to. One file for each rule; silent
//! where the evidence is not there.

mod beginning;
mod beside;
mod boxing;
mod branches;
mod builder;
mod builder_size;
mod callee;
mod callers;
mod capacity;
mod case_fold;
mod changed;
mod closure;
mod code;
mod conversion;
mod declined;
mod draft;
mod early;
mod filters;
mod format;
mod generated;
mod go_version;
mod goroutines;
mod growth;
mod head;
mod keeping;
mod large;
mod line;
mod loops;
mod map_key;
mod map_size;
mod merged;
mod moved;
mod numbers;
mod pattern;
mod pointers;
mod pool;
mod pooled;
mod ranged;
mod returned;
mod reuse;
mod rule;
mod split;
mod stored;
mod streams;
mod timer;
mod turn;
mod untrusted;

use beginning::is_only_at_beginning;
pub use beside::Beside;
use beside::beside;
use declined::is_weighed;
use draft::Draft;
use generated::is_generated;
use line::Line;
use merged::merged;
pub use rule::{Evidence, Rule};

use super::index::EscapeIndex;
use super::join::{Cause, Lines};
use super::subject::Subject;
use crate::sums::estimate::Estimate;

/// What would help a line of code.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Advice {
    /// Which rule says so.
    pub rule: Rule,
    /// What to change.
    pub change: &'static str,
    /// When not to.
    pub unless: &'static str,
    /// What it is about.
    pub subject: Subject,
    /// What it rests on.
    pub evidence: Vec<Evidence>,
    /// What it may save; `None` where that cannot be told.
    pub saving: Option<Saving>,
    /// What else of its function goes with it, which `saving` has at most.
    pub beside: Vec<Beside>,
}

/// What following a piece of advice saves, in what was asked about. Never to be added up with others.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Saving {
    /// At least, if it is followed for everything that the line allocates.
    pub low: i128,
    /// At most, with what goes with the line.
    pub high: i128,
    /// As parts of the line.
    pub parts: (f64, f64),
}

/// Advice is given for a line with this part of the total at least.
const LEAST_SHARE: f64 = 0.02;

/// And with so many sampled objects.
const LEAST_SAMPLES: i128 = 20;

/// What was made less often since the program began is of its beginning.
const LEAST_OBJECTS: i128 = 100;

/// All rules, the more special first: a line gets the first that fits.
const RULES: [fn(&Line<'_>) -> Option<Draft>; 18] = [
    goroutines::advise,
    reuse::advise,
    timer::advise,
    format::advise,
    map_size::advise,
    capacity::advise,
    builder_size::advise,
    split::advise,
    case_fold::advise,
    builder::advise,
    large::advise,
    pool::advise,
    boxing::advise,
    closure::advise,
    conversion::advise,
    returned::advise,
    moved::advise,
    keeping::advise,
];

/// Advice on lines, the largest saving first.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Advised {
    /// What has its evidence.
    pub(super) given: Vec<Advice>,
    /// What only the source would tell, of lines of which it is not at hand.
    pub(super) unchecked: Vec<Advice>,
    /// Lines of which the source at hand is another than the one that was compiled.
    pub(super) changed: Vec<Subject>,
    /// Lines of which no source is at hand.
    pub(super) without_source: Vec<Subject>,
}

/// `log` and `source` tell what is done elsewhere with what is allocated.
pub(super) fn advise(lines: &[Subject], log: Option<&EscapeIndex>, source: &Lines<'_>) -> Advised {
    let warm = lines.iter().filter(|line| is_worth_it(line));
    let (changed, warm): (Vec<&Subject>, Vec<&Subject>) =
        warm.partition(|line| Line::new(line, lines, log, source).is_changed_since());
    let without_source = warm.iter().filter(|line| {
        let has_source = Line::new(line, lines, log, source).has_source();
        !has_source && line.cause != Cause::Runtime
    });
    let without_source = without_source.map(|line| (*line).clone()).collect();
    let advised = warm.into_iter().filter_map(|line| {
        let known = Line::new(line, lines, log, source);
        let mut drafts = RULES.iter().filter_map(|rule| rule(&known));
        let draft = drafts.find(|draft| saves_enough(line, draft))?;
        let is_silent = is_generated(&known)
            || is_weighed(&known, draft.texts.0)
            || is_only_at_beginning(&known);
        let others = beside(&known, &draft);
        (!is_silent).then_some((line, draft, others))
    });
    let all = advised.map(|(line, draft, beside)| Advice {
        rule: draft.rule,
        change: draft.texts.0,
        unless: draft.texts.1,
        evidence: draft.evidence,
        saving: draft.parts.map(|parts| {
            let own = saving(line.value, parts);
            Saving {
                high: beside.iter().map(|one| one.high).sum::<i128>() + own.high,
                ..own
            }
        }),
        subject: line.clone(),
        beside,
    });
    let mut all = merged(all.collect(), |advice| {
        let line = Line::new(&advice.subject, lines, log, source);
        match advice.rule {
            Rule::Boxing | Rule::Format => line.statement().map(|line| line.to_string()),
            Rule::SliceCapacity => capacity::target(&line),
            Rule::BuilderSize => builder_size::target(&line),
            _ => None,
        }
    });
    all.sort_by(|one, other| {
        let high = |advice: &Advice| advice.saving.map_or(0, |saving| saving.high);
        let places = one.subject.at.cmp(&other.subject.at);
        high(other).cmp(&high(one)).then(places)
    });
    let is_checked = |advice: &Advice| {
        let line = Line::new(&advice.subject, lines, log, source);
        advice.rule == Rule::Goroutines || line.has_source()
    };
    let (given, unchecked) = all.into_iter().partition(is_checked);
    Advised {
        given,
        unchecked,
        changed: changed.into_iter().cloned().collect(),
        without_source,
    }
}

/// Whether what it saves at most is worth a word as the line itself is.
fn saves_enough(line: &Subject, draft: &Draft) -> bool {
    draft
        .parts
        .is_none_or(|(_, most)| line.share * most >= LEAST_SHARE)
}

/// Whether a line is warm, sampled often enough, and not of a test.
fn is_worth_it(line: &Subject) -> bool {
    let low = line.value.low.unwrap_or(line.value.value);
    let part = match line.value.value {
        0 => 0.0,
        value => low as f64 / value as f64,
    };
    let objects = line.allocated.map(|allocated| allocated.objects.value);
    line.share * part >= LEAST_SHARE
        && objects.is_none_or(|count| count >= LEAST_OBJECTS)
        && line
            .value
            .sampled
            .is_none_or(|count| count >= LEAST_SAMPLES)
        && !line.at.file.as_deref().is_some_and(is_of_tests)
}

/// Whether a file is of tests or benchmarks: `x_test.go`, or in a folder that is named after what helps them.
fn is_of_tests(file: &str) -> bool {
    const FOLDERS: [&str; 8] = [
        "bench",
        "benchmark",
        "benchmarks",
        "benchutil",
        "test",
        "tests",
        "testutil",
        "testutils",
    ];
    let mut parts = file.rsplit(['/', '\\']);
    let is_test = parts.next().is_some_and(|base| base.ends_with("_test.go"));
    is_test || parts.next().is_some_and(|folder| FOLDERS.contains(&folder))
}

/// The parts of a number that has an error.
fn saving(value: Estimate, parts: (f64, f64)) -> Saving {
    let of = |end: Option<i128>, part: f64| (end.unwrap_or(value.value) as f64 * part) as i128;
    Saving {
        low: of(value.low, parts.0).max(0),
        high: of(value.high, parts.1),
        parts,
    }
}

#[cfg(test)]
mod tests {
    use super::is_of_tests;

    #[test]
    fn files_of_tests_are_told() {
        for file in [
            "example.com/app/queue_test.go",
            "/src/app/benchutil/wide.go",
            "C:\\src\\app\\testutil\\queue.go",
        ] {
            assert!(is_of_tests(file), "{file}");
        }
        for file in [
            "example.com/app/queue.go",
            "/src/testutil/app/queue.go",
            "/src/app/latest/queue.go",
            "bench.go",
        ] {
            assert!(!is_of_tests(file), "{file}");
        }
    }
}
