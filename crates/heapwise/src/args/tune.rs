//! What is asked of other settings of the collector.

use clap::Args as ClapArgs;
use heapwise_analysis::gc::tune::Given;

use super::numbers::{amount_parser, count_parser, expected, part_parser, size_parser};
use super::{OpenArgs, OutputArgs};

/// `heapwise tune`.
#[derive(Debug, ClapArgs)]
#[command(after_help = TUNE_HELP)]
pub(crate) struct TuneArgs {
    /// Snapshots of one process: heap?debug=1, /debug/vars. Two tell rates. None where all is given.
    #[arg(value_name = "SNAPSHOT")]
    pub(crate) snapshots: Vec<String>,
    #[command(flatten)]
    pub(crate) settings: SettingArgs,
    #[command(flatten)]
    pub(crate) program: ProgramArgs,
    #[command(flatten)]
    pub(crate) open: OpenArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// What is to be tried.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Settings")]
pub(crate) struct SettingArgs {
    /// Propose settings for a container of this size, such as 4GiB; cgroup: the one this runs in.
    #[arg(long, value_name = "SIZE", value_parser = container_parser)]
    pub(crate) memory_limit: Option<Container>,
    /// What to leave free of it, a size or a part.
    #[arg(long, value_name = "SIZE", default_value = "5%", value_parser = margin_parser)]
    pub(crate) margin: Margin,
    /// What the collector may take of all CPU time.
    #[arg(long, value_name = "PART", default_value = "5%", value_parser = budget_parser)]
    pub(crate) cpu_budget: f64,
    /// Values of GOGC to try.
    #[arg(
        long,
        value_name = "LIST",
        default_value = "50,100,200,400,off",
        value_delimiter = ',',
        value_parser = gogc_parser
    )]
    pub(crate) gogc: Vec<Percent>,
    /// Values of GOMEMLIMIT to try, or off [default: off, the container's, or 1.5, 2 and 3 × live].
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = limit_parser)]
    pub(crate) gomemlimit: Vec<Bytes>,
}

/// What snapshots do not say.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Program (in place of what snapshots say)")]
pub(crate) struct ProgramArgs {
    /// Live heap behind a collection; its range as 300MB-350MB.
    #[arg(long, value_name = "SIZE", value_parser = range_parser)]
    live: Option<Range>,
    /// Allocated per second.
    #[arg(long, value_name = "SIZE", value_parser = size_parser)]
    alloc_rate: Option<u64>,
    /// Mapped besides objects and free heap.
    #[arg(long, value_name = "SIZE", value_parser = size_parser)]
    non_heap: Option<u64>,
    /// Resident and not Go's: cgo, mmap, the binary.
    #[arg(long, value_name = "SIZE", value_parser = size_parser)]
    non_go: Option<u64>,
    /// Processors.
    #[arg(long, value_name = "N", value_parser = count_parser)]
    gomaxprocs: Option<std::num::NonZeroU32>,
    /// Collections per second.
    #[arg(long, value_name = "NUMBER", value_parser = amount_parser)]
    gc_rate: Option<f64>,
    /// CPU milliseconds of a collection, without marking on idle processors.
    #[arg(long, value_name = "MS", value_parser = amount_parser)]
    gc_cpu: Option<f64>,
    /// GOGC that it ran with.
    #[arg(long, value_name = "PERCENT", value_parser = gogc_parser)]
    ran_gogc: Option<Percent>,
    /// GOMEMLIMIT that it ran with, or off.
    #[arg(long, value_name = "SIZE", value_parser = limit_parser)]
    ran_gomemlimit: Option<Bytes>,
    /// Seconds between the first snapshot and the last.
    #[arg(long, value_name = "SECONDS", value_parser = amount_parser)]
    interval: Option<f64>,
}

const TUNE_HELP: &str = "\
Predicts from one run: heap goal, peak memory, collections per second and the collector's CPU time, as brackets, by the \
formulas of Go 1.27's pacer; says where they are not to be relied on. Compared with real runs in testdata/tune of the \
repository.";

