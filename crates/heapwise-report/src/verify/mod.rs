//! Decides what the outcome of claims says, in every format that a gate is read in.

pub(crate) mod advice_text;
pub(crate) mod benchfmt;
mod collector;
mod github;
pub(crate) mod json;
mod junit;
mod markdown;
pub(crate) mod words;

use heapwise_decode::{agree, plural};
use std::io::{self, Write};
use std::num::NonZeroU32;

use anstyle::{AnsiColor, Style};
use heapwise_analysis::{ClaimResult, Finding, Outcome};

use self::words::{Words, name_of};
use crate::formats::format::Format;
use crate::formats::site_text::cut;
use crate::formats::table::{Cell, Column, Table};
use crate::formats::text::{self, Layout};
use crate::hints::Hints;
use crate::page::{title, write_page};
use crate::views::input::{Input, Warning};
use crate::with::with;

/// What became of claims.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct VerifyReport {
    /// The profiles, the older side first.
    pub inputs: Vec<Input>,
    /// What the user should know.
    pub warnings: Vec<Warning>,
    /// The claims in the order in which they were made.
    pub claims: Vec<JudgedClaim>,
    /// At which decisions were made.
    pub confidence: f64,
    /// Which look at growing profiles it was.
    pub look: Option<NonZeroU32>,
    /// The directory that annotations are relative to.
    pub root: Option<String>,
    /// What annotations put before the names of files of claims: the current folder below that directory, with a slash.
    pub folder: String,
}

impl VerifyReport {
    /// Of claims in the order in which they were made, decided at this confidence.
    #[must_use]
    pub fn new(claims: Vec<JudgedClaim>, confidence: f64) -> Self {
        Self {
            inputs: Vec::new(),
            warnings: Vec::new(),
            claims,
            confidence,
            look: None,
            root: None,
            folder: String::new(),
        }
    }

    with! {
        /// The profiles that it is of.
        with_inputs(inputs: Vec<Input>);
        /// What the user should know.
        with_warnings(warnings: Vec<Warning>);
        /// Which look at growing profiles it was.
        with_look(look: Option<NonZeroU32>);
        /// The directory that annotations are relative to.
        with_root(root: Option<String>);
        /// What annotations put before the names of files of claims.
        with_folder(folder: String);
    }
}

/// A claim with its decision, and what its author said of it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct JudgedClaim {
    /// The decision.
    pub outcome: Outcome,
    /// Why there is the claim.
    pub purpose: Option<String>,
    /// Where it is written.
    pub place: Option<Place>,
    /// What the reader is told to do where it could not be decided.
    pub hints: Hints,
}

impl JudgedClaim {
    /// A decision.
    #[must_use]
    pub fn new(outcome: Outcome) -> Self {
        Self {
            outcome,
            purpose: None,
            place: None,
            hints: Hints::default(),
        }
    }

    with! {
        /// Why there is the claim.
        with_purpose(purpose: Option<String>);
        /// Where it is written.
        with_place(place: Option<Place>);
        /// What the reader is told to do where it could not be decided.
        with_hints(hints: Hints);
    }
}

/// A line of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Place {
    /// The path.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
}

impl Place {
    /// A line, from 1, of a file.
    #[must_use]
    pub fn new(file: String, line: usize) -> Self {
        Self { file, line }
    }
}

/// Sites of a claim that text lists at most.
const MOST_SITES: usize = 10;

impl VerifyReport {
    /// The formats that it has; [`write_benchfmt`](crate::write_benchfmt) writes the last.
    pub const FORMATS: &[Format] = &[
        Format::Text,
        Format::Json,
        Format::Markdown,
        Format::Junit,
        Format::Github,
        Format::Html,
        Format::Benchfmt,
    ];

    /// All claims together.
    pub fn result(&self) -> ClaimResult {
        let results = self.claims.iter().map(|claim| claim.outcome.result);
        results
            .reduce(ClaimResult::and)
            // Where nothing was judged nothing holds.
            .unwrap_or(ClaimResult::Inconclusive)
    }

    /// Renders in a format.
    ///
    /// # Errors
    ///
    /// Those of `out`, and a format that is not one of [`Self::FORMATS`].
    pub fn write(&self, format: Format, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
        match format {
            Format::Text => self.write_text(layout, out),
            Format::Json => json::write(self, out),
            Format::Markdown => markdown::write(self, out),
            Format::Html => write_page(&title("verify", &self.inputs), out, |out| {
                markdown::write(self, out)
            }),
            Format::Junit => junit::write(self, out),
            Format::Github => github::write(self, out),
            other => Err(other.unsupported()),
        }
    }

    fn write_text(&self, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{}\n", self.headline())?;
        let table = self.table();
        match layout.width.filter(|&width| !text::fits(&table, width, 0)) {
            None => text::write_table(&table, layout, out)?,
            Some(width) => write_narrow(&table, width, layout, out)?,
        }
        for line in self.footer() {
            text::write_sentence(&line, layout, out)?;
        }
        Ok(())
    }

    /// The result in a sentence.
    pub(crate) fn headline(&self) -> String {
        let count = |wanted| {
            let results = self.claims.iter().map(|claim| claim.outcome.result);
            results.filter(|&result| result == wanted).count()
        };
        let all = self.claims.len();
        let claims = plural(&all, "claim");
        let parts = [
            (count(ClaimResult::Error), "could not be asked"),
            (count(ClaimResult::Fail), "did not hold"),
            (count(ClaimResult::Inconclusive), "could not be decided"),
        ];
        let mut parts = parts.into_iter().filter(|&(count, _)| count > 0);
        let Some((count, what)) = parts.next() else {
            let holds = agree(&all, "holds", "hold");
            return format!("pass: {all} {claims} {holds}");
        };
        let rest: String = parts
            .map(|(count, what)| format!(", {count} {what}"))
            .collect();
        let result = self.result().name();
        format!("{result}: {count} of {all} {claims} {what}{rest}")
    }

