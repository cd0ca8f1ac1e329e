//! Claims on goroutines where a dump does not say of all where they are, or dumps are of several processes.

use super::claim::{Bound, Claim, Kind, Operator};
use super::hidden;
use super::outcome::{ClaimResult, Finding, Reason};
use crate::goroutines::{Contradiction, Counts, GoroutineGroups, Unread};

/// Takes back what goroutines that could not be read may change. A claim that more of them could
/// only break further stays broken.
pub(super) fn doubt(claim: &Claim, goroutines: &GoroutineGroups, findings: &mut [Finding]) {
    // Of dumps in one text, what is missing in one may be what is too much in another.
    let unread = goroutines.unread_of_any();
    for finding in findings {
        let is_let_off = matches!(finding.reason, Reason::Suppressed { .. });
        let why = of_order(claim, goroutines.contradiction, finding);
        let why = why.or_else(|| of_others(claim, goroutines.processes, finding));
        let why = why.or_else(|| of_others_than_all(claim, goroutines.counts, finding));
        let why = why.or_else(|| self::why(claim, unread, finding));
        let why = why.or_else(|| of_hidden(claim, goroutines, finding));
        if let Some(why) = why.filter(|_| !is_let_off) {
            finding.result = ClaimResult::Inconclusive;
            finding.reason = Reason::NotJudged(why);
        }
    }
}

/// Where the order of dumps is not certain, it is not certain which is the newest. What is leaked is so for ever.
fn of_order(
    claim: &Claim,
    contradiction: Option<Contradiction>,
    finding: &Finding,
) -> Option<String> {
    let is_leaked = matches!(claim.site.0, Kind::Leaked) && finding.result == ClaimResult::Fail;
    let why = match contradiction? {
        _ if is_leaked => return None,
        Contradiction::RestartOrOrder => {
            "the numbers of goroutines go down between dumps without times: the process was started anew, or the dumps are \
             not in their order; give those of one process, first to last"
        }
        Contradiction::NumbersAgainstGiven => {
            "the dumps, which have no times, were given in another order than the numbers of their goroutines tell: give them \
             first to last"
        }
        _ => return None,
    };
    Some(why.to_owned())
}

/// What is too much in one process is so whatever others have; all else may be otherwise in them.
fn of_others(claim: &Claim, processes: usize, finding: &Finding) -> Option<String> {
    let is_upper = matches!(claim.operator, Operator::AtMost | Operator::Below);
    let is_growth = matches!(claim.bound, Bound::NoGrowth);
    let is_leaked = matches!(claim.site.0, Kind::Leaked);
    let is_broken = finding.result == ClaimResult::Fail && (is_upper || is_growth || is_leaked);
    (processes > 1 && !is_broken).then(|| {
        format!(
            "the dumps are of {processes} processes and those of one alone are looked at: give each process by itself"
        )
    })
}

/// Where not all goroutines are counted, there are at least as many; of a difference nothing follows.
fn of_others_than_all(claim: &Claim, counts: Counts, finding: &Finding) -> Option<String> {
    let is_upper = matches!(claim.operator, Operator::AtMost | Operator::Below);
    let is_value = matches!(claim.bound, Bound::Value(_));
    let is_growth = matches!(claim.bound, Bound::NoGrowth);
    match counts {
        Counts::Goroutines => None,
        Counts::Difference => Some(
            "it is the difference of two profiles: what became more or less, not how many there are"
                .to_owned(),
        ),
        Counts::Leaked => {
            let is_kept = match finding.result {
                ClaimResult::Fail => is_growth || is_value && is_upper,
                _ => is_value && !is_upper,
            };
            let is_of_leaked = matches!(claim.site.0, Kind::Leaked);
            (!is_kept && !is_of_leaked).then(|| {
                "leaked goroutines alone are counted: give a goroutine profile of that moment, too"
                    .to_owned()
            })
        }
    }
}

/// Where stacks lack frames, a function that is not seen on them may be there.
fn of_hidden(claim: &Claim, goroutines: &GoroutineGroups, finding: &Finding) -> Option<String> {
    let site = finding.site.as_ref()?;
    let hidden = hidden::may_have(goroutines, site);
    let is_growing = finding.result == ClaimResult::Fail && matches!(claim.bound, Bound::NoGrowth);
    if hidden == 0 || is_growing || is_still_so(claim, hidden, finding) {
        return None;
    }
    Some(format!(
        "Go left frames out of the stacks of {}, which may have it there",
        number(hidden)
    ))
}

