use std::fmt;

use super::Effort;

/// Rows of a table, each with what was measured and, where there is one, its bound.
#[derive(Debug)]
pub(crate) struct Report {
    rows: Vec<Row>,
    /// By how many standard errors of a share it may miss its bound.
    slack: f64,
}

#[derive(Debug)]
struct Row {
    what: String,
    measured: String,
    bound: String,
    holds: bool,
}

/// So many of so many.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Tally {
    hits: u64,
    of: u64,
}

impl Tally {
    pub(crate) fn count(&mut self, hit: bool) {
        self.hits += u64::from(hit);
        self.of += 1;
    }

    pub(crate) fn add(&mut self, other: Tally) {
        self.hits += other.hits;
        self.of += other.of;
    }

    /// Whether there was any hit.
    pub(crate) fn any(self) -> bool {
        self.hits > 0
    }

    /// Of how many.
    pub(crate) fn of(self) -> u64 {
        self.of
    }

    /// How many.
    pub(crate) fn hits(self) -> u64 {
        self.hits
    }

    fn share(self) -> f64 {
        self.hits as f64 / self.of as f64
    }

    fn text(self) -> String {
        let percent = 100.0 * self.share();
        format!("{percent:6.2}% {:>7} of {:<7}", self.hits, self.of)
    }
}

impl Report {
    /// An empty table. Shares of few, as when quick, may miss their bound by their own noise.
    pub(crate) fn new(effort: Effort) -> Report {
        Report {
            rows: Vec::new(),
            slack: match effort {
                Effort::All => 0.0,
                Effort::Quick => 2.0,
            },
        }
    }

    pub(crate) fn append(&mut self, other: Report) {
        self.rows.extend(other.rows);
    }

    /// Whether every bound is kept.
    pub(crate) fn holds(&self) -> bool {
        self.rows.iter().all(|row| row.holds)
    }

    /// A share without a bound; nothing when nothing was counted.
    pub(crate) fn share(&mut self, what: impl Into<String>, tally: Tally) {
        self.row(what, tally, String::new(), true);
    }

    pub(crate) fn at_least(&mut self, what: impl Into<String>, tally: Tally, bound: f64) {
        let text = format!(">= {:.1}%", 100.0 * bound);
        self.row(
            what,
            tally,
            text,
            tally.share() >= bound - self.noise(tally, bound),
        );
    }

    pub(crate) fn at_most(&mut self, what: impl Into<String>, tally: Tally, bound: f64) {
        let text = format!("<= {:.1}%", 100.0 * bound);
        self.row(
            what,
            tally,
            text,
            tally.share() <= bound + self.noise(tally, bound),
        );
    }

    pub(crate) fn within(
        &mut self,
        what: impl Into<String>,
        tally: Tally,
        (low, high): (f64, f64),
    ) {
        let text = format!("{:.1} to {:.1}%", 100.0 * low, 100.0 * high);
        let share = tally.share();
        let holds =
            share >= low - self.noise(tally, low) && share <= high + self.noise(tally, high);
        self.row(what, tally, text, holds);
    }

    /// What a share of this many may miss a bound by.
    fn noise(&self, tally: Tally, bound: f64) -> f64 {
        self.slack * (bound * (1.0 - bound) / tally.of.max(1) as f64).sqrt()
    }

    fn row(&mut self, what: impl Into<String>, tally: Tally, bound: String, holds: bool) {
        if tally.of > 0 {
            self.rows.push(Row {
                what: what.into(),
                measured: tally.text(),
                bound,
                holds,
            });
        }
    }

    /// A statement that has to be true.
    pub(crate) fn must(&mut self, what: impl Into<String>, measured: String, holds: bool) {
        self.rows.push(Row {
            what: what.into(),
            measured,
            bound: "required".to_owned(),
            holds,
        });
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for row in &self.rows {
            let missed = if row.holds { "" } else { "  MISSED" };
            writeln!(
                f,
                "{:<68} {:<28} {}{missed}",
                row.what, row.measured, row.bound
            )?;
        }
        Ok(())
    }
}
