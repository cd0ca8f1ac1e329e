//! A program from snapshots of it, and from what the user adds to them.

use heapwise_decode::{GcSnapshot, Gogc};

use super::known::{Given, Origin, Quantity};
use super::program::Program;
use super::setting::Setting;
use crate::gc::{CpuShareBasis, GcInterval, GcMoment, interval};

/// A program, and where each number is from.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Measurement {
    /// The program.
    pub program: Program,
    /// Collections between the first and the last snapshot that nobody asked for; `None` without two snapshots.
    pub cycles: Option<u64>,
    /// Where heap goals tell what is live: bytes that one means, and the fewer bytes of objects that there were at that time,
    /// of the snapshot in which the least part of it was there. `None` where there were as many in each: fewer are none of a
    /// program that ran with this GOGC, whose objects are what the collector left, and more.
    pub contradicted: Option<(u64, u64)>,
    /// Where heap goals tell what is live, and collections come far too often for them: the bytes that were allocated for each,
    /// and the least room that the goals leave. A goal that a memory limit holds leaves less than GOGC would.
    pub out_of_pace: Option<(u64, u64)>,
    origins: Vec<(Quantity, Origin)>,
}

impl Measurement {
    /// With fewer collections than these between the snapshots it is not told from them how much is allocated per
    /// collection: a snapshot may be anywhere between two.
    pub const ENOUGH_CYCLES: u64 = 20;

    /// A program that was measured otherwise, such as by a log, and where its numbers are from: what is not said is
    /// [`Origin::Unknown`].
    #[must_use]
    pub fn new(program: Program, origins: Vec<(Quantity, Origin)>) -> Self {
        Self {
            program,
            cycles: None,
            contradicted: None,
            out_of_pace: None,
            origins,
        }
    }

    /// Where a number is from.
    #[must_use]
    pub fn origin(&self, quantity: Quantity) -> Origin {
        let known = self.origins.iter().find(|(known, _)| *known == quantity);
        known.map_or(Origin::Unknown, |known| known.1)
    }
}

/// Measures a program by snapshots of one process, the earliest first; none where the user says all.
///
/// # Errors
///
/// What predictions cannot do without and nobody says.
pub fn measure(moments: &[GcMoment], given: &Given) -> Result<Measurement, Vec<Quantity>> {
    let series = Series::new(moments, given);
    let setting = series.setting();
    let (roots, roots_from) = series.roots();
    let live = series.live(setting.0, roots);
    let non_heap = series.non_heap();
    let rate = series.allocation_rate();
    let missing = [
        (Quantity::Live, live.is_none()),
        (Quantity::AllocationRate, rate.is_none()),
        (Quantity::NonHeap, non_heap.is_none()),
    ];
    let missing: Vec<Quantity> = missing
        .iter()
        .filter(|one| one.1)
        .map(|one| one.0)
        .collect();
    let (Some(live), Some(non_heap), Some(rate)) = (live, non_heap, rate) else {
        return Err(missing);
    };
    let mut program = Program::new(live.mean, non_heap.most)
        .with_least_non_heap(non_heap.least)
        .with_off_heap(non_heap.fixed)
        .with_roots(roots, 0)
        .with_setting(setting.0)
        .with_allocation_rates(rate.0, rate.1);
    if live.least < live.most {
        program = program.with_live_range(live.least, live.most);
    }
    if let Some(times) = live.seen {
        program = program.with_live_seen(times);
    }
    let mut origins = vec![
        (Quantity::Live, live.from),
        (Quantity::AllocationRate, rate.2),
        (Quantity::NonHeap, non_heap.from),
        (Quantity::Roots, roots_from),
        (Quantity::Gogc, setting.1),
        (Quantity::MemoryLimit, setting.2),
    ];
    program = series.with_cost(program, &mut origins);
    let cycles = series.cycles();
    let is_by_goal = live.from == Origin::HeapGoal;
    let contradicted = is_by_goal.then(|| series.contradicted(setting.0, roots));
    let out_of_pace = out_of_pace(&program).filter(|_| is_by_goal);
    Ok(Measurement {
        program,
        cycles,
        contradicted: contradicted.flatten(),
        out_of_pace,
        origins,
    })
}

/// What was allocated for each collection, and the least room of the goals, where collections come before the place at which
/// the pacer starts the first: also where it is told late how much is live.
fn out_of_pace(program: &Program) -> Option<(u64, u64)> {
    /// Less than this part of the room; the first trigger is behind 0.7 of it.
    const TOO_EARLY: f64 = 0.6;
    /// Fewer in a second may be those that come when there was none for two minutes.
    const FEWEST: f64 = 0.05;
    program.gc_per_second().filter(|&rate| rate >= FEWEST)?;
    let allocated = program.allocated_per_cycle()?;
    let room = program.least_room()?;
    (allocated < TOO_EARLY * room).then_some((allocated as u64, room as u64))
}

