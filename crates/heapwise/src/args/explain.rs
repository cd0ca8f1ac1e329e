//! What is asked of a profile and of the compiler.

use clap::Args as ClapArgs;
use heapwise_analysis::stats::Confidence;

use super::numbers::amount_parser;
use super::values::{ConfidenceArgs, CountArgs, SampleTypeArgs};
use super::{FilterArgs, OpenArgs, OutputArgs};

/// `heapwise explain`.
#[derive(Debug, ClapArgs)]
#[command(after_help = EXPLAIN_HELP)]
pub(crate) struct ExplainArgs {
    /// Heap profiles, which are merged; before them a pattern: only functions that match.
    #[arg(required = true, value_name = "PROFILE")]
    pub(crate) profiles: Vec<String>,
    #[command(flatten)]
    pub(crate) compiler: CompilerArgs,
    #[command(flatten)]
    pub(crate) sample_type: SampleTypeArgs,
    /// Operations that the profiles cover, all together: what is allocated for each is shown.
    ///
    /// Without it what is allocated each second, where the profiles are of some seconds.
    #[arg(long, value_name = "N", value_parser = amount_parser, help_heading = "Values")]
    pub(crate) ops: Option<f64>,
    /// Output of the `go test -bench -benchmem` that wrote the profiles, for the operations of its benchmark.
    ///
    /// Of several benchmarks --focus takes one: an operation of one is none of another.
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with = "ops",
        help_heading = "Values"
    )]
    pub(crate) bench: Option<String>,
    #[command(flatten)]
    pub(crate) count: CountArgs,
    #[command(flatten)]
    confidence: ConfidenceArgs,
    #[command(flatten)]
    pub(crate) filters: FilterArgs,
    #[command(flatten)]
    pub(crate) open: OpenArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// What the compiler decided.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Sources")]
pub(crate) struct CompilerArgs {
    /// Output of `go build -gcflags=-m=2`, or the directory of -gcflags=-json=0,DIR.
    #[arg(short = 'e', long, value_name = "LOG", conflicts_with = "build")]
    pub(crate) escapes: Vec<String>,
    /// Print the code of each line from source files below this folder, which also tell of lines that the log has not.
    #[arg(long, value_name = "DIR")]
    pub(crate) source: Option<String>,
    /// Compare with what the compiler decided before: the log of an older build or compiler.
    #[arg(long, value_name = "OLD")]
    pub(crate) compare: Vec<String>,
    /// Build this package and all that it depends on with -gcflags=all=-m=2, for what the compiler decides; needs go.
    #[arg(long, value_name = "PACKAGE")]
    pub(crate) build: Option<String>,
    /// Words for `go build` behind --build, such as -tags=x.
    #[arg(last = true, value_name = "FLAGS", requires = "build")]
    pub(crate) flags: Vec<String>,
}

impl ExplainArgs {
    /// How sure intervals are.
    pub(crate) fn confidence(&self) -> Confidence {
        self.confidence.confidence
    }
}

const EXPLAIN_HELP: &str = "\
Each site has the reason that the compiler gives for the line, through calls that were inlined into it; what the \
runtime does for the code (a map that grows) needs no log. What is not matched is counted, with why. \"Does not \
escape\" is not \"is not allocated\": a size that is not known, + on strings, growing slices and maps have reasons of \
their own.

The log has to be of the same source, Go version and flags as the program: -race and -pgo inline other calls. \
-gcflags=-m=2 covers the packages named on the command line, -gcflags=all=-m=2 the standard library and modules, too. \
-m has no flow, so that reasons are coarser. A directory of -json holds nothing of packages that were in the build \
cache: give it a new name for each build.

Advice is about lines with 2% of the total and 20 samples at least, of the program's own code where there is any. A \
saving is an upper bound of its line and of what it names beside; savings are not to be added up.";
