//! What is claimed, and what becomes of the claims.

use std::num::NonZeroU32;

use clap::{Args as ClapArgs, ValueEnum};
use heapwise_analysis::Date;

use super::filters::FilterArgs;
use super::judge::{JudgeArgs, SidesArgs, ViewArgs};
use super::numbers::{count_parser, date_parser};
use super::output::{OpenArgs, OutputArgs};

/// `heapwise verify`.
#[derive(Debug, ClapArgs)]
pub(crate) struct VerifyArgs {
    #[command(flatten)]
    pub(crate) sides: SidesArgs,
    #[command(flatten)]
    pub(crate) view: ViewArgs,
    #[command(flatten)]
    pub(crate) judge: JudgeArgs,
    #[command(flatten)]
    pub(crate) claims: ClaimArgs,
    /// Dumps for claims on goroutines [default: the newer side].
    ///
    /// Several in order of time for growth, as the command goroutines takes them.
    #[arg(long, value_name = "DUMP", num_args = 1.., help_heading = "Sources")]
    pub(crate) goroutines: Vec<String>,
    /// Snapshots for claims on the collector, of the newer side.
    ///
    /// And logs of it, as the command gc takes them.
    #[arg(long, value_name = "SNAPSHOT", num_args = 1.., help_heading = "Sources")]
    pub(crate) gc: Vec<String>,
    /// The same of the older side, for claims on a change.
    #[arg(hide_short_help = true, long, value_name = "SNAPSHOT", num_args = 1.., requires = "gc", help_heading = "Sources")]
    pub(crate) before_gc: Vec<String>,
    /// Output of `go build -gcflags=-m=2`, for claims on escapes.
    ///
    /// What the compiler decided of the newer side, as the command explain takes it; for claims on advice, too.
    #[arg(short = 'e', long, value_name = "LOG", help_heading = "Sources")]
    pub(crate) escapes: Vec<String>,
    /// Look for source files of the newer side below this folder, for claims on advice.
    #[arg(
        hide_short_help = true,
        long,
        value_name = "DIR",
        requires = "escapes",
        help_heading = "Sources"
    )]
    pub(crate) source: Option<String>,
    /// Print a budget file to start from, with comments.
    #[arg(long, hide_short_help = true, help_heading = "Claims")]
    pub(crate) example_budget: bool,
    #[command(flatten)]
    pub(crate) filters: FilterArgs,
    #[command(flatten)]
    pub(crate) open: OpenArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// Claims, and what becomes of them.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Claims")]
pub(crate) struct ClaimArgs {
    /// A claim, such as 'alloc_space main.parse <= -30%'.
    ///
    /// SAMPLE_TYPE SITE OP BOUND, such as 'alloc_space main.parse <= -30%', 'inuse_space total
    /// <= 64MB', 'alloc_objects cum:/^main[.]/ < 1200/op', 'cpu total <= 10s'; on goroutines
    /// 'goroutines total <= 500', 'goroutines main.worker growth none', 'goroutines leaked = 0', of a
    /// function what has it on its stack or was created by it; over snapshots of one process
    /// 'inuse_space main.cache growth none', 'inuse_space total growth <= 1MB/h'; on the collector 'gc pause_p99 <= 1ms',
    /// 'gc alloc_rate <= -20%', 'gc cpu <= 5%', 'gc rate <= 2/s', 'gc heap growth none'; on what the compiler
    /// decided (--escapes) 'no escape at main.handle', 'advice none above 5%'. A site that the profiles do not have
    /// is an error, unless the claim ends with the word optional. May be repeated.
    #[arg(long, value_name = "CLAIM")]
    pub(crate) require: Vec<String>,
    /// Neither the total nor any site without a claim may grow by more.
    #[arg(long, value_name = "PERCENT")]
    pub(crate) forbid_growth: Option<String>,
    /// Growth is undecided where it could have gone unseen.
    ///
    /// Not passed, where growth of that size at the total could have gone unseen.
    #[arg(long)]
    pub(crate) strict: bool,
    /// Let off growth of sites that may have moved.
    ///
    /// They gained about what another one lost, which may be chance.
    #[arg(long)]
    pub(crate) allow_moved: bool,
    /// Which look this is, from 1, at profiles that grow.
    ///
    /// Until all is decided, so that all looks together are wrong no more often than one. Each has about twice the
    /// samples of the last.
    #[arg(hide_short_help = true, long, value_name = "N", value_parser = count_parser)]
    pub(crate) look: Option<NonZeroU32>,
    /// Claims, growth and suppressions from a file, heapwise.toml.
    ///
    /// `heapwise schema budget` prints its schema.
    #[arg(long, value_name = "FILE")]
    pub(crate) budget: Option<String>,
    /// What undecided claims count as.
    ///
    /// Instead of exit code 3.
    #[arg(long, value_name = "RESULT")]
    pub(crate) inconclusive: Option<CountsAs>,
    /// The day against which suppressions expire [default: today, in UTC].
    #[arg(hide_short_help = true, long, value_name = "DATE", value_parser = date_parser)]
    pub(crate) today: Option<Date>,
    /// Print nothing when all claims hold.
    #[arg(hide_short_help = true, long)]
    pub(crate) silent_when_ok: bool,
}

/// What a claim that could not be decided counts as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CountsAs {
    /// As one that holds.
    Pass,
    /// As one that does not.
    Fail,
}
