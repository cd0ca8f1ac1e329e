//! What was measured of a program.

use super::bracket::Bracket;
use super::goal::{Goal, goal_at};
use super::setting::Setting;

/// What every Go program has mapped besides its heap, in bytes: the runtime's own tables, arenas of metadata, a few
/// stacks. Measured on small programs of Go 1.27: what is above it grew with the heap.
const RUNTIME_ITSELF: f64 = 3.5 * 1024.0 * 1024.0;

/// A program as it was measured under one setting. What is not known stays `None`, and what needs it is not predicted.
#[derive(Debug, Clone, PartialEq)]
pub struct Program {
    live: f64,
    live_range: Option<Bracket>,
    live_seen: Option<u32>,
    roots: f64,
    non_heap: f64,
    least_non_heap: Option<f64>,
    off_heap: f64,
    setting: Setting,
    allocation_rate: Option<Bracket>,
    processors: Option<u32>,
    gc_per_second: Option<f64>,
    cpu_per_cycle: Option<f64>,
    idle_per_cycle: Option<f64>,
    share_per_cycle: Option<f64>,
    busy: Option<f64>,
    peak: Option<u64>,
    non_go: u64,
}

impl Program {
    /// Of the bytes that a collection leaves (`/gc/heap/live:bytes`, the mean of several) and the bytes mapped that
    /// are neither heap objects nor free heap: Sys − HeapReleased − (HeapIdle − HeapReleased) − HeapAlloc.
    #[must_use]
    pub fn new(live: u64, non_heap: u64) -> Self {
        Self {
            live: live as f64,
            live_range: None,
            live_seen: None,
            roots: 0.0,
            non_heap: non_heap as f64,
            least_non_heap: None,
            off_heap: 0.0,
            setting: Setting::DEFAULT,
            allocation_rate: None,
            processors: None,
            gc_per_second: None,
            cpu_per_cycle: None,
            idle_per_cycle: None,
            share_per_cycle: None,
            busy: None,
            peak: None,
            non_go: 0,
        }
    }

    /// The least and the most that collections left, of a program whose live heap swings or grows.
    #[must_use]
    pub fn with_live_range(mut self, least: u64, most: u64) -> Self {
        self.live_range = Some(Bracket::new(least as f64, most as f64));
        self
    }

    /// How often the live heap was seen, where that is known.
    #[must_use]
    pub fn with_live_seen(mut self, times: u32) -> Self {
        self.live_seen = Some(times);
        self
    }

    /// Bytes of stacks and of globals that are scanned (`/gc/scan/stack:bytes`, `/gc/scan/globals:bytes`).
    #[must_use]
    pub fn with_roots(mut self, stacks: u64, globals: u64) -> Self {
        self.roots = stacks as f64 + globals as f64;
        self
    }

    /// The least that the non-heap memory is between two collections. Gaps in spans (HeapInuse − HeapAlloc) count as
    /// non-heap memory until new objects fill them, so of a snapshot it is what is left without them.
    #[must_use]
    pub fn with_least_non_heap(mut self, bytes: u64) -> Self {
        self.least_non_heap = Some(bytes as f64).filter(|least| *least <= self.non_heap);
        self
    }

    /// Bytes among the non-heap memory that do not grow with the heap, such as stacks in use.
    #[must_use]
    pub fn with_off_heap(mut self, bytes: u64) -> Self {
        self.off_heap = bytes as f64;
        self
    }

    /// The setting that it ran with; [`Setting::DEFAULT`] unless told.
    #[must_use]
    pub fn with_setting(mut self, setting: Setting) -> Self {
        self.setting = setting;
        self
    }

    /// Bytes allocated per second.
    #[must_use]
    pub fn with_allocation_rate(self, bytes_per_second: f64) -> Self {
        self.with_allocation_rates(bytes_per_second, bytes_per_second)
    }

    /// The least and the most bytes allocated per second.
    #[must_use]
    pub fn with_allocation_rates(mut self, least: f64, most: f64) -> Self {
        let is_rate = |rate: f64| rate.is_finite() && rate >= 0.0;
        self.allocation_rate =
            (is_rate(least) && is_rate(most)).then_some(Bracket::new(least, most));
        self
    }

    /// GOMAXPROCS.
    #[must_use]
    pub fn with_processors(mut self, processors: u32) -> Self {
        self.processors = Some(processors).filter(|&count| count > 0);
        self
    }

    /// Collections per second, without those that were forced.
    #[must_use]
    pub fn with_gc_per_second(mut self, rate: f64) -> Self {
        self.gc_per_second = positive(rate);
        self
    }

