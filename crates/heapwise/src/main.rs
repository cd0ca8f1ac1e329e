//! The command. Arguments, files and exit codes; every answer comes from the libraries.
#![allow(
    clippy::disallowed_methods,
    reason = "the command is where files, the environment and the terminal are touched"
)]

mod args;
mod argv;
mod commands;
mod exit;
mod input;
mod natural;
mod output;
mod zone;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let args = match args::Args::try_parse_from(argv::pprof_spelling(std::env::args_os())) {
        Ok(args) => args,
        Err(error) => return exit::of_clap(&error),
    };
    exit::of_result(commands::run(&args))
}
