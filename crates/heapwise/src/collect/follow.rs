//! Follows a process from bundle to bundle: whether a collection ended in between, and how often it collects.

use heapwise_analysis::gc::{Cadence, GcMoment};
use heapwise_decode::{GcSnapshot, Limits, gc_snapshots};

use super::check::Told;
use crate::bundle::{Bundle, Forced, Part, ProcessRecord};

/// What is known of the process so far.
#[derive(Default)]
pub(crate) struct Follower {
    last: Option<GcMoment>,
    pub(crate) cadence: Cadence,
    /// Goroutines at the last count.
    pub(crate) goroutines: Option<u64>,
}

impl Follower {
    /// Goes on from the last bundle of an earlier run that has a heap text.
    pub(crate) fn after(bundles: &[Bundle], limits: &Limits) -> Follower {
        let mut follower = Follower::default();
        let mut newest = bundles.iter().rev();
        let found = newest.find_map(|bundle| {
            let bytes = std::fs::read(bundle.part(Part::HeapText)?).ok()?;
            let snapshot = gc_snapshots(&bytes[..], limits).ok()?.pop()?;
            Some((bundle, snapshot))
        });
        if let Some((bundle, snapshot)) = found {
            let record = &bundle.record;
            let moment = moment(snapshot, record.forced);
            follower.cadence.add(&moment, record.end_nanos);
            follower.last = Some(moment);
        }
        follower
    }

    /// Takes note of what a bundle told, and says what it says of the process.
    pub(crate) fn follow(&mut self, told: Told, forced: Forced, taken_nanos: i64) -> ProcessRecord {
        self.goroutines = told.goroutines.or(self.goroutines);
        let mut record = ProcessRecord {
            inuse_space: told.inuse_space,
            goroutines: told.goroutines,
            ..ProcessRecord::default()
        };
        let Some(snapshot) = told.snapshot else {
            return record;
        };
        let counters = &snapshot.counters;
        record.num_gc = counters.num_gc;
        record.num_forced_gc = counters.num_forced_gc;
        record.total_alloc = counters.total_alloc;
        record.last_gc_nanos = snapshot.heap.last_gc;
        let moment = moment(snapshot, forced);
        if let Some(last) = &self.last {
            let is_later = last.may_precede(&moment);
            record.restarted = Some(!is_later);
            let count = |moment: &GcMoment| moment.snapshot.counters.num_gc;
            record.same_cycle = Some(is_later && count(last) == count(&moment));
        }
        self.cadence.add(&moment, taken_nanos);
        self.last = Some(moment);
        record
    }
}

fn moment(snapshot: GcSnapshot, forced: Forced) -> GcMoment {
    GcMoment::new(snapshot, 0).with_forced(forced.of_heap_text())
}
