use clap::{ArgAction, Args as ClapArgs};
use heapwise_analysis::{Granularity, Trim};

/// What to look at.
#[derive(Debug, ClapArgs)]
pub(crate) struct ViewArgs {
    /// Value to show: a sample type such as alloc_space, or its number [default: the profile's].
    #[arg(long, value_name = "TYPE")]
    pub(crate) sample_index: Option<String>,
    /// What counts as one site.
    #[arg(long, value_name = "WHAT", value_parser = granularity_parser())]
    granularity: Option<Granularity>,
    #[command(flatten)]
    short: GranularityFlags,
    /// Sort by cumulative values.
    #[arg(long)]
    pub(crate) cum: bool,
    /// Sort by flat values (the default).
    #[arg(long, conflicts_with = "cum")]
    pub(super) flat: bool,
    /// Rows to show; 0 is all [default: 20 on a terminal; other text 25 of diff, 80 of tree, else all;
    /// JSON and CSV all].
    #[arg(short = 'n', long, value_name = "COUNT")]
    pub(crate) nodecount: Option<i64>,
    /// Leave out sites whose cumulative value is below this part of the total; 0 leaves out none
    /// [default: 0.005 in text and Markdown, else 0].
    #[arg(long, value_name = "PART")]
    pub(crate) nodefraction: Option<f64>,
}

/// One option for each granularity.
#[derive(Debug, ClapArgs)]
#[group(multiple = false)]
struct GranularityFlags {
    /// Sites are functions (the default).
    #[arg(long)]
    functions: bool,
    /// Sites are functions in files.
    #[arg(long)]
    filefunctions: bool,
    /// Sites are files.
    #[arg(long)]
    files: bool,
    /// Sites are lines.
    #[arg(long)]
    lines: bool,
    /// Sites are instruction addresses.
    #[arg(long)]
    addresses: bool,
    /// Sites are Go packages.
    #[arg(long)]
    packages: bool,
}

impl ViewArgs {
    /// What counts as one site, where that was said.
    pub(crate) fn asked_granularity(&self) -> Option<Granularity> {
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

    /// What counts as one site.
    pub(crate) fn granularity(&self) -> Granularity {
        self.asked_granularity().unwrap_or_default()
    }

    /// What is left out, where nothing else is asked for `default`. A count of -1 is the default, as it
    /// is in pprof.
    pub(crate) fn trim(&self, default: Trim) -> Trim {
        let count = self.nodecount.filter(|&count| count != -1);
        let count = count.map(|count| usize::try_from(count).unwrap_or(0));
        let mut trim = default;
        trim.node_count = count.or(default.node_count);
        trim.node_fraction = self.nodefraction.unwrap_or(default.node_fraction);
        trim
    }
}

/// How values are made and shown.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Values")]
pub(crate) struct ValueArgs {
    /// Show the value per object: what was allocated by the objects allocated, what is in use by
    /// those in use.
    #[arg(long)]
    pub(crate) mean: bool,
    /// Divide values by this number.
    #[arg(
        long,
        value_name = "NUMBER",
        default_value = "1",
        hide_default_value = true,
        allow_hyphen_values = true
    )]
    pub(crate) divide_by: f64,
    /// Unit of values: a name such as MB or ms, `minimum` (one for all) or `auto` (each its own).
    #[arg(long, value_name = "UNIT")]
    pub(crate) unit: Option<String>,
    /// Count inlined functions as part of the function they were inlined into.
    #[arg(long)]
    pub(crate) noinlines: bool,
    /// Tell lines apart by column.
    #[arg(long)]
    pub(crate) showcolumns: bool,
    /// Leave out sites with negative values.
    #[arg(long)]
    pub(crate) drop_negative: bool,
    /// Percentages of what the filters leave, instead of everything.
    #[arg(long)]
    pub(crate) relative_percentages: bool,
    /// Whether small sites may be left out; `false` shows everything.
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true",
          default_value = "true", action = ArgAction::Set, hide_default_value = true,
          hide_possible_values = true, value_name = "BOOL")]
    pub(crate) trim: bool,
}

/// What only graphs have, and what is printed as pprof prints it.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "As in pprof")]
pub(crate) struct GraphArgs {
    /// Print what `go tool pprof` prints, byte for byte. Options that pprof has but that mean
    /// nothing to this report are then accepted, as pprof accepts them.
    #[arg(long)]
    pub(crate) pprof_compatible: bool,
    /// Leave out calls below this part of the total [default: 0.001].
    #[arg(long, value_name = "PART")]
    pub(crate) edgefraction: Option<f64>,
    /// A function called from two places is two nodes of a graph.
    #[arg(long)]
    pub(crate) call_tree: bool,
    /// No lines about the profile above the report.
    #[arg(long)]
    pub(crate) compact_labels: bool,
}

/// How source files are named and found.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Sources")]
pub(crate) struct PathArgs {
    /// Prefixes to cut off source paths, separated by colons.
    #[arg(long, value_name = "PATHS")]
    pub(crate) trim_path: Option<String>,
    /// Directories to look for sources in, separated by colons.
    #[arg(long, value_name = "PATHS")]
    pub(crate) source_path: Option<String>,
}

fn granularity_parser() -> impl clap::builder::TypedValueParser<Value = Granularity> {
    use clap::builder::TypedValueParser;
    clap::builder::PossibleValuesParser::new(Granularity::ALL.map(Granularity::name))
        .map(|name| Granularity::from_name(&name).unwrap_or_default())
}
