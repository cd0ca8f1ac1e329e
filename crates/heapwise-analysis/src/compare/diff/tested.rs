//! A comparison with the tests behind it, to be asked about bounds; without them it is the answer.

use super::change::Change;
use super::compare::{Comparing, TestedRow};
use super::difference::{DiffRow, Difference, cutoff};
use super::evidence::Evidence;
use super::options::DiffOptions;
use super::sample_type::shown_type;
use super::side::DiffSide;
use super::warnings::Note;
use crate::Sampling;
use crate::error::{ErrorKind, Result};
use crate::profile::header::Header;
use crate::rank::column::Column;
use heapwise_stats::Confidence;

/// Compares two sides.
///
/// Each site of the view is tested, and verdicts are adjusted for their number (Benjamini and
/// Hochberg): of the sites said to have changed, at most one minus the confidence have not.
///
/// # Errors
///
/// When the sides cannot be compared as asked.
pub fn diff(
    before: &DiffSide<'_>,
    after: &DiffSide<'_>,
    options: &DiffOptions,
) -> Result<Difference> {
    let difference = TestedDifference::new(before, after, options)?.into_difference();
    before.expect_all_read()?;
    after.expect_all_read()?;
    Ok(difference)
}

/// A comparison that can still be asked about any bound, from either side.
pub(crate) struct TestedDifference<'a> {
    comparing: Comparing<'a>,
    rows: Vec<TestedRow>,
    total: Change,
    total_evidence: Evidence,
    judged: usize,
    headers: (Header, Header),
}

/// A number of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Subject {
    /// The total.
    Total,
    /// That of a row, by its place.
    Row(usize, Column),
}

/// What a number's change can be judged by.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Grounds {
    /// Nothing, and why.
    Nothing(String),
    /// Numbers without error; the newer side's is to be multiplied by this for equal work.
    Certain(f64),
    /// A test.
    Test {
        /// The p value in favour of a ratio below the bound.
        below: f64,
        /// The p value in favour of a ratio above the bound.
        above: f64,
        /// Whether there are samples enough to find any change.
        is_judgeable: bool,
    },
}

impl<'a> TestedDifference<'a> {
    /// Tests all sites of two sides.
    pub(crate) fn new(
        before: &'a DiffSide<'a>,
        after: &'a DiffSide<'a>,
        options: &'a DiffOptions,
    ) -> Result<Self> {
        let (Some(old), Some(new)) = (before.header(), after.header()) else {
            return Err(ErrorKind::NoProfiles.into());
        };
        let comparing = Comparing::new(before, after, options);
        let mut rows = comparing.rows()?;
        let (total, total_evidence) = comparing.total()?;
        let judged = comparing.judge(&mut rows);
        comparing.sort(&mut rows);
        comparing.detail(&mut rows, cutoff(&total, options.node_fraction));
        comparing.mark_moves(&mut rows);
        before.expect_all_read()?;
        after.expect_all_read()?;
        Ok(Self {
            comparing,
            rows,
            total,
            total_evidence,
            judged,
            headers: (old.clone(), new.clone()),
        })
    }

    /// The answer without the tests behind it.
    pub(crate) fn into_difference(self) -> Difference {
        let (before, after) = (self.comparing.before, self.comparing.after);
        let newest = after.profiles().next();
        Difference {
            before: self.headers.0,
            after: self.headers.1,
            profiles: (before.count(), after.count()),
            work: self.comparing.work,
            common_factor: self.comparing.common_factor(&self.rows),
            exposures: (before.has_exposures() && after.has_exposures())
                .then(|| (before.exposure(), after.exposure())),
            granularity: newest.map_or_else(Default::default, |(ranking, _)| ranking.granularity),
            sample_type: shown_type(before.chosen_type(), after.chosen_type()),
            total: self.total,
            notes: self.comparing.notes(),
            rows: self.rows.into_iter().map(|row| row.row).collect(),
            judged: self.judged,
        }
    }

