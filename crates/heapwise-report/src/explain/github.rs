//! Advice as annotations of GitHub Actions at the lines that it is about.

use std::io::{self, Write};

use heapwise_analysis::explain::Advice;

use super::ExplainReport;
use crate::formats::annotation::{Annotation, MOST, below_root};

pub(super) fn write(report: &ExplainReport, out: &mut dyn Write) -> io::Result<()> {
    let first = report.answer.advice.iter().take(MOST);
    first
        .map(|advice| annotation(report, advice))
        .try_for_each(|annotation| annotation.write(out))
}

fn annotation(report: &ExplainReport, advice: &Advice) -> Annotation {
    let site = &advice.subject.at;
    let details = report.details(advice);
    let details = details
        .iter()
        .filter(|(name, _)| !matches!(*name, "then" | "code"))
        .map(|(name, text)| format!("{name}: {text}"));
    let line = site.line.and_then(|line| usize::try_from(line).ok());
    Annotation {
        kind: "notice",
        place: place(report, site.file.as_deref()).zip(line),
        title: format!("heapwise: {}", advice.rule.name()),
        message: details.collect::<Vec<String>>().join("\n"),
    }
}

fn place(report: &ExplainReport, file: Option<&str>) -> Option<String> {
    let found = report.files.get(file?).cloned();
    found.or_else(|| below_root(report.root.as_deref(), file))
}
