//! What lies between each cycle of a log and the next, in order, in so many steps at most.

use heapwise_decode::GcCycle;

use super::cut::bound;

/// From the start of one cycle, or of several, to that of the next.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct TraceStep {
    /// Cycles that nobody asked for.
    pub cycles: f64,
    /// Nanoseconds of the clock.
    pub nanos: f64,
    /// The same times processors.
    pub cpu_nanos: f64,
    /// CPU nanoseconds of the collector, without idle marking.
    pub gc: f64,
    /// MiB allocated, to the one or two that heap sizes leave open.
    pub alloc_mib: f64,
    /// MiB of heap that was marked, and of the goal: sums over `count`.
    pub live_mib: f64,
    /// Likewise.
    pub goal_mib: f64,
    /// Cycles that it is of, with those that somebody asked for.
    pub count: f64,
}

impl TraceStep {
    fn add(&mut self, later: &TraceStep) {
        self.cycles += later.cycles;
        self.nanos += later.nanos;
        self.cpu_nanos += later.cpu_nanos;
        self.gc += later.gc;
        self.alloc_mib += later.alloc_mib;
        self.live_mib += later.live_mib;
        self.goal_mib += later.goal_mib;
        self.count += later.count;
    }
}

/// Steps that are kept; once there are more, two become one.
const MOST_STEPS: usize = 1024;
/// Cycles whose stops are kept; once there are more, every other one is left out.
const MOST_STOPS: usize = 8192;

/// Collects steps, and the stops of cycles.
#[derive(Debug, Clone)]
pub(super) struct Steps {
    steps: Vec<TraceStep>,
    /// Pairs of cycles in a full step.
    length: u64,
    /// Pairs in the last step.
    filled: u64,
    stops: Vec<[u32; 2]>,
    stride: u64,
    cycles: u64,
}

impl Default for Steps {
    fn default() -> Self {
        Self {
            steps: Vec::new(),
            length: 1,
            filled: 0,
            stops: Vec::new(),
            stride: 1,
            cycles: 0,
        }
    }
}

/// Nanoseconds of the unit that stops are kept in: the least that is printed.
const MICRO: u64 = 1_000;

impl Steps {
    /// Adds the stops of a cycle.
    pub(super) fn stop(&mut self, cycle: &GcCycle) {
        if self.cycles.is_multiple_of(self.stride) {
            let clock = &cycle.clock;
            let micros = |nanos: u64| u32::try_from(nanos / MICRO).unwrap_or(u32::MAX);
            self.stops
                .push([clock.sweep_termination, clock.mark_termination].map(micros));
        }
        self.cycles += 1;
        if self.stops.len() > MOST_STOPS {
            let mut place = 0;
            self.stops.retain(|_| {
                place += 1;
                place % 2 == 1
            });
            self.stride *= 2;
        }
    }

    /// Adds what lies between a cycle and the next of the log.
    pub(super) fn add(&mut self, cycle: &GcCycle, next: &GcCycle, alloc_mib: f64) {
        let nanos = next.at_nanos.saturating_sub(cycle.at_nanos) as f64;
        let step = TraceStep {
            cycles: f64::from(u8::from(!next.is_forced && !next.is_leak_check)),
            nanos,
            cpu_nanos: nanos * f64::from(cycle.procs),
            gc: cycle.cpu.without_idle() as f64,
            alloc_mib,
            live_mib: cycle.heap_live_mib as f64,
            goal_mib: cycle.heap_goal_mib as f64,
            count: 1.0,
        };
        match self.steps.last_mut() {
            Some(last) if self.filled < self.length => last.add(&step),
            _ => {
                self.filled = 0;
                self.steps.push(step);
            }
        }
        self.filled += 1;
        if self.steps.len() > MOST_STEPS {
            self.halve();
        }
    }

    fn halve(&mut self) {
        let mut merged: Vec<TraceStep> = Vec::with_capacity(MOST_STEPS);
        for (at, step) in self.steps.drain(..).enumerate() {
            match merged.last_mut() {
                Some(last) if at % 2 == 1 => last.add(&step),
                _ => merged.push(step),
            }
        }
        // The last one stands alone: there was one more than an even number.
        self.steps = merged;
        self.length *= 2;
    }

    pub(super) fn steps(&self) -> &[TraceStep] {
        &self.steps
    }

    pub(super) fn cycle_stops(&self) -> CycleStops {
        let nanos = |micros: u32| u64::from(micros) * MICRO;
        let stops = self.stops.iter();
        let both = stops.map(|both| {
            let [one, other] = both.map(nanos);
            (one + other, bound(one) + bound(other))
        });
        CycleStops {
            nanos: both.collect(),
            is_complete: self.stride == 1,
        }
    }
}

/// For how long each cycle stopped the world, both times of it together.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CycleStops {
    /// Nanoseconds as printed, and what they were less than, in order.
    pub nanos: Vec<(u64, u64)>,
    /// Whether all cycles of the log are there; of very many only every so many are.
    pub is_complete: bool,
}

#[cfg(test)]
mod tests {
    use super::{MOST_STEPS, Steps, TraceStep};

    #[test]
    fn many_steps_become_fewer_and_lose_nothing() {
        let mut steps = Steps::default();
        let one = TraceStep {
            cycles: 1.0,
            nanos: 10.0,
            cpu_nanos: 20.0,
            gc: 1.0,
            alloc_mib: 3.0,
            live_mib: 4.0,
            goal_mib: 8.0,
            count: 1.0,
        };
        for _ in 0..=MOST_STEPS {
            steps.steps.push(one);
        }
        steps.halve();
        assert_eq!(steps.steps().len(), MOST_STEPS / 2 + 1);
        let sum: f64 = steps.steps().iter().map(|step| step.nanos).sum();
        assert!((sum - 10.0 * (MOST_STEPS + 1) as f64).abs() < 1e-9);
    }
}
