//! The parts of a bundle: which page each is, in which file, and in which order they are fetched.

use crate::fetch::Target;

/// A page of a server that is kept in a bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// Profile, names and counters of one call: what the rest of the bundle is held against.
    HeapText,
    /// The same page as a profile in pprof's form.
    Heap,
    /// `/debug/vars`: behind both, so that it tells whether a collection ended between them.
    Variables,
    /// Goroutines by stack.
    Goroutines,
    /// Each goroutine with its number, state and wait.
    GoroutineTexts,
    /// Goroutines that can never run again: last, since it forces collections.
    Leaks,
}

impl Part {
    /// All, in the order in which they are fetched.
    pub(crate) const ALL: [Part; 6] = [
        Part::HeapText,
        Part::Heap,
        Part::Variables,
        Part::Goroutines,
        Part::GoroutineTexts,
        Part::Leaks,
    ];

    /// Its file in the folder of the bundle.
    pub(crate) fn file(self) -> &'static str {
        match self {
            Part::HeapText => "heap.debug1.txt",
            Part::Heap => "heap.pb.gz",
            Part::Variables => "expvar.json",
            Part::Goroutines => "goroutine.pb.gz",
            Part::GoroutineTexts => "goroutine.debug2.txt",
            Part::Leaks => "goroutineleak.pb.gz",
        }
    }

    /// Its page, as people type it.
    pub(crate) fn page(self) -> &'static str {
        match self {
            Part::HeapText => "heap?debug=1",
            Part::Heap => "heap",
            Part::Variables => "/debug/vars",
            Part::Goroutines => "goroutine",
            Part::GoroutineTexts => "goroutine?debug=2",
            Part::Leaks => "goroutineleak",
        }
    }

    /// Its page on a server.
    pub(crate) fn target(self, server: &Target) -> Target {
        match self {
            Part::Variables => server.variables(),
            _ => {
                let page = self.page();
                let (page, query) = page.split_once('?').unwrap_or((page, ""));
                server.page(page, query)
            }
        }
    }

    /// Whether many servers do not have it, so that a bundle is whole without it.
    pub(crate) fn is_optional(self) -> bool {
        matches!(self, Part::Variables | Part::Leaks)
    }
}
