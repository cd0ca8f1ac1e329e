//! How large the frames of a tree are.

use super::grown::Grown;
use super::picked::Picked;
use super::run::At;
use super::stems::RunOfStems;

/// By node, the largest part that it has of the total of a sample type; never less than that of what it called. Sums that
/// are too large for a fraction to hold are rounded: they decide what is drawn, and no more.
///
/// They are told of the runs that have a node large enough. The first node of a run is its largest, so that most runs are
/// known to have none as soon as they are added up as a whole.
#[derive(Debug)]
pub(super) struct Shares {
    of: Picked,
    shares: Vec<f64>,
    fraction: f64,
}

impl Shares {
    /// Of the sample type that decides, or of all; nodes below a fraction need not be told.
    pub(super) fn of(grown: &Grown, sample_index: Option<usize>, fraction: f64) -> Shares {
        let columns = Columns::of(grown, sample_index);
        let runs = columns.of_runs(grown);
        let of = columns.large_runs(grown, &runs, fraction);
        let own = columns.own(grown, &runs, &of);
        let mut shares = Shares {
            shares: vec![0.0; of.count()],
            of,
            fraction,
        };
        for run in grown.stems.runs().rev() {
            if shares.of.has(run.number()) {
                shares.tell(&columns, &own, &run);
            }
        }
        shares
    }

    /// Tells the shares of a run's nodes, when those of all runs that start below them are told.
    fn tell(&mut self, columns: &Columns, own: &[f64], run: &RunOfStems<'_>) {
        let width = columns.scales.len();
        let mut cum = vec![0.0; width];
        let mut share = 0.0;
        let number = run.number() as u32;
        for node in (run.start()..run.start() + run.len() as u32).rev() {
            let Some(place) = self.of.number(At { node, run: number }) else {
                continue;
            };
            let own = own.get(place * width..).unwrap_or_default();
            for ((cum, own), scale) in cum.iter_mut().zip(own).zip(&columns.scales) {
                *cum += own;
                share = f64::max(share, cum.abs() / scale.total);
            }
            share = raise(&mut self.shares, Some(place), share);
        }
        if !run.has_root() {
            raise(&mut self.shares, self.of.number(run.parent()), share);
        }
    }

    /// The share of a node; 0 where it is too small.
    pub(super) fn get(&self, at: At) -> f64 {
        let place = self.of.number(at);
        let share = place.and_then(|place| self.shares.get(place));
        share.copied().unwrap_or(0.0)
    }

    /// Whether a node is large enough to be shown.
    pub(super) fn is_large(&self, at: At) -> bool {
        is_large(self.get(at), self.fraction)
    }
}

fn is_large(share: f64, fraction: f64) -> bool {
    share > 0.0 && share >= fraction
}

/// Makes a share at least as large as another, and tells it.
fn raise(shares: &mut [f64], place: Option<usize>, share: f64) -> f64 {
    match place.and_then(|place| shares.get_mut(place)) {
        Some(known) => {
            *known = f64::max(*known, share);
            *known
        }
        None => share,
    }
}

/// The sample types that decide.
struct Columns {
    scales: Vec<Scale>,
    /// Whether no value has another sign than the others, so that nothing below a node is larger than it.
    has_one_sign: bool,
}

struct Scale {
    index: usize,
    total: f64,
}

impl Columns {
    fn of(grown: &Grown, sample_index: Option<usize>) -> Columns {
        let decides = |index: usize| sample_index.is_none_or(|only| only == index);
        let totals = grown.totals.iter().enumerate();
        let totals = totals.filter(|&(index, total)| decides(index) && total.absolute != 0);
        let (mut scales, mut has_one_sign) = (Vec::new(), true);
        for (index, total) in totals {
            has_one_sign &= total.net.abs() == total.absolute;
            let total = total.absolute as f64;
            scales.push(Scale { index, total });
        }
        Columns {
            scales,
            has_one_sign,
        }
    }

    /// What each run has with all that starts below it, one sum for each column.
    fn of_runs(&self, grown: &Grown) -> Vec<f64> {
        let width = self.scales.len();
        let mut sums = vec![0.0; grown.stems.runs().len() * width];
        for (end, at) in grown.ends.nodes().iter().enumerate() {
            let sums = sums.get_mut(at.run as usize * width..);
            for (sum, scale) in sums.unwrap_or_default().iter_mut().zip(&self.scales) {
                *sum += grown.ends.value(end, scale.index) as f64;
            }
        }
        for run in grown.stems.runs().skip(1).rev() {
            let (before, here) = sums.split_at_mut(run.number() * width);
            let parent = before.get_mut(run.parent().run as usize * width..);
            let parent = parent.unwrap_or_default().iter_mut();
            for (sum, own) in parent.zip(here).take(width) {
                *sum += *own;
            }
        }
        sums
    }

    /// The runs that may have a node which is large enough: the first is the largest, or all may.
    fn large_runs(&self, grown: &Grown, runs: &[f64], fraction: f64) -> Picked {
        let width = self.scales.len();
        let mut picked = Picked::default();
        for run in grown.stems.runs() {
            let sums = runs.get(run.number() * width..).unwrap_or_default();
            let mut shares = sums.iter().zip(&self.scales);
            let mut shares = shares.by_ref().map(|(sum, scale)| sum.abs() / scale.total);
            if run.has_root() || !self.has_one_sign || shares.any(|share| is_large(share, fraction))
            {
                picked.pick(&run);
            }
        }
        picked
    }

    /// By node of the runs that are picked: what is sampled in it, and in the runs that start below it.
    fn own(&self, grown: &Grown, runs: &[f64], picked: &Picked) -> Vec<f64> {
        let width = self.scales.len();
        let mut own = vec![0.0; picked.count() * width];
        let place = |at: At| Some(picked.number(at)? * width);
        for (end, &at) in grown.ends.nodes().iter().enumerate() {
            let sums = place(at).and_then(|place| own.get_mut(place..));
            for (sum, scale) in sums.into_iter().flatten().zip(&self.scales) {
                *sum += grown.ends.value(end, scale.index) as f64;
            }
        }
        for run in grown.stems.runs().skip(1) {
            let sums = place(run.parent()).and_then(|place| own.get_mut(place..));
            let below = runs.get(run.number() * width..).unwrap_or_default();
            for (sum, below) in sums.into_iter().flatten().zip(below).take(width) {
                *sum += below;
            }
        }
        own
    }
}
