//! Writes the pages of the manual, one a command.

use std::fs;
use std::path::Path;

use anyhow::{Context, bail};
use clap::{Command, CommandFactory};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, roman};

use crate::args::{Args, ManArgs};
use crate::whole;

/// What each page ends with, by the part of it that is above: what all commands have in common.
const EXIT_STATUS: [(&str, &str); 4] = [
    ("0", "done, and every claim holds"),
    ("1", "a claim does not hold"),
    (
        "2",
        "bad usage or input, or a name in a claim that nothing has",
    ),
    ("3", "a claim could not be decided"),
];

/// Runs `heapwise man`.
pub(crate) fn run(args: &ManArgs) -> anyhow::Result<()> {
    let mut root = Args::command();
    root.build();
    match (&args.out, &args.command) {
        (Some(folder), _) => write_all(&root, folder),
        (None, Some(name)) => whole::print(&page(find(&root, name)?)?),
        (None, None) => whole::print(&page(&root)?),
    }
}

fn find<'a>(root: &'a Command, name: &str) -> anyhow::Result<&'a Command> {
    let Some(command) = root.find_subcommand(name) else {
        let all: Vec<&str> = root.get_subcommands().map(Command::get_name).collect();
        bail!("man: found {name:?}, expected one of {}", all.join(", "));
    };
    Ok(command)
}

fn write_all(root: &Command, folder: &str) -> anyhow::Result<()> {
    fs::create_dir_all(folder).with_context(|| folder.to_owned())?;
    for command in std::iter::once(root).chain(root.get_subcommands()) {
        let path = Path::new(folder).join(format!("{}.1", name(command)));
        whole::write(&path.to_string_lossy(), &page(command)?)?;
    }
    Ok(())
}

/// `heapwise-diff`: what the page is called.
fn name(command: &Command) -> &str {
    command
        .get_display_name()
        .unwrap_or_else(|| command.get_name())
}

fn page(command: &Command) -> anyhow::Result<Vec<u8>> {
    let source = concat!("heapwise ", env!("CARGO_PKG_VERSION"));
    let mut page = Vec::new();
    Man::new(command.clone()).source(source).render(&mut page)?;
    let mut end = Roff::default();
    end.control("SH", ["EXIT STATUS"]);
    for (code, meaning) in EXIT_STATUS {
        end.control("TP", []);
        end.text([roman(code)]);
        end.text([roman(meaning)]);
    }
    end.to_writer(&mut page)?;
    Ok(page)
}
