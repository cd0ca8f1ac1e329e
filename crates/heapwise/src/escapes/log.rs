//! Reads logs of the compiler: files, and directories as `-json=0,DIR` fills them.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use heapwise_decode::{EscapeLog, EscapeReader, counted};
use heapwise_report::Warning;

use crate::fetch::Endpoint;
use crate::output::Output;

/// What the compiler decided, and what it was read from.
#[derive(Debug)]
pub(crate) struct Log {
    pub(crate) decisions: EscapeLog,
}

/// Messages that are not known to be named one by one.
const MOST_NAMED: usize = 3;

impl Log {
    /// What is to be said of it.
    pub(crate) fn warnings(&self) -> Vec<Warning> {
        let log = &self.decisions;
        let mut warnings = Vec::new();
        let unknown: u64 = log.other.values().sum();
        if unknown > 0 {
            let named: Vec<&str> = log
                .other
                .keys()
                .take(MOST_NAMED)
                .map(String::as_str)
                .collect();
            let message = format!(
                "{} of the log are not known to heapwise, and count as other: {}",
                counted(unknown, "message"),
                named.join("; ")
            );
            warnings.push(Warning::new("unknown_messages", message));
        }
        if log.compilers.len() > 1 {
            let message = format!(
                "the logs are of several compilers: {}",
                log.compilers.join(", ")
            );
            warnings.push(Warning::new("several_compilers", message));
        }
        warnings
    }
}

/// Reads all of them as one; `None` where there are none.
pub(crate) fn read(names: &[String], output: &Output) -> anyhow::Result<Option<Log>> {
    if names.is_empty() {
        return Ok(None);
    }
    let mut files = Vec::new();
    for name in names {
        let path = Path::new(name);
        match path.is_dir() {
            true => files.extend(below(path)?),
            false => files.push(name.clone()),
        }
    }
    if files.is_empty() {
        bail!(
            "{}: found no file, expected those that -gcflags=-json=0,DIR writes: packages that were in the build cache \
             are not in it, so give DIR a new name for each build",
            names.join(", ")
        );
    }
    let mut reader = EscapeReader::new(&output.limits);
    for source in output.opener(Endpoint::Heap).all(&files)? {
        reader.read(&source).with_context(|| source.path.clone())?;
    }
    Ok(Some(Log {
        decisions: reader.finish(),
    }))
}

/// Deeper than the folders of packages are.
const DEEPEST: usize = 8;

/// The files in a directory and in those below it, in order.
fn below(directory: &Path) -> anyhow::Result<Vec<String>> {
    let mut found = Vec::new();
    let mut open: Vec<(PathBuf, usize)> = vec![(directory.to_owned(), 0)];
    while let Some((folder, depth)) = open.pop() {
        let name = || folder.display().to_string();
        for entry in fs::read_dir(&folder).with_context(name)? {
            let entry = entry.with_context(name)?;
            let kind = entry.file_type().with_context(name)?;
            if kind.is_dir() && depth < DEEPEST {
                open.push((entry.path(), depth + 1));
            } else if kind.is_file() {
                found.push(entry.path().to_string_lossy().into_owned());
            }
        }
    }
    found.sort();
    Ok(found)
}
