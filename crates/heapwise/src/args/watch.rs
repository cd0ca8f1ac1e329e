//! What is watched, how often, and how it is shown.

use std::num::NonZeroU32;
use std::time::Duration;

use clap::{Args as ClapArgs, ValueEnum};
use heapwise_report::Format;

use super::numbers::{count_parser, duration_parser};
use super::output::InputArgs;

/// `heapwise watch`.
#[derive(Debug, ClapArgs)]
#[command(after_help = WATCH_HELP)]
pub(crate) struct WatchArgs {
    /// The server: http://HOST:PORT, :6060, unix:///run/app.sock.
    #[arg(value_name = "TARGET")]
    pub(crate) target: String,
    /// What to show.
    #[arg(value_name = "WHAT", default_value = "top")]
    pub(crate) what: Watched,
    /// Options of the command that is shown, behind `--`: -- -alloc_space --cum -n5.
    #[arg(last = true, value_name = "OPTIONS")]
    pub(crate) options: Vec<String>,
    /// Time from one look to the next, such as 10s or 1m.
    #[arg(long, value_name = "DURATION", default_value = "10s", value_parser = duration_parser, help_heading = "Series")]
    pub(crate) every: Duration,
    /// End after this many looks, those that fail included [default: on Ctrl-C].
    #[arg(long, value_name = "N", value_parser = count_parser, help_heading = "Series")]
    pub(crate) count: Option<NonZeroU32>,
    /// Keep what is fetched in this folder, as collect does: whole bundles.
    #[arg(long, value_name = "DIR", help_heading = "Series")]
    pub(crate) out: Option<String>,
    #[command(flatten)]
    pub(crate) output: WatchOutputArgs,
}

/// How what is watched is shown.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Output")]
pub(crate) struct WatchOutputArgs {
    /// Format.
    ///
    /// text redraws on a terminal, and is one line a look elsewhere; json is one document of the command a line.
    #[arg(short = 'f', long, value_name = "FORMAT", default_value = "text", value_parser = super::output::any_format)]
    pub(crate) format: Format,
    #[command(flatten)]
    pub(crate) input: InputArgs,
}

/// What can be watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Watched {
    /// The sites that allocate most, now.
    Top,
    /// Goroutines, and which of them grow or leak.
    Goroutines,
    /// What of the memory in use grows.
    Growth,
}

const WATCH_HELP: &str = "\
goroutines and growth are told of all looks so far, of at most the newest 500. Without --out only what is shown is \
fetched, and nothing stays. A look that fails is said, and costs only itself; what is no profile at the first look ends \
it with exit code 2. Growth is that of the process that runs now: what was before it is left out, and said. Ctrl-C ends it with exit code 0.";
