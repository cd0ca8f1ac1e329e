//! Claims on goroutines where a dump does not say of all where they are.

use super::claim::{Bound, Claim, Kind, Operator};
use super::outcome::{ClaimResult, Finding, Reason};
use crate::goroutines::{GoroutineGroups, Unread};

/// Takes back what goroutines that could not be read may change. A claim that more of them could
/// only break further stays broken.
pub(super) fn doubt(claim: &Claim, goroutines: &GoroutineGroups, findings: &mut [Finding]) {
    // Of dumps in one text, what is missing in one may be what is too much in another.
    let unread = goroutines.unread_of_any();
    for finding in findings {
        let is_let_off = matches!(finding.reason, Reason::Suppressed { .. });
        if let Some(why) = why(claim, unread, finding).filter(|_| !is_let_off) {
            finding.result = ClaimResult::Inconclusive;
            finding.reason = Reason::NotJudged(why);
        }
    }
}

fn why(claim: &Claim, unread: Unread, finding: &Finding) -> Option<String> {
    let is_upper = matches!(claim.operator, Operator::AtMost | Operator::Below);
    let is_value = matches!(claim.bound, Bound::Value(_));
    let is_site = matches!(claim.site.0, Kind::Named(_) | Kind::Matching(_));
    if finding.result == ClaimResult::Fail && is_value && is_upper {
        return None;
    }
    let damaged = unread.damaged();
    if damaged > 0 {
        let number = number(damaged);
        return Some(format!(
            "{number} could not be read whole and may be anywhere: see what `heapwise goroutines` \
             says of the dump"
        ));
    }
    if !is_site || unread.unavailable == 0 || is_still_so(claim, unread.unavailable, finding) {
        return None;
    }
    let number = number(unread.unavailable);
    Some(format!(
        "Go could not show the stacks of {number}, which may be there too"
    ))
}

/// Whether the result is the same if all of `more` goroutines are there.
fn is_still_so(claim: &Claim, more: i64, finding: &Finding) -> bool {
    let (Bound::Value(bound), Some(observed)) = (claim.bound, &finding.observed) else {
        return false;
    };
    let most = observed.after.value.saturating_add(more.into());
    let holds = claim.operator.holds(bound.order_of(most));
    (finding.result == ClaimResult::Pass) == holds
}

fn number(count: i64) -> String {
    match count {
        1 => "1 goroutine".to_owned(),
        count => format!("{count} goroutines"),
    }
}
