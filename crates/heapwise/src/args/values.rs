//! Which values are shown, of what, and how many.

use clap::{ArgAction, Args as ClapArgs};
use heapwise_analysis::stats::Confidence;
use heapwise_analysis::{Granularity, Trim};
use heapwise_report::Warning;

use super::numbers::{
    bool_parser, confidence_parser, divisor_parser, fraction_parser, integer_parser,
};

/// Which value is shown.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Values")]
pub(crate) struct SampleTypeArgs {
    /// Sample type to show, in short -alloc_space [default: the profile's].
    ///
    /// By name or number. Of several, the one named so goes before those in short, which go in the
    /// order in which they are listed here, as in pprof.
    #[arg(long, value_name = "TYPE")]
    pub(crate) sample_index: Option<String>,
    #[command(flatten)]
    pub(super) short: ShortTypeArgs,
}

/// One option for each sample type of Go's.
#[derive(Debug, Default, ClapArgs)]
#[command(next_help_heading = "Values")]
pub(crate) struct ShortTypeArgs {
    /// Show how long was waited.
    #[arg(long, hide_short_help = true)]
    pub(super) total_delay: bool,
    /// Show how often was waited.
    #[arg(long, hide_short_help = true)]
    pub(super) contentions: bool,
    /// Show the bytes in use.
    #[arg(long, hide_short_help = true)]
    pub(super) inuse_space: bool,
    /// Show the objects in use.
    #[arg(long, hide_short_help = true)]
    pub(super) inuse_objects: bool,
    /// Show the bytes allocated.
    #[arg(long, hide_short_help = true)]
    pub(super) alloc_space: bool,
    /// Show the objects allocated.
    #[arg(long, hide_short_help = true)]
    pub(super) alloc_objects: bool,
}

impl SampleTypeArgs {
    /// As if it had been asked for by name.
    pub(super) fn named(name: Option<String>) -> Self {
        Self {
            sample_index: name,
            short: ShortTypeArgs::default(),
        }
    }

    /// The sample type to show, where one was asked for.
    pub(crate) fn chosen(&self, mean_delay: bool) -> Option<&str> {
        self.asked(mean_delay).first().copied()
    }

    /// The sample types that were asked for, of which the first counts (driver/cli.go: parseFlags).
    fn asked(&self, mean_delay: bool) -> Vec<&str> {
        let short = &self.short;
        let switches = [
            (short.total_delay, "delay"),
            (mean_delay, "delay"),
            (short.contentions, "contentions"),
            (short.inuse_space, "inuse_space"),
            (short.inuse_objects, "inuse_objects"),
            (short.alloc_space, "alloc_space"),
            (short.alloc_objects, "alloc_objects"),
        ];
        let switched = switches.into_iter().filter(|&(is_set, _)| is_set);
        let named = self.sample_index.as_deref().filter(|name| !name.is_empty());
        let mut asked: Vec<&str> = named
            .into_iter()
            .chain(switched.map(|(_, name)| name))
            .collect();
        asked.dedup();
        asked
    }

    /// What is to be said of sample types that were asked for and are not shown.
    pub(crate) fn ignored(&self, mean_delay: bool) -> Option<Warning> {
        let asked = self.asked(mean_delay);
        let (chosen, ignored) = asked.split_first()?;
        (!ignored.is_empty()).then(|| Warning::new("sample_types_ignored", format!(
                "several sample types were asked for: {chosen} is taken, as in pprof, and {} ignored",
                ignored.join(", ")
            )))
    }
}

/// What counts as one site.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Values")]
pub(crate) struct SiteArgs {
    /// What counts as one site, in short --lines, --files, --packages.
    ///
    /// One of functions, filefunctions, files, lines, addresses and packages, each of which is an
    /// option, too.
    #[arg(long, value_name = "WHAT", value_parser = granularity_parser(),
          hide_possible_values = true)]
    granularity: Option<Granularity>,
    #[command(flatten)]
    short: GranularityArgs,
}

/// One option for each granularity.
#[derive(Debug, Default, ClapArgs)]
#[command(next_help_heading = "Values")]
#[group(multiple = false)]
pub(crate) struct GranularityArgs {
    /// Sites are functions (the default).
    #[arg(long, hide_short_help = true)]
    functions: bool,
    /// Sites are functions in files.
    #[arg(long, hide_short_help = true)]
    filefunctions: bool,
    /// Sites are files.
    #[arg(long, hide_short_help = true)]
    files: bool,
    /// Sites are lines.
    #[arg(long, hide_short_help = true)]
    lines: bool,
    /// Sites are instruction addresses.
    #[arg(long, hide_short_help = true)]
    addresses: bool,
    /// Sites are Go packages.
    #[arg(long, hide_short_help = true)]
    packages: bool,
}

impl SiteArgs {
    /// As if it had been asked for by name.
    pub(super) fn named(granularity: Option<Granularity>) -> Self {
        Self {
            granularity,
            short: GranularityArgs::default(),
        }
    }

    /// What counts as one site, where that was said.
    pub(crate) fn asked(&self) -> Option<Granularity> {
        let flags = [
            (self.short.filefunctions, Granularity::FileFunctions),
            (self.short.files, Granularity::Files),
            (self.short.lines, Granularity::Lines),
            (self.short.addresses, Granularity::Addresses),
            (self.short.packages, Granularity::Packages),
            (self.short.functions, Granularity::Functions),
        ];
        let flagged = flags.into_iter().find(|&(is_set, _)| is_set);
        flagged
            .map(|(_, granularity)| granularity)
            .or(self.granularity)
    }
}