    pub(crate) fn footer(&self) -> Vec<String> {
        let decided = format!(
            "each claim decided one-sided at {}%; each end of an interval holds by itself",
            trimmed((self.confidence * 1e6).round() / 1e4)
        );
        let look = self.look.map(|look| {
            format!("look {look}: all looks together are wrong no more often than a single one")
        });
        std::iter::once(decided).chain(look).collect()
    }

    /// A row for each claim, and for each site of a claim about several.
    pub(crate) fn table(&self) -> Table {
        let mut lines = Vec::new();
        for claim in &self.claims {
            lines.push(claim.line());
            let findings = claim.sites();
            for finding in findings.iter().take(MOST_SITES) {
                lines.push(claim.site_line(finding));
            }
            if findings.len() > MOST_SITES {
                let name = format!("  {} more", findings.len() - MOST_SITES);
                lines.push(cells(Cell::plain(""), name, String::new(), String::new()));
            }
        }
        Table::of_lines(lines)
    }
}

impl JudgedClaim {
    /// A line for whoever sees nothing else of the report, when the claim could not be asked.
    pub fn error(&self) -> Option<String> {
        let is_error = self.outcome.result == ClaimResult::Error;
        let place = self.place.as_ref();
        let place = place.map_or_else(String::new, |place| {
            format!("{}:{}: ", place.file, place.line)
        });
        let reason = Words(&self.outcome, self.hints).reason();
        is_error.then(|| format!("{place}{:?}: {reason}", self.outcome.claim))
    }

    /// The sites to list under a claim: those that do not hold, where there may be several.
    pub(crate) fn sites(&self) -> &[Finding] {
        let findings = self.outcome.findings.as_slice();
        let is_single = Words(&self.outcome, self.hints).is_single();
        let bad = findings
            .iter()
            .take_while(|f| f.result != ClaimResult::Pass)
            .count();
        match is_single {
            true => &[],
            false => findings.get(..bad).unwrap_or_default(),
        }
    }

    fn line(&self) -> Vec<(Column, Cell)> {
        let words = Words(&self.outcome, self.hints);
        let mut reason = words.reason();
        if let Some(purpose) = &self.purpose {
            reason = format!("{reason} ({purpose})");
        }
        cells(
            result_cell(self.outcome.result),
            self.outcome.claim.clone(),
            words.observed(),
            reason,
        )
    }

    fn site_line(&self, finding: &Finding) -> Vec<(Column, Cell)> {
        let words = Words(&self.outcome, self.hints);
        cells(
            result_cell(finding.result),
            format!("  {}", name_of(finding)),
            words.observed_of(finding),
            words.reason_of(&finding.reason),
        )
    }
}

/// Writes what is too wide for a table: a claim on a line, and below it what was observed and why.
fn write_narrow(
    table: &Table,
    width: usize,
    layout: Layout,
    out: &mut dyn Write,
) -> io::Result<()> {
    let results = table.rows.iter().filter_map(|row| row.first());
    let indent = results.map(|cell| cell.text.len()).max().unwrap_or(0) + 2;
    for row in &table.rows {
        let [result, claim, details @ ..] = row.as_slice() else {
            continue;
        };
        let style = match layout.color {
            true => result.style,
            false => Style::new(),
        };
        let gap = indent.saturating_sub(result.text.len());
        write!(out, "{style}{}{style:#}{:gap$}", result.text, "")?;
        // A site of a claim is further in than the claim.
        let name = claim.text.trim_start();
        let own = claim.text.len() - name.len();
        let room = width.saturating_sub(indent + own);
        let lines = text::wrapped(name, Some(room));
        for (at, line) in lines.iter().enumerate() {
            let before = if at == 0 { own } else { indent + own };
            writeln!(out, "{:before$}{}", "", text::printable(&cut(line, room)))?;
        }
        let inner = indent + own + 2;
        let details = details.iter().map(|cell| cell.text.as_str());
        let details: Vec<&str> = details.filter(|text| !text.is_empty()).collect();
        let details = (!details.is_empty()).then(|| ("", details.join("; ")));
        let room = Some(width.saturating_sub(inner));
        text::write_details(details, (inner, 0), room, out)?;
    }
    Ok(())
}

fn cells(result: Cell, claim: String, observed: String, reason: String) -> Vec<(Column, Cell)> {
    vec![
        (Column::left("result"), result),
        (Column::left("claim"), Cell::plain(claim)),
        (Column::left("observed"), Cell::plain(observed)),
        (Column::left("reason"), Cell::plain(reason)),
    ]
}

fn result_cell(result: ClaimResult) -> Cell {
    let color = match result {
        ClaimResult::Pass => AnsiColor::Green,
        ClaimResult::Fail | ClaimResult::Error => AnsiColor::Red,
        ClaimResult::Inconclusive => AnsiColor::Yellow,
    };
    Cell::styled(result.name(), Style::new().fg_color(Some(color.into())))
}

/// A number with at most three digits behind the point, and none that are 0.
pub(crate) fn trimmed(value: f64) -> String {
    let text = format!("{value:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