/// Snapshots, and what the user adds.
struct Series<'a> {
    moments: &'a [GcMoment],
    given: &'a Given,
    interval: Option<GcInterval>,
}

struct Live {
    mean: u64,
    least: u64,
    most: u64,
    /// How often snapshots have it.
    seen: Option<u32>,
    from: Origin,
}

struct NonHeap {
    most: u64,
    least: u64,
    fixed: u64,
    from: Origin,
}

impl<'a> Series<'a> {
    fn new(moments: &'a [GcMoment], given: &'a Given) -> Self {
        let ends = moments.first().zip(moments.last());
        let ends = ends.filter(|_| moments.len() > 1);
        Self {
            moments,
            given,
            interval: ends.map(|(first, last)| interval(first, last, given.seconds)),
        }
    }

    fn snapshots(&self) -> impl Iterator<Item = &'a GcSnapshot> + use<'a> {
        self.moments.iter().map(|moment| &moment.snapshot)
    }

    /// The last that a snapshot says of something.
    fn last<T>(&self, of: impl Fn(&GcSnapshot) -> Option<T>) -> Option<T> {
        self.snapshots().filter_map(of).last()
    }

    /// What Go has where nobody set it is GOGC=100 and no limit.
    fn setting(&self) -> (Setting, Origin, Origin) {
        let told = self.last(|snapshot| snapshot.settings.gogc);
        let told = told.map(|gogc| match gogc {
            Gogc::Off => None,
            Gogc::Percent(percent) => Some(percent),
        });
        let (gogc, gogc_from) = first_of(self.given.gogc, told, Setting::DEFAULT.gogc);
        let told = self.last(|snapshot| snapshot.settings.memory_limit);
        let told = told.map(|limit| Some(limit).filter(|&limit| limit < NO_LIMIT));
        let (limit, limit_from) = first_of(self.given.memory_limit, told, None);
        (Setting::new(gogc, limit), gogc_from, limit_from)
    }

    fn roots(&self) -> (u64, Origin) {
        let scanned = self.last(|snapshot| {
            let heap = &snapshot.heap;
            heap.stack_scan
                .map(|stacks| stacks.saturating_add(heap.globals_scan.unwrap_or(0)))
        });
        let stacks = self.last(|snapshot| snapshot.system.stack_inuse);
        match (scanned, stacks) {
            (Some(bytes), _) => (bytes, Origin::Snapshot),
            (None, Some(bytes)) => (bytes, Origin::StacksInUse),
            (None, None) => (0, Origin::Assumed),
        }
    }

    fn live(&self, setting: Setting, roots: u64) -> Option<Live> {
        if let Some((least, most)) = self.given.live {
            let mean = least.midpoint(most);
            return Some(Live {
                mean,
                least,
                most,
                seen: None,
                from: Origin::Given,
            });
        }
        let exact: Vec<u64> = self.snapshots().filter_map(|one| one.heap.live).collect();
        let goals = self.snapshots().filter_map(|one| one.heap.goal);
        let by_goal = goals.filter_map(|goal| live_of_goal(goal, setting, roots));
        match exact.is_empty() {
            false => spread(&exact, Origin::Snapshot),
            true => spread(&by_goal.collect::<Vec<_>>(), Origin::HeapGoal),
        }
    }

    /// The heap goal and the objects of one moment are compared: at another there may be as little as there was at the start.
    fn contradicted(&self, setting: Setting, roots: u64) -> Option<(u64, u64)> {
        let pairs = self.snapshots().filter_map(|one| {
            let live = live_of_goal(one.heap.goal?, setting, roots)?;
            let objects = one.heap.alloc?;
            (objects < live).then_some((live, objects))
        });
        pairs.min_by_key(|&(live, objects)| u128::from(objects) * PARTS / u128::from(live))
    }

