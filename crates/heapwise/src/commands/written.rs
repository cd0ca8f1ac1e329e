//! Profiles as answers: what `merge` and `convert` write.

use anyhow::{Context, bail};
use heapwise_analysis::{Header, Selector, fold, with_all_frames, without_uninteresting};
use heapwise_decode::{Profile, encode};
use heapwise_report::write_folded;

use super::view::{self, Sources};
use crate::args::{Target, TargetArgs};
use crate::output::Output;

/// The form in which a profile is to be written, checked before any work.
pub(crate) struct Written<'a> {
    target: Target,
    sample_index: Option<&'a str>,
}

impl<'a> Written<'a> {
    /// What the options mean; refuses those that the form does not have.
    pub(crate) fn new(args: &'a TargetArgs, output: &Output) -> anyhow::Result<Self> {
        let target = args
            .to
            .or_else(|| by_extension(args.output.as_deref()?))
            .unwrap_or(Target::Pprof);
        if target == Target::Pprof && args.sample_index.is_some() {
            bail!("--sample-index: a profile keeps all its values, expected --to folded with it");
        }
        if target == Target::Pprof && output.is_terminal {
            bail!("stdout is a terminal, expected a file or a pipe: name a file with -o");
        }
        Ok(Self {
            target,
            sample_index: args.sample_index.as_deref(),
        })
    }

    /// Writes what the filters leave of the sources.
    pub(crate) fn write(
        &self,
        sources: &Sources,
        selector: &Selector,
        output: &Output,
    ) -> anyhow::Result<()> {
        let profile = selected(sources, selector, output)?;
        match self.target {
            Target::Pprof => output.write(|out| encode(&profile, out)),
            Target::Folded => {
                let header = Header::of(profile.tables());
                let index = header.sample_index(self.sample_index);
                let folded = fold(&profile, index.with_context(|| sources.names())?);
                output.write(|out| write_folded(&folded, out))
            }
        }
    }
}

/// The sources as pprof would write them: without the frames that they call uninteresting, and
/// with only what the filters leave (driver/driver.go: generateRawReport).
fn selected(sources: &Sources, selector: &Selector, output: &Output) -> anyhow::Result<Profile> {
    let limits = &output.limits;
    let (mut profile, mut warnings) = sources.profile_and_warnings(limits)?;
    profile = if selector.options().all_frames {
        with_all_frames(profile, limits)?
    } else {
        without_uninteresting(profile, limits)?
    };
    let prepared = selector.prepare(profile, "minimum", limits)?;
    let filtered = selector.filter(prepared.profile, limits)?;
    warnings.extend(view::warnings(&prepared.notes));
    warnings.extend(view::warnings(&filtered.notes));
    output.warn(&warnings)?;
    Ok(filtered.profile)
}

fn by_extension(path: &str) -> Option<Target> {
    let (_, extension) = path.rsplit_once('.')?;
    extension
        .eq_ignore_ascii_case("folded")
        .then_some(Target::Folded)
}
