//! What is asked of the collector's snapshots.

use clap::Args as ClapArgs;
use heapwise_analysis::stats::Confidence;

use super::numbers::{amount_parser, size_parser};
use super::values::ConfidenceArgs;
use super::{OpenArgs, OutputArgs};

/// `heapwise gc`.
#[derive(Debug, ClapArgs)]
#[command(after_help = GC_HELP)]
pub(crate) struct GcArgs {
    /// Snapshots: heap texts with debug=1, /debug/vars, pages of metrics, logs of GODEBUG=gctrace=1; heap profiles of
    /// the same moment. A directory stands for all files in it, `-` is stdin, :6060 a running program (help urls).
    #[arg(required_unless_present = "before", value_name = "SNAPSHOT")]
    pub(crate) snapshots: Vec<String>,
    /// The same of the older side: what differs is told, instead of what each process does.
    #[arg(help_heading = "Sources", long, value_name = "SNAPSHOT", num_args = 1.., conflicts_with_all = ["snapshots", "rss", "cgroup"], requires = "after")]
    pub(crate) before: Vec<String>,
    /// The same of the newer side.
    #[arg(help_heading = "Sources", long, value_name = "SNAPSHOT", num_args = 1.., requires = "before")]
    pub(crate) after: Vec<String>,
    /// Seconds from each snapshot to the next, where nothing else tells.
    #[arg(help_heading = "Sources", long, value_name = "SECONDS", value_parser = amount_parser)]
    pub(crate) interval: Option<f64>,
    /// What the system says is resident, such as 512MB.
    #[arg(help_heading = "Sources", long, value_name = "SIZE", value_parser = size_parser, conflicts_with = "cgroup")]
    pub(crate) rss: Option<u64>,
    /// A folder with memory.current and memory.stat of the process' control group.
    #[arg(help_heading = "Sources", long, value_name = "DIR")]
    pub(crate) cgroup: Option<String>,
    #[command(flatten)]
    confidence: ConfidenceArgs,
    #[command(flatten)]
    pub(crate) open: OpenArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

impl GcArgs {
    /// How sure intervals are.
    pub(crate) fn confidence(&self) -> Confidence {
        self.confidence.confidence
    }
}

const GC_HELP: &str = "\
One snapshot tells the state; two or more of one process tell rates, pauses and cost between them. What counters \
hold is exact; rates need the time between snapshots, and the answer says where it is from. A heap text with debug=1 \
tells more than /debug/vars: its profile says what is live, and by which sites.

/debug/vars, fetched right behind one heap text with gc=1 (gc1 in the name of its file): the sample tells each \
site's part of a size class, the counters tell the class exactly. Errors of what sites allocated become smaller, by \
1 / sqrt(1 - p) for a site with a part p of its class: 1.3 to 5.6 times in 200 runs of a test server.

With --before and --after each side has one process or more. Three processes a side are compared with one another; \
fewer by how each varies over time, which takes 8 steps: snapshots with a collection between, or cycles of a log. \
Fewer steps give the difference without a verdict.";
