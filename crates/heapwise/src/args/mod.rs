//! What the user typed: every option of every command is defined here, and nowhere else is its name
//! written down.

mod bench;
mod collect;
mod explain;
mod export;
mod fetch;
mod filters;
mod flame;
mod gc;
mod goroutines;
mod growth;
mod judge;
mod many;
mod numbers;
mod output;
mod report;
mod shell;
mod sources;
mod spelling;
mod store;
mod target;
mod trigger;
mod tune;
pub(crate) mod uses;
mod values;
mod verify;
mod watch;
mod why;

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue};
use clap::{
    Args as ClapArgs, CommandFactory, Error, FromArgMatches, Parser, Subcommand, ValueEnum,
};
use heapwise_report::schema_names;

pub(crate) use bench::{BenchArgs, BenchTime};
pub(crate) use collect::CollectArgs;
pub(crate) use explain::ExplainArgs;
pub(crate) use export::{ExportArgs, ExportFormat};
pub(crate) use fetch::FetchArgs;
pub(crate) use filters::FilterArgs;
pub(crate) use flame::FlameArgs;
pub(crate) use gc::GcArgs;
pub(crate) use goroutines::GoroutinesArgs;
pub(crate) use growth::GrowthArgs;
pub(crate) use judge::{DiffArgs, JudgeArgs, Per, SidesArgs, Test, ViewArgs};
pub(crate) use many::{FilesFromArgs, ManyArgs};
pub(crate) use output::{FileArgs, InputArgs, OpenArgs, OutputArgs};
pub(crate) use report::{ListArgs, PeekArgs, QuestionArgs, ReportArgs, TopArgs};
pub(crate) use shell::{CompletionsArgs, ManArgs, offered};
pub(crate) use sources::{PathArgs, SourceArgs};
pub(crate) use store::SourcesArgs;
pub(crate) use target::{ConvertArgs, Target};
pub(crate) use trigger::{Bound, Condition, Quantity, Side};
pub(crate) use tune::{Container, SettingArgs, TuneArgs};
pub(crate) use uses::ArgsOf;
pub(crate) use verify::{ClaimArgs, CountsAs, VerifyArgs};
pub(crate) use watch::{WatchArgs, Watched};

/// The arguments of `heapwise verify`, with which of them were given.
pub(crate) type Verify = ArgsOf<VerifyArgs, uses::Verify>;

/// Which sites of a Go program allocate most, and did the change really reduce it?
#[derive(Debug, Parser)]
#[command(
    name = "heapwise",
    version,
    max_term_width = 100,
    disable_help_subcommand = true,
    after_help = "A profile or URL alone is ranked: heapwise heap.pb.gz, heapwise :6060.",
    args_override_self = true
)]
pub(crate) struct Args {
    /// When to colour.
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        help_heading = "Output",
        display_order = 1000
    )]
    pub(crate) color: Color,
    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Args {
    /// Reads the words of a command line.
    pub(crate) fn read(words: impl Iterator<Item = OsString>) -> Result<Args, Error> {
        let mut root = Args::command();
        let words = spelling::respelled(&root, words);
        let (name, result) = match words {
            Ok(words) => {
                let mut matches = root.try_get_matches_from_mut(words)?;
                let name = matches.subcommand_name().map(str::to_owned);
                (name, Args::from_arg_matches_mut(&mut matches))
            }
            Err((name, error)) => (Some(name), Err(error)),
        };
        result.map_err(|error| in_context(error, &mut root, name.as_deref()))
    }
}

