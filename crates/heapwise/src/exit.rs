//! Exit codes and the one place that prints errors.

use std::io::{self, Write};
use std::process::ExitCode;

/// Bad usage or input.
const FAILED: u8 = 2;

/// Prints help, version or a usage error, as clap formats it.
pub(crate) fn of_clap(error: &clap::Error) -> ExitCode {
    let is_error = error.use_stderr();
    if error.print().is_err() || !is_error {
        return ExitCode::SUCCESS;
    }
    ExitCode::from(FAILED)
}

/// Success, or the error on stderr. A reader that has closed the pipe has had enough: success.
pub(crate) fn of_result(result: anyhow::Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = print(&error);
            ExitCode::from(FAILED)
        }
    }
}

fn print(error: &anyhow::Error) -> io::Result<()> {
    let mut stderr = anstream::stderr().lock();
    writeln!(stderr, "heapwise: {error:#}")?;
    let advice = error
        .chain()
        .find_map(|cause| cause.downcast_ref::<heapwise_decode::Error>())
        .and_then(heapwise_decode::Error::advice);
    match advice {
        Some(advice) => writeln!(stderr, "{advice}"),
        None => Ok(()),
    }
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        let io = cause.downcast_ref::<io::Error>();
        io.is_some_and(|io| io.kind() == io::ErrorKind::BrokenPipe)
    })
}