impl ProgramArgs {
    /// What the user says of the program.
    pub(crate) fn given(&self) -> Given {
        let mut given = Given::default();
        given.live = self.live.map(|range| (range.least, range.most));
        given.allocation_rate = self.alloc_rate.map(|rate| rate as f64);
        given.non_heap = self.non_heap;
        given.non_go = self.non_go;
        given.processors = self.gomaxprocs.map(Into::into);
        given.gc_per_second = self.gc_rate;
        given.cpu_per_cycle = self.gc_cpu.map(|milliseconds| milliseconds / 1e3);
        given.gogc = self.ran_gogc.map(|gogc| gogc.0);
        given.memory_limit = self.ran_gomemlimit.map(|limit| limit.0);
        given.seconds = self.interval;
        given
    }
}

/// A container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Container {
    /// Of so many bytes.
    Bytes(u64),
    /// The control group that the command runs in.
    ControlGroup,
}

/// What is to stay free.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Margin {
    /// Bytes.
    Bytes(u64),
    /// A part of the container.
    Part(f64),
}

impl Margin {
    /// Bytes of a container.
    pub(crate) fn of(self, container: u64) -> u64 {
        match self {
            Margin::Bytes(bytes) => bytes,
            Margin::Part(part) => (container as f64 * part) as u64,
        }
    }
}

/// GOGC; `None` is off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Percent(pub(crate) Option<u32>);

/// GOMEMLIMIT; `None` is off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bytes(pub(crate) Option<u64>);

/// From the least to the most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Range {
    least: u64,
    most: u64,
}

fn container_parser(text: &str) -> Result<Container, String> {
    match text {
        "cgroup" => Ok(Container::ControlGroup),
        _ => sized(text, "a size such as 4GiB, or cgroup").map(Container::Bytes),
    }
}

fn margin_parser(text: &str) -> Result<Margin, String> {
    let part = text.ends_with('%').then(|| part_parser(text)).transpose()?;
    match part {
        Some(part) if part < 1.0 => Ok(Margin::Part(part)),
        Some(_) => Err(expected(text, "less than 100%")),
        None => sized(text, "a size such as 200MB, or a part such as 5%").map(Margin::Bytes),
    }
}

fn budget_parser(text: &str) -> Result<f64, String> {
    let part = part_parser(text).ok();
    let part = part.filter(|part| *part > 0.0 && *part <= 1.0);
    part.ok_or_else(|| expected(text, "a part above 0 and up to 1, such as 0.05 or 5%"))
}

fn gogc_parser(text: &str) -> Result<Percent, String> {
    match text {
        "off" => Ok(Percent(None)),
        _ => match text
            .parse()
            .ok()
            .filter(|&percent: &u32| percent <= MOST_GOGC)
        {
            Some(percent) => Ok(Percent(Some(percent))),
            None => Err(expected(text, "a percentage such as 100, or off")),
        },
    }
}

/// Go takes GOGC as a number of 32 bits with a sign.
const MOST_GOGC: u32 = i32::MAX as u32;

fn limit_parser(text: &str) -> Result<Bytes, String> {
    match text {
        "off" => Ok(Bytes(None)),
        _ => sized(text, "a size such as 400MiB, or off").map(|bytes| Bytes(Some(bytes))),
    }
}

fn range_parser(text: &str) -> Result<Range, String> {
    const SIZES: &str = "a size such as 300MB, or two such as 300MB-350MB";
    let (least, most) = text.split_once('-').unwrap_or((text, text));
    let (least, most) = (sized(least, SIZES)?, sized(most, SIZES)?);
    match least <= most {
        true => Ok(Range { least, most }),
        false => Err(expected(text, "the least before the most")),
    }
}

fn sized(text: &str, what: &str) -> Result<u64, String> {
    size_parser(text).map_err(|_| expected(text, what))
}
