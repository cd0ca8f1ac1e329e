//! The command. Arguments, files and exit codes; every answer comes from the libraries.
#![allow(
    clippy::disallowed_methods,
    reason = "the command is where files, the environment and the terminal are touched"
)]

mod args;
mod bench;
mod browser;
mod bundle;
mod cgroup;
mod collect;
mod command_line;
mod commands;
mod ending;
mod escapes;
mod executable;
mod exit;
mod export;
mod fetch;
mod folder;
mod input;
mod interrupt;
mod many;
mod names;
mod natural;
mod otlp_parts;
mod output;
mod process;
mod screen;
mod small_file;
mod steady;
mod store;
mod today;
mod whole;
mod zone;

use std::process::ExitCode;

fn main() -> ExitCode {
    let words = match command_line::with_command(std::env::args_os().collect()) {
        Ok(words) => words,
        Err(error) => return exit::of_result(Err(error)),
    };
    let args = match args::Args::read(words.into_iter()) {
        Ok(args) => args,
        Err(error) => return exit::of_clap(&error),
    };
    exit::of_result(commands::run(&args))
}
