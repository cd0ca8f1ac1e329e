//! The lines above the rows.

use heapwise_analysis::graph::ReportHead;
use heapwise_analysis::units::percentage;

use crate::pprof::labels::profile_labels;

/// Which lines stand above a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HeadKind {
    /// Those of a text; calls that were left out are not told.
    Text,
    /// Those of a picture, whether they were asked to be few or not.
    Picture,
}

/// Characters of a filter that are repeated at most.
const FILTER_LENGTH: usize = 80;

/// The lines above a report (report/report.go: reportLabels).
pub(super) fn head_lines(head: &ReportHead, kind: HeadKind) -> Vec<String> {
    let is_picture = kind == HeadKind::Picture;
    let mut lines = if is_picture || !head.is_compact {
        profile_labels(&head.header, &head.sample_type, head.total, &head.unit)
    } else {
        Vec::new()
    };
    lines.extend(filters(&head.filters));
    lines.push(format!(
        "Showing nodes accounting for {}, {} of {} total",
        head.unit.label(head.shown),
        percentage(head.shown, head.total).trim(),
        head.unit.label(head.total)
    ));
    if head.total != 0 {
        lines.extend(dropped(head, is_picture));
    }
    if is_picture {
        // Another line comes first, so that it is seen.
        lines.push("\nSee https://git.io/JfYMW for how to read the graph".to_owned());
    }
    lines
}

/// The filters in force (report/report.go: legendActiveFilters).
fn filters(filters: &[String]) -> Vec<String> {
    if filters.is_empty() {
        return Vec::new();
    }
    let mut lines = vec!["Active filters:".to_owned()];
    for filter in filters {
        let bytes = filter.as_bytes();
        lines.push(match bytes.get(..FILTER_LENGTH) {
            Some(head) if bytes.len() > FILTER_LENGTH => {
                format!("   {}…", String::from_utf8_lossy(head))
            }
            _ => format!("   {filter}"),
        });
    }
    lines
}

/// What is left out (report/report.go: genLabel).
fn dropped(head: &ReportHead, with_calls: bool) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = |count: usize, noun: &str, value: &str, fraction: f64| {
        if count == 0 {
            return;
        }
        let cutoff = (head.total as f64 * fraction) as i64;
        lines.push(format!(
            "Dropped {count} {noun}{} ({value} <= {})",
            if count > 1 { "s" } else { "" },
            head.unit.label(cutoff.saturating_abs())
        ));
    };
    line(head.dropped_nodes, "node", "cum", head.node_fraction);
    if with_calls {
        line(head.dropped_edges, "edge", "freq", head.edge_fraction);
    }
    if head.shown_nodes > 0 && head.shown_nodes < head.candidates {
        lines.push(format!(
            "Showing top {} nodes out of {}",
            head.shown_nodes, head.candidates
        ));
    }
    lines
}