    /// Sys − HeapIdle − HeapAlloc, and without the gaps in spans Sys − HeapIdle − HeapInuse.
    fn non_heap(&self) -> Option<NonHeap> {
        let fixed = |snapshot: &GcSnapshot| {
            let system = &snapshot.system;
            let tables = system.buck_hash_sys.unwrap_or(0);
            Some(system.stack_inuse?.saturating_add(tables))
        };
        let fixed = self.last(fixed).unwrap_or(0);
        if let Some(most) = self.given.non_heap {
            let least = most;
            return Some(NonHeap {
                most,
                least,
                fixed,
                from: Origin::Given,
            });
        }
        let without = |part: fn(&GcSnapshot) -> Option<u64>| {
            let of = |snapshot: &GcSnapshot| {
                let mapped = snapshot.system.sys?.checked_sub(snapshot.heap.idle?)?;
                mapped.checked_sub(part(snapshot)?)
            };
            self.snapshots().filter_map(of).collect::<Vec<u64>>()
        };
        let all = spread(&without(|snapshot| snapshot.heap.alloc), Origin::Snapshot)?;
        let filled = without(|snapshot| snapshot.heap.inuse);
        Some(NonHeap {
            most: all.mean,
            least: filled.into_iter().min().unwrap_or(all.least),
            fixed,
            from: Origin::Snapshot,
        })
    }

    fn allocation_rate(&self) -> Option<(f64, f64, Origin)> {
        if let Some(rate) = self.given.allocation_rate {
            return Some((rate, rate, Origin::Given));
        }
        let rate = self.interval.as_ref()?.alloc_bytes_per_second()?;
        Some((rate.low, rate.high, Origin::Interval))
    }

    /// Collections that nobody asked for.
    fn cycles(&self) -> Option<u64> {
        let interval = self.interval.as_ref()?;
        interval.cycles.checked_sub(interval.forced.unwrap_or(0))
    }

    /// Those per second, where there are enough of them.
    fn gc_per_second(&self) -> Option<(f64, Origin)> {
        if let Some(rate) = self.given.gc_per_second {
            return Some((rate, Origin::Given));
        }
        let own = self
            .cycles()
            .filter(|&own| own >= Measurement::ENOUGH_CYCLES)?;
        let interval = self.interval.as_ref()?;
        let share = own as f64 / interval.cycles as f64;
        Some((interval.cycles_per_second? * share, Origin::Interval))
    }

    /// What only the collector's CPU time, peaks and containers need.
    fn with_cost(&self, program: Program, origins: &mut Vec<(Quantity, Origin)>) -> Program {
        let mut program = program;
        let told = self.last(|snapshot| snapshot.settings.procs);
        let told = told.and_then(|count| u32::try_from(count).ok());
        if let Some((count, from)) = either(self.given.processors, told) {
            program = program.with_processors(count);
            origins.push((Quantity::Processors, from));
        }
        if let Some((rate, from)) = self.gc_per_second() {
            program = program.with_gc_per_second(rate);
            origins.push((Quantity::GcRate, from));
        }
        let share = self.interval.as_ref().and_then(|interval| interval.cpu);
        let rate = self
            .interval
            .as_ref()
            .and_then(|interval| interval.cycles_per_second);
        if let Some((share, rate)) = share.zip(rate) {
            program = program.with_gc_share(share.share, rate);
            origins.push((Quantity::CpuPerCycle, basis(share.basis)));
        }
        if let Some((seconds, idle, from)) = self.cpu_per_cycle(&program) {
            origins.retain(|known| known.0 != Quantity::CpuPerCycle);
            program = program.with_cpu_per_cycle(seconds, idle);
            origins.push((Quantity::CpuPerCycle, from));
        }
        if let Some(peak) = self.snapshots().filter_map(counted).max() {
            program = program.with_peak(peak);
        }
        let other = self.last(|snapshot| snapshot.resident.rss?.checked_sub(counted(snapshot)?));
        let (other, from) = first_of(self.given.non_go, other, 0);
        origins.push((Quantity::NonGo, from));
        match self.busy(&program) {
            Some(busy) => program.with_non_go(other).with_busy(busy),
            None => program.with_non_go(other),
        }
    }

    fn cpu_per_cycle(&self, program: &Program) -> Option<(f64, Option<f64>, Origin)> {
        if let Some(seconds) = self.given.cpu_per_cycle {
            return Some((seconds, None, Origin::Given));
        }
        let interval = self.interval.as_ref()?;
        let share = interval.cpu?;
        let per_second = share.share * f64::from(program.processors()?);
        let cycles = interval.cycles_per_second.filter(|&rate| rate > 0.0)?;
        let idle = self.grown(|snapshot| snapshot.cpu.gc_idle);
        let idle = idle.map(|idle| idle / interval.cycles as f64);
        Some((per_second / cycles, idle, basis(share.basis)))
    }

