//! Exit codes and the one place that prints errors.

use std::error::Error;
use std::io::{self, Write};
use std::process::ExitCode;

use crate::commands::hints;
use crate::fetch::{FetchError, redacted_word};
use crate::interrupt::Interrupted;

use heapwise_analysis::ErrorKind;

/// Bad usage or input.
const FAILED: u8 = 2;

/// What a command that was asked for a decision decided; the others hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Gate {
    /// Done, and every claim holds.
    Holds,
    /// A claim does not hold.
    Fails,
    /// A claim could not be decided.
    Undecided,
    /// A part of what was to be done could not be.
    Incomplete,
}

impl Gate {
    fn code(self) -> u8 {
        match self {
            Gate::Holds => 0,
            Gate::Fails => 1,
            Gate::Undecided | Gate::Incomplete => 3,
        }
    }
}

/// Prints help or version on stdout; a usage error on stderr as all other errors begin.
pub(crate) fn of_clap(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        return of_result(printed(error).map(|()| Gate::Holds));
    }
    let text = error.render().to_string();
    let text = text.strip_prefix("error: ").unwrap_or(&text);
    let _ = tell(&format!("heapwise: {}", text.trim_end_matches('\n')));
    ExitCode::from(FAILED)
}

fn printed(error: &clap::Error) -> anyhow::Result<()> {
    error.print()?;
    io::stdout().flush()?;
    Ok(())
}

/// Success, or the error on stderr. A reader that has closed the pipe has had enough: success.
pub(crate) fn of_result(result: anyhow::Result<Gate>) -> ExitCode {
    match result {
        Ok(gate) => ExitCode::from(gate.code()),
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = print(&error);
            let interrupted = error.downcast_ref::<Interrupted>();
            ExitCode::from(interrupted.map_or(FAILED, |ended| ended.exit_code()))
        }
    }
}

fn print(error: &anyhow::Error) -> io::Result<()> {
    tell(&format!("heapwise: {error:#}"))?;
    let of_fetching = error.chain().find_map(|cause| {
        let error: Option<&FetchError> = cause.downcast_ref();
        error.and_then(FetchError::advice)
    });
    let of_profile = error.chain().find_map(of_profile).and_then(hints::of_error);
    match of_fetching.or(of_profile) {
        Some(advice) => tell(advice),
        None => Ok(()),
    }
}

/// What is wrong with a profile, where that is what is wrong.
fn of_profile<'a>(cause: &'a (dyn Error + 'static)) -> Option<&'a heapwise_decode::Error> {
    match cause.downcast_ref().map(heapwise_analysis::Error::kind) {
        Some(ErrorKind::Profile(error)) => Some(error),
        _ => cause.downcast_ref(),
    }
}

/// Writes a text to stderr. It may repeat what a profile says: a terminal acts on none of it.
pub(crate) fn tell(text: &str) -> io::Result<()> {
    // Messages name URLs without their secrets; this is for one that forgets to.
    let text = printable(text);
    let words = text.split_inclusive([' ', '\n']);
    let text: String = words.map(redacted_word).collect();
    or_closed(writeln!(io::stderr().lock(), "{text}"))
}

/// A reader that has had enough changes nothing of what is decided: what is left is written nowhere.
pub(crate) fn or_closed(written: io::Result<()>) -> io::Result<()> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

/// A text of which a terminal acts on nothing but the ends of lines.
pub(crate) fn printable(text: &str) -> String {
    text.replace(|c: char| c.is_control() && c != '\n', "\u{fffd}")
}

/// Whether the reader has had enough.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        let io = cause.downcast_ref::<io::Error>();
        io.is_some_and(|io| io.kind() == io::ErrorKind::BrokenPipe)
    })
}
