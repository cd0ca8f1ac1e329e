//! How many profiles are read, and how.

use std::num::NonZeroU32;

use anyhow::{anyhow, bail};
use clap::Args as ClapArgs;

use super::numbers::{count_parser, size_parser};
use crate::names::from_list;

/// How many profiles are read.
#[derive(Debug, Clone, Default, ClapArgs)]
#[command(next_help_heading = "Sources")]
pub(crate) struct ManyArgs {
    /// Leave out profiles that cannot be read, and say which: exit code 3.
    #[arg(long)]
    pub(crate) keep_going: bool,
    /// Profiles to read side by side [default: $HEAPWISE_JOBS, else one a core].
    ///
    /// Whatever the number, the answer is the same.
    #[arg(long, value_name = "N", value_parser = count_parser, hide_short_help = true)]
    jobs: Option<NonZeroU32>,
    /// Most that what is kept of all profiles may take in memory [default: 2GB].
    ///
    /// Less where the control group allows less.
    #[arg(long, value_name = "SIZE", value_parser = size_parser, hide_short_help = true)]
    pub(crate) max_memory: Option<u64>,
}

/// The environment's word for the number of threads.
const JOBS: &str = "HEAPWISE_JOBS";

impl ManyArgs {
    /// The threads that were asked for.
    pub(crate) fn jobs(&self) -> anyhow::Result<Option<usize>> {
        let asked = match (self.jobs, std::env::var(JOBS)) {
            (Some(jobs), _) => Some(jobs),
            (None, Ok(text)) if !text.is_empty() => {
                Some(count_parser(&text).map_err(|error| anyhow!("{JOBS}: {error}"))?)
            }
            _ => None,
        };
        Ok(asked.map(|jobs| jobs.get().min(MOST_JOBS) as usize))
    }
}

/// More threads than any machine has cores.
const MOST_JOBS: u32 = 1024;

/// A list of profiles.
#[derive(Debug, Clone, Default, ClapArgs)]
#[command(next_help_heading = "Sources")]
pub(crate) struct FilesFromArgs {
    /// Also the profiles that this file names, one a line or NUL behind each; `-` is stdin.
    #[arg(long, value_name = "FILE")]
    pub(crate) files_from: Option<String>,
}

impl FilesFromArgs {
    /// The profiles that are named, and those of the list.
    pub(crate) fn all(&self, named: &[String]) -> anyhow::Result<Vec<String>> {
        names(named, self.files_from.as_deref())
    }
}

/// Names, and those of a list.
pub(super) fn names(named: &[String], list: Option<&str>) -> anyhow::Result<Vec<String>> {
    let Some(list) = list else {
        return Ok(named.to_vec());
    };
    if list == "-" && named.iter().any(|name| name == "-") {
        bail!("-: stdin is the list of profiles, expected no profile there");
    }
    let mut all = named.to_vec();
    all.extend(from_list(list)?);
    Ok(all)
}
