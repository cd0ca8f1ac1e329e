//! The sentences of what was collected: what is there, what is missing, and what the question needs.

use heapwise_decode::{agree, counted};

use super::{CollectEnd, CollectReport, MissingPart};

/// What to say, the most important first.
pub(super) fn sentences(report: &CollectReport) -> Vec<String> {
    let mut sentences = vec![taken(report)];
    sentences.extend(missing(report));
    sentences.extend(nothing(report));
    sentences.extend(left_out(report));
    sentences.extend(beats(report));
    sentences.extend(removed(report));
    sentences.extend(same_cycle(report));
    sentences.extend(cadence(report));
    sentences
}

fn taken(report: &CollectReport) -> String {
    let count = report.bundles.len() as u64;
    let whole = report.bundles.iter();
    let whole = whole.filter(|bundle| bundle.missing.is_empty()).count() as u64;
    let wholeness = match whole {
        _ if count == 0 => String::new(),
        whole if whole == count => ", all whole".to_owned(),
        whole => format!(", {whole} whole"),
    };
    let earlier = match report.counts.found {
        0 => String::new(),
        found => format!("; {} of earlier runs were there", counted(found, "bundle")),
    };
    let end = match report.end {
        CollectEnd::Interrupted => "; ended by a signal",
        _ => "",
    };
    format!(
        "{}: {} of {}{wholeness}{earlier}{end}",
        report.folder,
        counted(count, "bundle"),
        report.target
    )
}

/// Each file that is missing somewhere, with the first reason.
fn missing(report: &CollectReport) -> Vec<String> {
    grouped(report, |bundle| &bundle.missing)
        .into_iter()
        .map(|(part, count)| format!("{} missing in {count}: {}", part.file, part.reason))
        .collect()
}

fn left_out(report: &CollectReport) -> Vec<String> {
    grouped(report, |bundle| &bundle.left_out)
        .into_iter()
        .map(|(part, count)| format!("{} left out in {count}: {}", part.file, part.reason))
        .collect()
}

fn grouped(
    report: &CollectReport,
    parts: impl Fn(&super::CollectedBundle) -> &Vec<MissingPart>,
) -> Vec<(&MissingPart, u64)> {
    let mut groups: Vec<(&MissingPart, u64)> = Vec::new();
    for part in report.bundles.iter().flat_map(parts) {
        match groups.iter_mut().find(|(known, _)| known.file == part.file) {
            Some((_, count)) => *count += 1,
            None => groups.push((part, 1)),
        }
    }
    groups
}

fn nothing(report: &CollectReport) -> Vec<String> {
    let mut sentences = Vec::new();
    if report.counts.nothing > 0 {
        sentences.push(format!(
            "at {} nothing could be fetched: there is no bundle of then",
            counted(report.counts.nothing, "beat")
        ));
    }
    if report.counts.blind > 0 {
        sentences.push(format!(
            "at {} it could not be told whether a condition is true",
            counted(report.counts.blind, "beat")
        ));
    }
    sentences
}

fn beats(report: &CollectReport) -> Option<String> {
    let skipped = report.counts.skipped;
    (skipped > 0).then(|| {
        format!(
            "{} skipped: fetching took longer than {}",
            counted(skipped, "beat"),
            span(report.every_seconds)
        )
    })
}

fn removed(report: &CollectReport) -> Option<String> {
    let removed = report.counts.removed;
    (removed > 0).then(|| {
        format!(
            "{} removed: only the newest are kept",
            counted(removed, "older bundle")
        )
    })
}

fn same_cycle(report: &CollectReport) -> Option<String> {
    let same = report.bundles.iter();
    let same = same
        .filter(|bundle| bundle.same_cycle == Some(true))
        .count() as u64;
    (same > 0).then(|| {
        format!(
            "{} {} of the same GC cycle as the one before: {} heap is the same data, and is kept out of trends",
            counted(same, "bundle"),
            agree(&same, "is", "are"),
            agree(&same, "its", "their")
        )
    })
}

/// What cadence and duration questions need.
fn cadence(report: &CollectReport) -> Option<String> {
    let cadence = &report.cadence;
    if report.bundles.is_empty() {
        return None;
    }
    let (Some(period), Some(longest), Some(tenth)) = (
        cadence.period_seconds(),
        cadence.longest_seconds(),
        cadence.seconds_for_a_tenth(),
    ) else {
        return unknown(report);
    };
    Some(format!(
        "the collector ran every {} (at the longest {}): bundles {} apart have data of their own each; what is allocated \
         per second is known to a tenth from {} on",
        span(period),
        span(longest),
        span(rounded_up(longest)),
        span(rounded_up(tenth)),
    ))
}

fn unknown(report: &CollectReport) -> Option<String> {
    let cadence = &report.cadence;
    if let (Some(period), Some(tenth)) = (cadence.period_seconds(), cadence.seconds_for_a_tenth()) {
        return Some(format!(
            "the collector ran every {} on average, besides {} that {} asked for; what is allocated per second is known to \
             a tenth from {} on",
            span(period),
            counted(cadence.asked_for, "collection"),
            agree(&cadence.asked_for, "was", "were"),
            span(rounded_up(tenth)),
        ));
    }
    match (cadence.asked_for, cadence.open_seconds) {
        (0, open) if open > 0.0 => Some(format!(
            "no collection ended in the last {}: bundles further apart, or ones that a collection is run for, have data \
             of their own each",
            span(open)
        )),
        (0, _) => None,
        (asked, _) => Some(format!(
            "{} {} asked for, so it is not known how often the collector runs by itself",
            counted(asked, "collection"),
            agree(&asked, "was", "were"),
        )),
    }
}

/// A whole number of milliseconds, seconds or minutes that is no less.
fn rounded_up(seconds: f64) -> f64 {
    let step = match seconds {
        seconds if seconds < 1.0 => 0.01,
        seconds if seconds < 60.0 => 1.0,
        seconds if seconds < 600.0 => 10.0,
        _ => 60.0,
    };
    (seconds / step).ceil() * step
}

/// A time with two or three digits that count.
fn span(seconds: f64) -> String {
    match seconds {
        seconds if seconds < 0.001 => "less than 1 ms".to_owned(),
        seconds if seconds < 1.0 => format!("{:.0} ms", seconds * 1e3),
        seconds if seconds < 10.0 && seconds.fract() > 0.05 => format!("{seconds:.1} s"),
        seconds if seconds < 600.0 => format!("{seconds:.0} s"),
        seconds => format!("{:.0} min", seconds / 60.0),
    }
}
