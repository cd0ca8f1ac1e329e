//! Until when what a heap profile says of allocations is published.
//!
//! Allocations become visible when a mark phase ends, one cycle late: what is allocated while cycle `C` is the
//! current one is published at the end of the mark phase of `C+2` (runtime/mprof.go, above `type memRecord`). So a
//! profile fetched after `n` cycles has everything up to the end of cycle `n-1`; if runtime.GC ran cycle `n` to its
//! end, as `gc=1` does, up to the end of cycle `n` (runtime/mgc.go: GC calls mProf_PostSweep).

use super::process::GcMoment;

/// Until when a profile is published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Published {
    /// The cycle at whose end it was.
    pub cycle: u64,
    /// That end, in nanoseconds since 1970-01-01 UTC.
    pub nanos: u64,
}

/// The time that lies between what two profiles of one process show.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Window {
    /// Both show the same data: no cycle was published in between, and nothing is known of what was allocated.
    Same,
    /// Seconds between the ends of the cycles that were published.
    Seconds {
        /// The most likely value: that no collection was run for either.
        value: f64,
        /// No less: it may not be known whether a collection was run for a profile.
        low: f64,
        /// No more.
        high: f64,
    },
    /// It cannot be told, and why.
    Unknown(&'static str),
}

impl GcMoment {
    /// Until when the profile of this moment is published, if `is_forced` says that a collection was run for it.
    fn published(&self, is_forced: bool) -> Option<Published> {
        let count = self.snapshot.counters.num_gc?;
        let cycle = count.checked_sub(u64::from(!is_forced))?;
        let nanos = self.snapshot.cycle_end(cycle)?;
        Some(Published { cycle, nanos })
    }

    /// The end of the cycle at which this profile was published, in nanoseconds since 1970-01-01 UTC: as far as it is
    /// not known whether a collection was run for it, that of one fetched without. `None` where no ring has it.
    pub fn published_nanos(&self) -> Option<i64> {
        let forced = self.snapshot.counters.num_forced_gc;
        let is_always_forced = forced.is_some() && forced == self.snapshot.counters.num_gc;
        let is_forced = self.forced.unwrap_or(is_always_forced);
        i64::try_from(self.published(is_forced)?.nanos).ok()
    }

    /// Whether a collection may have been run for this profile: the one before it is `earlier`.
    ///
    /// It was not where the program, or whoever fetched, never asked for one.
    fn may_be_forced(&self, earlier: Option<&GcMoment>) -> Vec<bool> {
        let forced = |moment: &GcMoment| moment.snapshot.counters.num_forced_gc;
        let before = earlier.map_or(Some(0), forced);
        match (self.forced, forced(self), before) {
            (Some(known), ..) => vec![known],
            (None, Some(now), Some(before)) if now == before => vec![false],
            _ => vec![false, true],
        }
    }
}

/// The time between what the profiles of two moments show, the earlier first.
///
/// What is between them is the allocations of the profiles' difference: their rate is that difference over this.
pub fn published_window(earlier: &GcMoment, later: &GcMoment) -> Window {
    if later.snapshot.pauses.is_none() || earlier.snapshot.counters.num_gc.is_none() {
        return Window::Unknown("no memory statistics with the ends of the cycles");
    }
    if !earlier.may_precede(later) {
        return Window::Unknown("the two are not an earlier and a later one of one process");
    }
    let (old, new) = (
        earlier.may_be_forced(None),
        later.may_be_forced(Some(earlier)),
    );
    let mut seconds = Vec::new();
    for &old_forced in &old {
        for &new_forced in &new {
            let ends = earlier
                .published(old_forced)
                .zip(later.published(new_forced));
            let Some((start, end)) = ends else {
                return Window::Unknown(match earlier.cycles() {
                    0 | 1 => {
                        "nothing was published yet when the earlier one was taken: too few cycles had ended"
                    }
                    _ => "the ring of 256 pauses no longer has the end of a cycle",
                });
            };
            seconds.push(end.nanos.saturating_sub(start.nanos) as f64 / 1e9);
        }
    }
    window(&seconds)
}

/// The first of the possible values is the likeliest.
fn window(seconds: &[f64]) -> Window {
    let low = seconds.iter().copied().fold(f64::INFINITY, f64::min);
    let high = seconds.iter().copied().fold(0.0, f64::max);
    match seconds.first() {
        Some(&value) if high > 0.0 => Window::Seconds { value, low, high },
        _ => Window::Same,
    }
}
