//! Shows the source of functions, and which of it was not found.

use anyhow::{Context, anyhow};
use heapwise_analysis::{ErrorKind, GoRegex, ListOptions, Listing};
use heapwise_report::{ListReport, SourceTexts, Warning, write_pprof_list};

use super::source_files::SourceFiles;
use super::view::{self, Subject};
use crate::args::{Color, ListArgs};

/// Missing files that are told by name.
const NAMED: usize = 5;

/// Runs `heapwise list`.
pub(crate) fn run(args: &ListArgs, color: Color) -> anyhow::Result<()> {
    let output = args.report.output(ListReport::FORMATS, color)?;
    let pattern = GoRegex::new(&args.pattern).context("REGEX")?;
    let subject = view::look(&args.report, &output)?;
    let is_compatible = args.report.question.is_compatible();
    let matches = |name: &[u8]| pattern.is_match(name);
    let mut options = ListOptions::new(&matches);
    options.without_means = is_compatible;
    options.address = address(&args.pattern).filter(|_| !is_compatible);
    let listing = Listing::of(&subject.view, &options).map_err(|error| match error.kind() {
        ErrorKind::NoFunction => anyhow!("no matches found for regexp: {}", args.pattern),
        _ => error.into(),
    })?;
    let files = SourceFiles::new(subject.view.options(), is_compatible)?;
    let sources = files.read(&listing);
    if is_compatible {
        return output.write(|out| write_pprof_list(&listing, &sources, &subject.view, out));
    }
    let report = report(&subject, listing, sources);
    output.warn(
        report
            .report
            .warnings
            .get(subject.warnings.len()..)
            .unwrap_or_default(),
    )?;
    output.write(|out| report.write(output.format, output.layout, out))
}

fn report<'a>(subject: &'a Subject, listing: Listing, sources: SourceTexts) -> ListReport<'a> {
    let mut report = subject.report();
    report.warnings.extend(missing(&sources));
    ListReport::new(report, listing, sources)
}

/// `0x4a3f10`.
fn address(pattern: &str) -> Option<u64> {
    let digits = pattern
        .strip_prefix("0x")
        .or_else(|| pattern.strip_prefix("0X"))?;
    u64::from_str_radix(digits, 16).ok()
}

/// The files that were not found, in one warning.
fn missing(sources: &SourceTexts) -> Option<Warning> {
    let errors: Vec<&str> = sources
        .values()
        .filter_map(|source| source.error.as_deref())
        .collect();
    let named = errors.get(..NAMED).unwrap_or(&errors);
    let more = match errors.len() - named.len() {
        0 => String::new(),
        more => format!("; and {more} more"),
    };
    (!errors.is_empty()).then(|| {
        Warning::new(
            "no_source",
            format!(
                "{}{more} (--source-path says where sources are, --trim-path what to cut off their \
             paths)",
                named.join("; ")
            ),
        )
    })
}
