//! Which lines of a block are worth a look: found by a search over the whole block, since most
//! lines of a log are of something else.

use memchr::memmem::Finder;
use memchr::{memchr, memrchr};

use super::damage;

/// What a line may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Class {
    /// Of a cycle, or a part of one.
    Trace,
    Scavenger,
    Pacer,
    Scan,
    Finalizers,
    Scheduler,
    Periodic,
    TooOld,
}

/// Whether what stands before and behind a needle fits.
type Fits = fn(&[u8], &[u8]) -> bool;

type Needle = (Class, Finder<'static>, Fits);

/// A line that is worth a look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Hit {
    pub(super) start: usize,
    /// Without the end of the line.
    pub(super) end: usize,
    pub(super) class: Class,
}

/// Finds lines of all classes.
pub(super) struct Search {
    needles: Vec<Needle>,
    /// The lines found.
    pub(super) found: Vec<Hit>,
    /// What is between those that the first needle found.
    gaps: Vec<(usize, usize)>,
}

impl Search {
    pub(super) fn new() -> Self {
        let needles: [(Class, &'static str, Fits); 11] = [
            (Class::Trace, " @", damage::is_head),
            (Class::Trace, " ms clock, ", |before, _| {
                before.is_empty() || ends_in_digit(before)
            }),
            (Class::Trace, " MB goal, ", |before, _| {
                before.is_empty() || ends_in_digit(before)
            }),
            (Class::Scavenger, "scav ", |_, after| starts_in_digit(after)),
            (Class::Scavenger, "scvg", |_, after| {
                after_digits(after).starts_with(b": ")
            }),
            (Class::Pacer, "pacer: ", |_, after| is_pacer(after)),
            (Class::Scan, "scan: ", |_, after| {
                after.starts_with(b"total ") || after.starts_with(b"class ")
            }),
            (Class::Finalizers, "checkfinalizers: queue: ", |_, _| true),
            (Class::Scheduler, "SCHED ", |_, after| {
                after_digits(after).starts_with(b"ms: ")
            }),
            (Class::Periodic, "GC forced", |_, after| {
                after
                    .first()
                    .is_none_or(|byte| !byte.is_ascii_alphanumeric() && *byte != b' ')
            }),
            (Class::TooOld, " handoff, ", |before, _| {
                before.ends_with(b")")
            }),
        ];
        Self {
            needles: needles
                .into_iter()
                .map(|(class, needle, fits)| (class, Finder::new(needle), fits))
                .collect(),
            found: Vec::new(),
            gaps: Vec::new(),
        }
    }

    /// Finds the lines of a block, each of them once, in their order. Most are found by the first needle, and are
    /// not searched for others.
    pub(super) fn run(&mut self, block: &[u8]) {
        self.found.clear();
        let Some((first, others)) = self.needles.split_first() else {
            return;
        };
        find(block, (0, block.len()), first, &mut self.found);
        let mut start = 0;
        self.gaps.clear();
        for hit in &self.found {
            if start < hit.start {
                self.gaps.push((start, hit.start));
            }
            start = hit.end + 1;
        }
        if start < block.len() {
            self.gaps.push((start, block.len()));
        }
        for needle in others {
            for &gap in &self.gaps {
                find(block, gap, needle, &mut self.found);
            }
        }
        // A few sorted runs, which the stable sort merges.
        self.found.sort();
        self.found.dedup_by_key(|hit| hit.start);
    }
}

/// Finds the lines with a needle in a part of a block, which is whole lines.
fn find(block: &[u8], (start, end): (usize, usize), needle: &Needle, found: &mut Vec<Hit>) {
    let (class, finder, fits) = needle;
    let part = block.get(..end).unwrap_or_default();
    let size = finder.needle().len();
    // Where the line starts that is searched, and where the search is in it.
    let (mut line, mut at) = (start, start);
    while let Some(hit) = part.get(at..).and_then(|rest| finder.find(rest)) {
        let hit = at + hit;
        let before = part.get(at..hit).unwrap_or_default();
        if let Some(end) = memrchr(b'\n', before) {
            line = at + end + 1;
        }
        let after = part.get(hit + size..).unwrap_or_default();
        if !fits(part.get(line..hit).unwrap_or_default(), after) {
            at = hit + 1;
            continue;
        }
        let end = memchr(b'\n', after).map_or(end, |end| hit + size + end);
        found.push(Hit {
            start: line,
            end,
            class: *class,
        });
        line = end + 1;
        at = line;
    }
}

fn starts_in_digit(text: &[u8]) -> bool {
    text.first().is_some_and(u8::is_ascii_digit)
}

fn ends_in_digit(text: &[u8]) -> bool {
    text.last().is_some_and(u8::is_ascii_digit)
}

fn after_digits(text: &[u8]) -> &[u8] {
    let count = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    text.get(count..).unwrap_or_default()
}

/// runtime/mgcpacer.go: startCycle, endCycle; runtime/mgcsweep.go: bgsweep; the values of Go 1.17
/// and older.
fn is_pacer(after: &[u8]) -> bool {
    let starts: [&[u8]; 3] = [b"assist ratio=", b"sweep done at heap size ", b"H_m_prev="];
    starts.iter().any(|start| after.starts_with(start))
        || after_digits(after).starts_with(b"% CPU (")
}
