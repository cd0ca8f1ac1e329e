//! Sites whose growth may have another cause than the work: what is allocated seldom may be set-up.

use super::outcome::{ClaimResult, Finding, Outcome, Reason};
use super::verifier::{Verifier, observed_change};
use crate::compare::diff::{Change, Subject, TestedDifference};

/// What is set-up differs little between runs of one code, whatever their number of operations and of rounds.
const BEYOND_SET_UP: f64 = 2.0;

/// Whether what may be set-up has at least so many times what it had, in the profiles and for equal work, also by the ends of
/// the intervals.
pub(super) fn grew_beyond_set_up(change: &Change, work: f64, factor: f64) -> bool {
    let before = change.before.high.unwrap_or(change.before.value);
    let after = change.after.low.unwrap_or(change.after.value);
    let most = before.max(change.before.value) as f64 * factor.max(BEYOND_SET_UP);
    let least = after.min(change.after.value) as f64;
    change.may_be_set_up && least > most && least * work > most
}

impl Verifier<'_> {
    /// Leaves a pass open beside sites that grew far and may be set-up.
    pub(super) fn open_beside_set_up(
        &self,
        outcome: &mut Outcome,
        tested: &TestedDifference<'_>,
        grown: &[Subject],
    ) {
        for &subject in grown {
            let (Some(change), Some(row)) = (tested.detailed(subject), tested.row(subject)) else {
                continue;
            };
            outcome.result = outcome.result.and(ClaimResult::Inconclusive);
            outcome.findings.push(Finding {
                site: Some(row.site.clone()),
                name: row.site.pprof_name(),
                result: ClaimResult::Inconclusive,
                reason: Reason::NotJudged(change.why_not_judged()),
                observed: Some(observed_change(&change)),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::grew_beyond_set_up;
    use crate::compare::diff::Change;
    use crate::sums::estimate::Estimate;

    fn change(before: i128, after: i128) -> Change {
        Change {
            before: Estimate::unknown(before),
            after: Estimate::unknown(after),
            may_be_set_up: true,
            ..Change::nothing()
        }
    }

    #[test]
    fn set_up_grows_little_by_itself() {
        assert!(grew_beyond_set_up(&change(28, 2564), 1.0, 1.05));
        assert!(grew_beyond_set_up(&change(0, 100), 1.0, 1.05));
        assert!(grew_beyond_set_up(&change(100, 201), 1.0, 1.05));
        for (before, after, work, factor) in [
            // A round more, and all that is allowed.
            (100, 150, 1.0, 1.05),
            (100, 200, 1.0, 1.05),
            (100, 250, 1.0, 3.0),
            // The same over fewer operations, or more over more of them.
            (100, 100, 4.0, 1.05),
            (100, 400, 0.25, 1.05),
            (100, 20, 1.0, 1.05),
        ] {
            let change = change(before, after);
            assert!(
                !grew_beyond_set_up(&change, work, factor),
                "{before} {after}"
            );
        }
        let counted = Change {
            may_be_set_up: false,
            ..change(28, 2564)
        };
        assert!(!grew_beyond_set_up(&counted, 1.0, 1.05));
    }

    #[test]
    fn intervals_that_touch_tell_no_growth() {
        let mut sampled = change(100, 1000);
        sampled.before.high = Some(600);
        sampled.after.low = Some(900);
        assert!(!grew_beyond_set_up(&sampled, 1.0, 1.05));
        sampled.after.low = Some(1201);
        assert!(!grew_beyond_set_up(&sampled, 1.0, 1.05));
        sampled.before.high = Some(450);
        assert!(grew_beyond_set_up(&sampled, 1.0, 1.05));
    }
}