    /// CPU seconds that a collection takes, without marking on processors that were idle, and those apart where
    /// they are known.
    #[must_use]
    pub fn with_cpu_per_cycle(mut self, seconds: f64, idle: Option<f64>) -> Self {
        self.cpu_per_cycle = positive(seconds);
        self.idle_per_cycle = idle.filter(|idle| idle.is_finite() && *idle >= 0.0);
        self
    }

    /// The part of all processors' time that the collector took, without marking on idle ones, while there were so many
    /// collections per second. It stands in for the CPU seconds of a collection where GOMAXPROCS is not known.
    #[must_use]
    pub fn with_gc_share(mut self, share: f64, per_second: f64) -> Self {
        self.share_per_cycle = positive(share / per_second);
        self
    }

    /// CPU seconds per second that the program itself takes, without the collector.
    #[must_use]
    pub fn with_busy(mut self, cpu_seconds_per_second: f64) -> Self {
        self.busy = positive(cpu_seconds_per_second);
        self
    }

    /// The most bytes that were mapped and not released.
    #[must_use]
    pub fn with_peak(mut self, bytes: u64) -> Self {
        self.peak = Some(bytes);
        self
    }

    /// Bytes that are resident and not Go's: cgo, mmap, the binary. 0 unless told.
    #[must_use]
    pub fn with_non_go(mut self, bytes: u64) -> Self {
        self.non_go = bytes;
        self
    }

    /// Bytes that a collection leaves.
    #[must_use]
    pub fn live(&self) -> u64 {
        self.live as u64
    }

    /// The least and the most that collections left, where that is known.
    #[must_use]
    pub fn live_range(&self) -> Option<Bracket> {
        self.live_range
    }

    /// How often the live heap was seen, where that is known.
    #[must_use]
    pub fn live_seen(&self) -> Option<u32> {
        self.live_seen
    }

    /// Bytes of stacks and globals that are scanned.
    #[must_use]
    pub fn roots(&self) -> u64 {
        self.roots as u64
    }

    /// Bytes mapped that are neither heap objects nor free heap.
    #[must_use]
    pub fn non_heap(&self) -> u64 {
        self.non_heap as u64
    }

    /// The setting that it ran with.
    #[must_use]
    pub fn setting(&self) -> Setting {
        self.setting
    }

    /// Bytes allocated per second.
    #[must_use]
    pub fn allocation_rate(&self) -> Option<Bracket> {
        self.allocation_rate
    }

    /// GOMAXPROCS.
    #[must_use]
    pub fn processors(&self) -> Option<u32> {
        self.processors
    }

    /// Collections per second.
    #[must_use]
    pub fn gc_per_second(&self) -> Option<f64> {
        self.gc_per_second
    }

    /// CPU seconds of a collection, without marking on idle processors.
    #[must_use]
    pub fn cpu_per_cycle(&self) -> Option<f64> {
        self.cpu_per_cycle
    }

    /// CPU seconds of a collection's marking on idle processors.
    #[must_use]
    pub fn idle_per_cycle(&self) -> Option<f64> {
        self.idle_per_cycle
    }

    /// CPU seconds per second that the program itself takes.
    #[must_use]
    pub fn busy(&self) -> Option<f64> {
        self.busy
    }

    /// The most bytes that were mapped and not released.
    #[must_use]
    pub fn peak(&self) -> Option<u64> {
        self.peak
    }

    /// Bytes that are resident and not Go's.
    #[must_use]
    pub fn non_go(&self) -> u64 {
        self.non_go
    }

    /// Seconds that a collection would take on all processors, without marking on idle ones: its CPU seconds over
    /// GOMAXPROCS.
    #[must_use]
    pub fn share_per_cycle(&self) -> Option<f64> {
        let exact = self.over_processors(self.cpu_per_cycle);
        exact.or(self.share_per_cycle)
    }

    /// The same of marking on idle processors.
    pub(super) fn idle_share_per_cycle(&self) -> Option<f64> {
        self.over_processors(self.idle_per_cycle)
    }

    /// What the program itself takes of all processors' time.
    pub(super) fn busy_share(&self) -> Option<f64> {
        self.over_processors(self.busy)
    }

    fn over_processors(&self, seconds: Option<f64>) -> Option<f64> {
        Some(seconds? / f64::from(self.processors?))
    }

    /// The live heap as a number.
    pub(super) fn mean_live(&self) -> f64 {
        self.live
    }

    /// The most that is live, as far as it is known.
    pub(super) fn most_live(&self) -> f64 {
        self.live_range
            .map_or(self.live, |range| range.high.max(self.live))
    }

