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

/// Finds lines of all classes.
pub(super) struct Search {
    needles: Vec<(Class, Finder<'static>, Fits)>,
    /// The lines found: where they start, and what they are.
    pub(super) found: Vec<(usize, Class)>,
}

impl Search {
    pub(super) fn new() -> Self {
        let needles: [(Class, &'static str, Fits); 11] = [
            (Class::Trace, " @", damage::is_head),
            (Class::Trace, " ms clock, ", |before, _| {
                ends_in_digit(before)
            }),
            (Class::Trace, " MB goal, ", |before, _| {
                ends_in_digit(before)
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
        }
    }

    /// Finds the lines of a block, each of them once, in their order.
    pub(super) fn run(&mut self, block: &[u8]) {
        self.found.clear();
        for (class, finder, fits) in &self.needles {
            find(block, *class, finder, *fits, &mut self.found);
        }
        // A few sorted runs, which the stable sort merges.
        self.found.sort();
        self.found.dedup_by_key(|(start, _)| *start);
    }
}

fn find(
    block: &[u8],
    class: Class,
    finder: &Finder<'_>,
    fits: Fits,
    found: &mut Vec<(usize, Class)>,
) {
    let size = finder.needle().len();
    // Where the line starts that is searched, and where the search is in it.
    let (mut line, mut at) = (0, 0);
    while let Some(hit) = block.get(at..).and_then(|rest| finder.find(rest)) {
        let hit = at + hit;
        let before = block.get(at..hit).unwrap_or_default();
        if let Some(end) = memrchr(b'\n', before) {
            line = at + end + 1;
        }
        let after = block.get(hit + size..).unwrap_or_default();
        if !fits(block.get(line..hit).unwrap_or_default(), after) {
            at = hit + 1;
            continue;
        }
        found.push((line, class));
        let Some(end) = memchr(b'\n', after) else {
            break;
        };
        line = hit + size + end + 1;
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
