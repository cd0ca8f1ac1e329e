//! The loop over the records of a legacy text.

use super::first_line::{another, refuse_another};
use super::lines::Lines;
use super::records::Records;
use super::scan::is_blank_or_comment;
use crate::error::Result;
use crate::limits::TextReading;
use crate::note::{Note, NoteKind};
use crate::words::{agree, counted};

/// What the lines of a form are.
pub(super) struct Grammar<'a> {
    /// What a record looks like, for the refusal of something else.
    pub(super) expected: &'a str,
    /// Whether a line, which is no comment, is the first after the records.
    pub(super) is_end: fn(&[u8]) -> bool,
}

/// Hands the lines that are neither blank nor comments to `record`, and the comments to the
/// records, up to the line that ends them or the end. `None` from `record` refuses the line.
///
/// Where names are read, a line that starts another profile is refused, and a last line without a line end is left out and noted: it may lack the end
/// of an address.
pub(super) fn read_records(
    lines: &mut Lines<'_>,
    records: &mut Records,
    grammar: &Grammar<'_>,
    mut record: impl FnMut(&mut Records, &[u8]) -> Option<()>,
) -> Result<()> {
    while let Some(span) = lines.line_at(0)? {
        let text = lines.text(0, span);
        if records.reading == TextReading::WithNames && !span.is_ended && !is_finished(text) {
            return note_cut(lines, records, span.size);
        }
        if text.starts_with(b"#") {
            records.comment(text, lines.number())?;
        } else if !is_blank_or_comment(text) {
            if let Some(found) = another(text).filter(|_| records.reading == TextReading::WithNames)
            {
                return Err(refuse_another(lines, found));
            }
            if (grammar.is_end)(text) {
                return Ok(());
            }
            record(records, text).ok_or_else(|| lines.refuse(grammar.expected))?;
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
    let message = format!(
        "the text ends within line {number}: its {} {} left out",
        counted(size, "byte"),
        agree(&size, "was", "were")
    );
    records
        .symbols
        .maker
        .add_note(Note::new(NoteKind::Truncated, message));
    Ok(())
}
