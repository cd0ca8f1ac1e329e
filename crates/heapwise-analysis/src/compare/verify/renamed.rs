//! Sites that have another name on the newer side: a claim on the older name is one on them, and one on a name that is gone does not
//! pass where what is new may be the same under another name.

use super::claim::{Claim, SitePattern};
use super::outcome::Reason;
use super::verifier::Verifier;
use crate::compare::diff::{Change, Column, DiffRow, Match, Subject, TestedDifference};
use crate::profile::units::auto_label;
use crate::site::identity::Site;

/// Whether a pattern means a row, by the name of either side.
pub(super) fn means(pattern: &SitePattern, row: &DiffRow) -> bool {
    pattern.matches(&row.site) || means_by_older_name(pattern, row)
}

/// Whether it does so by the older name alone.
pub(super) fn means_by_older_name(pattern: &SitePattern, row: &DiffRow) -> bool {
    let older = row.older.as_ref();
    older.is_some_and(|older| pattern.matches(older)) && !pattern.matches(&row.site)
}

/// The sites that a claim means by the name that they had.
pub(super) fn by_older_name<'t>(
    tested: &'t TestedDifference<'_>,
    claim: &'t Claim,
) -> impl Iterator<Item = &'t Site> {
    let rows = tested
        .rows()
        .filter(|row| means_by_older_name(&claim.site, row));
    // What is gone has no other name.
    rows.filter(|row| row.matched != Match::OneSided)
        .map(|row| &row.site)
}

impl Verifier<'_> {
    /// That a claim is on a site which has another name on the newer side.
    pub fn other_names(&self, claim: &Claim) -> Option<String> {
        let tested = self.tested.as_ref()?;
        let names: Vec<String> = by_older_name(tested, claim).map(Site::pprof_name).collect();
        (!names.is_empty()).then(|| {
            format!(
                "{:?}: on the newer side that is {}",
                claim.text,
                names.join(", ")
            )
        })
    }
}

/// Why an upper bound that holds because a site is gone may not: the functions that are new in its package have so much that
/// they may be what it was. `is_beyond` says whether a value of the newer side is beyond the bound.
pub(super) fn may_be_new(
    tested: &TestedDifference<'_>,
    subject: Subject,
    unit: &str,
    is_beyond: &dyn Fn(i128) -> bool,
) -> Option<Reason> {
    let gone = tested.row(subject)?;
    let Subject::Row(_, column) = subject else {
        return None;
    };
    let is_gone = gone.matched == Match::OneSided && change(gone, column).after.value == 0;
    let package = gone.site.package.as_ref().filter(|_| is_gone)?;
    let is_new = |row: &&DiffRow| {
        let change = change(row, column);
        row.matched == Match::OneSided
            && row.site.package.as_ref() == Some(package)
            && change.before.value == 0
            && change.looks_changed()
    };
    let mut new: Vec<&DiffRow> = tested.rows().filter(is_new).collect();
    new.sort_by_key(|row| std::cmp::Reverse(change(row, column).after.value));
    let values = new.iter().map(|row| change(row, column).after.value);
    let all = match column {
        Column::Flat => values.sum(),
        // One may call the other.
        Column::Cum => values.max().unwrap_or(0),
    };
    if !is_beyond(all) {
        return None;
    }
    let largest = new.first()?;
    let (name, value) = (largest.site.pprof_name(), auto_label(all, unit));
    Some(Reason::NotJudged(match new.len() {
        1 => format!(
            "it has no sample any more, and {name} is new in its package, with {value}: that may be the same under another name"
        ),
        several => format!(
            "it has no sample any more, and {name} and {} more are new in its package, with {value}: they may be what it was",
            several - 1
        ),
    }))
}

fn change(row: &DiffRow, column: Column) -> &Change {
    match column {
        Column::Flat => &row.flat,
        Column::Cum => &row.cum,
    }
}