    /// CPU seconds of the program itself, per second.
    fn busy(&self, program: &Program) -> Option<f64> {
        let of = |snapshot: &GcSnapshot| {
            let cpu = &snapshot.cpu;
            Some(cpu.total? - cpu.idle? - cpu.gc?)
        };
        let total = self.grown(|snapshot| snapshot.cpu.total)?;
        let share = self.grown(of)? / total;
        Some(share * f64::from(program.processors()?)).filter(|busy| busy.is_finite())
    }

    /// What something grew by from the first to the last snapshot.
    fn grown(&self, of: impl Fn(&GcSnapshot) -> Option<f64>) -> Option<f64> {
        let (first, last) = (self.moments.first()?, self.moments.last()?);
        Some(of(&last.snapshot)? - of(&first.snapshot)?).filter(|grown| *grown >= 0.0)
    }
}

fn basis(basis: CpuShareBasis) -> Origin {
    match basis {
        CpuShareBasis::Interval => Origin::Interval,
        CpuShareBasis::SinceStart => Origin::SinceStart,
    }
}

/// GOMEMLIMIT that is off is the largest number there is, which some formats write as a float.
const NO_LIMIT: u64 = 1 << 62;

/// Parts of what is live are compared to a millionth.
const PARTS: u128 = 1_000_000;

/// What is mapped and not released.
fn counted(snapshot: &GcSnapshot) -> Option<u64> {
    snapshot.system.sys?.checked_sub(snapshot.heap.released?)
}

/// Turns the goal by GOGC around: L = (100 G − g R) / (100 + g). `None` where GOGC does not decide the goal, or where
/// it may be the least heap.
fn live_of_goal(goal: u64, setting: Setting, roots: u64) -> Option<u64> {
    let gogc = f64::from(setting.gogc?);
    let least = super::goal::LEAST_HEAP * gogc / 100.0;
    let (goal, roots) = (goal as f64, roots as f64);
    let live = (100.0 * goal - gogc * roots) / (100.0 + gogc);
    let is_by_gogc = setting.memory_limit.is_none() && goal > least && live > 0.0;
    is_by_gogc.then_some(live as u64)
}

fn spread(values: &[u64], from: Origin) -> Option<Live> {
    let sum: u128 = values.iter().map(|&value| u128::from(value)).sum();
    let mean = sum.checked_div(values.len() as u128)?;
    Some(Live {
        mean: u64::try_from(mean).ok()?,
        least: *values.iter().min()?,
        most: *values.iter().max()?,
        seen: u32::try_from(values.len()).ok(),
        from,
    })
}

fn either<T>(given: Option<T>, told: Option<T>) -> Option<(T, Origin)> {
    let given = given.map(|value| (value, Origin::Given));
    given.or(told.map(|value| (value, Origin::Snapshot)))
}

fn first_of<T>(given: Option<T>, told: Option<T>, usual: T) -> (T, Origin) {
    either(given, told).unwrap_or((usual, Origin::Assumed))
}

#[cfg(test)]
mod tests {
    use heapwise_decode::{GcSnapshot, GcSource};

    use super::{live_of_goal, measure, out_of_pace};
    use crate::gc::GcMoment;
    use crate::gc::tune::Program;
    use crate::gc::tune::{Given, Origin, Quantity, Setting};

    const MIB: u64 = 1 << 20;

    #[test]
    fn collections_of_every_two_minutes_tell_no_pace() {
        let program = |per_second: f64| {
            let rate = per_second * MIB as f64;
            Program::new(100 * MIB, 10 * MIB)
                .with_allocation_rate(rate)
                .with_gc_per_second(per_second)
        };
        assert_eq!(out_of_pace(&program(1.0 / 120.0)), None);
        assert_eq!(out_of_pace(&program(1.0)), Some((MIB, 100 * MIB)));
    }

    fn moment(cycles: u64, alloc: u64, live: Option<u64>) -> GcMoment {
        let mut snapshot = GcSnapshot::new(GcSource::RuntimeMetrics);
        snapshot.counters.num_gc = Some(cycles);
        snapshot.counters.num_forced_gc = Some(1);
        snapshot.counters.total_alloc = Some(alloc);
        snapshot.heap.live = live;
        snapshot.heap.goal = Some(210 * MIB);
        snapshot.heap.last_gc = Some(cycles * 500_000_000);
        snapshot.heap.alloc = Some(150 * MIB);
        snapshot.heap.inuse = Some(160 * MIB);
        snapshot.heap.idle = Some(40 * MIB);
        snapshot.heap.released = Some(30 * MIB);
        snapshot.system.sys = Some(230 * MIB);
        snapshot.system.stack_inuse = Some(10 * MIB);
        GcMoment::new(snapshot, 0)
    }