    /// The sites that are not zero on both sides.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &DiffRow> {
        self.rows.iter().map(|tested| &tested.row)
    }

    /// The row of a number that is one's.
    pub(crate) fn row(&self, subject: Subject) -> Option<&DiffRow> {
        match subject {
            Subject::Total => None,
            Subject::Row(at, _) => self.rows.get(at).map(|tested| &tested.row),
        }
    }

    /// What values of the newer side are to be multiplied by for equal work.
    pub(crate) fn work_factor(&self) -> f64 {
        self.comparing.work_factor()
    }

    /// What makes the comparison less sure than it looks.
    pub(crate) fn notes(&self) -> Vec<Note> {
        self.comparing.notes()
    }

    /// A change without its intervals; `None` for a row that does not exist.
    pub(crate) fn change(&self, subject: Subject) -> Option<&Change> {
        Some(self.parts(subject)?.0)
    }

    /// A change with errors and intervals.
    pub(crate) fn detailed(&self, subject: Subject) -> Option<Change> {
        let (change, evidence) = self.parts(subject)?;
        match subject {
            Subject::Total => Some(change.clone()),
            Subject::Row(at, column) => {
                let pair = self.rows.get(at)?.pair;
                Some(self.comparing.detailed(pair, column, change, evidence))
            }
        }
    }

    /// What can be said about a ratio being below or above `bound`.
    pub(crate) fn grounds(&self, subject: Subject, bound: f64) -> Grounds {
        let Some((_, evidence)) = self.parts(subject) else {
            return Grounds::Nothing("the site does not exist".to_owned());
        };
        let doubt = match subject {
            Subject::Total => self.comparing.doubt(),
            Subject::Row(..) => self.comparing.doubt_of_sites(),
        };
        if let Some(doubt) = doubt {
            return Grounds::Nothing(doubt.to_owned());
        }
        let work = self.comparing.work;
        let reason = work.why_not_settled();
        if let Some(reason) = reason.filter(|_| !evidence.is_measured() || work.is_of_another_run())
        {
            return Grounds::Nothing(reason);
        }
        if let Some((change, _)) = self
            .parts(subject)
            .filter(|(change, _)| change.is_doubtful())
        {
            return Grounds::Nothing(change.why_not_judged());
        }
        if evidence.is_certain() {
            return Grounds::Certain(self.comparing.work_factor());
        }
        match (evidence, evidence.one_sided(bound)) {
            (_, Some((below, above))) => Grounds::Test {
                below,
                above,
                is_judgeable: evidence.is_judgeable(),
            },
            (Evidence::None, None) => Grounds::Nothing(self.unknown_error()),
            _ => Grounds::Nothing(
                "shares of the total and ranks have no test against a bound".to_owned(),
            ),
        }
    }

    /// How many times longer to profile until a ratio so far from a bound tells a claim, judged alone at
    /// this confidence: `step` is the ratio over the bound, less one.
    pub(crate) fn times_longer(
        &self,
        subject: Subject,
        confidence: Confidence,
        step: f64,
    ) -> Option<f64> {
        let (change, evidence) = self.parts(subject)?;
        // What was counted apart from the profiles is no better known with more of their samples.
        if evidence.is_measured() {
            return None;
        }
        let judgement = evidence.judgement(confidence, 1, 0)?;
        judgement.times_longer(change.effective_samples?, step)
    }

    fn unknown_error(&self) -> String {
        let (before, after) = self.comparing.tester.samplings();
        let reason = [before, after]
            .into_iter()
            .find_map(|sampling| match sampling {
                Some(Sampling::Unknown(reason)) => Some(reason.reason()),
                _ => None,
            });
        let reason = reason.unwrap_or("a number is negative");
        format!("the sampling error is not known: {reason}")
    }

    fn parts(&self, subject: Subject) -> Option<(&Change, &Evidence)> {
        match subject {
            Subject::Total => Some((&self.total, &self.total_evidence)),
            Subject::Row(at, column) => {
                let tested = self.rows.get(at)?;
                Some(match column {
                    Column::Flat => (&tested.row.flat, &tested.flat),
                    Column::Cum => (&tested.row.cum, &tested.cum),
                })
            }
        }
    }
}
