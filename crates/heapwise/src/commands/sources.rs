//! Tells what there is in a store of profiles.

use anyhow::bail;
use heapwise_analysis::Zone;
use heapwise_report::SourcesReport;

use crate::args::{Color, SourcesArgs};
use crate::fetch::{Endpoint, redacted};
use crate::output::Output;
use crate::store::{StoreSource, list};
use crate::today::now_millis;

/// Runs `heapwise sources`.
pub(crate) fn run(args: &SourcesArgs, color: Color) -> anyhow::Result<()> {
    let output = Output::new(&args.output, color);
    output.expect_format(SourcesReport::FORMATS)?;
    let Some(source) = StoreSource::parse(&args.store, Endpoint::Heap, now_millis())? else {
        bail!(
            "{}: found no store of profiles, expected pyroscope+https://HOST or parca+https://HOST",
            redacted(&args.store)
        );
    };
    output.fetcher.expect_no_keeping()?;
    let listing = list(&source, &output.fetcher)?;
    let time = |millis: i64| Zone::default().rfc3339(millis.saturating_mul(1_000_000));
    let mut report = SourcesReport::default();
    report.store = source.shown.clone();
    report.kind = listing.store.to_owned();
    report.range = (time(listing.from), time(listing.until));
    report.services = listing.services;
    report.labels = listing.labels;
    let types = listing.types.into_iter();
    report.types = types.map(|known| (known.id, known.sample_type)).collect();
    output.write(|out| report.write(output.format, out))
}
