//! Which benchmarks are run, against what, and how.

use std::num::NonZeroU32;

use clap::Args as ClapArgs;
use heapwise_analysis::Granularity;
use heapwise_analysis::stats::Confidence;

use super::judge::ViewArgs;
use super::numbers::{confidence_parser, count_parser, expected, part_parser};
use super::output::BenchOutputArgs;
use super::values::{OrderArgs, RowArgs, SampleTypeArgs, SiteArgs, granularity_parser};
use super::verify::ClaimArgs;

/// `heapwise bench`.
#[derive(Debug, ClapArgs)]
#[command(
    after_help = "What follows -- goes to go: heapwise bench ./... --against main -- -tags=integration -cpu=1,4\n\
                  Exit codes: as verify with claims; 130 after Ctrl-C, 143 after SIGTERM, with nothing left behind."
)]
pub(crate) struct BenchArgs {
    /// Packages, as go names them [default: the one here].
    #[arg(value_name = "PACKAGE", help_heading = None::<&str>)]
    pub(crate) package: Vec<String>,
    /// Options for go, behind `--`: -tags, -race, -cpu, -ldflags and others of `go test`.
    #[arg(last = true, value_name = "GO OPTIONS", help_heading = None::<&str>)]
    pub(crate) go_options: Vec<String>,
    #[command(flatten)]
    pub(crate) runs: RunArgs,
    #[command(flatten)]
    pub(crate) sites: BenchSiteArgs,
    #[command(flatten)]
    pub(crate) rows: RowArgs,
    #[command(flatten)]
    pub(crate) level: LevelArgs,
    #[command(flatten)]
    pub(crate) claims: ClaimArgs,
    /// Also show p, q, sampled objects and intervals.
    #[arg(short = 'v', long, help_heading = "Output")]
    pub(crate) verbose: bool,
    #[command(flatten)]
    pub(crate) output: BenchOutputArgs,
}

/// What is run.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Sources")]
pub(crate) struct RunArgs {
    /// Benchmarks to run, as for `go test -bench`.
    #[arg(long, value_name = "REGEX", default_value = ".")]
    pub(crate) bench: String,
    /// What to compare with: a revision, or a name given to --save.
    ///
    /// A revision is checked out to a temporary directory, beside which neither the working tree nor its index nor
    /// git's list of worktrees is touched. What is measured beside it is the working tree as it is.
    #[arg(long, value_name = "WHAT", allow_hyphen_values = true)]
    pub(crate) against: Option<String>,
    /// Keep test binaries, to compare with after a change.
    ///
    /// Those of the working tree, under this name, in the repository's git directory, or without a repository in the cache directory; where is
    /// said. They are run again beside the newer ones, so that both sides do the same work at the same time. Binaries
    /// of another version of Go, or built with other options, are refused.
    #[arg(long, value_name = "NAME", conflicts_with = "against")]
    pub(crate) save: Option<String>,
    /// Runs of each side.
    #[arg(long, value_name = "N", default_value = "10", value_parser = count_parser)]
    pub(crate) count: NonZeroU32,
    /// How long a run takes: 2s, or 1000x for iterations.
    #[arg(long, value_name = "TIME", default_value = "300ms", value_parser = bench_time_parser)]
    pub(crate) benchtime: BenchTime,
    /// The change of a site that is to show.
    ///
    /// With smaller ones more is sampled. Of a site with at least a tenth of the bytes. Where every block can be recorded in about the same time, it is.
    #[arg(long, value_name = "PART", default_value = "10%", value_parser = part_parser)]
    pub(crate) detect: f64,
    /// Keep profiles and what benchmarks printed.
    ///
    /// In this directory, which must be new or empty.
    #[arg(long, value_name = "DIR")]
    pub(crate) files: Option<String>,
}

/// What is looked at.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Values")]
pub(crate) struct BenchSiteArgs {
    /// What sites are compared by [default: alloc_space].
    ///
    /// alloc_space or alloc_objects.
    #[arg(long, value_name = "TYPE", default_value = "alloc_space", hide_default_value = true,
          value_parser = ["alloc_space", "alloc_objects"], hide_possible_values = true)]
    sample_index: String,
    /// What counts as one site: functions, files, lines, packages.
    #[arg(long, value_name = "WHAT", value_parser = granularity_parser(), hide_possible_values = true)]
    granularity: Option<Granularity>,
    /// Sort by cumulative values.
    #[arg(long)]
    cum: bool,
}

impl BenchSiteArgs {
    /// The same as other commands are asked.
    pub(crate) fn view(&self) -> ViewArgs {
        ViewArgs {
            sample_type: SampleTypeArgs::named(Some(self.sample_index.clone())),
            sites: SiteArgs::named(self.granularity),
            order: OrderArgs::by(self.cum),
        }
    }
}

/// How sure verdicts are.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Judging")]
pub(crate) struct LevelArgs {
    /// Confidence of intervals and verdicts.
    #[arg(long, value_name = "LEVEL", default_value = "0.95", value_parser = confidence_parser)]
    pub(crate) confidence: Confidence,
    /// Smaller changes get no verdict, however sure they are.
    #[arg(long, value_name = "PART", default_value = "1%", value_parser = part_parser)]
    pub(crate) min_change: f64,
}

/// How long a run is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum BenchTime {
    /// So many nanoseconds, about.
    Nanos(f64),
    /// So many iterations.
    Iterations(u64),
}

/// How long a run is, as for `go test -benchtime`.
fn bench_time_parser(text: &str) -> Result<BenchTime, String> {
    const UNITS: [(&str, f64); 5] = [
        ("ms", 1e6),
        ("us", 1e3),
        ("ns", 1.0),
        ("s", 1e9),
        ("m", 6e10),
    ];
    let refused = || expected(text, "a time such as 300ms, or iterations such as 1000x");
    if let Some(count) = text.strip_suffix('x') {
        let count = count.parse().ok().filter(|count| *count > 0);
        return count.map(BenchTime::Iterations).ok_or_else(refused);
    }
    let parts = UNITS
        .iter()
        .find_map(|(unit, nanos)| Some((text.strip_suffix(unit)?, nanos)));
    let time = parts.and_then(|(number, nanos)| Some(number.parse::<f64>().ok()? * nanos));
    let time = time.filter(|time| (1e6..=3.6e12).contains(time));
    time.map(BenchTime::Nanos).ok_or_else(refused)
}

#[cfg(test)]
mod tests {
    use super::{BenchTime, bench_time_parser};

    #[test]
    fn reads_times_of_runs() {
        assert_eq!(bench_time_parser("300ms"), Ok(BenchTime::Nanos(3e8)));
        assert_eq!(bench_time_parser("1.5s"), Ok(BenchTime::Nanos(1.5e9)));
        assert_eq!(bench_time_parser("100x"), Ok(BenchTime::Iterations(100)));
        for text in ["", "x", "0x", "1", "-1s", "nans", "2h", "1us"] {
            assert!(bench_time_parser(text).is_err(), "{text}");
        }
    }
}
