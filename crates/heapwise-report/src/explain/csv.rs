//! Sites with why they allocate, as comma-separated values.

use std::io::{self, Write};

use heapwise_analysis::explain::{BlockSize, Code, Subject};

use super::{ExplainReport, rate, words};
use crate::formats::delimited::{SITE_FIELDS, estimate_fields, float, site_fields, write_rows};

const TITLES: [&str; 9] = [
    "value",
    "low",
    "high",
    "sampled",
    "reason",
    "compiler",
    "smallest_block",
    "largest_block",
    "in_use_part",
];

const REST: [&str; 5] = [
    "rate_per",
    "bytes_rate",
    "objects_rate",
    "code",
    "code_source",
];

pub(super) fn write(report: &ExplainReport, out: &mut dyn Write) -> io::Result<()> {
    let titles = TITLES.iter().chain(&SITE_FIELDS).chain(&REST);
    let titles: Vec<&str> = titles.copied().collect();
    let rows = report.shown().iter();
    write_rows(&titles, rows.map(|subject| row(report, subject)), out)
}

fn row(report: &ExplainReport, subject: &Subject) -> Vec<String> {
    let code = report.code(&subject.at);
    let rates = report.rates(subject.allocated);
    let size = |one: Option<&BlockSize>| one.map_or_else(String::new, |one| one.size.to_string());
    let [value, _, low, high] = estimate_fields(subject.value);
    let sampled = subject.value.sampled;
    let mut row = vec![
        value,
        low,
        high,
        sampled.map_or_else(String::new, |count| count.to_string()),
        words::reason_name(&subject.cause).to_owned(),
        words::compiler(&subject.cause),
        size(subject.sizes.first()),
        size(subject.sizes.last()),
        float(subject.kept.map(|kept| kept.part)),
    ];
    row.extend(site_fields(&subject.at));
    row.extend([
        rates
            .as_ref()
            .map_or_else(String::new, |rates| rate::name(rates.per).to_owned()),
        float(rates.as_ref().map(|rates| rates.bytes.value)),
        float(rates.as_ref().map(|rates| rates.objects.value)),
        code.and_then(Code::line).unwrap_or_default().to_owned(),
        code.map_or_else(String::new, |code| code.name().to_owned()),
    ]);
    row
}
