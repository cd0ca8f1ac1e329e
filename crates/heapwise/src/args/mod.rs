mod filters;
mod goroutines;
mod report;
mod sources;
mod target;
mod view;

use std::num::NonZeroU32;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use heapwise_analysis::Date;
use heapwise_analysis::stats::Confidence;
use heapwise_report::{Format, schema_names};

pub(crate) use filters::{FILTERS, FilterArgs};
pub(crate) use goroutines::GoroutinesArgs;
pub(crate) use report::{QuestionArgs, ReportArgs};
pub(crate) use sources::SourceArgs;
pub(crate) use target::{ConvertArgs, Target, TargetArgs};
pub(crate) use view::{GraphArgs, PathArgs, ValueArgs, ViewArgs};

/// Which sites of a Go program allocate most, and did the change really reduce it?
#[derive(Debug, Parser)]
#[command(
    name = "heapwise",
    version,
    max_term_width = 100,
    disable_help_subcommand = true,
    args_override_self = true
)]
pub(crate) struct Args {
    /// When to colour.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: Color,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Rank the sites that allocate most.
    Top(TopArgs),
    /// Compare two profiles site by site.
    Diff(DiffArgs),
    /// Check claims about profiles: exit code 0 if all hold, 1 if one does not, 2 if one names what
    /// the profiles do not have, 3 if one could not be decided.
    Verify(VerifyArgs),
    /// Show sites between those that call them and those that they call.
    Tree(TopArgs),
    /// Show the sites that match between those that call them and those that they call.
    Peek(PeekArgs),
    /// Print every sample with its stack and labels, the largest first.
    Traces(ReportArgs),
    /// Print the labels of samples, with what the samples that have them add up to.
    Tags(ReportArgs),
    /// Print the source of functions with the value of each line.
    List(ListArgs),
    /// Print a profile table by table.
    Raw(ReportArgs),
    /// Print the remarks of a profile.
    Comments(ReportArgs),
    /// Group goroutines; over several dumps, find those that leak.
    Goroutines(GoroutinesArgs),
    /// Tell what a profile is.
    Info(InfoArgs),
    /// Add profiles up, subtract some, filter, and write the result as a profile. A directory stands
    /// for all profiles in it.
    Merge(ConvertArgs),
    /// Write a profile in another form.
    Convert(ConvertArgs),
    /// Print the JSON Schema of an answer, or of the budget file.
    Schema(SchemaArgs),
    /// Explain a command; `help verdicts`: what diff says of a change, each with an example.
    Help(HelpArgs),
}

/// `heapwise help`.
#[derive(Debug, ClapArgs)]
pub(crate) struct HelpArgs {
    /// A command, or verdicts.
    #[arg(value_name = "TOPIC")]
    pub(crate) topic: Option<String>,
}

