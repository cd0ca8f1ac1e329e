//! What is collected from a running program, how often, and what of it stays.

use std::num::NonZeroU32;
use std::time::Duration;

use clap::Args as ClapArgs;

use super::OutputArgs;
use super::numbers::{count_parser, duration_parser, size_parser};
use super::trigger::{Condition, condition_parser};

/// `heapwise collect`.
#[derive(Debug, ClapArgs)]
#[command(after_help = COLLECT_HELP)]
pub(crate) struct CollectArgs {
    /// The server: http://HOST:PORT, :6060, unix:///run/app.sock.
    #[arg(value_name = "TARGET")]
    pub(crate) target: String,
    #[command(flatten)]
    pub(crate) series: SeriesArgs,
    #[command(flatten)]
    pub(crate) parts: PartArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// How often, how long, and what stays.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Series")]
pub(crate) struct SeriesArgs {
    /// The folder for the bundles; a series that is there goes on.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: String,
    /// Time from one bundle to the next, such as 30s or 2m; with --trigger from one look to the next.
    #[arg(long, value_name = "DURATION", default_value = "30s", value_parser = duration_parser)]
    pub(crate) every: Duration,
    /// End after this many bundles, those of earlier runs into the folder included [default: on Ctrl-C].
    #[arg(long, value_name = "N", value_parser = count_parser)]
    pub(crate) count: Option<NonZeroU32>,
    /// End after this time.
    #[arg(long = "for", value_name = "DURATION", value_parser = duration_parser)]
    pub(crate) duration: Option<Duration>,
    /// Keep only the newest N bundles.
    #[arg(long, value_name = "N", value_parser = count_parser)]
    pub(crate) keep: Option<NonZeroU32>,
    /// Keep only the newest bundles that take this much together [default: 1GB without --count, --for and --keep].
    #[arg(long, value_name = "SIZE", value_parser = size_parser)]
    pub(crate) keep_bytes: Option<u64>,
    /// Take a bundle only when this becomes true; may be repeated.
    ///
    /// inuse_space, inuse_objects, goroutines, or rss with --pid; > or <; a size or a number. For rss also a percentage
    /// of what the control group of the process, or else the machine, allows. A condition that is true counts again
    /// once it was false by 5% of the bound.
    #[arg(long, value_name = "CONDITION", value_parser = condition_parser)]
    pub(crate) trigger: Vec<Condition>,
}

/// What is fetched.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Sources")]
pub(crate) struct PartArgs {
    /// Run a collection for each heap text: what is in use is as of now, at the cost of a collection.
    #[arg(long)]
    pub(crate) gc: bool,
    /// Fetch goroutineleak, too: it forces collections.
    #[arg(long)]
    pub(crate) leaks: bool,
    /// Fetch each goroutine with its number only where there are at most so many: it stops the world.
    #[arg(long, value_name = "N", default_value = "10000", value_parser = count_parser)]
    pub(crate) max_goroutines: NonZeroU32,
    /// The process behind the target, on this machine, for what is resident.
    #[arg(long, value_name = "PID", value_parser = count_parser)]
    pub(crate) pid: Option<NonZeroU32>,
}

const COLLECT_HELP: &str = "\
A bundle is a folder with heap?debug=1, heap, goroutine, goroutine?debug=2 and /debug/vars where served, fetched one \
behind another, and bundle.json, which says when and what is missing; it is there only when it is complete. What fails \
is tried once more, then missing from its bundle, and said. Every command takes the folder: for one moment the newest \
bundle, for sides and series all.

The exit code is 0 if all that was taken is whole, 3 if something is missing, 2 if nothing could be \
fetched, or with --count nothing more came as many times in a row (10 at least).";