fn why(claim: &Claim, unread: Unread, finding: &Finding) -> Option<String> {
    let is_upper = matches!(claim.operator, Operator::AtMost | Operator::Below);
    let is_value = matches!(claim.bound, Bound::Value(_));
    let is_site = matches!(claim.site.0, Kind::Named(_) | Kind::Matching(_));
    if finding.result == ClaimResult::Fail && is_value && is_upper {
        return None;
    }
    // What is at least so much is so with more of them, too.
    let is_kept = finding.result == ClaimResult::Pass && is_value && !is_upper;
    if unread.is_cut && !is_kept {
        return Some("a part of the dump is missing: there were more goroutines".to_owned());
    }
    if unread.lines > 0 && !is_kept {
        let lines = match unread.lines {
            1 => "1 line within stacks was".to_owned(),
            lines => format!("{lines} lines within stacks were"),
        };
        return Some(format!(
            "{lines} not understood: there may be more goroutines"
        ));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::verify::outcome::Observed;
    use crate::sums::estimate::Estimate;

    /// What is doubted of a claim on a count, where so many goroutines are damaged or not shown.
    fn doubted(text: &str, count: i128, (damaged, unavailable): (i64, i64)) -> Option<String> {
        let claim = Claim::parse(text).expect(text);
        let holds = match claim.bound {
            Bound::Value(bound) => claim.operator.holds(bound.order_of(count)),
            _ => true,
        };
        let finding = Finding {
            site: None,
            name: String::new(),
            result: match holds {
                true => ClaimResult::Pass,
                false => ClaimResult::Fail,
            },
            reason: Reason::Exact,
            observed: Some(Observed {
                before: None,
                after: Estimate::exact(count),
                ratio: None,
                operations: None,
                per_operation: None,
            }),
        };
        let unread = Unread {
            partly: damaged,
            unavailable,
            ..Unread::default()
        };
        why(&claim, unread, &finding)
    }

    #[test]
    fn stacks_that_are_not_shown_may_be_those_of_a_site() {
        for (claim, count, hidden, is_doubted) in [
            // Five and two more are no more than seven.
            ("goroutines main.f <= 7", 5, 2, false),
            ("goroutines main.f <= 7", 5, 3, true),
            ("goroutines main.f <= 7", 8, 3, false),
            ("goroutines main.f >= 7", 7, 3, false),
            ("goroutines main.f >= 7", 5, 1, false),
            ("goroutines main.f >= 7", 5, 2, true),
            ("goroutines /^main/ <= 7", 5, 3, true),
            ("goroutines main.f growth none", 5, 1, true),
            ("goroutines main.f <= 7", 5, 0, false),
            // All of them are known, and so is which are leaked.
            ("goroutines total <= 7", 5, 9, false),
            ("goroutines leaked = 0", 0, 9, false),
        ] {
            let why = doubted(claim, count, (0, hidden));
            assert_eq!(
                why.is_some(),
                is_doubted,
                "{claim} {count} {hidden}: {why:?}"
            );
        }
        let one = doubted("goroutines main.f <= 0", 0, (0, 1)).expect("a doubt");
        assert!(one.contains("stacks of 1 goroutine,"), "{one}");
        let two = doubted("goroutines main.f <= 0", 0, (0, 2)).expect("a doubt");
        assert!(two.contains("stacks of 2 goroutines,"), "{two}");
    }

    #[test]
    fn other_processes_may_have_more() {
        use ClaimResult::{Fail, Pass};
        for (claim, result, is_doubted) in [
            ("goroutines main.f <= 7", Pass, true),
            ("goroutines main.f <= 7", Fail, false),
            ("goroutines main.f >= 7", Pass, true),
            ("goroutines main.f >= 7", Fail, true),
            ("goroutines total growth none", Pass, true),
            ("goroutines total growth none", Fail, false),
            ("goroutines leaked = 0", Pass, true),
            ("goroutines leaked = 0", Fail, false),
        ] {
            let claim = Claim::parse(claim).expect(claim);
            let finding = Finding {
                site: None,
                name: String::new(),
                result,
                reason: Reason::Exact,
                observed: None,
            };
            assert_eq!(of_others(&claim, 1, &finding), None);
            let why = of_others(&claim, 2, &finding);
            assert_eq!(why.is_some(), is_doubted, "{} {result:?}", claim.text);
        }
    }

    #[test]
    fn dumps_in_no_certain_order_decide_nothing_but_what_is_leaked() {
        use ClaimResult::{Fail, Pass};
        for contradiction in [
            Contradiction::RestartOrOrder,
            Contradiction::NumbersAgainstGiven,
        ] {
            for (claim, result, is_doubted) in [
                ("goroutines main.f <= 7", Pass, true),
                ("goroutines main.f <= 7", Fail, true),
                ("goroutines total growth none", Fail, true),
                ("goroutines leaked = 0", Pass, true),
                ("goroutines leaked = 0", Fail, false),
            ] {
                let claim = Claim::parse(claim).expect(claim);
                let finding = Finding {
                    site: None,
                    name: String::new(),
                    result,
                    reason: Reason::Exact,
                    observed: None,
                };
                assert_eq!(of_order(&claim, None, &finding), None);
                let goes_down = Some(Contradiction::NumbersGoDown);
                assert_eq!(of_order(&claim, goes_down, &finding), None);
                let why = of_order(&claim, Some(contradiction), &finding);
                assert_eq!(why.is_some(), is_doubted, "{} {result:?}", claim.text);
            }
        }
    }

    #[test]
    fn what_is_damaged_may_be_anywhere() {
        for (claim, count, is_doubted) in [
            ("goroutines main.f <= 7", 5, true),
            ("goroutines total <= 7", 5, true),
            ("goroutines total >= 7", 5, true),
            ("goroutines total growth none", 5, true),
            // More of them could only break it further.
            ("goroutines main.f <= 7", 8, false),
            ("goroutines total < 7", 8, false),
        ] {
            let why = doubted(claim, count, (1, 0));
            assert_eq!(why.is_some(), is_doubted, "{claim} {count}: {why:?}");
        }
    }
}
