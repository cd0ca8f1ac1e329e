//! `go tool pprof -traces`, byte for byte.

use std::io::{self, Write};

use heapwise_analysis::units::scaled_label;
use heapwise_analysis::{Trace, Traces};

use crate::formats::go_text::push_right;
use crate::pprof::labels::{Values, values_of, view_labels};

const SEPARATOR: &str = "-----------+-------------------------------------------------------";

/// Prints what `go tool pprof -traces` prints (report/report.go: printTraces). The traces are those
/// of [`Traces::of_pprof`].
///
/// # Errors
///
/// Those of `out`, and of samples that cannot be read again.
pub fn write_pprof_traces(traces: &Traces<'_>, out: &mut dyn Write) -> io::Result<()> {
    let view = traces.view();
    let values = values_of(view);
    writeln!(out, "{}", view_labels(view, &values).join("\n"))?;
    let mut lines = Vec::new();
    let mut written = Ok(());
    let read = traces.each(|trace| {
        lines.clear();
        lines.extend_from_slice(SEPARATOR.as_bytes());
        lines.push(b'\n');
        push_labels(traces, trace, &mut lines);
        push_stack(trace, &values, &mut lines);
        if written.is_ok() {
            written = out.write_all(&lines);
        }
    });
    written?;
    read.map_err(io::Error::other)?;
    writeln!(out, "{SEPARATOR}")
}

/// One line for each name, texts before numbers, each sorted as whole lines.
fn push_labels(traces: &Traces<'_>, trace: &Trace<'_>, out: &mut Vec<u8>) {
    let labels = trace.labels();
    let line = |key: &[u8], values: &[u8]| {
        let mut line = Vec::new();
        push_right(&mut line, key);
        line.extend_from_slice(b":  ");
        line.extend_from_slice(values);
        line.push(b'\n');
        line
    };
    let texts = labels.texts.iter();
    let mut texts: Vec<_> = texts
        .map(|(key, values)| line(key, &values.join(&b' ')))
        .collect();
    let units = traces.view().label_units();
    let numbers = labels.numbers.iter();
    let mut numbers: Vec<_> = numbers
        .map(|(key, values)| {
            let unit = units.unit(key).unwrap_or_default();
            let values = values
                .iter()
                .map(|&value| scaled_label(value, &unit, "auto"));
            line(key, values.collect::<Vec<_>>().join(" ").as_bytes())
        })
        .collect();
    texts.sort();
    numbers.sort();
    for line in texts.iter().chain(&numbers) {
        out.extend_from_slice(line);
    }
}

fn push_stack(trace: &Trace<'_>, values: &Values, out: &mut Vec<u8>) {
    let mut value = values.label(trace.value());
    for frame in trace.frames() {
        push_right(out, value.as_bytes());
        value.clear();
        out.extend_from_slice(b"   ");
        frame.print_name(out);
        if frame.is_inlined {
            out.extend_from_slice(b" (inline)");
        }
        out.push(b'\n');
    }
}
