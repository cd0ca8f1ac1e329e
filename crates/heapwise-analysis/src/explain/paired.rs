//! Which decisions of two logs are one: those of the same words in the same function, in their order, whatever their lines are.

use std::collections::{BTreeMap, BTreeSet};

use heapwise_decode::{Decision, EscapeLog};

use super::paths::FilePath;

/// The decisions of two logs that are one, by their numbers, and what else is on the same places of both.
#[derive(Debug, Default)]
pub(super) struct Pairs {
    /// The number in the newer log of each of the older one.
    pub(super) newer: BTreeMap<usize, usize>,
    /// For each file lines of the older log and of the newer one.
    pub(super) lines: BTreeMap<String, BTreeMap<u32, u32>>,
    /// The files of the older log and of the newer one, each under one name.
    pub(super) files: [Vec<String>; 2],
}

/// Where decisions are looked for: the package, the file, and the function, as far as both logs tell.
type Scope<'a> = (Option<&'a str>, &'a str, Option<&'a str>);

/// Longer sequences are paired only where they are the same.
const MOST_CELLS: usize = 4_000_000;

/// Pairs the decisions of two logs.
pub(super) fn pairs(older: &EscapeLog, newer: &EscapeLog) -> Pairs {
    let are_packages_told = !older.packages.is_empty() && !newer.packages.is_empty();
    let are_functions_told = tells_functions(older) && tells_functions(newer);
    let files = one_name([older, newer].map(paths));
    let [old_names, new_names] = &files;
    let told = (are_packages_told, are_functions_told);
    let (old, new) = (
        scopes(older, old_names, told),
        scopes(newer, new_names, told),
    );
    let mut pairs = Pairs::default();
    for (scope, olds) in &old {
        let news = new.get(scope).map_or(&[][..], Vec::as_slice);
        let same = aligned((older, olds), (newer, news));
        pairs.newer.extend(same);
    }
    let lines = pairs.newer.iter().filter_map(|(old, new)| {
        let (old, new) = (older.decisions.get(*old)?, newer.decisions.get(*new)?);
        Some((
            old_names.get(old.at.file as usize)?,
            old.at.line,
            new.at.line,
        ))
    });
    let starts = starts((older, old_names), (newer, new_names));
    pairs.lines = lines_of(lines.chain(starts));
    pairs.files = files;
    pairs
}

fn paths(log: &EscapeLog) -> Vec<FilePath> {
    let paths = log.files.iter().map(|file| FilePath::of(file));
    paths.collect()
}

/// The names of the files of two logs: a file that only the older one has under its name has that of the only one like it, in a folder that
/// was elsewhere.
fn one_name([old, new]: [Vec<FilePath>; 2]) -> [Vec<String>; 2] {
    let texts = |paths: &[FilePath]| paths.iter().map(FilePath::text).collect::<Vec<String>>();
    let names = [texts(&old), texts(&new)];
    let known = names
        .each_ref()
        .map(|names| names.iter().collect::<BTreeSet<&String>>());
    let [in_old, in_new] = &known;
    let mut by_base: BTreeMap<&str, Vec<&FilePath>> = BTreeMap::new();
    for path in new.iter().filter(|path| !in_old.contains(&path.text())) {
        by_base.entry(path.base()).or_default().push(path);
    }
    let renamed = old.iter().map(|path| {
        let name = path.text();
        let others = by_base.get(path.base()).map_or(&[][..], Vec::as_slice);
        let best = others.iter().map(|other| path.common(other).0).max();
        let mut like = others
            .iter()
            .filter(|other| Some(path.common(other).0) == best);
        match (in_new.contains(&name), like.next(), like.next()) {
            (false, Some(only), None) => only.text(),
            _ => name,
        }
    });
    let renamed = renamed.collect();
    let [_, newer] = names;
    [renamed, newer]
}

/// Whether it names all functions where they start.
fn tells_functions(log: &EscapeLog) -> bool {
    log.has_all_functions && !log.function_names.is_empty()
}

/// The decisions of each scope, in their order.
fn scopes<'a>(
    log: &'a EscapeLog,
    names: &'a [String],
    (are_packages_told, are_functions_told): (bool, bool),
) -> BTreeMap<Scope<'a>, Vec<usize>> {
    let mut found: BTreeMap<Scope<'a>, Vec<usize>> = BTreeMap::new();
    for (number, one) in log.decisions.iter().enumerate() {
        let package = one.package.filter(|_| are_packages_told);
        let package = package.and_then(|at| log.packages.get(at as usize));
        let file = names.get(one.at.file as usize).map_or("", String::as_str);
        let function = match are_functions_told {
            true => function(log, one),
            false => None,
        };
        let scope = (package.map(String::as_str), file, function);
        found.entry(scope).or_default().push(number);
    }
    found
}

/// The function with a name that begins last above a decision.
fn function<'a>(log: &'a EscapeLog, one: &Decision) -> Option<&'a str> {
    let names = &log.function_names;
    let end = names.partition_point(|(file, line, _)| (*file, *line) <= (one.at.file, one.at.line));
    let (file, _, name) = names.get(end.checked_sub(1)?)?;
    (*file == one.at.file).then_some(name)
}

