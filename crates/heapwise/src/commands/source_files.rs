//! Opens source files where `go tool pprof` looks for them (report/source.go: openSourceFile).

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::path::PathBuf;

use anyhow::Context;
use heapwise_analysis::{Listing, ViewOptions, source_candidates, trim_path};
use heapwise_report::{SourceText, SourceTexts};

/// What is read of a source file at most. Paths come from the profile, and nobody writes more.
const LARGEST: u64 = 64 << 20;

/// A line that does not fit this with its end is where reading stops (Go's bufio: MaxScanTokenSize).
const LONGEST_LINE: usize = 64 << 10;

/// A file with a zero byte this early is no source.
const START: usize = 8000;

/// Where sources are looked for.
pub(crate) struct SourceFiles {
    trim: String,
    search: String,
    /// Whether files that are no texts are read all the same.
    reads_binaries: bool,
}

impl SourceFiles {
    /// Looks where the options say, else in the current directory and those above it.
    pub(crate) fn new(options: &ViewOptions, reads_binaries: bool) -> anyhow::Result<SourceFiles> {
        let search = if options.source_path.is_empty() {
            let current = std::env::current_dir().context("the current directory")?;
            current.to_string_lossy().into_owned()
        } else {
            options.source_path.clone()
        };
        Ok(SourceFiles {
            trim: options.trim_path.clone(),
            search,
            reads_binaries,
        })
    }

    /// Reads the lines that a listing shows.
    pub(crate) fn read(&self, listing: &Listing) -> SourceTexts {
        let sources = listing.sources();
        let read = |(path, ranges): (&[u8], Vec<(i64, i64)>)| {
            let text = match self
                .open(path)
                .and_then(|file| self.lines(file, path, &ranges))
            {
                Ok(lines) => SourceText::new(lines),
                Err(error) => SourceText::missing(error),
            };
            (path.to_vec(), text)
        };
        sources.into_iter().map(read).collect()
    }

    /// The file, or why it cannot be had, in pprof's words.
    fn open(&self, path: &[u8]) -> Result<File, String> {
        let trimmed = trim_path(path, &self.trim, &self.search);
        let shown = String::from_utf8_lossy(trimmed);
        if trimmed.starts_with(b"/") {
            return open_file(&native(trimmed))
                .map_err(|error| format!("open {shown}: {}", words(&error)));
        }
        let candidates = source_candidates(path, &self.trim, &self.search);
        let mut opened = candidates.iter().map(|path| open_file(&native(path)));
        opened
            .find_map(Result::ok)
            .ok_or_else(|| format!("could not find file {shown} on path {}", self.search))
    }

    /// The lines of some ranges. A directory has none; neither have lines behind one that is too
    /// long (report/source.go: sourceReader.line).
    fn lines(
        &self,
        file: File,
        path: &[u8],
        ranges: &[(i64, i64)],
    ) -> Result<BTreeMap<i64, Vec<u8>>, String> {
        let last = ranges.iter().map(|&(_, last)| last).max().unwrap_or(0);
        let mut reader = BufReader::with_capacity(LONGEST_LINE, file.take(LARGEST));
        let start = reader.fill_buf().unwrap_or_default();
        if !self.reads_binaries && start.iter().take(START).any(|&byte| byte == 0) {
            let path = String::from_utf8_lossy(path);
            return Err(format!("{path}: found a binary file, expected source"));
        }
        let ranges = merged(ranges);
        let mut ranges = ranges.iter().peekable();
        let mut lines = BTreeMap::new();
        let mut line = Vec::new();
        for number in 1..=last {
            line.clear();
            match reader.read_until(b'\n', &mut line) {
                Ok(1..) if fits(&line) => {}
                _ => break,
            }
            while ranges.next_if(|&&(_, last)| last < number).is_some() {}
            if ranges.peek().is_some_and(|&&(first, _)| first <= number) {
                lines.insert(number, without_end(&line).to_vec());
            }
        }
        Ok(lines)
    }
}

/// Opens a file or a directory, and nothing that could block, such as a pipe.
fn open_file(path: &PathBuf) -> io::Result<File> {
    let kind = fs::metadata(path)?.file_type();
    if !kind.is_file() && !kind.is_dir() {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "not a regular file",
        ));
    }
    File::open(path)
}

fn fits(line: &[u8]) -> bool {
    line.len() < LONGEST_LINE || line.len() == LONGEST_LINE && line.ends_with(b"\n")
}

/// The same lines in ranges that do not overlap, in order.
fn merged(ranges: &[(i64, i64)]) -> Vec<(i64, i64)> {
    let mut sorted = ranges.to_vec();
    sorted.sort_unstable();
    let mut merged: Vec<(i64, i64)> = Vec::new();
    for (first, last) in sorted {
        match merged.last_mut() {
            Some(before) if first <= before.1 => before.1 = before.1.max(last),
            _ => merged.push((first, last)),
        }
    }
    merged
}

fn without_end(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// The system's words as Go has them: `no such file or directory`.
fn words(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}

#[cfg(unix)]
fn native(path: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(std::ffi::OsStr::from_bytes(path))
}

#[cfg(not(unix))]
fn native(path: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(path).into_owned())
}
