//! Writes profiles as tables for other engines.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, bail};
use heapwise_analysis::rows::read_rows;
use heapwise_decode::{Limits, counted, is_text};
use heapwise_report::Warning;

use super::levels::moment;
use crate::args::{ExportArgs, ExportFormat};
use crate::executable::without_binary;
use crate::exit::{self, Gate};
use crate::export::{
    DataSet, Direct, ExportId, Exported, Form, Keeping, Kept, Nothing, Place, Stacks, profile_id,
};
use crate::fetch::Endpoint;
use crate::input::{NamedSource, listed};
use crate::interrupt::Interrupt;
use crate::many::is_small;
use crate::output::Output;

/// Runs `heapwise export`.
pub(crate) fn run(args: &ExportArgs) -> anyhow::Result<Gate> {
    let output = Output::of_nothing(&args.input).with_many(&args.many)?;
    let form = match args.target.format {
        ExportFormat::Parquet => Form::Parquet,
        ExportFormat::Ndjson => Form::Ndjson,
    };
    form.expect_built()?;
    let names = args.list.all(&args.profiles)?;
    let names = without_binary(&names, &output)?;
    let sources = output.opener(Endpoint::Heap).side(names)?;
    output.many.ask(sources.len());
    output.warn(&output.many.passed_over())?;
    let profiles = named(args, &sources, &output)?;
    let place = Place {
        folder: PathBuf::from(&args.target.dir),
        form,
        overwrites: args.target.overwrite,
    };
    let name = name_of(profiles.iter());
    let mut data = DataSet::new(place, &name, Interrupt::install()?)?;
    let read = add_all(&profiles, &mut data, &output)?;
    if read.is_empty() {
        bail!("{}: found no profile that can be read", listed(names));
    }
    let counts = data.finish(&name_of(read.into_iter()))?;
    output.fetcher.expect_use()?;
    if output.is_quiet {
        return Ok(output.many.gate());
    }
    exit::tell(&format!(
        "heapwise: {}: {} of {} with {} in {}",
        args.target.dir,
        counted(counts.samples, "sample"),
        counted(counts.profiles, "profile"),
        counted(counts.stacks, "stack"),
        counted(counts.files, "file"),
    ))?;
    if let Some(left_out) = output.many.what_was_left_out() {
        exit::tell(&format!("heapwise: {}", left_out.line()))?;
    }
    Ok(output.many.gate())
}

/// A profile with what is known of it, and what its file was like when its id was taken.
struct Profile {
    source: NamedSource,
    exported: Exported,
}

/// The profiles that can be opened, each of the same bytes once.
fn named(
    args: &ExportArgs,
    sources: &[NamedSource],
    output: &Output,
) -> anyhow::Result<Vec<Profile>> {
    let mut seen: BTreeMap<i64, Arc<str>> = BTreeMap::new();
    let mut all = Vec::with_capacity(sources.len());
    let id =
        |_: usize, source: &NamedSource| profile_id(source).with_context(|| source.path.clone());
    output.many.in_order(sources, id, |at, named| {
        let Some(source) = sources.get(at) else {
            return Ok(());
        };
        let Some(id) = output.many.read_or_left_out(&source.path, named)? else {
            return Ok(());
        };
        if let Some(first) = seen.get(&id) {
            let message = format!("{}: passed over: the same bytes as {first}", source.path);
            return output.warn(&[Warning::new("same_profile", message)]);
        }
        seen.insert(id, Arc::clone(&source.path));
        all.push(Profile {
            source: source.clone(),
            exported: exported(args, source, id),
        });
        Ok(())
    })?;
    Ok(all)
}

fn exported(args: &ExportArgs, source: &NamedSource, id: i64) -> Exported {
    let text = |text: &Option<String>| text.as_deref().map(Arc::<str>::from);
    Exported {
        id,
        path: Arc::clone(&source.path),
        service: text(&args.origin.service).or_else(|| source.label.clone()),
        instance: text(&args.origin.instance),
        published_nanos: None,
    }
}

/// What the files of an export of these profiles are called.
fn name_of<'p>(profiles: impl Iterator<Item = &'p Profile>) -> String {
    let mut export = ExportId::new();
    for Profile { exported, .. } in profiles {
        export.add_profile(exported.id);
        export.add_text(exported.service.as_deref());
        export.add_text(exported.instance.as_deref());
    }
    export.name()
}

/// What came of reading a profile beside others.
enum Read {
    Small(Box<Kept>),
    /// It is too large to be kept, and could be read if that was to be found out.
    Large,
}

/// Adds all profiles, in their order; tells which are in the export.
fn add_all<'p>(
    profiles: &'p [Profile],
    data: &mut DataSet,
    output: &Output,
) -> anyhow::Result<Vec<&'p Profile>> {
    let (many, stacks) = (&output.many, data.stacks());
    let progress = many.progress(profiles.len());
    let work = |_: usize, profile: &Profile| {
        let read = profile.read(&stacks, many.keeps_going, &output.limits);
        if let Some(progress) = &progress {
            progress.add(1);
        }
        read
    };
    let mut are_in = Vec::with_capacity(profiles.len());
    many.in_order(profiles, work, |at, read| {
        let Some(profile) = profiles.get(at) else {
            return Ok(());
        };
        match many.read_or_left_out(&profile.source.path, read)? {
            Some(Read::Small(kept)) => data.add(*kept)?,
            Some(Read::Large) => profile.write(data, &output.limits)?,
            None => return Ok(()),
        }
        are_in.push(profile);
        many.expect_room(stacks.size(), "stacks")
    })?;
    Ok(are_in)
}

impl Profile {
    /// Reads the profile into memory where it is small. One that is not is looked through if it may be left out, for what
    /// is in the files cannot be taken out of them.
    fn read(
        &self,
        stacks: &Stacks,
        may_be_left_out: bool,
        limits: &Limits,
    ) -> anyhow::Result<Read> {
        let named = || self.source.path.clone();
        if is_small(&self.source) {
            let exported = self.published(limits)?;
            let mut keeping = Keeping::new(&exported, stacks);
            read_rows(&self.source, limits, &mut keeping).with_context(named)?;
            if let Some(kept) = keeping.finish()? {
                return Ok(Read::Small(Box::new(kept)));
            }
        } else if may_be_left_out {
            read_rows(&self.source, limits, &mut Nothing).with_context(named)?;
        }
        Ok(Read::Large)
    }

    /// Writes the rows of a large profile as they come.
    fn write(&self, data: &mut DataSet, limits: &Limits) -> anyhow::Result<()> {
        let exported = self.published(limits)?;
        let mut rows = Direct::new(&exported, data);
        let read = read_rows(&self.source, limits, &mut rows);
        read.with_context(|| self.source.path.clone())?;
        rows.finish()
    }

    /// With until when what was allocated is in it, which texts tell.
    fn published(&self, limits: &Limits) -> anyhow::Result<Exported> {
        let is_text = is_text(&self.source, limits);
        let is_text = is_text.with_context(|| self.source.path.clone())?;
        let moment = is_text.then(|| moment(&self.source, limits)).flatten();
        Ok(Exported {
            published_nanos: moment.and_then(|moment| moment.published_nanos()),
            ..self.exported.clone()
        })
    }
}
