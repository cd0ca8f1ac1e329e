//! What differs between two sides, in words.

use heapwise_analysis::gc::{
    GcBasis, GcChange, GcComparison, GcDifference, GcProcessKind, GcVerdict,
};
use heapwise_analysis::units::auto_label;
use heapwise_decode::counted;

use crate::gc::facts::percent;
use crate::verify::words::p_value;

/// Why nothing is compared.
pub(super) fn nothing(comparison: &GcComparison) -> Vec<String> {
    let why = comparison.why_not.into_iter();
    why.map(|why| format!("Nothing can be compared: {why}."))
        .collect()
}

/// What improved, what got worse, and of what nothing can be said.
pub(super) fn headline(difference: &GcDifference) -> Vec<String> {
    let of = |verdict: GcVerdict| {
        let all = difference.changes.iter();
        all.filter(move |one| one.verdict == verdict)
    };
    let said = |verdict| {
        let all = of(verdict).map(|one| {
            let q = one
                .q
                .map_or(String::new(), |q| format!(", q = {}", p_value(q)));
            format!("{} {}{q}", one.quantity.in_words(), change(one))
        });
        all.collect::<Vec<_>>().join("; ")
    };
    let names = |verdict| {
        let all = of(verdict).map(|one| one.quantity.in_words());
        all.collect::<Vec<_>>().join(", ")
    };
    let lines = [
        ("Improved: ", said(GcVerdict::Decreased)),
        ("Worse: ", said(GcVerdict::Increased)),
        ("No change seen: ", names(GcVerdict::NoChangeSeen)),
        ("Undecidable: ", names(GcVerdict::Undecidable)),
    ];
    let changed = [GcVerdict::Decreased, GcVerdict::Increased];
    let is_changed = changed.iter().any(|&verdict| of(verdict).next().is_some());
    let none = (!is_changed).then(|| "No improvement and nothing worse can be claimed.".to_owned());
    let lines = lines.into_iter().filter(|(_, said)| !said.is_empty());
    let lines = lines.map(|(name, said)| format!("{name}{said}."));
    none.into_iter()
        .chain(lines)
        .chain([sides(difference)])
        .collect()
}

fn sides(difference: &GcDifference) -> String {
    let by = match difference.kind {
        GcProcessKind::Snapshots => "by snapshots",
        _ => "by logs of the collector",
    };
    format!(
        "{} before, {} after, {by}.",
        counted(difference.before, "process"),
        counted(difference.after, "process")
    )
}

/// How sure it is, and of what.
pub(super) fn footer(difference: &GcDifference) -> Vec<String> {
    let rests_on = |basis| {
        difference
            .changes
            .iter()
            .any(|one| one.basis == Some(basis))
    };
    let mut lines = Vec::new();
    if rests_on(GcBasis::Steps) {
        lines.push(
            "Decided on the steps of each process over time (blocks of neighbouring steps, drawn anew): how another run of \
             the same program would differ is not in it, so that no difference of less than 5 % is called a change. Three \
             processes a side tell more."
                .to_owned(),
        );
    }
    if rests_on(GcBasis::Processes) {
        lines
            .push("Decided on the processes of each side (Welch's test on logarithms).".to_owned());
    }
    if !rests_on(GcBasis::Steps) && !rests_on(GcBasis::Processes) {
        lines.push(
            "These are differences without a verdict: nothing tells how far the numbers vary by themselves.".to_owned(),
        );
    }
    lines
}

/// The change in percent with its interval.
pub(super) fn change(one: &GcChange) -> String {
    let Some(factor) = one.factor() else {
        return String::new();
    };
    let value = in_percent(factor);
    match one.ratio.map(|ratio| (ratio.low, ratio.high)) {
        Some((Some(low), Some(high))) => {
            format!("{value} ({} to {})", in_percent(low), in_percent(high))
        }
        Some((Some(low), None)) => format!("{value} ({} or more)", in_percent(low)),
        _ => value,
    }
}

fn in_percent(factor: f64) -> String {
    match (factor - 1.0) * 100.0 {
        more if more >= 900.0 => format!("{factor:.0} times"),
        more => format!("{more:+.1} %"),
    }
}

/// A value of a side.
pub(super) fn level(one: &GcChange, value: f64) -> String {
    match one.quantity.unit() {
        "bytes/s" => format!("{}/s", auto_label(value.round() as i128, "bytes")),
        "count/s" if value < 1000.0 => format!("{value:.2}/s"),
        "count/s" => format!("{value:.0}/s"),
        "ratio" => percent(value),
        unit => auto_label(value.round() as i128, unit),
    }
}

/// Why it cannot be told.
pub(super) fn why(one: &GcChange) -> String {
    one.why.clone().unwrap_or_default()
}
