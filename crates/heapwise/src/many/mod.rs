//! Decides how many profiles are read: by how many threads, in how much memory, and what becomes of bad ones.

mod aside;
mod held;
mod left_out;
mod notes;
mod passed_over;
mod pool;

use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use anyhow::bail;
use heapwise_decode::{Limits, counted};
use heapwise_report::LeftOut;

pub(crate) use aside::{aside, in_temporary_folder, kept_aside};
pub(crate) use held::{is_small, open, open_large};
pub(crate) use notes::Notes;
pub(crate) use passed_over::PassedOver;

use crate::args::ManyArgs;
use crate::cgroup;
use crate::exit::Gate;
use crate::fetch::Progress;

/// What is kept of all profiles, unless another size is asked for.
const MEMORY: u64 = 2 << 30;

/// How many profiles are read.
#[derive(Debug)]
pub(crate) struct Many {
    /// Threads that read profiles side by side.
    pub(crate) jobs: usize,
    /// Whether what cannot be read is left out, rather than all refused.
    pub(crate) keeps_going: bool,
    /// Bytes that what is kept of all profiles may take.
    max_memory: u64,
    is_quiet: bool,
    left_out: Mutex<LeftOut>,
    passed_over: Mutex<passed_over::Files>,
}

impl Many {
    /// What the options mean; more threads than the process has cores are of no use.
    pub(crate) fn new(args: &ManyArgs, is_quiet: bool) -> anyhow::Result<Many> {
        Ok(Many {
            jobs: args.jobs()?.unwrap_or_else(cores),
            keeps_going: args.keep_going,
            max_memory: args.max_memory.unwrap_or_else(default_memory),
            is_quiet,
            left_out: Mutex::default(),
            passed_over: Mutex::default(),
        })
    }

    /// As where nothing is asked for.
    pub(crate) fn plain(is_quiet: bool) -> Many {
        Many {
            jobs: cores(),
            keeps_going: false,
            max_memory: default_memory(),
            is_quiet,
            left_out: Mutex::default(),
            passed_over: Mutex::default(),
        }
    }

    /// Bytes that rankings which are kept apart may take.
    pub(crate) fn max_kept(&self) -> usize {
        part(self.max_memory, 2)
    }

    /// Limits by which samples of a sum take half of the memory, and its tables a quarter.
    pub(crate) fn limits(&self, limits: &Limits) -> Limits {
        let mut limits = *limits;
        limits.max_column_bytes = part(self.max_memory, 2);
        limits.max_table_bytes = limits
            .max_table_bytes
            .min(part(self.max_memory, 4).max(LEAST_TABLES));
        limits
    }

    /// The same for one of the sums that are made side by side, which share the last quarter.
    pub(crate) fn limits_of_part(&self, limits: &Limits) -> Limits {
        let mut limits = self.limits(limits);
        // What is being made, and what waits to be taken.
        let parts = 3 * self.jobs.clamp(1, MOST_PARTS) as u64;
        limits.max_column_bytes = part(self.max_memory, 4 * parts);
        limits
    }

    /// Does the work on all items by threads, and takes what comes of it in the order of the items.
    pub(crate) fn in_order<T: Sync, R: Send>(
        &self,
        items: &[T],
        work: impl Fn(usize, &T) -> R + Sync,
        take: impl FnMut(usize, R) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        pool::in_order(items, self.jobs, work, take)
    }

    /// The same of sums, of which only so many may be in memory.
    pub(crate) fn sums_in_order<T: Sync, R: Send>(
        &self,
        items: &[T],
        work: impl Fn(usize, &T) -> R + Sync,
        take: impl FnMut(usize, R) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        pool::in_order(items, self.jobs.min(MOST_PARTS), work, take)
    }

    /// A line on a terminal that tells how many of so many profiles were read, and how long the others will take.
    pub(crate) fn progress(&self, all: usize) -> Option<Progress> {
        (!self.is_quiet && all > 1).then(|| {
            Progress::start(move |elapsed, done| {
                let left = time_left(elapsed.as_secs_f64(), done, all as u64);
                format!("reading profiles: {done} of {all}{left}")
            })
        })
    }