/// What rows are ordered by.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Values")]
pub(crate) struct OrderArgs {
    /// Sort by cumulative values.
    #[arg(long)]
    pub(crate) cum: bool,
    /// Sort by flat values (the default).
    #[arg(long, conflicts_with = "cum", hide_short_help = true)]
    flat: bool,
}

impl OrderArgs {
    /// By cumulative values, or not.
    pub(super) fn by(cum: bool) -> Self {
        Self { cum, flat: false }
    }
}

/// Which rows are shown.
#[derive(Debug, ClapArgs)]
pub(crate) struct RowArgs {
    #[command(flatten)]
    count: CountArgs,
    #[command(flatten)]
    fraction: FractionArgs,
}

impl RowArgs {
    /// The part of the total below which sites are left out, where one was asked for.
    pub(crate) fn fraction(&self) -> Option<f64> {
        self.fraction.nodefraction
    }

    /// What is left out, where nothing else is asked for `default`. A count of -1 is the default, as it
    /// is in pprof.
    pub(crate) fn trim(&self, default: Trim) -> Trim {
        let count = self.count.nodecount.filter(|&count| count != -1);
        let count = count.map(|count| usize::try_from(count).unwrap_or(0));
        let fraction = self.fraction.nodefraction;
        let mut trim = default;
        trim.node_count = count.or(default.node_count);
        trim.node_fraction = fraction.unwrap_or(default.node_fraction);
        trim
    }
}

/// How many rows are shown.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Values")]
pub(crate) struct CountArgs {
    /// Rows to show; 0 is all [default: few for people, all as data].
    ///
    /// On a terminal 20; in other text 25 of diff, 80 of tree, 100 of goroutines, else all; in JSON
    /// and CSV all.
    #[arg(short = 'n', long, value_name = "COUNT", value_parser = integer_parser,
          allow_negative_numbers = true)]
    nodecount: Option<i64>,
}

impl CountArgs {
    /// Rows to show at most, where nothing else is asked for `default`; `None` is all.
    pub(crate) fn limit(&self, default: Option<usize>) -> Option<usize> {
        match self.nodecount {
            None => default,
            Some(count) => usize::try_from(count).ok().filter(|&count| count > 0),
        }
    }
}

/// Which rows are too small to be shown.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Values")]
pub(crate) struct FractionArgs {
    /// Leave out sites of which the cumulative value is below this part.
    ///
    /// The part is one of the total; 0 leaves out none. Where none is asked for, it is 0.005 in text
    /// and Markdown, else 0.
    #[arg(long, value_name = "PART", value_parser = fraction_parser)]
    nodefraction: Option<f64>,
}

/// Which calls are too small to be shown.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Values")]
pub(crate) struct EdgeArgs {
    /// Leave out calls below this part of the total [default: 0.001].
    #[arg(long, value_name = "PART", value_parser = fraction_parser)]
    pub(crate) edgefraction: Option<f64>,
}

/// Whether anything is left out.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Values")]
pub(crate) struct TrimArgs {
    /// Whether small sites may be left out; `false` shows everything.
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true",
          default_value = "true", action = ArgAction::Set, hide_default_value = true,
          value_parser = bool_parser, value_name = "BOOL")]
    pub(crate) trim: bool,
}

/// What a graph is made of.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Values")]
pub(crate) struct CallTreeArgs {
    /// A function called from two places is two nodes of a graph.
    #[arg(long)]
    pub(crate) call_tree: bool,
}

/// What becomes of the values of rows.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Values")]
pub(crate) struct MeanArgs {
    /// Show the value per object.
    ///
    /// What was allocated by the objects allocated, what is in use by those in use.
    #[arg(long)]
    pub(crate) mean: bool,
    /// Show how long was waited each time.
    #[arg(long, hide_short_help = true)]
    pub(super) mean_delay: bool,
    /// Leave out sites with negative values.
    #[arg(long)]
    pub(crate) drop_negative: bool,
}

/// What percentages are of.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Values")]
pub(crate) struct PercentArgs {
    /// Percentages of what the filters leave, instead of everything.
    #[arg(long)]
    pub(crate) relative_percentages: bool,
}

/// What values are divided by.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Values")]
pub(crate) struct DivideArgs {
    /// Divide values by this number.
    #[arg(long, value_name = "NUMBER", default_value = "1", hide_default_value = true,
          allow_hyphen_values = true, value_parser = divisor_parser)]
    pub(crate) divide_by: f64,
}

/// What values are shown in.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Values")]
pub(crate) struct UnitArgs {
    /// Unit of values: a name such as MB, minimum, or auto.
    ///
    /// `minimum` is one for all values that fits the least, `auto` is for each its own. Where none is
    /// asked for, top takes auto and the other reports minimum, as pprof does.
    #[arg(long, value_name = "UNIT")]
    pub(crate) unit: Option<String>,
}

/// What becomes of inlined functions.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Values")]
pub(crate) struct InlineArgs {
    /// Count inlined functions as part of the one they were inlined into.
    #[arg(long)]
    pub(crate) noinlines: bool,
}

/// How sure errors are.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Values")]
pub(crate) struct ConfidenceArgs {
    /// Confidence of the ± columns.
    #[arg(long, value_name = "LEVEL", default_value = "0.95", value_parser = confidence_parser)]
    pub(crate) confidence: Confidence,
}

/// What tells lines apart.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Values")]
pub(crate) struct ColumnArgs {
    /// Tell lines apart by column.
    #[arg(long)]
    pub(crate) showcolumns: bool,
}

pub(super) fn granularity_parser() -> impl clap::builder::TypedValueParser<Value = Granularity> {
    use clap::builder::TypedValueParser;
    clap::builder::PossibleValuesParser::new(Granularity::ALL.map(Granularity::name))
        .map(|name| Granularity::from_name(&name).unwrap_or_default())
}
