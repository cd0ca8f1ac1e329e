//! What reports are asked, and what that means.

use anyhow::bail;
use clap::{Args as ClapArgs, ValueEnum};
use heapwise_analysis::{Objects, Trim, ViewOptions};
use heapwise_report::{Format, Warning};

use super::values::{
    CallTreeArgs, ColumnArgs, ConfidenceArgs, DivideArgs, EdgeArgs, InlineArgs, MeanArgs,
    OrderArgs, PercentArgs, RowArgs, SampleTypeArgs, SiteArgs, TrimArgs, UnitArgs,
};
use super::{Color, FilterArgs, OutputArgs, PathArgs, SourceArgs};
use crate::output::Output;

/// All that is asked of profiles, whatever becomes of the answer; a command uses some of it
/// ([`super::uses`]).
#[derive(Debug, ClapArgs)]
pub(crate) struct QuestionArgs {
    #[command(flatten)]
    pub(crate) sources: SourceArgs,
    #[command(flatten)]
    pub(crate) paths: PathArgs,
    #[command(flatten)]
    sample_type: SampleTypeArgs,
    #[command(flatten)]
    sites: SiteArgs,
    #[command(flatten)]
    order: OrderArgs,
    #[command(flatten)]
    rows: RowArgs,
    #[command(flatten)]
    edges: EdgeArgs,
    #[command(flatten)]
    trim: TrimArgs,
    #[command(flatten)]
    call_tree: CallTreeArgs,
    #[command(flatten)]
    means: MeanArgs,
    #[command(flatten)]
    divide: DivideArgs,
    #[command(flatten)]
    unit: UnitArgs,
    #[command(flatten)]
    inlines: InlineArgs,
    #[command(flatten)]
    columns: ColumnArgs,
    #[command(flatten)]
    percentages: PercentArgs,
    #[command(flatten)]
    pub(crate) filters: FilterArgs,
    #[command(flatten)]
    labels: LabelArgs,
    #[command(flatten)]
    pub(crate) compatible: CompatibleArgs,
}

/// How much stands above what pprof prints.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Output")]
pub(crate) struct LabelArgs {
    /// No lines about the profile above the report.
    #[arg(long)]
    compact_labels: bool,
}

/// Whether the answer is pprof's.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Output")]
pub(crate) struct CompatibleArgs {
    /// Print what `go tool pprof` prints, byte for byte.
    ///
    /// Options that pprof has but that mean nothing to this report are then accepted, as pprof
    /// accepts them.
    #[arg(long)]
    pub(crate) pprof_compatible: bool,
}

/// What every report of pprof's takes.
#[derive(Debug, ClapArgs)]
pub(crate) struct ReportArgs {
    #[command(flatten)]
    pub(crate) question: QuestionArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// `heapwise top` and `heapwise tree`.
#[derive(Debug, ClapArgs)]
pub(crate) struct TopArgs {
    #[command(flatten)]
    pub(crate) report: ReportArgs,
    #[command(flatten)]
    pub(crate) confidence: ConfidenceArgs,
    #[command(flatten)]
    pub(crate) rate: RateArgs,
}

/// Values by time.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Values")]
pub(crate) struct RateArgs {
    /// Show what was allocated each second, between a base and a later heap text (debug=1) of one process, or of a
    /// profile of some seconds.
    #[arg(long, value_name = "WHAT")]
    pub(crate) per: Option<Rate>,
}

/// What values are divided by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Rate {
    /// Seconds.
    Seconds,
}

/// `heapwise peek`.
#[derive(Debug, ClapArgs)]
pub(crate) struct PeekArgs {
    /// Which sites: a pattern that is matched anywhere in their printed name.
    #[arg(value_name = "REGEX")]
    pub(crate) pattern: String,
    #[command(flatten)]
    pub(crate) tree: TopArgs,
}

/// `heapwise list`.
#[derive(Debug, ClapArgs)]
pub(crate) struct ListArgs {
    /// Which functions: a pattern, matched anywhere in their names, or an address such as 0x4a3f10.
    #[arg(value_name = "REGEX")]
    pub(crate) pattern: String,
    #[command(flatten)]
    pub(crate) report: ReportArgs,
}

impl ReportArgs {
    /// Where the answer goes; refuses other formats of what pprof prints.
    pub(crate) fn output(&self, formats: &[Format], color: Color) -> anyhow::Result<Output> {
        let output = Output::new(&self.output, color);
        output.expect_format(formats)?;
        let asked = self.output.format.filter(|&format| format != Format::Text);
        match asked {
            Some(format) if self.question.is_compatible() => bail!(
                "--format: found {}, expected text: --pprof-compatible prints what pprof prints",
                format.name()
            ),
            _ => output.warn(self.question.ignored().as_slice())?,
        }
        Ok(output)
    }
}

impl QuestionArgs {
    /// Whether the answer is pprof's.
    pub(crate) fn is_compatible(&self) -> bool {
        self.compatible.pprof_compatible
    }

    /// The sample type to show, where one was asked for.
    pub(crate) fn sample_index(&self) -> Option<&str> {
        self.sample_type.chosen(self.means.mean_delay)
    }

    /// What is to be said of options that do not count beside others.
    pub(crate) fn ignored(&self) -> Option<Warning> {
        self.sample_type.ignored(self.means.mean_delay)
    }

    /// The unit of values, where one was asked for.
    pub(crate) fn unit(&self) -> Option<&str> {
        self.unit.unit.as_deref()
    }

    /// The options of a view; where nothing else is asked for, `default` is left out.
    pub(crate) fn options(&self, default: Trim) -> ViewOptions {
        let mut options = ViewOptions::default();
        options.granularity = self.sites.asked();
        options.sample_index = self.sample_index().map(str::to_owned);
        options.cum = self.order.cum;
        options.mean = self.means.mean || self.means.mean_delay;
        if !self.is_compatible() {
            options.objects = Objects::OfValue;
        }
        options.divide_by = self.divide.divide_by;
        if let Some(unit) = self.unit() {
            unit.clone_into(&mut options.unit);
        }
        options
            .comment
            .clone_from(&self.sources.comment.add_comment);
        options.no_inlines = self.inlines.noinlines;
        options.show_columns = self.columns.showcolumns;
        options.relative_percentages = self.percentages.relative_percentages;
        options.call_tree = self.call_tree.call_tree;
        options.compact_labels = self.labels.compact_labels;
        options.trim_path = self.paths.trim_path.clone().unwrap_or_default();
        options.source_path = self.paths.source_path.clone().unwrap_or_default();
        options.trim = self.trim(default);
        options
    }

    fn trim(&self, default: Trim) -> Trim {
        let default = match self.is_compatible() {
            true => Trim::default(),
            false => default,
        };
        let mut trim = match self.trim.trim {
            true => self.rows.trim(default),
            false => Trim::NONE,
        };
        if let Some(part) = self.edges.edgefraction.filter(|_| self.trim.trim) {
            trim.edge_fraction = part;
        }
        trim.drop_negative = self.means.drop_negative;
        trim
    }
}
