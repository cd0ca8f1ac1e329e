//! Opens what may be a series of snapshots: files, directories, and directories of bundles.

use std::path::Path;

use crate::executable::executable;
use crate::input::{NamedSource, Opener, files_in};
use crate::natural::{is_listed, sort};

/// What a bundle has in it.
const BUNDLE: &str = "bundle.json";
/// The profiles of the heap in a bundle, the one that tells most first.
const HEAPS: [&str; 2] = ["heap.debug1.txt", "heap.pb.gz"];

/// Opens what may be heap profiles: files, and for a directory all files in it and the heap of each bundle in it, in
/// the order of their names. Tells of each whether it was named itself.
pub(crate) fn open_series(
    names: &[String],
    opener: Opener<'_>,
) -> anyhow::Result<Vec<(NamedSource, bool)>> {
    let mut all = Vec::new();
    let mut are_named = Vec::new();
    for name in names {
        if Path::new(name).is_dir() {
            let mut found = in_directory(name)?;
            sort(&mut found);
            are_named.extend(vec![false; found.len()]);
            all.extend(found);
        } else {
            all.push(name.clone());
            are_named.push(true);
        }
    }
    if are_named.iter().all(|is_named| *is_named) && is_listed(&all) {
        sort(&mut all);
    }
    Ok(opener.all(&all)?.into_iter().zip(are_named).collect())
}

fn in_directory(directory: &str) -> anyhow::Result<Vec<String>> {
    if let Some(heap) = heap_of_bundle(Path::new(directory)) {
        return Ok(vec![heap]);
    }
    let mut found = files_in(directory)?;
    found.retain(|file| executable(file).is_none());
    for entry in std::fs::read_dir(directory)? {
        found.extend(heap_of_bundle(&entry?.path()));
    }
    Ok(found)
}

/// The heap of a bundle; `None` where a path is none.
fn heap_of_bundle(path: &Path) -> Option<String> {
    if !path.join(BUNDLE).is_file() {
        return None;
    }
    let heaps = HEAPS.iter().map(|name| path.join(name));
    let found = heaps.into_iter().find(|heap| heap.is_file())?;
    Some(found.to_string_lossy().into_owned())
}
