//! The budget file: claims that a project keeps, and what it lets off for a time.

use anyhow::{Context, anyhow};
use heapwise_analysis::{Claim, Date, Growth, SitePattern, Suppression};
use heapwise_report::Place;
use serde::Deserialize;
use toml::Spanned;

/// What a budget file asks for.
#[derive(Debug, Default)]
pub(crate) struct Budget {
    pub(crate) claims: Vec<BudgetClaim>,
    pub(crate) growth: Option<(Growth, Place)>,
    pub(crate) suppressions: Vec<(Suppression, Place)>,
}

/// A claim and where it came from.
#[derive(Debug)]
pub(crate) struct BudgetClaim {
    pub(crate) claim: Claim,
    pub(crate) purpose: Option<String>,
    pub(crate) place: Option<Place>,
}

/// The file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    claim: Vec<FileClaim>,
    growth: Option<FileGrowth>,
    #[serde(default)]
    suppress: Vec<FileSuppression>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileClaim {
    require: Spanned<String>,
    reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileGrowth {
    forbid: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileSuppression {
    site: Spanned<String>,
    reason: Spanned<String>,
    expires: Spanned<String>,
}

impl Budget {
    /// Reads a budget file.
    pub(crate) fn read(path: &str) -> anyhow::Result<Budget> {
        let bytes = std::fs::read(path).with_context(|| path.to_owned())?;
        parse(path, &heapwise_decode::text_of(&bytes))
    }
}

/// A file with the places in it.
struct Source<'a> {
    path: &'a str,
    text: &'a str,
}

fn parse(path: &str, text: &str) -> anyhow::Result<Budget> {
    let source = Source { path, text };
    let file: File = toml::from_str(text).map_err(|error| {
        let offset = error.span().map_or(0, |span| span.start);
        source.error(offset, error.message().trim())
    })?;
    let mut budget = Budget::default();
    for entry in &file.claim {
        let claim = Claim::parse(entry.require.get_ref())
            .map_err(|error| source.error_in(&entry.require, error.offset, &error.to_string()))?;
        budget.claims.push(BudgetClaim {
            claim,
            purpose: entry.reason.clone(),
            place: Some(source.place(&entry.require)),
        });
    }
    if let Some(growth) = &file.growth {
        let parsed = Growth::parse(growth.forbid.get_ref())
            .map_err(|error| source.error_in(&growth.forbid, 0, &error.to_string()))?;
        budget.growth = Some((parsed, source.place(&growth.forbid)));
    }
    for entry in &file.suppress {
        let suppression = source.suppression(entry)?;
        budget
            .suppressions
            .push((suppression, source.place(&entry.site)));
    }
    Ok(budget)
}

impl Source<'_> {
    fn suppression(&self, entry: &FileSuppression) -> anyhow::Result<Suppression> {
        let site = entry.site.get_ref();
        let pattern = SitePattern::parse(site)
            .map_err(|error| self.error_in(&entry.site, error.offset, &error.to_string()))?;
        if entry.reason.get_ref().trim().is_empty() {
            return Err(self.error_in(&entry.reason, 0, "found no reason, expected why"));
        }
        let expires = entry.expires.get_ref();
        let date = Date::parse(expires).ok_or_else(|| {
            let message = format!("found {expires:?}, expected a date such as \"2027-01-31\"");
            self.error_in(&entry.expires, 0, &message)
        })?;
        Ok(Suppression {
            text: site.clone(),
            site: pattern,
            reason: entry.reason.get_ref().clone(),
            expires: date,
        })
    }

    /// An error at a byte of the file.
    fn error(&self, offset: usize, message: &str) -> anyhow::Error {
        let (line, column) = self.line_and_column(offset);
        anyhow!("{}: {line}:{column}: {message}", self.path)
    }

    /// An error at a byte of a text in the file.
    fn error_in(&self, value: &Spanned<String>, offset: usize, message: &str) -> anyhow::Error {
        let raw = self.text.get(value.span()).unwrap_or_default();
        // Escapes move what is behind them: the text then counts as one place.
        let inside = raw
            .find(value.get_ref().as_str())
            .filter(|_| !value.get_ref().is_empty());
        let place = inside.map_or(0, |start| start + offset);
        self.error(value.span().start + place, message)
    }

    fn place(&self, value: &Spanned<String>) -> Place {
        Place {
            file: self.path.to_owned(),
            line: self.line_and_column(value.span().start).0,
        }
    }

    /// Both from 1, the column in characters.
    fn line_and_column(&self, offset: usize) -> (usize, usize) {
        let before = self.text.get(..offset).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let column = before.get(start..).unwrap_or_default().chars().count() + 1;
        (line, column)
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let error = parse("heapwise.toml", text).expect_err(expected);
        assert_eq!(error.to_string(), expected);
    }

    #[test]
    fn reads_claims_growth_and_suppressions() {
        let text = r#"
[[claim]]
require = "inuse_space total <= 64MB"
reason = "the container has 128MB"

[growth]
forbid = "5%"

[[suppress]]
site = '/^main\.warm/'
reason = "caches are warmed up on purpose"
expires = "2027-01-31"
"#;
        let budget = parse("heapwise.toml", text).expect("a budget");
        assert_eq!(
            budget.claims[0].place.as_ref().map(|place| place.line),
            Some(3)
        );
        assert!(budget.growth.is_some());
        assert_eq!(budget.suppressions[0].0.expires.to_string(), "2027-01-31");
    }

    #[test]
    fn says_the_line_and_column_of_what_is_wrong() {
        check(
            "[[claim]]\nrequire = \"inuse_space total ~ 64MB\"\n",
            "heapwise.toml: 2:30: found \"~\", expected an operator: <=, <, >= or >",
        );
        check(
            "[growth]\nforbid = \"five\"\n",
            "heapwise.toml: 2:11: found \"five\", expected a growth to allow, such as 5% or 0%",
        );
        check(
            "[[suppress]]\nsite = \"main.f\"\nreason = \"x\"\nexpires = \"soon\"\n",
            "heapwise.toml: 4:12: found \"soon\", expected a date such as \"2027-01-31\"",
        );
        check(
            "[[suppress]]\nsite = \"main.f\"\nreason = \" \"\nexpires = \"2027-01-31\"\n",
            "heapwise.toml: 3:11: found no reason, expected why",
        );
        check(
            "[[suppress]]\nsite = \"main.f\"\nreason = \"x\"\n",
            "heapwise.toml: 1:1: missing field `expires`",
        );
        check(
            "[[claim]]\nrequire = \"goroutines total <= 5\"\nwhy = \"x\"\n",
            "heapwise.toml: 3:1: unknown field `why`, expected `require` or `reason`",
        );
    }
}
