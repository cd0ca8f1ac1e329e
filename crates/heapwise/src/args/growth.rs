//! What is asked of a series of heap profiles.

use clap::Args as ClapArgs;
use heapwise_analysis::stats::Confidence;

use super::values::{ConfidenceArgs, CountArgs, OrderArgs, SampleTypeArgs, SiteArgs};
use super::{FilesFromArgs, FilterArgs, ManyArgs, OpenArgs, OutputArgs};

/// `heapwise growth`.
#[derive(Debug, ClapArgs)]
#[command(after_help = GROWTH_HELP)]
pub(crate) struct GrowthArgs {
    /// Heap profiles of one process, best heap texts with debug=1. A directory stands for all files in it, `-` is stdin.
    #[arg(required_unless_present = "files_from", value_name = "PROFILE")]
    pub(crate) profiles: Vec<String>,
    #[command(flatten)]
    pub(crate) list: FilesFromArgs,
    #[command(flatten)]
    pub(crate) many: ManyArgs,
    #[command(flatten)]
    pub(crate) sample_type: SampleTypeArgs,
    #[command(flatten)]
    pub(crate) sites: SiteArgs,
    #[command(flatten)]
    pub(crate) order: OrderArgs,
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

impl GrowthArgs {
    /// How sure intervals are.
    pub(crate) fn confidence(&self) -> Confidence {
        self.confidence.confidence
    }
}

const GROWTH_HELP: &str = "\
Growing: rises, and still did in the last half of the series. Warming up: rose by degrees and reached a level. \
Stepped: at once. Fluctuating, shrinking, fell, stable. Rose: higher, and it cannot be told why. A ? marks a guess: \
of fewer than five snapshots, or among too many sites.

A rate is per hour, with limits by what was sampled and by how the level wanders, whichever is wider. Blocks that stay \
alive stay sampled, so that a leak is seen beside any amount of static data. Of simulated series of eight snapshots \
and more, limits held in 91 to 100%, and what wanders or steps was called growing in at most 2%; but a load that \
grows keeps more, too.

What is in use is that of the last collection: fetch heap?debug=1 with a collection or more between. Its memory \
statistics tell when that was and which process it is. A snapshot after the same collection as another counts once; \
processes started anew are told apart. Eight snapshots decide most; take them once the program is warm.";
