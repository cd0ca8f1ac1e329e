use std::collections::HashMap;

use crate::granularity::Granularity;
use crate::header::{Header, SampleType};
use crate::inlined::Inlined;
use crate::rank::{Omitted, RankRow, Ranking, Total};
use crate::site::Site;

/// What changed between two rankings, site by site.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// What the older side says of itself.
    pub before: Header,
    /// What the newer side says of itself.
    pub after: Header,
    /// What counts as one site.
    pub granularity: Granularity,
    /// The sample type compared.
    pub sample_type: SampleType,
    /// The total of both sides.
    pub total: Change,
    /// The sites that are not zero on both sides: largest absolute flat change first, then
    /// largest absolute cumulative change, then by name.
    pub rows: Vec<DiffRow>,
}

/// A value on both sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Change {
    /// On the older side.
    pub before: i128,
    /// On the newer side.
    pub after: i128,
}

impl Change {
    /// How much more there is on the newer side.
    pub fn delta(self) -> i128 {
        self.after - self.before
    }

    /// The newer value over the older; `None` when the older is 0.
    pub fn ratio(self) -> Option<f64> {
        (self.before != 0).then(|| self.after as f64 / self.before as f64)
    }
}

/// A site on both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiffRow {
    /// The site.
    pub site: Site,
    /// Whether its frames were inlined into their callers.
    pub inlined: Inlined,
    /// What was allocated in the site itself.
    pub flat: Change,
    /// What was allocated in the site or in what it called.
    pub cum: Change,
}

/// Pairs the sites of two rankings by content, for one sample type of each.
///
/// The rankings must be of the same granularity, and the sample types mean the same; the caller
/// has chosen them.
pub fn diff(before: (&Ranking, usize), after: (&Ranking, usize)) -> Difference {
    let ((old, old_index), (new, new_index)) = (before, after);
    let mut rows: Vec<DiffRow> = Vec::new();
    let mut places: HashMap<&Site, usize> = HashMap::new();
    for row in &old.rows {
        places.insert(&row.site, rows.len());
        rows.push(one_sided(row));
        if let Some(last) = rows.last_mut() {
            last.flat.before = row.flat_of(old_index);
            last.cum.before = row.cum_of(old_index);
        }
    }
    for row in &new.rows {
        let at = *places.entry(&row.site).or_insert_with(|| {
            rows.push(one_sided(row));
            rows.len() - 1
        });
        if let Some(paired) = rows.get_mut(at) {
            paired.flat.after = row.flat_of(new_index);
            paired.cum.after = row.cum_of(new_index);
            if at < old.rows.len() {
                paired.inlined = paired.inlined.or(row.inlined);
            }
        }
    }
    rows.retain(|row| {
        [row.flat, row.cum]
            .iter()
            .any(|&change| change != Change::default())
    });
    sort(&mut rows);
    let sample_type = new.header.sample_types.get(new_index);
    Difference {
        before: old.header.clone(),
        after: new.header.clone(),
        granularity: new.granularity,
        sample_type: sample_type.cloned().unwrap_or(SampleType {
            type_: String::new(),
            unit: String::new(),
        }),
        total: total(old.total(old_index), new.total(new_index)),
        rows,
    }
}

fn one_sided(row: &RankRow) -> DiffRow {
    DiffRow {
        site: row.site.clone(),
        inlined: row.inlined,
        flat: Change::default(),
        cum: Change::default(),
    }
}

fn total(before: Total, after: Total) -> Change {
    Change {
        before: before.net,
        after: after.net,
    }
}

fn sort(rows: &mut [DiffRow]) {
    let key = |row: &DiffRow| {
        (
            row.flat.delta().unsigned_abs(),
            row.cum.delta().unsigned_abs(),
        )
    };
    rows.sort_by(|left, right| {
        key(right)
            .cmp(&key(left))
            .then_with(|| left.site.compare(&right.site))
    });
}

impl Difference {
    /// Orders by cumulative instead of flat change.
    pub fn sort_by_cum(&mut self) {
        let key = |row: &DiffRow| {
            (
                row.cum.delta().unsigned_abs(),
                row.flat.delta().unsigned_abs(),
            )
        };
        self.rows.sort_by(|left, right| {
            key(right)
                .cmp(&key(left))
                .then_with(|| left.site.compare(&right.site))
        });
    }

    /// The change that is left out when only the first `shown` rows are.
    pub fn omitted(&self, shown: usize) -> Omitted {
        let shown_delta: i128 = self
            .rows
            .iter()
            .take(shown)
            .map(|row| row.flat.delta())
            .sum();
        Omitted {
            rows: self.rows.len().saturating_sub(shown),
            flat: self.total.delta() - shown_delta,
        }
    }
}
