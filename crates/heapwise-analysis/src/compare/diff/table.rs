//! What a change of a row would have to be to be seen, in a table in which many rows are judged.

use super::change::{Change, Detectable};
use super::evidence::Evidence;
use heapwise_stats::{Confidence, Judgement};

/// A table that has been judged.
pub(super) struct JudgedTable {
    confidence: Confidence,
    /// Rows that took part in the adjustment.
    rows: usize,
    /// Those of them that are significant.
    significant: usize,
    /// Judgements that rows have in common: by the number of other significant rows and the bits of the
    /// degrees of freedom.
    known: Vec<((usize, u64), Judgement)>,
}

impl JudgedTable {
    pub(super) fn new(confidence: Confidence, rows: usize, significant: usize) -> JudgedTable {
        JudgedTable {
            confidence,
            rows,
            significant,
            known: Vec::new(),
        }
    }

    /// A number that is judged alone.
    pub(super) fn of_one(confidence: Confidence) -> JudgedTable {
        JudgedTable::new(confidence, 1, 0)
    }

    /// Says of a change what would have been seen.
    pub(super) fn describe(&mut self, change: &mut Change, evidence: &Evidence) {
        let alpha = 1.0 - self.confidence.level();
        let is_significant = self.rows > 1 && change.q.is_some_and(|q| q <= alpha);
        let others = self.significant - usize::from(is_significant).min(self.significant);
        change.judgement = self.judgement(evidence, others);
        change.detectable = change
            .judgement
            .zip(change.effective_samples)
            .map(|(judgement, samples)| Detectable::of(judgement, samples));
    }

    fn judgement(&mut self, evidence: &Evidence, others: usize) -> Option<Judgement> {
        let Some(degrees) = evidence.common_degrees() else {
            return evidence.judgement(self.confidence, self.rows, others);
        };
        let key = (others, degrees.to_bits());
        if let Some((_, judgement)) = self.known.iter().find(|(known, _)| *known == key) {
            return Some(*judgement);
        }
        let judgement = evidence.judgement(self.confidence, self.rows, others)?;
        self.known.push((key, judgement));
        Some(judgement)
    }
}

impl Detectable {
    /// Where the older side has so many effective samples.
    fn of(judgement: Judgement, effective_samples: f64) -> Detectable {
        Detectable {
            down: judgement.detectable_fall(effective_samples),
            up: judgement.detectable_rise(effective_samples),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use heapwise_stats::LogRatioTest;

    #[test]
    fn a_row_is_judged_beside_the_other_significant_ones() {
        let confidence = Confidence::default();
        let test = LogRatioTest::new(1.5, 0.1).unwrap();
        let evidence = Evidence::measured(test, 100);
        let describe = |table: &mut JudgedTable, q: Option<f64>| {
            let mut change = Change {
                q,
                effective_samples: Some(100.0),
                ..Change::nothing()
            };
            table.describe(&mut change, &evidence);
            let judgement = change.judgement.unwrap();
            let found = change.detectable.unwrap();
            assert_eq!(found.down, judgement.detectable_fall(100.0));
            assert_eq!(found.up, judgement.detectable_rise(100.0));
            judgement
        };
        let of = |rows, significant| Judgement::new(confidence, rows, significant);
        let mut table = JudgedTable::new(confidence, 20, 3);
        // One of the three has two beside it; each time the same, whatever was asked in between.
        for _ in 0..2 {
            assert_eq!(describe(&mut table, Some(0.01)), of(20, 2));
            assert_eq!(describe(&mut table, Some(0.05)), of(20, 2));
            assert_eq!(describe(&mut table, Some(0.06)), of(20, 3));
            assert_eq!(describe(&mut table, None), of(20, 3));
        }
        assert_ne!(of(20, 2), of(20, 3));
        let mut alone = JudgedTable::of_one(confidence);
        assert_eq!(describe(&mut alone, Some(0.01)), of(1, 0));
        // What is counted among none cannot be taken out.
        let mut none = JudgedTable::new(confidence, 20, 0);
        assert_eq!(describe(&mut none, Some(0.01)), of(20, 0));
    }

    #[test]
    fn without_a_test_nothing_is_said() {
        let mut change = Change {
            effective_samples: Some(100.0),
            ..Change::nothing()
        };
        for evidence in [Evidence::None, Evidence::Exact, Evidence::OnlyP(0.01)] {
            JudgedTable::of_one(Confidence::default()).describe(&mut change, &evidence);
            assert_eq!((change.judgement, change.detectable), (None, None));
        }
    }
}
