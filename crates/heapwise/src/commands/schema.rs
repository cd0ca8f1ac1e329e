//! Prints the schema of an answer.

use std::io::{self, Write};

use anyhow::Context;

use crate::args::SchemaArgs;

/// Runs `heapwise schema`.
pub(crate) fn run(args: &SchemaArgs) -> anyhow::Result<()> {
    let schema = heapwise_report::schema(&args.name)
        .with_context(|| format!("schema: found {:?}, expected a command", args.name))?;
    io::stdout().write_all(schema.as_bytes())?;
    Ok(())
}