/// An error with what clap adds to its own: how the command is used, and where its help is.
fn in_context(mut error: Error, root: &mut clap::Command, name: Option<&str>) -> Error {
    root.build();
    let command = match name.filter(|name| root.find_subcommand(name).is_some()) {
        Some(name) => root.find_subcommand_mut(name),
        None => Some(root),
    };
    let Some(command) = command else {
        return error;
    };
    let usage = ContextValue::StyledStr(command.render_usage());
    error.insert(ContextKind::Usage, usage);
    error.with_cmd(command)
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
    Top(ArgsOf<TopArgs, uses::Top>),
    /// Compare two profiles site by site.
    Diff(ArgsOf<DiffArgs, uses::Diff>),
    /// Check claims about profiles: exit code 0 if all hold, 1 if one does not, 3 if undecided.
    ///
    /// The exit code is 2 if a claim names what the profiles do not have.
    Verify(Verify),
    /// Run Go benchmarks of the working tree and of a revision, and compare them site by site.
    ///
    /// With claims, as verify decides them, the exit code is that of verify.
    Bench(Box<ArgsOf<BenchArgs, uses::Bench>>),
    /// Show sites between those that call them and those that they call.
    Tree(ArgsOf<TopArgs, uses::Tree>),
    /// Show the sites that match between those that call them and those that they call.
    Peek(ArgsOf<PeekArgs, uses::Peek>),
    /// Draw stacks as a flame graph: a page, a picture, or what other viewers read.
    ///
    /// Without a format or an output, a page; on a terminal it is written beside where you are, and where is said.
    Flame(Box<ArgsOf<FlameArgs, uses::Flame>>),
    /// Write one page with what top says, a flame graph and the table.
    Report(Box<ArgsOf<FlameArgs, uses::Report>>),
    /// Print every sample with its stack and labels, the largest first.
    Traces(ArgsOf<ReportArgs, uses::Traces>),
    /// Print the labels of samples, with what the samples that have them add up to.
    Tags(ArgsOf<ReportArgs, uses::Tags>),
    /// Print the source of functions with the value of each line.
    List(ArgsOf<ListArgs, uses::List>),
    /// Print a profile table by table.
    Raw(ArgsOf<ReportArgs, uses::Raw>),
    /// Print the remarks of a profile.
    Comments(ArgsOf<ReportArgs, uses::Comments>),
    /// Group goroutines; over several dumps, find those that leak.
    Goroutines(ArgsOf<GoroutinesArgs, uses::Goroutines>),
    /// Tell which sites keep more and more memory over several snapshots, how fast, since when.
    Growth(ArgsOf<GrowthArgs, uses::Growth>),
    /// Tell why sites allocate, by what the compiler decided, and what would help.
    Explain(ArgsOf<ExplainArgs, uses::Explain>),
    /// Tell what the collector is doing, and where the memory is.
    Gc(ArgsOf<GcArgs, uses::Gc>),
    /// Predict what other settings of GOGC and GOMEMLIMIT would do.
    Tune(ArgsOf<TuneArgs, uses::Tune>),
    /// Collect bundles of profiles from a running program.
    Collect(ArgsOf<CollectArgs, uses::Collect>),
    /// Show again and again what top, goroutines or growth say of a running program.
    Watch(ArgsOf<WatchArgs, uses::Watch>),
    /// Tell which services, labels and profile types a store of profiles has: Pyroscope or Parca.
    Sources(ArgsOf<SourcesArgs, uses::Sources>),
    /// Tell what a profile is.
    Info(ArgsOf<InfoArgs, uses::Info>),
    /// Add profiles up, subtract some, filter, and write the result as a profile.
    ///
    /// A directory stands for all profiles in it.
    Merge(ArgsOf<ConvertArgs, uses::Merge>),
    /// Write a profile in another form.
    Convert(ArgsOf<ConvertArgs, uses::Convert>),
    /// Write profiles as tables for DuckDB, ClickHouse, DataFusion, Spark: samples, frames, and what SQL needs for errors.
    Export(ArgsOf<ExportArgs, uses::Export>),
    /// Print the JSON Schema of an answer, or of the budget file.
    Schema(SchemaArgs),
    /// Print what a shell needs to complete commands and options.
    Completions(CompletionsArgs),
    /// Print the manual page of a command, or write all pages into a folder.
    Man(ManArgs),
    /// Explain a command; `help verdicts`: what diff says of a change; `help urls`: profiles of running programs.
    Help(HelpArgs),
}

/// `heapwise help`.
#[derive(Debug, ClapArgs)]
pub(crate) struct HelpArgs {
    /// A command, verdicts, or urls.
    #[arg(value_name = "TOPIC")]
    pub(crate) topic: Option<String>,
}

/// `heapwise schema`.
#[derive(Debug, ClapArgs)]
pub(crate) struct SchemaArgs {
    /// Whose answer with --format json; budget: of the file that verify reads, as JSON; bundle: of bundle.json; export: of its rows.
    #[arg(value_name = "COMMAND", value_parser = clap::builder::PossibleValuesParser::new(schema_names()))]
    pub(crate) name: String,
}

/// `heapwise info`.
#[derive(Debug, ClapArgs)]
pub(crate) struct InfoArgs {
    /// The profile: a file, `-` for stdin, or a URL such as :6060 (help urls).
    ///
    /// As for pprof, the binary may be named before it; it is passed over.
    #[arg(value_name = "PROFILE")]
    pub(crate) profile: String,
    /// The profile where the binary is named before it.
    #[arg(hide = true)]
    pub(crate) behind_binary: Option<String>,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}
