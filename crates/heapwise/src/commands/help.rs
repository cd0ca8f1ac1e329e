//! Explains commands, verdicts and URLs.

use std::io::{self, Write};

use anyhow::bail;
use clap::CommandFactory;

use crate::args::{Args, HelpArgs};

/// What the verdicts mean; a test reruns its examples.
const VERDICTS: &str = include_str!("../verdicts.txt");

/// How profiles of running programs are fetched.
const URLS: &str = include_str!("../urls.txt");

/// Runs `heapwise help`.
pub(crate) fn run(args: &HelpArgs) -> anyhow::Result<()> {
    let mut out = anstream::stdout().lock();
    match args.topic.as_deref() {
        None => write!(out, "{}", Args::command().render_long_help().ansi())?,
        Some("verdicts") => out.write_all(VERDICTS.as_bytes())?,
        Some("urls") => out.write_all(URLS.as_bytes())?,
        Some(name) => write_command(name, &mut out)?,
    }
    out.flush()?;
    Ok(())
}

fn write_command(name: &str, out: &mut dyn Write) -> anyhow::Result<()> {
    let mut command = Args::command();
    command.build();
    let Some(found) = command.find_subcommand_mut(name) else {
        let all = command.get_subcommands().map(|known| known.get_name());
        let all: Vec<&str> = all.collect();
        bail!(
            "help: found {name:?}, expected verdicts, urls or one of {}",
            all.join(", ")
        );
    };
    let help = found.render_long_help();
    io::Write::write_fmt(out, format_args!("{}", help.ansi()))?;
    Ok(())
}
