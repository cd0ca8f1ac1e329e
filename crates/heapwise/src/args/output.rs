//! Where answers go and in which form.

use clap::Args as ClapArgs;
use heapwise_report::Format;

use super::fetch::FetchArgs;
use super::numbers::size_parser;

/// Where the answer goes and in which form.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Output")]
pub(crate) struct OutputArgs {
    /// Format.
    ///
    /// Where none is asked for, the extension of the output tells it; else it is text.
    #[arg(short = 'f', long, value_name = "FORMAT", value_parser = any_format)]
    pub(crate) format: Option<Format>,
    #[command(flatten)]
    pub(crate) file: FileArgs,
}

/// Where the answer goes, and what inputs may take.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Output")]
pub(crate) struct FileArgs {
    /// Write to a file instead of stdout.
    #[arg(short = 'o', long, value_name = "FILE")]
    pub(crate) output: Option<String>,
    #[command(flatten)]
    pub(crate) input: InputArgs,
}

/// What inputs may take, whether they are warned of, and how URLs are fetched.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Output")]
pub(crate) struct InputArgs {
    /// Most that an input may inflate to, such as 1GB [default: 8GB].
    #[arg(long, value_name = "SIZE", value_parser = size_parser)]
    pub(crate) max_bytes: Option<u64>,
    /// Do not print warnings.
    #[arg(short = 'q', long)]
    pub(crate) quiet: bool,
    #[command(flatten)]
    pub(crate) fetch: FetchArgs,
}

/// What becomes of a picture besides.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Output")]
pub(crate) struct OpenArgs {
    /// Open the file in the browser ($BROWSER, else the system's).
    #[arg(long, hide_short_help = true)]
    pub(crate) open: bool,
}

/// Where the answer goes, of a command that fetches nothing.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Output")]
pub(crate) struct BenchOutputArgs {
    /// Format.
    ///
    /// Where none is asked for, the extension of the output tells it; else it is text.
    #[arg(short = 'f', long, value_name = "FORMAT", value_parser = any_format)]
    format: Option<Format>,
    /// Write to a file instead of stdout.
    #[arg(short = 'o', long, value_name = "FILE")]
    output: Option<String>,
    /// Do not print warnings, nor progress.
    #[arg(short = 'q', long)]
    pub(crate) quiet: bool,
}

impl BenchOutputArgs {
    /// The same as other commands are asked.
    pub(crate) fn args(&self) -> OutputArgs {
        OutputArgs {
            format: self.format,
            file: FileArgs {
                output: self.output.clone(),
                input: InputArgs {
                    max_bytes: None,
                    quiet: self.quiet,
                    fetch: FetchArgs::default(),
                },
            },
        }
    }
}

/// Any format; each command takes its own in the place of this ([`super::uses`]).
pub(super) fn any_format(name: &str) -> Result<Format, String> {
    Format::from_name(name).ok_or_else(|| super::numbers::expected(name, "a format"))
}
