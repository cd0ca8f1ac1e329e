//! `go tool pprof -tags` and `-comments`, byte for byte.

use std::io::{self, Write};

use heapwise_analysis::units::percentage;
use heapwise_analysis::{Tags, View};

use crate::formats::tabwriter::TabWriter;
use crate::pprof::labels::values_of;

/// Prints what `go tool pprof -tags` prints (report/report.go: printTags). The tags are those of
/// [`Tags::of_pprof`].
///
/// # Errors
///
/// Only those of `out`.
pub fn write_pprof_tags(tags: &Tags, view: &View, out: &mut dyn Write) -> io::Result<()> {
    let values = values_of(view);
    let total = view.total();
    let share = |value: i64| match total {
        1.. => format!(" ({})", percentage(value, total)),
        _ => String::new(),
    };
    let mut table = TabWriter::default();
    for key in &tags.keys {
        table.push(&key.name);
        let (of_key, of_all) = (values.label(key.total), values.label(total));
        let share_of_key = share(key.total);
        table.push(format!(":\t Total {of_key} of {of_all}{share_of_key}\n").as_bytes());
        for value in &key.values {
            let (flat, share) = (values.label(value.flat), share(value.flat));
            table.push(format!(" \t{flat}{share}:\t ").as_bytes());
            table.push(&value.tag.label(&view.options().unit));
            table.push(b"\n");
        }
        table.push(b"\n");
    }
    table.finish(out)
}

/// Prints what `go tool pprof -comments` prints (report/report.go: printComments).
///
/// # Errors
///
/// Only those of `out`.
pub fn write_pprof_comments(view: &View, out: &mut dyn Write) -> io::Result<()> {
    let tables = view.tables();
    for &comment in tables.comment_indexes() {
        out.write_all(tables.text_bytes(comment))?;
        out.write_all(b"\n")?;
    }
    Ok(())
}
