//! Tells by names whether snapshots are of several instances of a program that were taken in turn: `pod-a-0001.pb.gz`,
//! `pod-b-0001.pb.gz`, `pod-a-0002.pb.gz`.
//!
//! Names alone are no proof: minutes, hashes and words for what a process did recur in the names of one series, too. So the
//! instances have to be in turn by their times, the names of each in the order of these, and all names in another one, or what
//! was allocated has to tell processes apart: the same, or any that ran side by side.
//!
//! Dumps of goroutines may have no times. There names tell where the files of a folder have a word of letters, and what else is in
//! the names comes again with each.

use std::collections::{BTreeMap, BTreeSet};

use heapwise_analysis::ProcessSeries;
use heapwise_decode::counted;

use super::instant::instant;
use crate::names::as_few;
use crate::natural::order;

/// A snapshot by its name, and when it was.
pub(super) struct Named<'a> {
    pub(super) path: &'a str,
    pub(super) nanos: Option<i64>,
}

/// What is to be said of snapshots of several instances; `None` where nothing tells that they are.
pub(super) fn of_several(snapshots: &[Named<'_>], processes: &[ProcessSeries]) -> Option<String> {
    let first = snapshots.first()?.path;
    let are_alike = |one: &Named<'_>| one.nanos.is_some() && betweens(one.path).eq(betweens(first));
    if !snapshots.iter().all(are_alike) {
        return None;
    }
    let mut in_time: Vec<usize> = (0..snapshots.len()).collect();
    in_time.sort_by_key(|&at| snapshots.get(at).and_then(|one| one.nanos));
    let places = 0..words(first).count();
    let mut groups = places.filter_map(|place| Groups::by(snapshots, place));
    let found = groups.find(|groups| {
        groups.are_in_turn(&in_time)
            && groups.are_series(snapshots, &in_time)
            && match groups.are_those_of(processes) {
                Told::AsNamed => true,
                Told::Otherwise => are_beside(processes) || is_out_of_order(snapshots, &in_time),
                Told::One => false,
            }
    })?;
    Some(found.message(snapshots, "snapshot", " that were taken in turn"))
}

/// What is to be said of dumps of several instances, which may have no times.
pub(super) fn of_several_dumps(dumps: &[Named<'_>]) -> Option<String> {
    if dumps.iter().any(|one| one.nanos.is_some()) {
        return of_several(dumps, &[]);
    }
    let first = dumps.first()?.path;
    let are_alike = |one: &Named<'_>| {
        folder(one.path) == folder(first) && betweens(one.path).eq(betweens(first))
    };
    if !dumps.iter().all(are_alike) {
        return None;
    }
    let mut places = words(folder(first)).count()..words(first).count();
    let found = places.find_map(|place| {
        let groups = Groups::by(dumps, place)?;
        (groups.are_named() && groups.have_the_same_moments(dumps, place)).then_some(groups)
    })?;
    Some(found.message(dumps, "dump", ""))
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The words of letters and digits in a name without its endings.
fn words(path: &str) -> impl Iterator<Item = &str> {
    let words = instant(path).split(|letter: char| !letter.is_alphanumeric());
    words.filter(|word| !word.is_empty())
}

/// What is between them.
fn betweens(path: &str) -> impl Iterator<Item = &str> {
    let betweens = instant(path).split(char::is_alphanumeric);
    betweens.filter(|between| !between.is_empty())
}

/// Snapshots by one word of their names.
struct Groups<'a> {
    /// By the word, in its order: the places of its snapshots.
    by_word: BTreeMap<&'a str, Vec<usize>>,
    /// Of each snapshot its word.
    words: Vec<&'a str>,
}

/// What the allocations of snapshots say of groups.
#[derive(Debug, PartialEq, Eq)]
enum Told {
    /// They tell the same groups apart.
    AsNamed,
    /// They tell others apart, or nothing.
    Otherwise,
    /// All are of one process.
    One,
}

impl<'a> Groups<'a> {
    /// `None` where the word is the same in all, or is one of a moment: an instance has two snapshots at least.
    fn by(snapshots: &[Named<'a>], place: usize) -> Option<Groups<'a>> {
        let all = snapshots.iter();
        let words: Option<Vec<&str>> = all.map(|one| words(one.path).nth(place)).collect();
        let words = words?;
        let mut by_word: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (at, word) in words.iter().enumerate() {
            by_word.entry(word).or_default().push(at);
        }
        let are_instances = by_word.len() > 1 && by_word.values().all(|group| group.len() > 1);
        are_instances.then_some(Groups { by_word, words })
    }

    /// Whether they were taken in turn, and not one group after another.
    fn are_in_turn(&self, in_time: &[usize]) -> bool {
        let words = in_time.iter().filter_map(|&at| self.words.get(at));
        let words: Vec<&&str> = words.collect();
        let turns = words.windows(2).filter(|pair| pair.first() != pair.last());
        turns.count() >= self.by_word.len()
    }

    /// Whether in each the names are in the order of the times, as those of moments are.
    fn are_series(&self, snapshots: &[Named<'_>], in_time: &[usize]) -> bool {
        let mut last: BTreeMap<&str, &str> = BTreeMap::new();
        in_time.iter().all(|&at| {
            let (Some(word), Some(one)) = (self.words.get(at), snapshots.get(at)) else {
                return false;
            };
            let before = last.insert(word, one.path);
            before.is_none_or(|before| order(before, one.path).is_le())
        })
    }

    fn are_those_of(&self, processes: &[ProcessSeries]) -> Told {
        if let [only] = processes {
            return match only.unchanged_counts {
                Some(1..) => Told::One,
                _ => Told::Otherwise,
            };
        }
        // One snapshot is of one instance, whatever it is of.
        let mut told = BTreeSet::new();
        for process in processes.iter().filter(|one| one.inputs.len() > 1) {
            let words = process.inputs.iter().map(|&at| self.words.get(at));
            let words: BTreeSet<Option<&&str>> = words.collect();
            if words.len() > 1 {
                return Told::Otherwise;
            }
            told.extend(words);
        }
        match told.len() > 1 {
            true => Told::AsNamed,
            false => Told::Otherwise,
        }
    }

    /// Whether the words differ in letters: those that differ in digits may be hours.
    fn are_named(&self) -> bool {
        let letters =
            |word: &&str| -> String { word.chars().filter(|c| c.is_alphabetic()).collect() };
        let all: BTreeSet<String> = self.by_word.keys().map(letters).collect();
        all.len() == self.by_word.len()
    }

    /// Whether what else is in the names comes again: two of each at least are in another one.
    fn have_the_same_moments(&self, snapshots: &[Named<'_>], place: usize) -> bool {
        let mut seen: BTreeMap<Vec<&str>, usize> = BTreeMap::new();
        let rest = |at: &usize| -> Vec<&str> {
            let path = snapshots.get(*at).map_or("", |one| one.path);
            let others = words(path).enumerate().filter(|(at, _)| *at != place);
            others.map(|(_, word)| word).collect()
        };
        for at in self.by_word.values().flatten() {
            *seen.entry(rest(at)).or_default() += 1;
        }
        self.by_word.values().all(|group| {
            let again = group.iter().filter(|at| seen.get(&rest(at)) > Some(&1));
            again.count() > 1
        })
    }

    fn message(&self, snapshots: &[Named<'_>], one: &str, how: &str) -> String {
        let each = self.by_word.iter().map(|(word, group)| {
            let first = group.first().and_then(|&at| snapshots.get(at));
            let path = first.map_or("", |one| one.path);
            format!("{word} ({}, such as {path})", counted(group.len(), one))
        });
        let each: Vec<String> = each.collect();
        let each: Vec<&str> = each.iter().map(String::as_str).collect();
        format!(
            "the names tell {} apart{how}: {}; give each its own series, in a folder or as a pattern of names",
            counted(self.by_word.len(), "instance"),
            as_few(&each)
        )
    }
}

/// Whether some of the processes that have a series ran side by side: which snapshot is of which may be wrong then.
fn are_beside(processes: &[ProcessSeries]) -> bool {
    let ranges = processes.iter().filter(|one| one.inputs.len() > 1);
    let ranges = ranges.filter_map(|one| Some((one.first_nanos?, one.last_nanos?)));
    let mut ranges: Vec<(i64, i64)> = ranges.collect();
    ranges.sort_unstable();
    let mut pairs = ranges.iter().zip(ranges.iter().skip(1));
    pairs.any(|((_, last), (first, _))| first <= last)
}

/// Whether names, in the order in which people count, are in another order than times.
fn is_out_of_order(snapshots: &[Named<'_>], in_time: &[usize]) -> bool {
    let paths = in_time.iter().filter_map(|&at| snapshots.get(at));
    let paths: Vec<&str> = paths.map(|one| one.path).collect();
    let mut pairs = paths.iter().zip(paths.iter().skip(1));
    pairs.any(|(one, next)| order(one, next).is_gt())
}

#[cfg(test)]
mod tests {
    use super::{Named, of_several, of_several_dumps};
    use heapwise_analysis::ProcessSeries;

    /// What is said of names in the order of their times, where allocations tell nothing.
    fn said(names: &[&str]) -> Option<String> {
        let named = |(at, path): (usize, &&'static str)| Named {
            path,
            nanos: Some(at as i64),
        };
        // The names live as long as the test.
        let names: Vec<&'static str> = names
            .iter()
            .map(|name| &*Box::leak((*name).to_owned().into_boxed_str()))
            .collect();
        let snapshots: Vec<Named<'_>> = names.iter().enumerate().map(named).collect();
        of_several(&snapshots, &[] as &[ProcessSeries])
    }

    #[test]
    fn instances_in_turn_are_told_apart_by_one_word() {
        for names in [
            [
                "pod-a-0001.pb.gz",
                "pod-b-0001.pb.gz",
                "pod-a-0002.pb.gz",
                "pod-b-0002.pb.gz",
            ],
            ["web-0/1.txt", "web-1/1.txt", "web-0/2.txt", "web-1/2.txt"],
            [
                "api-7d9f8b6c5d-x2x7k-1.pb.gz",
                "api-7d9f8b6c5d-p9q8r-1.pb.gz",
                "api-7d9f8b6c5d-x2x7k-2.pb.gz",
                "api-7d9f8b6c5d-p9q8r-2.pb.gz",
            ],
        ] {
            let said = said(&names).unwrap_or_default();
            assert!(said.contains("2 instances"), "{names:?}: {said}");
        }
    }

    #[test]
    fn dumps_without_times_are_told_apart_by_a_word_of_letters() {
        let said = |names: &[&str]| {
            let named = names.iter().map(|path| Named { path, nanos: None });
            of_several_dumps(&named.collect::<Vec<Named<'_>>>())
        };
        for names in [
            ["pod-a-0.txt", "pod-a-1.txt", "pod-b-0.txt", "pod-b-1.txt"],
            [
                "g_x2x7k_1.txt",
                "g_x2x7k_2.txt",
                "g_p9q8r_1.txt",
                "g_p9q8r_2.txt",
            ],
            ["d/a.1.txt", "d/b.1.txt", "d/a.2.txt", "d/b.2.txt"],
        ] {
            assert!(
                said(&names).is_some_and(|said| said.contains("2 instances")),
                "{names:?}"
            );
        }
        for names in [
            ["web-1.txt", "web-2.txt", "web-3.txt", "web-4.txt"],
            ["g-12-00.txt", "g-12-30.txt", "g-13-00.txt", "g-13-30.txt"],
            [
                "g-30T12-00.txt",
                "g-30T12-30.txt",
                "g-30T13-00.txt",
                "g-30T13-30.txt",
            ],
            ["old-1.txt", "old-2.txt", "new-3.txt", "new-4.txt"],
        ] {
            assert_eq!(said(&names), None, "{names:?}");
        }
    }

    #[test]
    fn one_series_is_not_taken_for_several() {
        for names in [
            &[
                "heap-0001.pb.gz",
                "heap-0002.pb.gz",
                "heap-0003.pb.gz",
                "heap-0004.pb.gz",
            ][..],
            &[
                "heap-12-00.txt",
                "heap-12-30.txt",
                "heap-13-00.txt",
                "heap-13-30.txt",
            ],
            &[
                "20261130T193812.129Z.txt",
                "20261130T193813.129Z.txt",
                "20261130T193814.130Z.txt",
                "20261130T193815.130Z.txt",
            ],
            &[
                "heap-1-9fa.txt",
                "heap-2-b01.txt",
                "heap-3-9fa.txt",
                "heap-4-b01.txt",
            ],
            &["old-1.txt", "old-2.txt", "new-1.txt", "new-2.txt"],
            &["a-1.txt", "b-1.txt", "c-1.txt", "d-1.txt"],
            &["a-1.txt", "a-2.txt", "b-1.txt", "b-2.txt"],
            &["1.pb.gz", "heap-2.pb.gz", "1-3.pb.gz", "heap-4.pb.gz"],
            &[],
        ] {
            assert_eq!(said(names), None, "{names:?}");
        }
    }
}
