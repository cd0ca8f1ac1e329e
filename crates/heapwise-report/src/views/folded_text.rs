//! Stacks with their values, one a line, as flame graphs are made from.

use std::io::{self, Write};

use heapwise_analysis::Folded;

/// Writes folded stacks, one a line: the frames from the root to the leaf joined by `;`, a space,
/// and the value. Flame graph tools read this, and heapwise reads it again.
///
/// # Errors
///
/// Only those of `out`.
pub fn write_folded(folded: &Folded, out: &mut dyn Write) -> io::Result<()> {
    for row in folded.rows() {
        out.write_all(&row.stack)?;
        writeln!(out, " {}", row.value)?;
    }
    Ok(())
}
