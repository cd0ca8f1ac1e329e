//! What is exported, in which form, and where to.

use clap::{Args as ClapArgs, ValueEnum};

use super::{FilesFromArgs, InputArgs, ManyArgs};

/// `heapwise export`.
#[derive(Debug, ClapArgs)]
#[command(after_help = EXPORT_HELP)]
pub(crate) struct ExportArgs {
    /// Profiles: files, directories of them, `-` for stdin, URLs such as :6060 (help urls).
    #[arg(required_unless_present = "files_from", value_name = "PROFILE")]
    pub(crate) profiles: Vec<String>,
    #[command(flatten)]
    pub(crate) list: FilesFromArgs,
    #[command(flatten)]
    pub(crate) many: ManyArgs,
    #[command(flatten)]
    pub(crate) origin: OriginArgs,
    #[command(flatten)]
    pub(crate) target: ExportTargetArgs,
    #[command(flatten)]
    pub(crate) input: InputArgs,
}

/// What profiles do not say of themselves.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Sources")]
pub(crate) struct OriginArgs {
    /// The service that the profiles are of [default: LABEL in LABEL=PROFILE, else the binary's name].
    #[arg(long, value_name = "NAME")]
    pub(crate) service: Option<String>,
    /// The instance of the service, such as a host or a pod.
    #[arg(long, value_name = "NAME")]
    pub(crate) instance: Option<String>,
}

/// Where the tables go.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Output")]
pub(crate) struct ExportTargetArgs {
    /// Format.
    #[arg(short = 'f', long, value_name = "FORMAT", default_value = "parquet")]
    pub(crate) format: ExportFormat,
    /// The folder for the tables; further exports may go into the same.
    #[arg(short = 'd', long, value_name = "DIR")]
    pub(crate) dir: String,
    /// Write over an export of the same profiles.
    #[arg(long)]
    pub(crate) overwrite: bool,
}

/// The form of the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportFormat {
    /// Apache Parquet.
    Parquet,
    /// Lines of JSON.
    #[value(alias = "jsonl")]
    Ndjson,
}

const EXPORT_HELP: &str = "\
DIR/samples/service=…/date=…/ has a row for each sample, with the blocks that were sampled and the rate, from which \
SQL computes the errors; DIR/frames the frames of each stack_id, depth 0 being the leaf; DIR/profiles what each profile \
is. docs/export.md describes all columns and has queries for DuckDB, ClickHouse, DataFusion and Spark.";
