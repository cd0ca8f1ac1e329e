//! Functions with their lines, as a listing shows them.

use std::collections::BTreeMap;

use super::nodes::{LineNode, LineNodes};
use super::options::ListOptions;
use crate::error::{ErrorKind, Result};
use crate::profile::units::narrow;
use crate::sums::measured::Sum;
use crate::view::View;

/// Lines shown before the first and behind the last that has a value (report/source.go:
/// getSourceFromFile).
const MARGIN: i64 = 5;

/// The functions chosen from a view, with the value of each of their lines (report/source.go:
/// printSource). Their source texts are for the caller to find.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Listing {
    /// The functions, by name.
    pub routines: Vec<Routine>,
}

/// A function of a [`Listing`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Routine {
    /// The name; empty for what has no symbols.
    pub name: Vec<u8>,
    /// The files that the profile names for it, by path. Empty when it names none.
    pub files: Vec<RoutineFile>,
}

/// A source file of a [`Routine`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RoutineFile {
    /// The path, trimmed and cleaned.
    pub path: Vec<u8>,
    /// The sum of the lines' flat values.
    pub flat: i64,
    /// The sum of the lines' cumulative values: a function that calls itself from two lines counts
    /// twice, as in pprof.
    pub cum: i64,
    /// The first line to show.
    pub first_line: i64,
    /// The last line to show.
    pub last_line: i64,
    /// The lines that have a value, by number.
    pub lines: Vec<LineValue>,
}

/// What a source line is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct LineValue {
    /// The line's number, from 1; 0 when not recorded.
    pub line: i64,
    /// The value of the line itself.
    pub flat: i64,
    /// The value of the line and what it called.
    pub cum: i64,
}

impl Listing {
    /// Lists functions line by line. Lines are told apart whatever the view's granularity.
    ///
    /// # Errors
    ///
    /// When no function with samples is chosen, and what [`heapwise_decode::visit`] refuses.
    pub fn of(view: &View, options: &ListOptions<'_>) -> Result<Listing> {
        let is_mean = view.options().mean && !options.without_means;
        let value_of = |sum: Sum| narrow(if is_mean { sum.mean() } else { sum.value });
        let nodes = LineNodes::of(view, options)?;
        let mut routines = BTreeMap::<&[u8], BTreeMap<&[u8], Vec<&LineNode>>>::new();
        for node in &nodes.nodes {
            let files = routines.entry(nodes.name(node)).or_default();
            let file = nodes.file(node);
            if !file.is_empty() {
                files.entry(file).or_default().push(node);
            }
        }
        if routines.is_empty() {
            return Err(ErrorKind::NoFunction.into());
        }
        let routine = |(name, files): (&[u8], BTreeMap<&[u8], Vec<&LineNode>>)| Routine {
            name: name.to_vec(),
            files: files
                .into_iter()
                .map(|(path, nodes)| RoutineFile::of(path, &nodes, &value_of))
                .collect(),
        };
        Ok(Listing {
            routines: routines.into_iter().map(routine).collect(),
        })
    }

    /// Every file that is named, with the lines to show of it, by path.
    pub fn sources(&self) -> BTreeMap<&[u8], Vec<(i64, i64)>> {
        let mut sources = BTreeMap::<&[u8], Vec<(i64, i64)>>::new();
        for file in self.routines.iter().flat_map(|routine| &routine.files) {
            let ranges = sources.entry(&file.path).or_default();
            ranges.push((file.first_line, file.last_line));
        }
        sources
    }
}

impl RoutineFile {
    fn of(path: &[u8], nodes: &[&LineNode], value_of: &dyn Fn(Sum) -> i64) -> RoutineFile {
        let mut by_line = BTreeMap::<i64, (Sum, Sum)>::new();
        let (mut all_flat, mut all_cum) = (Sum::default(), Sum::default());
        for node in nodes {
            let (flat, cum) = by_line.entry(node.line).or_default();
            *flat += node.flat;
            *cum += node.cum;
            all_flat += node.flat;
            all_cum += node.cum;
        }
        let (first_line, last_line) = range(nodes);
        RoutineFile {
            path: path.to_vec(),
            flat: value_of(all_flat),
            cum: value_of(all_cum),
            first_line,
            last_line,
            lines: by_line
                .into_iter()
                .map(|(line, (flat, cum))| LineValue {
                    line,
                    flat: value_of(flat),
                    cum: value_of(cum),
                })
                .collect(),
        }
    }

    /// The value of a line.
    pub fn line(&self, line: i64) -> Option<LineValue> {
        let at = self.lines.binary_search_by_key(&line, |value| value.line);
        at.ok().and_then(|at| self.lines.get(at)).copied()
    }
}

/// From where the function starts, or a little before its first line where that is not recorded,
/// to a little behind its last line (report/source.go: getSourceFromFile). Where pprof's range
/// depends on the order of a map, this is the widest that it prints.
fn range(nodes: &[&LineNode]) -> (i64, i64) {
    let starts = nodes.iter().map(|node| match node.start_line {
        0 => node.line.saturating_sub(MARGIN),
        start => start,
    });
    let last = nodes.iter().map(|node| node.line).max();
    (
        starts.min().unwrap_or(1).max(1),
        last.unwrap_or(0).saturating_add(MARGIN),
    )
}