/// `heapwise schema`.
#[derive(Debug, ClapArgs)]
pub(crate) struct SchemaArgs {
    /// Whose answer with --format json; budget: of the file that verify reads, as JSON.
    #[arg(value_name = "COMMAND", value_parser = clap::builder::PossibleValuesParser::new(schema_names()))]
    pub(crate) name: String,
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

/// `heapwise top` and `heapwise tree`.
#[derive(Debug, ClapArgs)]
pub(crate) struct TopArgs {
    #[command(flatten)]
    pub(crate) report: ReportArgs,
    /// Of the ± columns.
    #[arg(long, value_name = "LEVEL", default_value = "0.95", value_parser = confidence_parser)]
    pub(crate) confidence: Confidence,
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

/// `heapwise diff`.
#[derive(Debug, ClapArgs)]
#[command(
    after_help = "heapwise help verdicts explains what it says of a change, each verdict with an example."
)]
pub(crate) struct DiffArgs {
    #[command(flatten)]
    pub(crate) sides: SidesArgs,
    #[command(flatten)]
    pub(crate) view: ViewArgs,
    #[command(flatten)]
    pub(crate) judge: JudgeArgs,
    /// Also show p, q, sampled objects and intervals.
    #[arg(short = 'v', long)]
    pub(crate) verbose: bool,
    #[command(flatten)]
    pub(crate) filters: FilterArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// `heapwise verify`.
#[derive(Debug, ClapArgs)]
pub(crate) struct VerifyArgs {
    #[command(flatten)]
    pub(crate) sides: SidesArgs,
    #[command(flatten)]
    pub(crate) view: ViewArgs,
    #[command(flatten)]
    pub(crate) judge: JudgeArgs,
    /// A claim: SAMPLE_TYPE SITE OP BOUND, such as 'alloc_space main.parse <= -30%',
    /// 'inuse_space total <= 64MB', 'alloc_objects cum:/^main[.]/ < 1200/op', 'cpu total <= 10s'; on
    /// goroutines 'goroutines total <= 500', 'goroutines main.worker growth none', 'goroutines
    /// leaked = 0', of a function what has it on its stack or was created by it. A site that the profiles do not have is an error, unless the claim ends with the
    /// word optional. May be repeated.
    #[arg(long, value_name = "CLAIM")]
    pub(crate) require: Vec<String>,
    /// Dumps for claims on goroutines, several in order of time for growth; as the command
    /// goroutines takes them [default: the newer side].
    #[arg(long, value_name = "DUMP", num_args = 1..)]
    pub(crate) goroutines: Vec<String>,
    /// Neither the total nor any site without a claim of its own may grow by more.
    #[arg(long, value_name = "PERCENT")]
    pub(crate) forbid_growth: Option<String>,
    /// Growth is undecided, not passed, where growth of that size at the total could have gone
    /// unseen.
    #[arg(long)]
    pub(crate) strict: bool,
    /// Let off growth of sites that may have moved: they gained about what another one lost,
    /// which may be chance.
    #[arg(long)]
    pub(crate) allow_moved: bool,
    /// Which look this is, from 1, at profiles that grow until all is decided: so that all looks
    /// together are wrong no more often than one. Each has about twice the samples of the last.
    #[arg(long, value_name = "N")]
    pub(crate) look: Option<NonZeroU32>,
    /// Claims, growth and suppressions from a file, heapwise.toml (heapwise schema budget).
    #[arg(long, value_name = "FILE")]
    pub(crate) budget: Option<String>,
    /// Print a budget file to start from, with comments.
    #[arg(long)]
    pub(crate) example_budget: bool,
    /// What claims that could not be decided count as, instead of exit code 3.
    #[arg(long, value_name = "RESULT")]
    pub(crate) inconclusive: Option<CountsAs>,
    /// The day against which suppressions expire, such as 2027-01-31 [default: today, in UTC].
    #[arg(long, value_name = "DATE", value_parser = date_parser)]
    pub(crate) today: Option<Date>,
    /// Print nothing when all claims hold.
    #[arg(long)]
    pub(crate) silent_when_ok: bool,
    #[command(flatten)]
    pub(crate) filters: FilterArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// What a claim that could not be decided counts as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CountsAs {
    /// As one that holds.
    Pass,
    /// As one that does not.
    Fail,
}

pub(crate) fn date_parser(text: &str) -> Result<Date, String> {
    Date::parse(text).ok_or_else(|| format!("found {text:?}, expected a date such as 2027-01-31"))
}

/// What is compared.
#[derive(Debug, ClapArgs)]
pub(crate) struct SidesArgs {
    /// The older and the newer profile; `label=PROFILE` names the column.
    #[arg(value_name = "BEFORE AFTER", num_args = 0..=2)]
    pub(crate) pair: Vec<String>,
    /// Profiles of the older side: repeated runs, kept apart. A directory stands for all
    /// profiles in it.
    #[arg(long, value_name = "PROFILE", num_args = 1.., conflicts_with = "pair", requires = "after")]
    pub(crate) before: Vec<String>,
    /// Profiles of the newer side.
    #[arg(long, value_name = "PROFILE", num_args = 1.., conflicts_with = "pair")]
    pub(crate) after: Vec<String>,
}

/// How changes are judged.
#[derive(Debug, ClapArgs)]
pub(crate) struct JudgeArgs {
    /// Of intervals and verdicts.
    #[arg(long, value_name = "LEVEL", default_value = "0.95", value_parser = confidence_parser)]
    pub(crate) confidence: Confidence,
    /// Smaller changes get no verdict, however sure they are.
    #[arg(long, value_name = "PART", default_value = "1%", value_parser = part_parser)]
    pub(crate) min_change: f64,
    /// Variation between runs to assume for one profile per side, such as 5%.
    #[arg(long, value_name = "PART", value_parser = part_parser)]
    pub(crate) run_cv: Option<f64>,
    /// How several profiles per side are tested.
    #[arg(long, value_name = "TEST", default_value = "sampling")]
    pub(crate) test: Test,
    /// Both are snapshots of one process, the older first.
    #[arg(long)]
    pub(crate) same_process: bool,
    /// Both sides did the same work: a fixed number of operations, the same input.
    #[arg(long, alias = "raw", conflicts_with_all = ["per", "after_ops", "after_seconds", "after_bench"])]
    pub(crate) same_work: bool,
    /// What to compare by: the profiles' durations, operations, or shares of the total.
    #[arg(long, value_name = "WHAT")]
    pub(crate) per: Option<Per>,
    /// Operations that the older side covers, all its profiles together.
    #[arg(long, value_name = "N", requires = "after_ops")]
    pub(crate) before_ops: Option<f64>,
    /// Operations that the newer side covers.
    #[arg(long, value_name = "N")]
    pub(crate) after_ops: Option<f64>,
    /// Seconds that the older side covers, where its profiles do not say.
    #[arg(long, value_name = "S", requires = "after_seconds")]
    pub(crate) before_seconds: Option<f64>,
    /// Seconds that the newer side covers.
    #[arg(long, value_name = "S")]
    pub(crate) after_seconds: Option<f64>,
    /// Output of `go test -bench -benchmem` of the older side: each benchmark is compared by its
    /// exact B/op.
    #[arg(long, value_name = "FILE", requires = "after_bench", conflicts_with_all = ["after_ops", "after_seconds"])]
    pub(crate) before_bench: Option<String>,
    /// Output of `go test -bench -benchmem` of the newer side.
    #[arg(long, value_name = "FILE")]
    pub(crate) after_bench: Option<String>,
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

fn confidence_parser(text: &str) -> Result<Confidence, String> {
    let level = part_parser(text)?;
    Confidence::new(level).ok_or_else(|| "expected a level between 0 and 1".to_owned())
}

/// A part, as `0.05` or `5%`.
fn part_parser(text: &str) -> Result<f64, String> {
    let (digits, scale) = match text.strip_suffix('%') {
        Some(digits) => (digits, 0.01),
        None => (text, 1.0),
    };
    match digits.trim().parse::<f64>() {
        Ok(number) if number.is_finite() && number >= 0.0 => Ok(number * scale),
        _ => Err(format!(
            "found {text:?}, expected a part such as 0.05 or 5%"
        )),
    }
}

/// `heapwise info`.
#[derive(Debug, ClapArgs)]
pub(crate) struct InfoArgs {
    /// The profile; `-` is stdin.
    #[arg(value_name = "PROFILE")]
    pub(crate) profile: String,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// Where the answer goes and in which form.
#[derive(Debug, ClapArgs)]
pub(crate) struct OutputArgs {
    /// Format [default: by the extension of --output, else text].
    #[arg(short = 'f', long, value_name = "FORMAT", value_parser = format_parser())]
    pub(crate) format: Option<Format>,
    /// Write to a file instead of stdout.
    #[arg(short = 'o', long, value_name = "FILE")]
    pub(crate) output: Option<String>,
    /// Most bytes that an input may inflate to: a number, or with kB, MB, GB [default: 8GB].
    #[arg(long, value_name = "SIZE", value_parser = size_parser)]
    pub(crate) max_bytes: Option<u64>,
    /// Do not print warnings.
    #[arg(short = 'q', long)]
    pub(crate) quiet: bool,
}

fn format_parser() -> impl clap::builder::TypedValueParser<Value = Format> {
    use clap::builder::TypedValueParser;
    let value = |format: Format| {
        let value = clap::builder::PossibleValue::new(format.name());
        match format {
            Format::Markdown => value.alias("md"),
            _ => value,
        }
    };
    clap::builder::PossibleValuesParser::new(Format::ALL.map(value))
        .map(|name| Format::from_name(&name).unwrap_or_default())
}

/// A size in bytes, with pprof's or the IEC names of powers of 1024.
fn size_parser(text: &str) -> Result<u64, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = text.get(digits.len()..).unwrap_or_default();
    let shift = match unit.to_ascii_lowercase().as_str() {
        "" | "b" => 0,
        "k" | "kb" | "kib" => 10,
        "m" | "mb" | "mib" => 20,
        "g" | "gb" | "gib" => 30,
        "t" | "tb" | "tib" => 40,
        _ => return Err(format!("found unit {unit:?}, expected B, kB, MB, GB or TB")),
    };
    let number: u64 = digits
        .trim()
        .parse()
        .map_err(|_| format!("found {digits:?}, expected a whole number"))?;
    number
        .checked_mul(1 << shift)
        .ok_or_else(|| "too large".to_owned())
}
