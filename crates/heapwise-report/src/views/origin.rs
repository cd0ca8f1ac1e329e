//! What a profile is, in a line.

use heapwise_analysis::Header;
use heapwise_analysis::units::auto_label;

/// What a profile is, in a line: its kind, the binary, how many it was made of, the time.
pub(crate) fn origin(header: &Header, inputs: usize) -> String {
    let mut parts = vec![format!("{} profile", header.kind)];
    if let Some(binary) = header.binary_name() {
        parts.push(format!("of {binary}"));
    }
    if inputs > 1 {
        parts.push(format!("({inputs} merged)"));
    }
    if let Some(time) = header.time() {
        parts.push(format!("taken {time}"));
    }
    if let Some(duration) = header.duration_nanos {
        let duration = auto_label(duration.into(), "nanoseconds");
        parts.push(format!("over {duration}"));
    }
    parts.join(" ")
}
