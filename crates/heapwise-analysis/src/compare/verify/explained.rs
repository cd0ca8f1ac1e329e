//! Claims about why sites allocate, decided on what the compiler said.

use super::claim::{Bound, Claim, Kind, SitePattern};
use super::near::near_names;
use super::outcome::{ClaimResult, Finding, Outcome, Reason};
use crate::explain::enclosing::Enclosed;
use crate::explain::escaping::Escaping;
use crate::explain::named::outside;
use crate::explain::{Advice, Cause, EscapeIndex, Explanation, Subject};
use crate::site::identity::Site;
use heapwise_decode::EscapeOutcome;

/// Decides a claim about why sites allocate; see [`Claim::is_about_explanation`].
///
/// `no escape at FUNCTION` fails where something of the function, of a literal in it, or of what was inlined into it is on the heap
/// by the compiler's decision there, and cannot be decided where a site of it allocates for a reason that is not known. `advice none
/// above 5%` fails by advice on a line with more of the total; where more than that is not explained it cannot be decided. A
/// function that neither the profile nor the log, where that names all, has gives [`Reason::NotFound`], which is an error unless the claim is [optional](Claim::optional).
///
/// What the log says holds whether or not the profile has a sample of it.
pub fn decide_on_explanation(
    claim: &Claim,
    explanation: &Explanation,
    log: Option<&EscapeIndex>,
) -> Outcome {
    let mut findings = match &claim.site.0 {
        Kind::Escape(functions) => escapes(functions, explanation, log),
        Kind::Advice => advice(claim, explanation),
        _ => Vec::new(),
    };
    findings.sort_by_key(|finding| finding.result.rank());
    let results = findings.iter().map(|finding| finding.result);
    Outcome {
        claim: claim.text.clone(),
        unit: explanation.sample_type.unit.clone(),
        result: results
            .reduce(ClaimResult::and)
            .unwrap_or(ClaimResult::Inconclusive),
        reason: match findings.as_slice() {
            [single] => single.reason.clone(),
            _ => Reason::of_sites(&findings),
        },
        findings,
    }
}

fn finding(site: Option<&Site>, name: &str, result: ClaimResult, why: String) -> Finding {
    Finding {
        site: site.cloned(),
        name: site.map_or_else(|| name.to_owned(), Site::pprof_name),
        result,
        reason: Reason::Explained(why),
        observed: None,
    }
}

fn escapes(
    functions: &SitePattern,
    explanation: &Explanation,
    log: Option<&EscapeIndex>,
) -> Vec<Finding> {
    let name = functions.label();
    let Some(log) = log.filter(|_| explanation.has_log) else {
        let why = "there is no log of the compiler".to_owned();
        return vec![finding(None, &name, ClaimResult::Inconclusive, why)];
    };
    let is_meant = |function: &str| is_in(functions, function);
    let findings = explanation.sites.iter().filter_map(|subject| {
        let function = subject.at.function.as_deref();
        match function.is_some_and(is_meant) {
            true => Some(escape(subject, explanation)),
            false => inlined(subject, is_meant, explanation),
        }
    });
    let mut findings: Vec<Finding> = findings.collect();
    // What samples leave open no log closes.
    if findings.iter().all(|one| one.result == ClaimResult::Pass) {
        let is_alone = findings.is_empty();
        findings.extend(unseen(functions, explanation, (log, is_alone)));
    }
    if !findings.is_empty() {
        return findings;
    }
    let known = explanation.sites.iter();
    let known = known.filter_map(|subject| subject.at.function.as_ref());
    vec![Finding {
        site: None,
        result: ClaimResult::Error,
        reason: Reason::NotFound {
            near: near_names(&name, known),
        },
        name,
        observed: None,
    }]
}

/// What the log says of functions beside what the profile has of them; nothing where it is of no use, or where neither knows them.
fn unseen(
    functions: &SitePattern,
    explanation: &Explanation,
    (log, is_alone): (&EscapeIndex, bool),
) -> Option<Finding> {
    let is_meant = |function: &str| is_in(functions, function);
    let in_profile = explanation.functions(is_meant);
    let in_profile = in_profile.map(|(site, next)| log.escaping_in(site, next));
    let told = in_profile.chain(log.escaping_where(&is_meant));
    let worst = told.min_by_key(|told| match told {
        Escaping::Something(_) => 0,
        Escaping::Perhaps(_) | Escaping::OtherSource => 1,
        Escaping::Untold => 2,
        Escaping::Nothing => 3,
    })?;
    let (result, why) = match worst {
        Escaping::Something(what) => (
            ClaimResult::Fail,
            format!("{what}, of which the profile has no sample"),
        ),
        Escaping::Perhaps(what) => (
            ClaimResult::Inconclusive,
            format!("{what}, which may be in it: the log does not say in which function that is"),
        ),
        Escaping::OtherSource => (
            ClaimResult::Inconclusive,
            "nothing of it is allocated in the profile, and the log is of another source"
                .to_owned(),
        ),
        Escaping::Untold => (
            ClaimResult::Pass,
            "nothing of it is allocated in the profile".to_owned(),
        ),
        Escaping::Nothing => (
            ClaimResult::Pass,
            "nothing of it is allocated in the profile, and nothing of it escapes by the log"
                .to_owned(),
        ),
    };
    // Beside samples that tell nothing against it, the rest of what the log says is no news.
    let is_news = is_alone || result == ClaimResult::Fail;
    is_news.then(|| finding(None, &functions.label(), result, why))
}

