//! Writes profiles as tables for other engines.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;
use heapwise_analysis::rows::read_rows;
use heapwise_decode::{counted, is_text};
use heapwise_report::Warning;

use super::levels::moment;
use crate::args::{ExportArgs, ExportFormat};
use crate::executable::without_binary;
use crate::exit;
use crate::export::{DataSet, ExportId, Exported, Form, Place, profile_id};
use crate::fetch::Endpoint;
use crate::input::NamedSource;
use crate::interrupt::Interrupt;
use crate::output::Output;

/// Runs `heapwise export`.
pub(crate) fn run(args: &ExportArgs) -> anyhow::Result<()> {
    let output = Output::of_nothing(&args.input);
    let form = match args.target.format {
        ExportFormat::Parquet => Form::Parquet,
        ExportFormat::Ndjson => Form::Ndjson,
    };
    form.expect_built()?;
    let names = args.list.all(&args.profiles)?;
    let names = without_binary(&names, &output)?;
    let sources = output.opener(Endpoint::Heap).side(names)?;
    let (profiles, name) = named(args, sources, &output)?;
    let place = Place {
        folder: PathBuf::from(&args.target.dir),
        name,
        form,
        overwrites: args.target.overwrite,
    };
    let mut data = DataSet::new(place, Interrupt::install()?)?;
    for (source, mut exported) in profiles {
        let is_text = is_text(&source, &output.limits).with_context(|| source.path.clone())?;
        let moment = is_text.then(|| moment(&source, &output.limits)).flatten();
        exported.published_nanos = moment.and_then(|moment| moment.published_nanos());
        data.add(&exported, |rows| {
            read_rows(&source, &output.limits, rows).with_context(|| source.path.clone())
        })?;
    }
    let counts = data.finish()?;
    output.fetcher.expect_use()?;
    if output.is_quiet {
        return Ok(());
    }
    exit::tell(&format!(
        "heapwise: {}: {} of {} with {} in {}",
        args.target.dir,
        counted(counts.samples, "sample"),
        counted(counts.profiles, "profile"),
        counted(counts.stacks, "stack"),
        counted(counts.files, "file"),
    ))?;
    Ok(())
}

/// The profiles with what is known of them, each of the same bytes once, and what the files of the export are called.
fn named(
    args: &ExportArgs,
    sources: Vec<NamedSource>,
    output: &Output,
) -> anyhow::Result<(Vec<(NamedSource, Exported)>, String)> {
    let mut seen: BTreeMap<i64, String> = BTreeMap::new();
    let mut export = ExportId::new();
    let mut all = Vec::with_capacity(sources.len());
    for source in sources {
        let id = profile_id(&source).with_context(|| source.path.clone())?;
        if let Some(first) = seen.get(&id) {
            let message = format!("{}: passed over: the same bytes as {first}", source.path);
            output.warn(&[Warning::new("same_profile", message)])?;
            continue;
        }
        seen.insert(id, source.path.clone());
        let text = |text: &Option<String>| text.as_deref().map(Arc::<str>::from);
        let exported = Exported {
            id,
            path: source.path.clone(),
            service: text(&args.origin.service).or_else(|| text(&source.label)),
            instance: text(&args.origin.instance),
            published_nanos: None,
        };
        export.add_profile(id);
        export.add_text(exported.service.as_deref());
        export.add_text(exported.instance.as_deref());
        all.push((source, exported));
    }
    Ok((all, export.name()))
}