    /// How far the live heap swings.
    pub(super) fn swing(&self) -> f64 {
        self.live_range.map_or(0.0, |range| range.high - range.low)
    }

    /// Whether the live heap swings or grows by more than a quarter: 10 % are noise of the moments at which
    /// collections end, since what is allocated while they mark counts as live.
    pub(super) fn is_wide(&self) -> bool {
        self.swing() > 0.25 * self.live
    }

    /// Stacks and globals.
    pub(super) fn root_bytes(&self) -> f64 {
        self.roots
    }

    /// The goal with so much live; `None` where nothing is ever collected.
    pub(super) fn goal(&self, live: f64, setting: Setting) -> Option<Goal> {
        let least = |goal| self.grown(self.least_non_heap.unwrap_or(self.non_heap), goal);
        let filled = goal_at(live, self.roots, least, setting)?;
        let goal = goal_at(live, self.roots, |goal| self.non_heap_under(goal), setting)?;
        Some(Goal {
            most_room: filled.room.max(goal.room),
            ..goal
        })
    }

    /// Non-heap memory under a goal: tables, marks and gaps in spans grow with the heap that was measured.
    pub(super) fn non_heap_under(&self, goal: f64) -> f64 {
        self.grown(self.non_heap, goal)
    }

    fn grown(&self, non_heap: f64, goal: f64) -> f64 {
        let fixed = (RUNTIME_ITSELF + self.off_heap).min(non_heap);
        match self.measured_goal() {
            Some(measured) if measured > 0.0 => fixed + (non_heap - fixed) * (goal / measured),
            _ => non_heap,
        }
    }

    /// The goal that it had, by GOGC, or by the limit with the non-heap memory that was measured.
    fn measured_goal(&self) -> Option<f64> {
        Some(self.measured()?.bytes)
    }

    /// What it ran under.
    pub(super) fn measured(&self) -> Option<Goal> {
        goal_at(self.live, self.roots, |_| self.non_heap, self.setting)
    }

    /// The room that it had with the least that was live.
    pub(super) fn least_room(&self) -> Option<f64> {
        let least = self.live_range.map_or(self.live, |range| range.low);
        let goal = goal_at(least, self.roots, |_| self.non_heap, self.setting)?;
        Some(goal.room)
    }

    /// Bytes allocated per collection, as they were measured.
    pub(super) fn allocated_per_cycle(&self) -> Option<f64> {
        let rate = self.allocation_rate?;
        Some((rate.low + rate.high) / 2.0 / self.gc_per_second?)
    }
}

fn positive(value: f64) -> Option<f64> {
    Some(value).filter(|value| value.is_finite() && *value > 0.0)
}

#[cfg(test)]
mod tests {
    use super::Program;
    use crate::gc::tune::Setting;
    use crate::gc::tune::goal::{Bound, MIB};

    #[test]
    fn the_lower_goal_counts() {
        let program = Program::new(100 << 20, 3 << 20);
        let at = |gogc, limit: Option<u64>| {
            program
                .goal(100.0 * MIB, Setting::new(gogc, limit))
                .map(|goal| goal.bound)
        };
        assert_eq!(at(Some(100), None), Some(Bound::Gogc));
        assert_eq!(at(Some(100), Some(1 << 30)), Some(Bound::Gogc));
        assert_eq!(at(Some(100), Some(150 << 20)), Some(Bound::MemoryLimit));
        assert_eq!(at(None, Some(1 << 30)), Some(Bound::MemoryLimit));
        assert_eq!(at(None, None), None);
    }

    #[test]
    fn non_heap_memory_grows_with_the_heap_but_for_what_the_runtime_always_has() {
        // 3.5 MiB stay, 6 MiB were measured at a goal of 200 MiB: 12 at 400.
        let program = Program::new(100 << 20, (9 << 20) + (1 << 19));
        let at = |gogc| program.goal(100.0 * MIB, Setting::new(Some(gogc), None));
        let far = at(300).map(|goal| goal.non_heap / MIB);
        assert!(far.is_some_and(|bytes| (bytes - 15.5).abs() < 1e-9));
        // With a limit the two settle: G = 0.97 (M − 3.5 − 0.03 G).
        let limited = program.goal(100.0 * MIB, Setting::new(None, Some(300 << 20)));
        let expected = 0.97 * 296.5 / (1.0 + 0.97 * 0.03);
        assert!(limited.is_some_and(|goal| (goal.bytes / MIB - expected).abs() < 1e-6));
    }
}
