//! What stands above the rows of a report of pprof's.

use crate::profile::header::Header;
use crate::profile::output_unit::OutputUnit;

/// What stands above the rows of a report (report/report.go: reportLabels).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ReportHead {
    /// What the profile says of itself.
    pub header: Header,
    /// What is shown, for example `inuse_space` or `mean_inuse_space`.
    pub sample_type: String,
    /// How values are printed.
    pub unit: OutputUnit,
    /// The filters in force, as `name=value`.
    pub filters: Vec<String>,
    /// Whether the lines about the profile are left out.
    pub is_compact: bool,
    /// What percentages are of.
    pub total: i64,
    /// The flat values of all rows.
    pub shown: i64,
    /// The number of rows.
    pub shown_nodes: usize,
    /// Rows that were left to choose from.
    pub candidates: usize,
    /// Rows left out because they are small.
    pub dropped_nodes: usize,
    /// Calls left out because they are small.
    pub dropped_edges: usize,
    /// The part of the total below which rows are left out.
    pub node_fraction: f64,
    /// The part of the total below which calls are left out.
    pub edge_fraction: f64,
}