    /// Notes that so many profiles were asked for.
    pub(crate) fn ask(&self, count: usize) {
        self.left_out(|known| known.asked += count as u64);
    }

    /// Refuses to keep more of many profiles than may be kept.
    pub(crate) fn expect_room(&self, size: usize, what: &str) -> anyhow::Result<()> {
        match size > self.max_kept() {
            true => bail!(
                "found {what} of more than {} in memory, expected at most that (--max-memory takes twice as much)",
                counted(self.max_kept() as u64, "byte")
            ),
            false => Ok(()),
        }
    }

    /// What a command ends with: a part of what was asked for may be missing.
    pub(crate) fn gate(&self) -> Gate {
        match self.what_was_left_out() {
            Some(_) => Gate::Incomplete,
            None => Gate::Holds,
        }
    }

    /// Leaves a profile out, and says so at once.
    pub(crate) fn leave_out(&self, path: &str, error: &anyhow::Error) -> anyhow::Result<()> {
        let is_named = self.left_out(|known| known.add(path, format!("{error:#}")));
        if is_named && !self.is_quiet {
            crate::exit::tell(&format!("heapwise: left out: {error:#}"))?;
        }
        Ok(())
    }

    /// What has been left out, if anything was.
    pub(crate) fn what_was_left_out(&self) -> Option<LeftOut> {
        self.left_out(|known| known.is_any().then(|| known.clone()))
    }

    fn left_out<R>(&self, what: impl FnOnce(&mut LeftOut) -> R) -> R {
        what(&mut self.left_out.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Places of so many profiles in blocks of neighbours, of which each is added up before all are: the same blocks
/// whatever the number of threads.
pub(crate) fn blocks(count: usize) -> Vec<Range<usize>> {
    const MOST: usize = 16;
    blocks_of(count, MOST)
}

/// The same for sums of samples, which have more in common the more of them there are: what is done one after the other
/// is to add the sums of blocks.
pub(crate) fn blocks_of_sums(count: usize) -> Vec<Range<usize>> {
    const MOST: usize = 128;
    blocks_of(count, MOST)
}

fn blocks_of(count: usize, most: usize) -> Vec<Range<usize>> {
    const FEWEST_BLOCKS: usize = 64;
    let size = (count / FEWEST_BLOCKS).clamp(1, most);
    let starts = (0..count).step_by(size);
    starts.map(|at| at..(at + size).min(count)).collect()
}

/// Sums that may be made side by side.
const MOST_PARTS: usize = 16;

/// Tables of one profile may take this much, whatever all together may.
const LEAST_TABLES: usize = 64 << 20;

fn part(bytes: u64, of: u64) -> usize {
    usize::try_from(bytes / of).unwrap_or(usize::MAX)
}

/// The cores that this process may use: the system's, its affinity, and its control group's quota.
fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get)
}

/// Less where the control group allows less than a quarter more.
fn default_memory() -> u64 {
    let allowed = cgroup::memory_limit().map_or(u64::MAX, |(bytes, _)| bytes / 5 * 4);
    MEMORY.min(allowed)
}

/// How long the rest will take if it goes on so; nothing where that cannot be told.
fn time_left(seconds: f64, done: u64, all: u64) -> String {
    let rest = all.saturating_sub(done);
    if done == 0 || rest == 0 {
        return String::new();
    }
    let left = (seconds / done as f64 * rest as f64).ceil() as u64;
    match (left / 3600, left / 60 % 60, left % 60) {
        (0, 0, seconds) => format!(", {seconds}s left"),
        (0, minutes, seconds) => format!(", {minutes}m{seconds:02}s left"),
        (hours, minutes, _) => format!(", {hours}h{minutes:02}m left"),
    }
}

#[cfg(test)]
mod tests {
    use super::time_left;

    #[test]
    fn the_rest_takes_as_long_as_what_is_done() {
        assert_eq!(time_left(2.0, 0, 10), "");
        assert_eq!(time_left(2.0, 10, 10), "");
        assert_eq!(time_left(2.0, 1, 10), ", 18s left");
        assert_eq!(time_left(60.0, 10, 30), ", 2m00s left");
        assert_eq!(time_left(3600.0, 1, 3), ", 2h00m left");
    }
}
