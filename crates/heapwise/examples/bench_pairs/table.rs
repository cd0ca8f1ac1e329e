use std::fmt;

/// What was measured, a row a question, with what is nominal and what is asked; and below it what
/// was not as it should be.
#[derive(Debug, Default)]
pub(crate) struct Table {
    rows: Vec<Row>,
    findings: Vec<String>,
}

#[derive(Debug)]
struct Row {
    what: String,
    tally: Tally,
    bound: Bound,
}

/// So many of so many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) hits: u32,
    pub(crate) of: u32,
}

/// What a share is by design, and what it may be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Bound {
    /// Nothing is asked.
    None,
    /// It never happens.
    Never,
    /// It always happens.
    Always,
    AtMost {
        nominal: f64,
        share: f64,
    },
    AtLeast {
        nominal: f64,
        share: f64,
    },
}

impl Tally {
    pub(crate) fn count(&mut self, hit: bool) {
        self.hits += u32::from(hit);
        self.of += 1;
    }

    fn share(self) -> f64 {
        f64::from(self.hits) / f64::from(self.of.max(1))
    }
}

/// From so many on, a share is held to its bound as it is; one of fewer may miss it by three standard
/// errors, its own noise.
const ENOUGH: u32 = 30;

impl Bound {
    fn holds(self, tally: Tally) -> bool {
        match self {
            _ if tally.of == 0 => true,
            Bound::None => true,
            Bound::Never => tally.hits == 0,
            Bound::Always => tally.hits == tally.of,
            Bound::AtMost { share, .. } => tally.share() <= share + noise(share, tally.of),
            Bound::AtLeast { share, .. } => tally.share() >= share - noise(share, tally.of),
        }
    }

    /// The cells `nominal` and `bound` of a share of so many.
    fn texts(self, of: u32) -> [String; 2] {
        let percent = |share: f64| format!("{:.0}%", 100.0 * share);
        match self {
            Bound::None => [String::new(), String::new()],
            Bound::Never => ["0%".to_owned(), "none".to_owned()],
            Bound::Always => ["100%".to_owned(), "all".to_owned()],
            Bound::AtMost { nominal, share } => {
                let bound = percent(share + noise(share, of));
                [percent(nominal), format!("<= {bound}")]
            }
            Bound::AtLeast { nominal, share } => {
                let bound = percent(share - noise(share, of));
                [percent(nominal), format!(">= {bound}")]
            }
        }
    }
}

/// What a share of so many may miss its bound by.
fn noise(share: f64, of: u32) -> f64 {
    match of {
        0 => 0.0,
        of if of >= ENOUGH => 0.0,
        of => 3.0 * (share * (1.0 - share) / f64::from(of)).sqrt(),
    }
}

impl Table {
    pub(crate) fn row(&mut self, what: impl Into<String>, tally: Tally, bound: Bound) {
        self.rows.push(Row {
            what: what.into(),
            tally,
            bound,
        });
    }

    /// Something that was not as it should be, whether or not a bound allows it.
    pub(crate) fn finding(&mut self, text: String) {
        self.findings.push(text);
    }

    /// Whether every bound is kept.
    pub(crate) fn holds(&self) -> bool {
        self.rows.iter().all(|row| row.bound.holds(row.tally))
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:<68} {:>5} {:>8} {:>16} bound",
            "", "n", "nominal", "measured"
        )?;
        for row in &self.rows {
            writeln!(f, "{row}")?;
        }
        if !self.findings.is_empty() {
            writeln!(f, "\nnot as it should be, within or beyond the bounds:")?;
        }
        for finding in &self.findings {
            writeln!(f, "  {finding}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Tally { hits, of } = self.tally;
        let [nominal, bound] = self.bound.texts(of);
        let measured = match of {
            0 => "-".to_owned(),
            _ => format!("{hits} = {:.1}%", 100.0 * self.tally.share()),
        };
        let missed = if self.bound.holds(self.tally) {
            ""
        } else {
            "  MISSED"
        };
        write!(
            f,
            "{:<68} {of:>5} {nominal:>8} {measured:>16} {bound}{missed}",
            self.what
        )
    }
}
