//! What a comparison of two sides answers.

use super::change::Change;
use super::moved::Moved;
use super::pair::Match;
use super::warnings::Note;
use crate::compare::work::{CommonFactor, Work};
use crate::profile::header::{Header, SampleType};
use crate::rank::{Shown, Trim};
use crate::site::granularity::Granularity;
use crate::site::identity::Site;
use crate::site::inlined::Inlined;

/// What changed between two sides, site by site.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Difference {
    /// What the older side's first profile says of itself.
    pub before: Header,
    /// What the newer side's first profile says of itself.
    pub after: Header,
    /// Profiles on the older and on the newer side.
    pub profiles: (usize, usize),
    /// The work that verdicts rest on.
    pub work: Work,
    /// Where the work is not known: the factor by which most sites changed.
    pub common_factor: Option<CommonFactor>,
    /// Work that the older and the newer side cover, where it is known.
    pub exposures: Option<(f64, f64)>,
    /// What counts as one site.
    pub granularity: Granularity,
    /// The sample type compared.
    pub sample_type: SampleType,
    /// The change of the total, which is a test of its own.
    pub total: Change,
    /// The sites that are not zero on both sides. First those with a verdict, then the rest;
    /// largest absolute change first, then by name.
    pub rows: Vec<DiffRow>,
    /// Sites that had samples enough to be judged, over which verdicts are adjusted.
    pub judged: usize,
    /// What makes the comparison less sure than it looks.
    pub notes: Vec<Note>,
}

/// A site on both sides.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct DiffRow {
    /// The site, as the newer side names it.
    pub site: Site,
    /// As the older side names it, where it has it.
    pub older: Option<Site>,
    /// How it was found again.
    pub matched: Match,
    /// Whether its frames were inlined into their callers.
    pub inlined: Inlined,
    /// What was allocated in the site itself.
    pub flat: Change,
    /// What was allocated in the site or in what it called.
    pub cum: Change,
    /// Where its change went or came from, when it was only moved.
    pub moved: Option<Moved>,
}

impl Difference {
    /// The first rows that are large or have a verdict, which is never left out for being small; only
    /// of those that `is_row` takes.
    pub fn shown(&self, trim: &Trim, is_row: impl Fn(&DiffRow) -> bool) -> Shown<&DiffRow> {
        let cutoff = cutoff(&self.total, trim.node_fraction);
        let listed = self.rows.iter().filter(|row| is_row(row));
        let (large, small): (Vec<_>, Vec<_>) = listed.partition(|row| !row.is_small(cutoff));
        let mut shown = Shown::first(large, trim.limit(), |row| row.flat.delta.value);
        let flat: i128 = shown.rows.iter().map(|row| row.flat.delta.value).sum();
        shown.omitted.small = small.len();
        shown.omitted.rows += small.len();
        shown.omitted.flat = self.total.delta.value - flat;
        shown
    }
}

impl DiffRow {
    /// Whether it is small on both sides, and nothing is decided of it.
    pub(super) fn is_small(&self, cutoff: u128) -> bool {
        let has_verdict = self.flat.looks_changed() || self.cum.looks_changed();
        let sides = [self.cum.before, self.cum.after];
        !has_verdict && sides.iter().all(|side| side.value.unsigned_abs() < cutoff)
    }
}

/// The least absolute cumulative value that is not small: a part of the larger total.
pub(super) fn cutoff(total: &Change, fraction: f64) -> u128 {
    let (before, after) = (total.before.value, total.after.value);
    let total = before.unsigned_abs().max(after.unsigned_abs());
    (total as f64 * fraction) as u128
}