/// Whether a function is meant, or is a literal in one that is.
fn is_in(functions: &SitePattern, function: &str) -> bool {
    functions.matches_name(function)
        || outside(function).is_some_and(|around| is_in(functions, around))
}

/// What of a site was inlined into functions that are meant, and is on the heap by a decision in them.
fn inlined(
    subject: &Subject,
    is_meant: impl Fn(&str) -> bool,
    explanation: &Explanation,
) -> Option<Finding> {
    let is_its = |one: &&Enclosed| one.functions.iter().any(|function| is_meant(function));
    let found: Vec<&Enclosed> = subject.enclosed.iter().filter(is_its).collect();
    let first = found.first()?;
    let value: i128 = found.iter().map(|one| one.value).sum();
    let share = value as f64 / (explanation.total.value as f64).max(1.0);
    let why = format!(
        "{} escapes ({}), inlined, {}",
        first.what,
        first.reason.words(),
        of_total(share, explanation)
    );
    Some(finding(Some(&subject.at), "", ClaimResult::Fail, why))
}

/// A part of the total, in words.
fn of_total(share: f64, explanation: &Explanation) -> String {
    let percent = 100.0 * share;
    format!("{percent:.1}% of {}", explanation.sample_type.type_)
}

/// Whether something of a site is on the heap by a decision.
fn escape(subject: &Subject, explanation: &Explanation) -> Finding {
    let of_total = of_total(subject.share, explanation);
    let (result, why) = match &subject.cause {
        Cause::Decided(reason, decisions) => {
            let is_heap = decisions
                .iter()
                .any(|one| one.outcome == EscapeOutcome::Heap);
            let what = decisions.first().map_or("", |one| one.subject.as_str());
            match is_heap {
                true => (
                    ClaimResult::Fail,
                    format!("{what} escapes ({}), {of_total}", reason.words()),
                ),
                false => (
                    ClaimResult::Pass,
                    format!("{what} does not escape, though it allocates {of_total}"),
                ),
            }
        }
        Cause::Service(reason) | Cause::Source(reason) => (
            ClaimResult::Pass,
            format!("{}, which is no escape: {of_total}", reason.words()),
        ),
        Cause::Runtime => (ClaimResult::Pass, format!("the runtime's own, {of_total}")),
        Cause::Unmatched(why) => (
            ClaimResult::Inconclusive,
            format!("{}: {of_total}", why.words()),
        ),
    };
    finding(Some(&subject.at), "", result, why)
}

fn advice(claim: &Claim, explanation: &Explanation) -> Vec<Finding> {
    let Bound::Value(bound) = claim.bound else {
        return Vec::new();
    };
    let most = bound.value() / 100.0;
    let above = explanation
        .advice
        .iter()
        .filter(|one| one.subject.share > most);
    let findings: Vec<Finding> = above.map(against).collect();
    if !findings.is_empty() {
        return findings;
    }
    let perhaps = explanation
        .unchecked
        .iter()
        .find(|one| one.subject.share > most);
    if let Some(perhaps) = perhaps {
        let why = format!(
            "perhaps {}: the source, which is not at hand, tells",
            words(perhaps)
        );
        let at = Some(&perhaps.subject.at);
        return vec![finding(at, "", ClaimResult::Inconclusive, why)];
    }
    let not_at_hand = unread_source(&explanation.without_source, most, "is not at hand");
    let changed = unread_source(&explanation.changed, most, "is another than was compiled");
    match not_at_hand.or(changed) {
        Some(finding) => vec![finding],
        None => vec![without(explanation, bound.value())],
    }
}

/// Where most is allocated of which no source tells what would help.
fn unread_source(lines: &[Subject], most: f64, why: &str) -> Option<Finding> {
    let above = lines.iter().filter(|line| line.share > most);
    let largest = above.max_by(|a, b| a.share.total_cmp(&b.share))?;
    let why = format!(
        "no advice, but the source {why} of {:.1}% of the total",
        100.0 * largest.share
    );
    Some(finding(
        Some(&largest.at),
        "",
        ClaimResult::Inconclusive,
        why,
    ))
}

/// Without any advice, which holds as far as what is allocated is explained.
fn without(explanation: &Explanation, bound: f64) -> Finding {
    let total = explanation.total.value as f64;
    let unknown = explanation.coverage.unmatched.iter();
    let unknown: f64 = unknown.map(|(_, value)| value.value as f64).sum();
    let part = unknown / total.max(1.0);
    let (result, why) = match part > bound / 100.0 {
        true => (
            ClaimResult::Inconclusive,
            format!(
                "no advice, but {:.1}% of the total is not explained",
                100.0 * part
            ),
        ),
        false => (
            ClaimResult::Pass,
            format!("no advice on a line with more than {bound}% of the total"),
        ),
    };
    finding(None, "advice", result, why)
}

fn against(advice: &Advice) -> Finding {
    finding(
        Some(&advice.subject.at),
        "",
        ClaimResult::Fail,
        words(advice),
    )
}

fn words(advice: &Advice) -> String {
    let percent = 100.0 * advice.subject.share;
    format!("{} of {percent:.1}% of the total", advice.rule.name())
}
