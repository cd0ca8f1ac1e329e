//! The command. Arguments, files and exit codes; every answer comes from the libraries.
#![allow(
    clippy::disallowed_methods,
    reason = "the command is where files, the environment and the terminal are touched"
)]

mod args;
mod bundle;
mod cgroup;
mod collect;
mod commands;
mod executable;
mod exit;
mod fetch;
mod input;
mod interrupt;
mod natural;
mod output;
mod today;
mod zone;

use std::process::ExitCode;

fn main() -> ExitCode {
    let args = match args::Args::read(std::env::args_os()) {
        Ok(args) => args,
        Err(error) => return exit::of_clap(&error),
    };
    exit::of_result(commands::run(&args))
}
