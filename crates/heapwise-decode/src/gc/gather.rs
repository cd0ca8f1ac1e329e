//! Collects what the lines of a text say of the collector, in every form that goes line by line.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Map, Value};

use super::footer::{Footers, START};
use super::prometheus::{END, Pages, starts_metric};
use super::runtime_lines::RuntimeLines;
use super::snapshot::GcSnapshot;
use super::{expvar, runtime_json};
use crate::error::Result;

/// Everything that was said so far, first to last.
pub(super) struct Gathered {
    footers: Footers,
    runtime: RuntimeLines,
    pages: Pages,
}

/// What is in every line that starts something: most lines of a log have none of it.
static STARTS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        "# runtime.MemStats|go[_.]|process_|runtime_uptime|# EOF|HTTP/|/gc/|/memory/|/cpu/|/sched/",
    )
    .ok()
});

impl Gathered {
    pub(super) fn new() -> Self {
        Self {
            footers: Footers::default(),
            runtime: RuntimeLines::default(),
            pages: Pages::new(),
        }
    }

    /// The next line, whatever it is.
    pub(super) fn line(&mut self, line: &str) -> Result<()> {
        let starts = STARTS.as_ref();
        let is_within = self.pages.is_within() || self.footers.is_within();
        if !is_within && starts.is_some_and(|starts| !starts.is_match(line)) {
            return Ok(());
        }
        if line.contains(START) {
            self.end_others();
        }
        self.footers.line(line);
        self.metrics(line)
    }

    /// A line that nothing ends: its number may be cut, and the forms of metrics end every line.
    pub(super) fn last_line(&mut self, line: &str) -> Result<()> {
        let is_open = line.ends_with(|char: char| char.is_ascii_alphanumeric() || char == '.');
        let is_metric = starts_metric(line) || line.contains('/');
        match is_open && is_metric && !line.ends_with(END) {
            true => self.line(&format!("{line}…")),
            false => self.line(line),
        }
    }

    /// Lines that a logger put into the strings of an object, which is `line`.
    fn logged(&mut self, line: &str, object: &Map<String, Value>) -> Result<()> {
        if line.contains(START) {
            self.end_others();
        }
        self.footers.line(line);
        for text in object.values().filter_map(Value::as_str) {
            text.lines().try_for_each(|line| self.metrics(line))?;
        }
        Ok(())
    }

    fn metrics(&mut self, line: &str) -> Result<()> {
        let mut done = Vec::new();
        // What describes a metric may name others.
        if !line.contains("# HELP ") {
            self.runtime.line(line, &mut done);
        }
        self.pages.line(line, &mut done)?;
        done.into_iter()
            .for_each(|snapshot| self.footers.add(snapshot));
        Ok(())
    }

    /// A document on one line; `line` is as it was read.
    pub(super) fn document_line(&mut self, line: &str, document: &Value) -> Result<()> {
        match (self.document(document), document) {
            (false, Value::Object(object)) => self.logged(line, object),
            _ => Ok(()),
        }
    }

    /// A document of JSON; whether it says something.
    pub(super) fn document(&mut self, document: &Value) -> bool {
        let expvar = document.as_object().and_then(expvar::read);
        let snapshots = match expvar {
            Some(snapshot) => vec![snapshot],
            None => runtime_json::read(document),
        };
        if snapshots.is_empty() {
            return false;
        }
        self.end_others();
        snapshots
            .into_iter()
            .for_each(|snapshot| self.footers.add(snapshot));
        true
    }

    /// All snapshots.
    pub(super) fn finish(mut self) -> Vec<GcSnapshot> {
        self.end_others();
        self.footers.finish()
    }

    fn end_others(&mut self) {
        let mut done = Vec::new();
        done.extend(self.runtime.end());
        self.pages.end(&mut done);
        done.into_iter()
            .for_each(|snapshot| self.footers.add(snapshot));
    }
}
