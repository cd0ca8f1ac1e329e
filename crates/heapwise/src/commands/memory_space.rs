//! Reads what says where the memory of a process is, and writes it as a profile.

use std::io;

use anyhow::{Context, bail};
use heapwise_analysis::Header;
use heapwise_analysis::gc::memory_space;
use heapwise_decode::{ErrorKind, GcSnapshot, Profile, counted, encode, gc_snapshots};
use heapwise_report::Warning;

use super::gc::is_heap;
use crate::args::ConvertArgs;
use crate::fetch::Endpoint;
use crate::input::{NamedSource, listed};
use crate::output::Output;

/// Runs `heapwise convert --memory-space`.
pub(super) fn run(args: &ConvertArgs, output: &Output) -> anyhow::Result<()> {
    let sources = output
        .opener(Endpoint::HeapText)
        .all(&args.question.sources.profiles)?;
    let names = || listed(&args.question.sources.profiles);
    let (snapshot, source) = moment(&sources, output).with_context(names)?;
    let profile = Profile::read(source, &output.limits).with_context(|| source.path.clone())?;
    output.warn(&warnings(source, &snapshot, &profile))?;
    let space = memory_space(&snapshot, profile, &output.limits).with_context(names)?;
    let Some(space) = space else {
        bail!(
            "{}: found no sums of memory that add up to Sys, or a profile without inuse_space; expected both",
            names()
        );
    };
    output.write(|out| encode(&space, out).map_err(io::Error::other))
}

/// The counters and the profile of one moment: a heap text has both.
fn moment<'a>(
    sources: &'a [NamedSource],
    output: &Output,
) -> anyhow::Result<(GcSnapshot, &'a NamedSource)> {
    let (mut snapshots, mut profiles) = (Vec::new(), Vec::new());
    for source in sources {
        match gc_snapshots(source, &output.limits) {
            Ok(found) => snapshots.extend(found),
            Err(error) if error.kind() == ErrorKind::NotAProfile => {}
            Err(error) => return Err(error).with_context(|| source.path.clone()),
        }
        if is_heap(source, &output.limits) {
            profiles.push(source);
        }
    }
    match (snapshots.pop(), profiles.as_slice()) {
        (Some(snapshot), [profile]) if snapshots.is_empty() => Ok((snapshot, profile)),
        (last, profiles) => bail!(
            "found {} and {}, expected a heap text with debug=1, or a heap profile and /debug/vars",
            counted(profiles.len(), "heap profile"),
            counted(snapshots.len() + usize::from(last.is_some()), "snapshot"),
        ),
    }
}

/// What to know before trusting what is made of a profile and counters.
fn warnings(source: &NamedSource, snapshot: &GcSnapshot, profile: &Profile) -> Vec<Warning> {
    let path = &source.path;
    let header = Header::of(profile.tables());
    let notes = header.notes.iter();
    let notes = notes.map(|(code, note)| Warning::new(code, format!("{path}: {note}")));
    let unread = (snapshot.unread.count > 0).then(|| {
        let fields = counted(snapshot.unread.count, "field");
        Warning::new("not_understood", format!("{path}: {fields} not understood"))
    });
    notes.chain(unread).collect()
}
