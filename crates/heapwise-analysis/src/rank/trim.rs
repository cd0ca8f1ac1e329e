//! Decides which rows are too small or too many for a report (report/report.go: newTrimmedGraph).

/// What a report leaves out. Every ranked view follows this one rule, as pprof's do.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trim {
    /// Rows to show at most, 0 is all; `None` is the report's own default.
    pub node_count: Option<usize>,
    /// Rows whose cumulative value is below this part of the total are left out. The total is what
    /// the rows add up to, so of what filters leave.
    pub node_fraction: f64,
    /// Calls below this part of the total are left out.
    pub edge_fraction: f64,
    /// Rows with a negative value are not looked at, nor counted.
    pub drop_negative: bool,
}

impl Trim {
    /// Nothing is left out.
    pub const NONE: Trim = Trim {
        node_count: Some(0),
        node_fraction: 0.0,
        edge_fraction: 0.0,
        drop_negative: false,
    };

    /// Rows to show at most, where the report has no default of its own.
    pub fn limit(&self) -> usize {
        match self.node_count {
            None | Some(0) => usize::MAX,
            Some(count) => count,
        }
    }

    /// Whether a row is one: not zero, nor negative where those are dropped (graph/graph.go:
    /// selectNodesForGraph, isNegative).
    pub(crate) fn lists(&self, worth: Worth) -> bool {
        let Worth { flat, cum } = worth;
        let is_negative = flat < 0 || (flat == 0 && cum < 0);
        (flat != 0 || cum != 0) && !(self.drop_negative && is_negative)
    }

    /// The least values that stay, of a total.
    pub(crate) fn cutoffs(&self, total: i128) -> Cutoffs {
        let part = |fraction: f64| ((total as f64 * fraction) as i128).unsigned_abs();
        Cutoffs {
            node: part(self.node_fraction),
            edge: part(self.edge_fraction),
        }
    }
}

impl Default for Trim {
    /// The defaults of `go tool pprof` (driver/config.go: defaultConfig).
    fn default() -> Self {
        Trim {
            node_count: None,
            node_fraction: 0.005,
            edge_fraction: 0.001,
            drop_negative: false,
        }
    }
}

/// What decides on a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Worth {
    pub(crate) flat: i128,
    pub(crate) cum: i128,
}

/// The least absolute values that stay.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cutoffs {
    pub(crate) node: u128,
    pub(crate) edge: u128,
}

impl Cutoffs {
    /// Whether a row is large enough.
    pub(crate) fn keeps(&self, worth: Worth) -> bool {
        worth.cum.unsigned_abs() >= self.node
    }
}
