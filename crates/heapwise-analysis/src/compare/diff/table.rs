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
