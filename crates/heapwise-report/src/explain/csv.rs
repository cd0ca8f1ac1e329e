//! Sites with why they allocate, as comma-separated values.

use std::io::{self, Write};

use heapwise_analysis::explain::{BlockSize, Subject};

use super::{ExplainReport, words};
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

pub(super) fn write(report: &ExplainReport, out: &mut dyn Write) -> io::Result<()> {
    let titles: Vec<&str> = TITLES.iter().chain(&SITE_FIELDS).copied().collect();
    write_rows(&titles, report.shown().iter().map(row), out)
}

fn row(subject: &Subject) -> Vec<String> {
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
    row
}