/// Of two sequences the pairs of the same words, as many as there can be in one order; of several ways that in which more go the
/// same way.
fn aligned(
    (older, olds): (&EscapeLog, &[usize]),
    (newer, news): (&EscapeLog, &[usize]),
) -> Vec<(usize, usize)> {
    let (old, new) = (numbered(older, olds), numbered(newer, news));
    let is_pair = |(one, other): (&&Decision, &&Decision)| likeness(one, other) > 0;
    if old.len() == new.len() && old.iter().zip(&new).all(is_pair) {
        return olds.iter().copied().zip(news.iter().copied()).collect();
    }
    // Both ends are the same mostly, and need no search.
    let is_same = |(one, other): &(&&Decision, &&Decision)| likeness(one, other) == 3;
    let start = old.iter().zip(&new).take_while(is_same).count();
    let rest = |all: &[&Decision]| all.len() - start;
    let ends = old.iter().rev().zip(new.iter().rev());
    let ends = ends.take(rest(&old).min(rest(&new)));
    let end = ends.take_while(is_same).count();
    let middle = |count: usize| start..count - end;
    let between = best_pairs(
        old.get(middle(old.len())).unwrap_or_default(),
        new.get(middle(new.len())).unwrap_or_default(),
    );
    let same = (0..start).map(|at| (at, at));
    let between = between
        .into_iter()
        .map(|(one, other)| (start + one, start + other));
    let last = (1..=end).map(|back| (old.len() - back, new.len() - back));
    let pairs = same.chain(between).chain(last);
    let pairs =
        pairs.filter_map(|(one, other)| olds.get(one).copied().zip(news.get(other).copied()));
    pairs.collect()
}

/// The pairs of two sequences by their places, none where these are too long.
fn best_pairs(old: &[&Decision], new: &[&Decision]) -> Vec<(usize, usize)> {
    let width = new.len() + 1;
    if width.saturating_mul(old.len() + 1) > MOST_CELLS {
        return Vec::new();
    }
    // What is best of the rest from each pair of places on.
    let mut best = vec![0_u32; width * (old.len() + 1)];
    let at = |best: &[u32], row: usize, column: usize| {
        best.get(row * width + column).copied().unwrap_or(0)
    };
    for (row, one) in old.iter().enumerate().rev() {
        for (column, other) in new.iter().enumerate().rev() {
            let score = likeness(one, other);
            let paired = match score {
                0 => 0,
                _ => score + at(&best, row + 1, column + 1),
            };
            let most = paired
                .max(at(&best, row + 1, column))
                .max(at(&best, row, column + 1));
            if let Some(cell) = best.get_mut(row * width + column) {
                *cell = most;
            }
        }
    }
    let (mut row, mut column) = (0, 0);
    let mut found = Vec::new();
    while let (Some(one), Some(other)) = (old.get(row), new.get(column)) {
        let score = likeness(one, other);
        let here = at(&best, row, column);
        if score > 0 && here == score + at(&best, row + 1, column + 1) {
            found.push((row, column));
            row += 1;
            column += 1;
        } else if here == at(&best, row + 1, column) {
            row += 1;
        } else {
            column += 1;
        }
    }
    found
}

fn numbered<'a>(log: &'a EscapeLog, numbers: &[usize]) -> Vec<&'a Decision> {
    let all = numbers.iter().filter_map(|&at| log.decisions.get(at));
    all.collect()
}

/// How much two decisions are one: not at all with other words, and less where they go another way.
fn likeness(one: &Decision, other: &Decision) -> u32 {
    match (one.subject == other.subject, one.outcome == other.outcome) {
        (false, _) => 0,
        (true, true) => 3,
        (true, false) => 2,
    }
}

/// The lines at which functions with a name start in both.
fn starts<'a>(
    (older, old_names): (&'a EscapeLog, &'a [String]),
    (newer, new_names): (&'a EscapeLog, &'a [String]),
) -> impl Iterator<Item = (&'a String, u32, u32)> {
    let mut known: BTreeMap<(&str, &str), BTreeSet<u32>> = BTreeMap::new();
    for (file, line, name) in &newer.function_names {
        if let Some(file) = new_names.get(*file as usize) {
            known.entry((file, name)).or_default().insert(*line);
        }
    }
    older
        .function_names
        .iter()
        .filter_map(move |(file, line, name)| {
            let file = old_names.get(*file as usize)?;
            let lines = known.get(&(file.as_str(), name.as_str()))?;
            let only = lines.first().filter(|_| lines.len() == 1)?;
            Some((file, *line, *only))
        })
}

/// Lines of files that are each on one line of the other log.
fn lines_of<'a>(
    all: impl Iterator<Item = (&'a String, u32, u32)>,
) -> BTreeMap<String, BTreeMap<u32, u32>> {
    let mut found: BTreeMap<String, BTreeMap<u32, BTreeSet<u32>>> = BTreeMap::new();
    for (file, old, new) in all {
        let lines = found.entry(file.clone()).or_default();
        lines.entry(old).or_default().insert(new);
    }
    let single = |(old, news): (u32, BTreeSet<u32>)| {
        let new = news.first().copied()?;
        (news.len() == 1).then_some((old, new))
    };
    let files = found.into_iter();
    let files = files.map(|(file, lines)| (file, lines.into_iter().filter_map(single).collect()));
    files.collect()
}
