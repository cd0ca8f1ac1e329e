//! What makes two sides no comparison: one profile on both, snapshots the wrong way round, benchmarks on one side alone.
//!
//! Numbers are shown all the same. That something did or did not change is then no finding, and decides no claim.

use std::collections::HashSet;

use heapwise_decode::ProfileKind;

use super::nested::looks_nested_backwards;
use super::options::DiffOptions;
use super::pair::Pair;
use super::side::DiffSide;
use super::warnings::Note;
use crate::compare::work::{GivenWork, Work, is_of_benchmarks};
use crate::site::identity::Site;

/// Why nothing about a change can be decided, if so.
pub(super) fn doubt(
    (before, after): (&DiffSide<'_>, &DiffSide<'_>),
    pairs: &[Pair<'_>],
    (options, work): (&DiffOptions, Work),
) -> Option<Note> {
    if options.same_profile || have_one_profile(before, after) {
        return Some(Note::new(
            "same_profile",
            "a profile is on both sides: nothing can have changed in it",
        ));
    }
    if let Some(side) = differences(before, after) {
        let is_counted = before
            .header()
            .is_some_and(|one| counts_goroutines(one.kind));
        let amount = if is_counted {
            "many there are"
        } else {
            "much there is"
        };
        return Some(Note::new(
            "difference_of_counts",
            format!(
                "the {side} side is the difference of two profiles: what became more or less, not how {amount}"
            ),
        ));
    }
    let is_said = matches!(options.work, GivenWork::Same | GivenWork::Operations);
    if is_said && has_benchmarks(before) != has_benchmarks(after) {
        return Some(Note::new(
            "benchmarks_on_one_side",
            "the profiles of one side have stacks of benchmarks, and those of the other have none: \
             did it run any?",
        ));
    }
    let are_of_one_binary = are_of_one_binary(before, after);
    let is_open = match work {
        Work::NotNeeded | Work::Unknown => true,
        // An earlier snapshot of a process has done less.
        Work::Asserted => are_of_one_binary,
        _ => false,
    };
    let is_swapped = is_open
        && were_taken_backwards(before, after)
        && looks_nested_backwards(pairs, are_of_one_binary);
    is_swapped.then(|| {
        Note::new(
            "sides_swapped",
            "the newer side looks like an earlier snapshot of the process of the older one: are they \
             swapped?",
        )
    })
}

/// Whether both say that they are, as profiles of Go 1.23 and later do.
fn are_of_one_binary(before: &DiffSide<'_>, after: &DiffSide<'_>) -> bool {
    let build_id = |side: &DiffSide<'_>| {
        let id = side.header().and_then(|header| header.build_id.clone());
        id.filter(|id| !id.is_empty())
    };
    build_id(before).is_some_and(|id| build_id(after) == Some(id))
}

/// Why nothing can be decided about a site, if so: one side names functions, and the other has lost their names.
pub(super) fn doubt_of_sites(before: &DiffSide<'_>, after: &DiffSide<'_>) -> Option<Note> {
    /// More of a side than this is no chance.
    const MOST: f64 = 0.1;
    if let Some(side) = without_parking(before, after) {
        return Some(Note::new(
            "parking_on_one_side",
            format!(
                "the {side} side is of texts with debug=2, which leave the frames out that goroutines wait in \
                 (runtime.gopark): no site can be told to be the same"
            ),
        ));
    }
    let [old, new] = [before, after].map(unnamed);
    let (which, part) = match (old - new).abs() > MOST {
        true if new > old => ("newer", new),
        true => ("older", old),
        false => return None,
    };
    Some(Note::new(
        "names_on_one_side",
        format!(
            "{:.0}% of the {which} side is at addresses without names, and less of the other: no \
             site can be told to be the same",
            100.0 * part
        ),
    ))
}

