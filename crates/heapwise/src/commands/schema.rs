//! Prints the schema of an answer.

use anyhow::Context;

use crate::args::SchemaArgs;
use crate::whole;

/// Runs `heapwise schema`.
pub(crate) fn run(args: &SchemaArgs) -> anyhow::Result<()> {
    let schema = heapwise_report::schema(&args.name)
        .with_context(|| format!("schema: found {:?}, expected a command", args.name))?;
    whole::print(schema.as_bytes())
}
