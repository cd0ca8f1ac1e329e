//! The errors of the numbers of many nodes: of what several have in common, only once.

use std::collections::HashMap;

use heapwise_stats::Confidence;

use crate::rank::Ranking;
use crate::sums::blocks::{Blocks, Lifetime};
use crate::sums::estimate::{Estimate, SamplingError};

/// The numbers of one sample type in one of the profiles of a graph, with their errors, by node.
///
/// A frame that calls one other has its blocks, and most leaves have one block like that of many others: intervals are
/// searched for, and the same blocks have the same one.
#[derive(Debug)]
pub struct FlameEstimates<'a> {
    ranking: Option<&'a Ranking>,
    index: usize,
    confidence: Confidence,
    lifetime: Option<Lifetime>,
    /// By the number and the blocks behind it.
    known: HashMap<(i128, Vec<(u64, i64)>), Estimate>,
}

impl<'a> FlameEstimates<'a> {
    pub(super) fn new(
        ranking: Option<&'a Ranking>,
        index: usize,
        confidence: Confidence,
    ) -> FlameEstimates<'a> {
        let measure = ranking.and_then(|ranking| ranking.measure(index));
        FlameEstimates {
            ranking,
            index,
            confidence,
            lifetime: measure.map(|measure| measure.lifetime),
            known: HashMap::new(),
        }
    }

    /// What was sampled in a node itself.
    pub fn flat(&mut self, node: usize) -> Estimate {
        let row = self.ranking.and_then(|ranking| ranking.rows.get(node));
        row.map_or(Estimate::exact(0), |row| {
            self.of(row.flat_of(self.index), &row.flat_blocks)
        })
    }

    /// What was sampled in a node and below.
    pub fn cum(&mut self, node: usize) -> Estimate {
        let row = self.ranking.and_then(|ranking| ranking.rows.get(node));
        row.map_or(Estimate::exact(0), |row| {
            self.of(row.cum_of(self.index), &row.cum_blocks)
        })
    }

    fn of(&mut self, value: i128, blocks: &Blocks) -> Estimate {
        let Some(ranking) = self.ranking else {
            return Estimate::unknown(value);
        };
        let (index, confidence) = (self.index, self.confidence);
        let estimate = || ranking.estimate(value, blocks, index, confidence);
        let error = ranking.sampling_of(index).error();
        let is_searched_for = matches!(error, SamplingError::Known | SamplingError::Approximate);
        let Some(lifetime) = self.lifetime.filter(|_| is_searched_for) else {
            return estimate();
        };
        let counted = blocks.counts().iter().map(|block| match lifetime {
            Lifetime::Allocated => (block.size, block.allocated),
            Lifetime::InUse => (block.size, block.in_use),
        });
        let counted = counted.filter(|&(_, count)| count != 0).collect();
        *self.known.entry((value, counted)).or_insert_with(estimate)
    }
}
