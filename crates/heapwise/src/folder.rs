//! Which files of a folder are read, where the folder is named: those of its subfolders are not.

use anyhow::{Context, bail};
use heapwise_decode::{Limits, starts_text_profile};

use crate::executable::executable;
use crate::many::{Many, PassedOver};
use crate::natural::sort;
use crate::steady::SteadyFile;

/// Names that profiles have: those that `go tool pprof`, `go test` and collectors give them.
const PROFILE_ENDINGS: [&str; 9] = [
    ".pb.gz",
    ".pb",
    ".pprof",
    ".prof",
    ".out",
    ".pb.zst",
    ".heap",
    ".otlp",
    ".otlp.json",
];

/// Whether a name ends as those of profiles do.
pub(crate) fn is_profile_name(name: &str) -> bool {
    PROFILE_ENDINGS.iter().any(|end| name.ends_with(end))
}

/// The profiles in a folder: the files that are named as profiles are and, where there are none, those that begin as texts
/// with debug=1 do. Beside profiles such a text may be another form of one of them, which would count twice. What else is in
/// the folder is passed over, and noted.
pub(crate) fn profiles_in(
    directory: &str,
    limits: &Limits,
    many: &Many,
) -> anyhow::Result<Vec<String>> {
    let mut files = all_in(directory, many)?;
    files.sort();
    let (named, others): (Vec<String>, Vec<String>) =
        files.into_iter().partition(|name| is_profile_name(name));
    let others = others.into_iter().filter(|name| !is_hidden(name));
    if !named.is_empty() {
        others.for_each(|name| many.pass_over(name, PassedOver::OtherName));
        return Ok(named);
    }
    // What cannot be read is told of as what cannot be told.
    let is_text = |name: &String| {
        let file = SteadyFile::new(name.as_str().into());
        executable(name).is_none() && starts_text_profile(&file, limits).unwrap_or(false)
    };
    let (mut texts, others): (Vec<String>, Vec<String>) = others.partition(is_text);
    sort(&mut texts);
    if texts.is_empty() {
        bail!(
            "{directory}: found no profile in the directory, expected names that end in .pb.gz, or texts with debug=1"
        );
    }
    let others = others.into_iter();
    others.for_each(|name| many.pass_over(name, PassedOver::NoText));
    Ok(texts)
}

/// All files in a folder that may be of use, in the order in which people count.
pub(crate) fn files_in(directory: &str, many: &Many) -> anyhow::Result<Vec<String>> {
    let mut names = all_in(directory, many)?;
    names.retain(|name| !is_hidden(name));
    names.retain(|name| {
        let is_executable = executable(name).is_some();
        if is_executable {
            many.pass_over(name.clone(), PassedOver::Executable);
        }
        !is_executable
    });
    sort(&mut names);
    Ok(names)
}

fn all_in(directory: &str, many: &Many) -> anyhow::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(directory).with_context(|| directory.to_owned())? {
        let path = entry.with_context(|| directory.to_owned())?.path();
        let name = path.to_string_lossy().into_owned();
        if path.is_file() {
            names.push(name);
        } else if path.is_dir() && !is_hidden(&name) {
            many.pass_over(name, PassedOver::Folder);
        }
    }
    Ok(names)
}

fn is_hidden(path: &str) -> bool {
    let name = std::path::Path::new(path).file_name();
    name.is_some_and(|name| name.to_string_lossy().starts_with('.'))
}
