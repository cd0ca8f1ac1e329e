//! Test results as CI systems read them: a claim is a test case.

use std::io::{self, Write};

use heapwise_analysis::ClaimResult;

use crate::formats::xml::text as escape;
use crate::verify::words::{Words, name_of};
use crate::verify::{JudgedClaim, VerifyReport};

/// One suite. What could not be decided is skipped: the exit code is what stops a job then.
pub(crate) fn write(report: &VerifyReport, out: &mut dyn Write) -> io::Result<()> {
    let count = |wanted| {
        let results = report.claims.iter().map(|claim| claim.outcome.result);
        results.filter(|&result| result == wanted).count()
    };
    let counts = format!(
        "tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\"",
        report.claims.len(),
        count(ClaimResult::Fail),
        count(ClaimResult::Error),
        count(ClaimResult::Inconclusive)
    );
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(out, "<testsuites {counts}>")?;
    writeln!(out, "  <testsuite name=\"heapwise verify\" {counts}>")?;
    for claim in &report.claims {
        let words = Words(&claim.outcome, claim.hints);
        let name = escape(&claim.outcome.claim);
        write!(
            out,
            "    <testcase classname=\"heapwise.verify\" name=\"{name}\""
        )?;
        if let Some(place) = &claim.place {
            write!(
                out,
                " file=\"{}\" line=\"{}\"",
                escape(&place.file),
                place.line
            )?;
        }
        let element = match claim.outcome.result {
            ClaimResult::Pass => {
                write_pass(claim, out)?;
                continue;
            }
            ClaimResult::Error => "error",
            ClaimResult::Fail => "failure",
            ClaimResult::Inconclusive => "skipped",
        };
        let message = [words.observed(), words.reason()].join(": ");
        let message = escape(message.trim_start_matches(": "));
        writeln!(out, ">\n      <{element} message=\"{message}\">")?;
        for finding in claim.sites() {
            let observed = words.observed_of(finding);
            writeln!(
                out,
                "{}",
                escape(&format!("{}: {observed}", name_of(finding)))
            )?;
        }
        writeln!(out, "      </{element}>\n    </testcase>")?;
    }
    writeln!(out, "  </testsuite>\n</testsuites>")
}

/// What holds has no element; what should be read nonetheless goes where a test's output goes.
fn write_pass(claim: &JudgedClaim, out: &mut dyn Write) -> io::Result<()> {
    if !claim.outcome.reason.is_caveat() {
        return writeln!(out, "/>");
    }
    let said = escape(&Words(&claim.outcome, claim.hints).reason());
    writeln!(
        out,
        ">\n      <system-out>{said}</system-out>\n    </testcase>"
    )
}