    #[test]
    fn two_snapshots_tell_rates() {
        let moments = [
            moment(10, 1000 * MIB, Some(90 * MIB)),
            moment(30, 3000 * MIB, Some(110 * MIB)),
        ];
        let given = Given {
            seconds: Some(10.0),
            ..Given::default()
        };
        let found = measure(&moments, &given).expect("all is known");
        let program = &found.program;
        assert_eq!(program.live(), 100 * MIB);
        assert_eq!(program.non_heap(), 40 * MIB);
        assert_eq!(program.peak(), Some(200 * MIB));
        assert_eq!(program.gc_per_second(), Some(2.0));
        let rate = program.allocation_rate().expect("is known");
        assert!((rate.low - 200.0 * MIB as f64).abs() < 1.0);
        assert_eq!(found.origin(Quantity::Live), Origin::Snapshot);
        assert_eq!(found.origin(Quantity::Gogc), Origin::Assumed);
        assert_eq!(found.origin(Quantity::CpuPerCycle), Origin::Unknown);
        assert_eq!(program.setting(), Setting::DEFAULT);
    }

    #[test]
    fn the_goal_tells_what_is_live() {
        // 100 + (100 + 10) = 210.
        assert_eq!(
            live_of_goal(210 * MIB, Setting::DEFAULT, 10 * MIB),
            Some(100 * MIB)
        );
        assert_eq!(live_of_goal(4 * MIB, Setting::DEFAULT, 0), None);
        let limited = Setting::new(Some(100), Some(MIB));
        assert_eq!(live_of_goal(210 * MIB, limited, 0), None);
        let given = Given {
            allocation_rate: Some(1e6),
            ..Given::default()
        };
        let found = measure(&[moment(10, 1000, None)], &given).expect("all is known");
        assert_eq!(found.program.live(), 100 * MIB);
        assert_eq!(found.origin(Quantity::Live), Origin::HeapGoal);
        assert_eq!(found.origin(Quantity::AllocationRate), Origin::Given);
        assert_eq!(found.program.live_range(), None);
    }

    #[test]
    fn objects_are_held_against_the_goal_of_their_moment() {
        let with = |cycles, goal: u64, objects: u64| {
            let mut moment = moment(cycles, 1000 * cycles, None);
            moment.snapshot.heap.goal = Some(goal * MIB);
            moment.snapshot.heap.alloc = Some(objects * MIB);
            moment
        };
        let given = Given {
            allocation_rate: Some(1e6),
            ..Given::default()
        };
        let contradicted = |moments: &[GcMoment]| {
            let found = measure(moments, &given).expect("all is known");
            found.contradicted
        };
        // What is live rises from 5 to 100 MiB, and falls again.
        let rises = [with(10, 20, 6), with(20, 210, 120), with(30, 20, 5)];
        assert_eq!(contradicted(&rises), None);
        // With GOGC=400 a goal of 210 MiB means some 34 of objects.
        let other = [with(10, 210, 120), with(20, 210, 40), with(30, 210, 90)];
        assert_eq!(contradicted(&other), Some((100 * MIB, 40 * MIB)));
    }

    #[test]
    fn collections_are_held_against_the_room_of_the_goal() {
        // 210 MiB mean 100 live and 110 of room. A memory limit that holds the goal leaves less.
        let out_of_pace = |cycles: u64, each: u64, live| {
            let moments = [
                moment(10, 1000 * MIB, live),
                moment(10 + cycles, (1000 + cycles * each) * MIB, live),
            ];
            // Two collections a second.
            let given = Given {
                seconds: Some(cycles as f64 / 2.0),
                ..Given::default()
            };
            let found = measure(&moments, &given).expect("all is known");
            found.out_of_pace
        };
        let told = out_of_pace(100, 40, None);
        assert!(told.is_some_and(|(each, room)| each == 40 * MIB && room > 100 * MIB));
        for (cycles, each, live) in [
            // The first trigger is behind 0.7 of it, and marking may take it beyond.
            (100, 80, None),
            (100, 150, None),
            // Too few.
            (10, 40, None),
            // What is live was told.
            (100, 40, Some(180 * MIB)),
        ] {
            assert_eq!(out_of_pace(cycles, each, live), None, "{cycles} {each}");
        }
    }

    #[test]
    fn what_is_missing_is_named() {
        let found = measure(&[moment(10, 1000, None)], &Given::default());
        assert_eq!(found, Err(vec![Quantity::AllocationRate]));
        let found = measure(&[], &Given::default());
        assert_eq!(
            found,
            Err(vec![
                Quantity::Live,
                Quantity::AllocationRate,
                Quantity::NonHeap
            ])
        );
    }
}