/// Which side has profiles that are differences. That of two heaps of one process (`?seconds=N`) says what was allocated in
/// between, which is compared.
fn differences(before: &DiffSide<'_>, after: &DiffSide<'_>) -> Option<&'static str> {
    let is_difference = |side: &DiffSide<'_>| {
        let mut headers = side.rankings.iter().map(|ranking| &ranking.header);
        headers.any(|header| {
            let is_of_levels = counts_goroutines(header.kind) && header.is_difference();
            is_of_levels || header.was_subtracted()
        })
    };
    match (is_difference(before), is_difference(after)) {
        (true, false) => Some("older"),
        (false, true) => Some("newer"),
        (true, true) => Some("older and the newer"),
        (false, false) => None,
    }
}

fn counts_goroutines(kind: ProfileKind) -> bool {
    use ProfileKind as Kind;
    matches!(
        kind,
        Kind::Goroutine | Kind::GoroutineLeak | Kind::ThreadCreate
    )
}

/// Which side alone leaves out what goroutines are parked in (runtime/traceback.go: showframe, elideWrapperCalling).
fn without_parking(before: &DiffSide<'_>, after: &DiffSide<'_>) -> Option<&'static str> {
    let mut headers = [before, after].into_iter().filter_map(DiffSide::header);
    if !headers.all(|header| header.kind == ProfileKind::Goroutine) {
        return None;
    }
    let has_it = |side: &DiffSide<'_>| {
        let mut names = side.sites().filter_map(|site| site.function.as_deref());
        names.any(|name| name == "runtime.gopark")
    };
    match (has_it(before), has_it(after)) {
        (false, true) if !before.is_empty() => Some("older"),
        (true, false) if !after.is_empty() => Some("newer"),
        _ => None,
    }
}

/// The part of what is allocated at sites without a name.
fn unnamed(side: &DiffSide<'_>) -> f64 {
    let is_unnamed =
        |site: &Site| site.function.is_none() && site.file.is_none() && site.package.is_none();
    // Nearly always there is none, and values are not asked for.
    if !side.sites().any(is_unnamed) {
        return 0.0;
    }
    let (mut without, mut all) = (0.0, 0.0);
    side.visit_rows(&mut |site, flat, _| {
        let flat = (flat as f64).abs();
        all += flat;
        if is_unnamed(site) {
            without += flat;
        }
    });
    if all > 0.0 { without / all } else { 0.0 }
}

/// Whether a profile of one side is one of the other: taken in the same nanosecond, with as many samples that add up to
/// the same.
fn have_one_profile(before: &DiffSide<'_>, after: &DiffSide<'_>) -> bool {
    let olds: HashSet<_> = moments(before).collect();
    moments(after).any(|new| olds.contains(&new))
}

/// When each profile was taken, its samples and their total; not of those that do not tell, or are empty.
fn moments(side: &DiffSide<'_>) -> impl Iterator<Item = (i64, u64, i128)> {
    let profiles = side.rankings.iter().zip(side.totals());
    profiles.filter_map(|(ranking, total)| {
        let time = ranking.header.time_nanos.filter(|&time| time != 0)?;
        (ranking.sample_count > 0).then_some((time, ranking.sample_count, total))
    })
}

/// Whether stacks of benchmarks are among those of a side.
fn has_benchmarks(side: &DiffSide<'_>) -> bool {
    let mut names = side.sites().filter_map(|site| site.function.as_deref());
    names.any(is_of_benchmarks)
}

/// Whether what is called newer is of the same build and older.
fn were_taken_backwards(before: &DiffSide<'_>, after: &DiffSide<'_>) -> bool {
    let (Some(old), Some(new)) = (before.header(), after.header()) else {
        return false;
    };
    let builds = old.build_id.as_ref().zip(new.build_id.as_ref());
    let times = old.time_nanos.zip(new.time_nanos);
    builds.is_none_or(|(old, new)| old == new) && times.is_some_and(|(old, new)| old > new)
}
