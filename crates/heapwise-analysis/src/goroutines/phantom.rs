//! What the runtime lists among leaked goroutines though it is no leak, and how a dump of all
//! goroutines shows that leaks were looked for.

use heapwise_decode::{Sample, Tables};

use super::sites::{SiteIndex, Sites};
use super::state::BLOCKED;

/// What is listed as leaked and is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phantom {
    /// A record without a stack: Go 1.27 leaves out the main goroutine that waits in `select {}`,
    /// but not its record.
    NoStack,
    /// The main goroutine in `select {}`, as Go 1.26 lists it: servers wait so until they are
    /// stopped.
    Main,
}

/// What was listed as leaked and is not counted as such.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Phantoms {
    /// Records without a stack.
    pub without_stack: i64,
    /// Main goroutines in `select {}`.
    pub main: i64,
}

impl Phantoms {
    pub(super) fn add(&mut self, phantom: Phantom, count: i64) {
        let sum = match phantom {
            Phantom::NoStack => &mut self.without_stack,
            Phantom::Main => &mut self.main,
        };
        *sum = sum.saturating_add(count);
    }

    /// Dumps of one process repeat what they list: the most of any is what there is.
    pub(super) fn most(self, other: Phantoms) -> Phantoms {
        Phantoms {
            without_stack: self.without_stack.max(other.without_stack),
            main: self.main.max(other.main),
        }
    }

    /// All of them.
    pub fn total(self) -> i64 {
        self.without_stack.saturating_add(self.main)
    }
}

/// Whether a record of a leak profile has no stack at all: no frame, or none with an address.
pub(super) fn has_no_stack(tables: &Tables, sample: &Sample<'_>) -> bool {
    sample.stack().iter().all(|&index| {
        let location = tables.location(index);
        location.address == 0 && location.lines.is_empty()
    })
}

/// Whether a goroutine is the main one and waits in `select {}`. Where the frames of the runtime
/// have no names, which are so many then, a select of main that nothing can end looks the same,
/// and is as little a leak: there is one main.
pub(super) fn is_main_at_rest(
    state: &str,
    hidden: usize,
    frames: &[SiteIndex],
    sites: &Sites,
) -> bool {
    /// `gopark` and `block`, or `gopark` and `selectgo`.
    const OF_SELECT: usize = 2;
    let root = frames.last().map(|&site| sites.function(site));
    let is_main = matches!(root, Some("runtime.main" | "main.main"));
    let rests = match state {
        BLOCKED => hidden == OF_SELECT,
        state => state == "select (no cases)",
    };
    is_main && rests
}

/// Whether a goroutine is the one that writes a dump of /debug/pprof/goroutineleak with debug=2,
/// which lists all goroutines and marks the leaked (runtime/pprof: writeGoroutineLeak). Others
/// that are about to do so do not run while the world is stopped.
pub(super) fn writes_leaks(state: &str, frames: &[SiteIndex], sites: &Sites) -> bool {
    let mut functions = frames.iter().map(|&site| sites.function(site));
    state == "running" && functions.any(|name| name == "runtime/pprof.writeGoroutineLeak")
}
