//! Annotations of GitHub Actions (docs.github.com: workflow commands).

use std::io::{self, Write};

use heapwise_analysis::{ClaimResult, Finding};

use crate::formats::annotation::{Annotation, MOST, below_root};
use crate::verify::words::{Words, name_of};
use crate::verify::{JudgedClaim, VerifyReport};

/// An error for what could not be asked or does not hold, the worst first, then a warning for what
/// could not be decided, and a notice for what holds with something to know about it.
pub(crate) fn write(report: &VerifyReport, out: &mut dyn Write) -> io::Result<()> {
    for (result, kind) in [
        (ClaimResult::Error, "error"),
        (ClaimResult::Fail, "error"),
        (ClaimResult::Inconclusive, "warning"),
    ] {
        let mut all: Vec<(&JudgedClaim, Option<&Finding>)> = Vec::new();
        for claim in report.claims.iter().filter(|c| c.outcome.result == result) {
            let sites = claim.sites().iter().filter(|f| f.result == result);
            let sites: Vec<_> = sites.map(|finding| (claim, Some(finding))).collect();
            match sites.is_empty() {
                true => all.push((claim, claim.outcome.findings.first())),
                false => all.extend(sites),
            }
        }
        all.sort_by_key(|(_, finding)| std::cmp::Reverse(excess(*finding)));
        for (claim, finding) in all.into_iter().take(MOST) {
            annotation(report, kind, claim, finding, out)?;
        }
    }
    let passing = report.claims.iter().filter(|claim| {
        claim.outcome.result == ClaimResult::Pass && claim.outcome.reason.is_caveat()
    });
    for claim in passing.take(MOST) {
        annotation(report, "notice", claim, None, out)?;
    }
    Ok(())
}

/// How much more there is than before, or at all: what makes one worse than another.
fn excess(finding: Option<&Finding>) -> i128 {
    let observed = finding.and_then(|finding| finding.observed.as_ref());
    observed.map_or(0, |observed| {
        let before = observed.before.map_or(0, |before| before.value);
        observed.after.value - before
    })
}

fn annotation(
    report: &VerifyReport,
    kind: &'static str,
    claim: &JudgedClaim,
    finding: Option<&Finding>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let words = Words(&claim.outcome, claim.hints);
    let mut message = match finding {
        None => words.reason(),
        Some(finding) => {
            let reason = words.reason_of(&finding.reason);
            let parts = [name_of(finding), words.observed_of(finding), reason];
            let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
            parts.join(": ")
        }
    };
    if let Some(purpose) = &claim.purpose {
        message = format!("{message} ({purpose})");
    }
    let annotation = Annotation {
        kind,
        place: place(report, claim, finding),
        title: claim.outcome.claim.clone(),
        message,
    };
    annotation.write(out)
}

/// The line of the site where it is below the root, else that of the claim.
fn place(
    report: &VerifyReport,
    claim: &JudgedClaim,
    finding: Option<&Finding>,
) -> Option<(String, usize)> {
    let site = finding.and_then(|finding| finding.site.as_ref());
    let in_root = site.and_then(|site| {
        let file = below_root(report.root.as_deref(), site.file.as_deref())?;
        let line = site.line.and_then(|line| usize::try_from(line).ok());
        Some((file, line.unwrap_or(1)))
    });
    let of_claim = || {
        let place = claim.place.as_ref()?;
        let root = report.root.as_deref();
        let below = below_root(root, Some(&place.file));
        let named = || format!("{}{}", report.folder, place.file);
        Some((below.unwrap_or_else(named), place.line))
    };
    in_root.or_else(of_claim)
}
