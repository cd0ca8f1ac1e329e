//! Reads metrics of the collector in pages of Prometheus, 0.0.4 or OpenMetrics, as servers, curl and logs have them.

use std::collections::BTreeMap;

use super::exposed::{Exposed, Names, SPACES, is_near};
use super::exposition::{Line, Sample, line as line_of};
use super::page::Page;
use super::processes::Processes;
use super::snapshot::GcSnapshot;
use crate::error::{Error, ErrorKind, Result, Stage};

/// Collects pages line by line. A metric that comes again starts another page.
#[derive(Debug)]
pub(super) struct Pages {
    names: Names,
    processes: Processes,
    /// What has no time.
    page: Option<Page>,
    /// What has one, by it: a dump of a database goes through the metrics, not through time.
    timed: BTreeMap<i64, Page>,
    /// Whether lines stand for themselves, without what a logger writes before them.
    is_bare: bool,
    /// Whether the page is one of OpenMetrics, which has an end.
    is_open_metrics: bool,
    /// A line before the first page that is none of a metric, though it starts as one.
    damaged: Vec<String>,
}

/// The mark that ends a page of OpenMetrics.
pub(super) const END: &str = "# EOF";

impl Pages {
    /// So many moments.
    const MOST: usize = 1 << 16;
    /// So many lines before a page.
    const MOST_DAMAGED: usize = 16;

    pub(super) fn new() -> Self {
        Self {
            names: Names::new(),
            processes: Processes::default(),
            page: None,
            timed: BTreeMap::new(),
            is_bare: false,
            is_open_metrics: false,
            damaged: Vec::new(),
        }
    }

    /// The next line, whatever it is.
    ///
    /// # Errors
    ///
    /// Where metrics are those of another process than before, or of too many moments.
    pub(super) fn line(&mut self, line: &str, done: &mut Vec<GcSnapshot>) -> Result<()> {
        let line = line.trim();
        if line.ends_with(END) && !line.starts_with("# HELP") {
            self.is_open_metrics = false;
            self.end(done);
            return Ok(());
        }
        // The headers of the next answer.
        if line.starts_with("HTTP/") {
            self.end(done);
            return Ok(());
        }
        self.is_open_metrics |= line.contains("# UNIT go_");
        match line_of(line) {
            Line::Comment | Line::End => Ok(()),
            Line::Sample(sample) => {
                let is_ours = self.sample(&sample, done)?;
                self.is_bare |= is_ours;
                Ok(())
            }
            Line::Damaged => self.prefixed(line, done),
        }
    }

    /// Takes a sample, if it is one of the collector.
    fn sample(&mut self, sample: &Sample<'_>, done: &mut Vec<GcSnapshot>) -> Result<bool> {
        let Some(exposed) = self.names.get(&sample.name) else {
            return Ok(false);
        };
        let key = self.processes.key(sample)?;
        match sample.time_nanos {
            Some(time) => self.at(time, key, exposed, sample)?,
            None => self.now(key, exposed, sample, done),
        }
        Ok(true)
    }

    fn now(
        &mut self,
        key: String,
        exposed: Exposed,
        sample: &Sample<'_>,
        done: &mut Vec<GcSnapshot>,
    ) {
        let is_again = self
            .page
            .as_ref()
            .is_some_and(|page| page.number(&key).is_some());
        if is_again {
            let page = self.page.take();
            done.extend(page.and_then(|page| page.finish(None)));
        }
        let page = self.page.get_or_insert_with(Page::new);
        self.damaged
            .drain(..)
            .for_each(|line| page.add_unread(&line));
        page.add(key, exposed, sample);
    }

    fn at(&mut self, time: i64, key: String, exposed: Exposed, sample: &Sample<'_>) -> Result<()> {
        if self.timed.len() >= Self::MOST && !self.timed.contains_key(&time) {
            return Err(too_many());
        }
        let page = self.timed.entry(time).or_insert_with(Page::new);
        self.damaged
            .drain(..)
            .for_each(|line| page.add_unread(&line));
        match page.number(&key) {
            None => page.add(key, exposed, sample),
            // The same again says nothing new.
            Some(number) if number == sample.number => {}
            Some(_) => page.add_unread(&key),
        }
        Ok(())
    }

    /// A line that does not start with a metric, or that is damaged.
    fn prefixed(&mut self, line: &str, done: &mut Vec<GcSnapshot>) -> Result<()> {
        let Some(start) = start_of_ours(line) else {
            if self.is_bare {
                self.unread(line);
            }
            return Ok(());
        };
        let (before, rest) = line.split_at_checked(start).unwrap_or_default();
        if ["# HELP ", "# TYPE ", "# UNIT "]
            .iter()
            .any(|mark| before.ends_with(mark))
        {
            return Ok(());
        }
        match line_of(rest) {
            Line::Sample(sample) => self.sample(&sample, done).map(drop),
            _ if before.is_empty() && !self.is_open() => {
                if self.damaged.len() < Self::MOST_DAMAGED {
                    self.damaged.push(line.chars().take(80).collect());
                }
                Ok(())
            }
            _ => {
                self.unread(line);
                Ok(())
            }
        }
    }

    /// Whether a line that is none of the collector has to be looked at, too.
    pub(super) fn is_within(&self) -> bool {
        self.is_bare
    }

    fn is_open(&self) -> bool {
        self.page.is_some() || !self.timed.is_empty()
    }

    /// Counts a line on the page where it stands.
    fn unread(&mut self, line: &str) {
        let timed = self.timed.last_entry().map(|entry| entry.into_mut());
        if let Some(page) = self.page.as_mut().or(timed) {
            page.add_unread(line);
        }
    }

    /// Hands out what was collected, first to last.
    pub(super) fn end(&mut self, done: &mut Vec<GcSnapshot>) {
        if std::mem::take(&mut self.is_open_metrics) {
            self.unread("the end of the page, which # EOF would mark");
        }
        let timed = std::mem::take(&mut self.timed);
        done.extend(
            timed
                .into_iter()
                .filter_map(|(time, page)| page.finish(Some(time))),
        );
        done.extend(self.page.take().and_then(|page| page.finish(None)));
        self.is_bare = false;
    }
}

/// Whether a line has something that may be a metric of the collector.
pub(super) fn starts_metric(line: &str) -> bool {
    start_of_ours(line).is_some()
}

/// Where a metric starts that may be one of the collector: at the start, or behind a space or a bracket.
fn start_of_ours(line: &str) -> Option<usize> {
    if is_near(line) {
        return Some(0);
    }
    let starts = SPACES.iter().filter_map(|space| {
        let mut starts = line.match_indices(space).map(|(at, _)| at);
        starts.find(|&at| {
            line.get(..at)
                .is_some_and(|before| before.ends_with([' ', '\t', '|', ']', ':', '"']))
        })
    });
    starts.min()
}

fn too_many() -> Error {
    Error::new(
        ErrorKind::TooLarge,
        Stage::Text,
        "the times of metrics",
        format!("more than {} of them", Pages::MOST),
        "fewer: a part of the dump",
    )
}
