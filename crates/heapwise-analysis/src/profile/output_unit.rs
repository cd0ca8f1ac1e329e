//! In which unit a report shows values.

use crate::profile::units::{scale, scaled_label};

/// How a report prints values: in which unit, divided by what (report/report.go: New).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct OutputUnit {
    /// The unit of the values.
    pub from: String,
    /// The unit in which they are printed; `minimum` and `auto` are each value's own.
    pub to: String,
    /// What values are divided by before they are printed; negative is not at all.
    pub divide_by: f64,
}

impl OutputUnit {
    /// Values of the unit `from`, printed in the unit `to`.
    pub fn new(from: impl Into<String>, to: impl Into<String>, divide_by: f64) -> OutputUnit {
        OutputUnit {
            from: from.into(),
            to: to.into(),
            divide_by,
        }
    }

    /// A value with its unit.
    pub fn label(&self, value: i64) -> String {
        scaled_label(self.divided(value), &self.from, &self.to)
    }

    /// A value as it is printed, cut to a whole number.
    pub fn divided(&self, value: i64) -> i64 {
        let ratio = 1.0 / self.divide_by;
        if ratio > 0.0 && ratio != 1.0 {
            (value as f64 * ratio) as i64
        } else {
            value
        }
    }

    /// Where the unit is `minimum`, the one that fits the smallest of the rows, given as flat and
    /// cumulative values, or a hundred times it where the total is much larger and values need not
    /// be whole (report/report.go: selectOutputUnit).
    pub fn fit(
        mut self,
        rows: impl IntoIterator<Item = (i64, i64)>,
        total: i64,
        are_whole: bool,
    ) -> OutputUnit {
        let mut rows = rows.into_iter().peekable();
        if self.to != "minimum" || rows.peek().is_none() {
            return self;
        }
        let least = rows
            .map(|(flat, cum)| if flat == 0 { cum } else { flat })
            .map(i64::saturating_abs)
            .filter(|&value| value > 0)
            .min()
            .unwrap_or(total);
        let (least, total) = (self.divided(least), self.divided(total));
        let unit_of = |value: i64| scale(value, &self.from, "minimum").1;
        let (least_unit, total_unit) = (unit_of(least), unit_of(total));
        let hundred = least.saturating_mul(100);
        let unit = if least_unit != total_unit && hundred < total && !are_whole {
            unit_of(hundred)
        } else {
            least_unit
        };
        self.to = if unit.is_empty() {
            self.from.clone()
        } else {
            unit
        };
        self
    }
}
