//! What is compared, and how changes are judged.

use anyhow::bail;
use clap::{Args as ClapArgs, ValueEnum};
use heapwise_analysis::stats::Confidence;

use super::filters::FilterArgs;
use super::many::{self, ManyArgs};
use super::numbers::{amount_parser, confidence_parser, part_parser};
use super::output::{OpenArgs, OutputArgs};
use super::values::{OrderArgs, RowArgs, SampleTypeArgs, SiteArgs};
use super::why::WhyArgs;

/// `heapwise diff`.
#[derive(Debug, ClapArgs)]
#[command(
    after_help = "heapwise help verdicts explains what it says of a change, each verdict with an example."
)]
pub(crate) struct DiffArgs {
    #[command(flatten)]
    sides: SidesArgs,
    #[command(flatten)]
    lists: SideListsArgs,
    #[command(flatten)]
    pub(crate) many: ManyArgs,
    #[command(flatten)]
    pub(crate) view: ViewArgs,
    #[command(flatten)]
    pub(crate) rows: RowArgs,
    #[command(flatten)]
    pub(crate) judge: JudgeArgs,
    #[command(flatten)]
    pub(crate) verdicts: VerdictArgs,
    /// Also show p, q, sampled objects and intervals.
    #[arg(short = 'v', long, help_heading = "Output")]
    pub(crate) verbose: bool,
    #[command(flatten)]
    pub(crate) why: WhyArgs,
    #[command(flatten)]
    pub(crate) filters: FilterArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    #[command(flatten)]
    pub(crate) open: OpenArgs,
}

/// What is looked at on both sides.
#[derive(Debug, ClapArgs)]
pub(crate) struct ViewArgs {
    #[command(flatten)]
    pub(crate) sample_type: SampleTypeArgs,
    #[command(flatten)]
    pub(crate) sites: SiteArgs,
    #[command(flatten)]
    pub(crate) order: OrderArgs,
}

/// What is compared.
#[derive(Debug, Clone, ClapArgs)]
#[command(next_help_heading = "Sources")]
pub(crate) struct SidesArgs {
    /// The older and newer profile or URL; `label=PROFILE` names a column.
    ///
    /// As for pprof, the binary may be named before them; it is passed over.
    #[arg(value_name = "BEFORE AFTER", num_args = 0..=3, help_heading = None::<&str>)]
    pub(crate) pair: Vec<String>,
    /// Profiles of the older side: repeated runs, kept apart.
    ///
    /// A directory stands for all profiles in it.
    #[arg(long, value_name = "PROFILE", num_args = 1.., conflicts_with = "pair", requires = "newer")]
    pub(crate) before: Vec<String>,
    /// Profiles of the newer side.
    #[arg(long, value_name = "PROFILE", num_args = 1.., conflicts_with = "pair", group = "newer")]
    pub(crate) after: Vec<String>,
}

/// Lists of what is compared.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Sources")]
pub(crate) struct SideListsArgs {
    /// Also the profiles that this file names, one a line or NUL behind each.
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with = "pair",
        requires = "newer",
        hide_short_help = true
    )]
    before_files_from: Option<String>,
    /// The same of the newer side.
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with = "pair",
        group = "newer",
        hide_short_help = true
    )]
    after_files_from: Option<String>,
}

impl DiffArgs {
    /// What is compared, with what lists name.
    pub(crate) fn sides(&self) -> anyhow::Result<SidesArgs> {
        let lists = &self.lists;
        let (before, after) = (&lists.before_files_from, &lists.after_files_from);
        if before.as_deref() == Some("-") && after.as_deref() == Some("-") {
            bail!("-: stdin can be read only once");
        }
        Ok(SidesArgs {
            pair: self.sides.pair.clone(),
            before: many::names(&self.sides.before, before.as_deref())?,
            after: many::names(&self.sides.after, after.as_deref())?,
        })
    }
}

/// How changes are judged.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Judging")]
pub(crate) struct JudgeArgs {
    /// Confidence of intervals and verdicts.
    #[arg(long, value_name = "LEVEL", default_value = "0.95", value_parser = confidence_parser)]
    pub(crate) confidence: Confidence,
    /// Variation between runs to assume for one profile a side: 5%.
    #[arg(long, value_name = "PART", value_parser = part_parser)]
    pub(crate) run_cv: Option<f64>,
    /// Both are snapshots of one process, the older first.
    #[arg(long)]
    pub(crate) same_process: bool,
    /// Both sides did the same work.
    ///
    /// A fixed number of operations, the same input.
    #[arg(long, alias = "raw", conflicts_with_all = ["per", "after_ops", "after_seconds", "after_bench"])]
    pub(crate) same_work: bool,
    /// What to compare by.
    #[arg(long, value_name = "WHAT")]
    pub(crate) per: Option<Per>,
    /// Operations that the older side covers, all profiles together.
    #[arg(long, value_name = "N", requires = "after_ops", value_parser = amount_parser)]
    pub(crate) before_ops: Option<f64>,
    /// Operations that the newer side covers.
    #[arg(long, value_name = "N", value_parser = amount_parser)]
    pub(crate) after_ops: Option<f64>,
    /// Seconds that the older side covers.
    ///
    /// Where its profiles do not say.
    #[arg(long, value_name = "S", requires = "after_seconds", value_parser = amount_parser)]
    pub(crate) before_seconds: Option<f64>,
    /// Seconds that the newer side covers.
    #[arg(long, value_name = "S", value_parser = amount_parser)]
    pub(crate) after_seconds: Option<f64>,
    /// Output of `go test -bench -benchmem` of the older side.
    ///
    /// Each benchmark is compared by its exact B/op.
    #[arg(long, value_name = "FILE", requires = "after_bench", conflicts_with_all = ["after_ops", "after_seconds"])]
    pub(crate) before_bench: Option<String>,
    /// Output of `go test -bench -benchmem` of the newer side.
    #[arg(long, value_name = "FILE")]
    pub(crate) after_bench: Option<String>,
}

impl JudgeArgs {
    /// As where nothing else is asked for.
    pub(crate) fn at(confidence: Confidence) -> JudgeArgs {
        JudgeArgs {
            confidence,
            run_cv: None,
            same_process: false,
            same_work: false,
            per: None,
            before_ops: None,
            after_ops: None,
            before_seconds: None,
            after_seconds: None,
            before_bench: None,
            after_bench: None,
        }
    }
}

/// Which changes get a verdict, and by which test.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Judging")]
pub(crate) struct VerdictArgs {
    /// Smaller changes get no verdict, however sure they are.
    #[arg(long, value_name = "PART", default_value = "1%", value_parser = part_parser)]
    pub(crate) min_change: f64,
    /// How several profiles per side are tested.
    #[arg(
        long,
        value_name = "TEST",
        default_value = "sampling",
        hide_short_help = true
    )]
    pub(crate) test: Test,
}

/// How several profiles per side are tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Test {
    /// By sampled counts, with the variation between runs measured over all sites.
    Sampling,
    /// By ranks, as benchstat does; needs four profiles a side.
    Mannwhitney,
}

/// What a comparison is fair by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Per {
    /// Per second.
    Seconds,
    /// Per operation.
    Ops,
    /// By shares of the total: one site's fall raises all others.
    Total,
}
