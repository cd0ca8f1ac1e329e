//! What there is to say of all snapshots: for each process its state, and what happened.

use super::health::{Finding, health};
use super::interval::{GcInterval, interval};
use super::memory::MemoryScreen;
use super::process::{GcMoment, Processes, processes};
use crate::site::identity::Site;
use crate::site::inlined::Inlined;
use crate::sums::estimate::Estimate;

/// What the collectors of some processes are doing.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct GcAnswer {
    /// The processes, in the order in which they are met.
    pub processes: Vec<GcProcess>,
}

/// What the collector of one process is doing.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct GcProcess {
    /// Its snapshots, the earliest first.
    pub moments: Vec<GcMoment>,
    /// What happened between each and the next.
    pub steps: Vec<GcInterval>,
    /// What happened from the first to the last; `None` with one snapshot.
    pub whole: Option<GcInterval>,
    /// What to make of it.
    pub findings: Vec<Finding>,
    /// Where the memory was at the last snapshot.
    pub memory: Option<MemoryScreen>,
    /// What of the heap was live then, as the profile's sample says.
    pub live_total: Option<Estimate>,
    /// The sites whose objects were live then, the largest first.
    pub live: Vec<SiteBytes>,
    /// What the sites cost that allocate most, the largest first.
    pub costs: Option<AllocationCosts>,
}

/// A site with bytes of it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SiteBytes {
    /// The site.
    pub site: Site,
    /// Whether it is inlined.
    pub inlined: Inlined,
    /// Bytes.
    pub bytes: Estimate,
    /// What the sample alone says, where exact counters made it more exact.
    pub sampled: Option<Estimate>,
}

impl SiteBytes {
    /// Bytes of a site.
    pub fn new(site: Site, inlined: Inlined, bytes: Estimate) -> Self {
        Self {
            site,
            inlined,
            bytes,
            sampled: None,
        }
    }

    /// With bytes that exact counters made more exact, in place of what the sample alone says.
    #[must_use]
    pub fn calibrated(self, bytes: Estimate) -> Self {
        Self {
            bytes,
            sampled: Some(self.bytes),
            ..self
        }
    }

    /// How many times wider the interval of the sample alone is.
    fn gain(&self) -> Option<f64> {
        let width = |of: Estimate| Some((of.high? - of.low?) as f64);
        let (alone, now) = (width(self.sampled?)?, width(self.bytes)?);
        (now > 0.0).then(|| alone / now)
    }
}

/// What allocation costs, by site.
///
/// The model: cycles are as many as the bytes allocated ask for (runtime/mgcpacer.go: a cycle starts when the heap has
/// grown to its trigger), and each costs what the others do. So a site that allocates a share of all bytes causes
/// that share of the cycles and of the collector's CPU time; without it, there were so many fewer.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct AllocationCosts {
    /// The sites, the largest first.
    pub sites: Vec<SiteBytes>,
    /// All bytes allocated.
    pub total: Estimate,
    /// Whether these are the allocations between the first and the last snapshot; else all since the start.
    pub within: bool,
    /// The input whose exact counters by size made the numbers more exact.
    pub counters: Option<usize>,
}

impl AllocationCosts {
    /// The sites that allocate most of a total.
    pub fn new(sites: Vec<SiteBytes>, total: Estimate, within: bool) -> Self {
        Self {
            sites,
            total,
            within,
            counters: None,
        }
    }

    /// With sites and a total that the counters of an input made more exact.
    #[must_use]
    pub fn calibrated(self, sites: Vec<SiteBytes>, total: Estimate, counters: usize) -> Self {
        Self {
            sites,
            total,
            counters: Some(counters),
            ..self
        }
    }

    /// How many times narrower the counters made the intervals of sites: least and most.
    pub fn gain(&self) -> Option<(f64, f64)> {
        let gains = self.sites.iter().filter_map(SiteBytes::gain);
        gains.fold(None, |range, gain| {
            let (least, most) = range.unwrap_or((gain, gain));
            Some((gain.min(least), gain.max(most)))
        })
    }

    /// The share of a site: value, low and high.
    pub fn share(&self, site: &SiteBytes) -> Option<(f64, f64, f64)> {
        let total = self.total.value as f64;
        if total <= 0.0 {
            return None;
        }
        let (value, all) = (site.bytes.value as f64, total);
        // The total varies with the site: what is left of it does not. An exact one does not vary.
        let rest = (all - value).max(0.0);
        let is_exact = self.total.is_exact();
        let of = |bytes: f64| match () {
            () if is_exact => (bytes / all).min(1.0),
            () if bytes + rest > 0.0 => bytes / (bytes + rest),
            () => 0.0,
        };
        let low = site.bytes.low.map(|low| of(low as f64))?;
        let high = site.bytes.high.map(|high| of(high as f64))?;
        Some((value / total, low, high))
    }
}

/// Sorts moments by process and says what happened in each. `given` are seconds between two snapshots, if the user says so.
///
/// ```
/// use heapwise_analysis::gc::{GcMoment, gc_answer};
/// use heapwise_decode::{Limits, gc_snapshots};
///
/// # let texts = [
/// #     &include_bytes!("../../../../testdata/gc/heap-1.debug1.txt")[..],
/// #     &include_bytes!("../../../../testdata/gc/heap-3.debug1.txt")[..],
/// # ];
/// let mut moments = Vec::new();
/// for (input, text) in texts.into_iter().enumerate() {
///     let snapshots = gc_snapshots(text, &Limits::default())?;
///     moments.extend(snapshots.into_iter().map(|one| GcMoment::new(one, input)));
/// }
/// let answer = gc_answer(moments, None);
/// let whole = answer.processes[0].whole.as_ref().ok_or("one snapshot alone")?;
/// assert_eq!(whole.cycles, 15);
/// assert!(whole.cycles_per_second.is_some_and(|rate| rate > 2.0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn gc_answer(moments: Vec<GcMoment>, given: Option<f64>) -> GcAnswer {
    let Processes { series } = processes(moments);
    let processes = series.into_iter().map(|moments| of_process(moments, given));
    GcAnswer {
        processes: processes.collect(),
    }
}

fn of_process(moments: Vec<GcMoment>, given: Option<f64>) -> GcProcess {
    let pairs = moments.iter().zip(moments.iter().skip(1));
    let steps: Vec<GcInterval> = pairs
        .map(|(one, next)| interval(one, next, given))
        .collect();
    let all = given.map(|seconds| seconds * steps.len() as f64);
    let whole = match moments.as_slice() {
        [first, .., last] => Some(interval(first, last, all)),
        _ => None,
    };
    let findings = whole.as_ref().map(|whole| health(whole, &moments));
    GcProcess {
        moments,
        steps,
        whole,
        findings: findings.unwrap_or_default(),
        memory: None,
        live_total: None,
        live: Vec::new(),
        costs: None,
    }
}
