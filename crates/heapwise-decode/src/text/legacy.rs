//! The loop over the lines of a debug=1 text.

use super::lines::Lines;
use super::records::Records;
use super::scan::{is_blank_or_comment, is_memory_map};
use crate::error::Result;
use crate::note::{Note, NoteKind};

/// What a line was to the reader of records.
pub(super) enum Step {
    /// A record, or something to pass over.
    Proceed,
    /// The end of the records.
    Stop,
}

/// Hands the lines that are neither blank nor comments to `record`, and the comments to the
/// records. `None` from `record` refuses the line; `expected` says what it should have been.
///
/// A last line without a line end is left out and noted: it may lack the end of an address.
pub(super) fn read_records(
    lines: &mut Lines<'_>,
    records: &mut Records,
    expected: &str,
    mut record: impl FnMut(&mut Records, &[u8]) -> Option<Step>,
) -> Result<()> {
    while let Some(span) = lines.line_at(0)? {
        let text = lines.text(0, span);
        if !span.is_ended && !is_finished(text) {
            return note_cut(lines, records, span.size);
        }
        if text.starts_with(b"#") {
            records.comment(text, lines.number())?;
        } else if is_memory_map(text) {
            return Ok(());
        } else if !is_blank_or_comment(text) {
            match record(records, text) {
                Some(Step::Proceed) => {}
                Some(Step::Stop) => return Ok(()),
                None => return Err(lines.refuse(expected)),
            }
            records.check(lines.number())?;
        }
        lines.consume(span.size, 1);
    }
    Ok(())
}

/// Whether the last line may end without a line end: nothing in it is used.
fn is_finished(text: &[u8]) -> bool {
    is_blank_or_comment(text) && !text.starts_with(b"#\t") && !text.starts_with(b"# labels")
}

fn note_cut(lines: &mut Lines<'_>, records: &mut Records, size: usize) -> Result<()> {
    let number = lines.number();
    lines.consume(size, 1);
    let message = format!("the text ends within line {number}: its {size} bytes were left out");
    records
        .symbols
        .maker
        .add_note(Note::new(NoteKind::Truncated, message));
    Ok(())
}
