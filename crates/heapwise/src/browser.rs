//! Says where a picture is, and shows it.

use std::io::{self, Write};
use std::process::{Command, Stdio};

use anyhow::bail;

use crate::args::OpenArgs;
use crate::exit;
use crate::output::Output;

/// Writes an answer, a page on a terminal beside the user; and opens it where that is asked for.
pub(crate) fn write(
    output: Output,
    name: &str,
    open: &OpenArgs,
    render: impl FnOnce(&Output, &mut dyn Write) -> io::Result<()>,
) -> anyhow::Result<()> {
    let output = output.beside_user(name);
    output.write(|out| render(&output, out))?;
    show(&output, open.open)
}

/// Says on a terminal what was written, and opens it where that is asked for.
fn show(output: &Output, is_to_open: bool) -> anyhow::Result<()> {
    let Some(file) = output.file() else {
        if is_to_open {
            bail!("--open: found no file to open, expected -o FILE");
        }
        return Ok(());
    };
    if !output.is_quiet && output.is_terminal {
        exit::tell(&format!("wrote {file}"))?;
    }
    match is_to_open {
        true => open(file),
        false => Ok(()),
    }
}

/// The programs that open a file in a browser, the user's own first.
fn openers() -> Vec<Vec<String>> {
    let own = std::env::var("BROWSER").ok().filter(|own| !own.is_empty());
    let words = |text: &str| -> Vec<String> { text.split(' ').map(str::to_owned).collect() };
    let system = match std::env::consts::OS {
        "macos" => "open",
        "windows" => "cmd /C start",
        _ => "xdg-open",
    };
    own.iter()
        .map(|own| words(own))
        .chain([words(system)])
        .collect()
}

fn open(file: &str) -> anyhow::Result<()> {
    let mut tried = Vec::new();
    for opener in openers() {
        let Some((program, arguments)) = opener.split_first() else {
            continue;
        };
        let mut command = Command::new(program);
        command.args(arguments).arg(file);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        if command.status().is_ok_and(|status| status.success()) {
            return Ok(());
        }
        tried.push(program.clone());
    }
    bail!(
        "{file}: was written, but no browser opened it (tried {})",
        tried.join(", ")
    )
}
