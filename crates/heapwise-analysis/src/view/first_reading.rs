//! What is made of samples while they are read for the first time.

use heapwise_decode::{Flow, LocationSet, Sample, Tables, Visitor};

use super::options::{Along, ViewOptions};
use super::trail::Trail;
use crate::error::Result;
use crate::flame::{Grower, Grown};
use crate::profile::header::Header;
use crate::profile::prune::Prune;
use crate::profile::select::Totalling;
use crate::rank::{Columns, RankOptions, RankVisitor, Ranking};
use crate::sums::totals::Totals;

/// What sites add up to, and stacks, as far as they are asked for.
pub(super) struct FirstReading {
    rank: Option<RankVisitor>,
    stacks: Option<Grower>,
    trail: Option<Trail>,
    is_pruned: bool,
}

/// What a first reading finds.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) ranking: Option<Ranking>,
    pub(super) stacks: Option<Grown>,
    pub(super) trail: Option<Trail>,
}

impl FirstReading {
    /// What options ask for; `None` where that is nothing. `is_pruned` where the frames that a profile calls uninteresting
    /// are gone already.
    pub(super) fn of(options: &ViewOptions, is_pruned: bool) -> Option<FirstReading> {
        let stacks = options.stacks.as_ref();
        let reading = FirstReading {
            rank: ranks(options, is_pruned),
            stacks: stacks.map(|drawn| Grower::new(drawn.shape(), is_pruned)),
            trail: None,
            is_pruned,
        };
        (reading.rank.is_some() || reading.stacks.is_some()).then_some(reading)
    }

    /// What it found, in the tables that filters have left. Stacks that have other frames there are none.
    ///
    /// # Errors
    ///
    /// When there are more frames than fit into memory.
    pub(super) fn finish(self, tables: &Tables, header: &Header) -> Result<Found> {
        let totals = self.rank.as_ref().map(RankVisitor::totals);
        let stacks = self.stacks.and_then(|stacks| stacks.renumbered(tables));
        let stacks = stacks.map(|stacks| match totals {
            Some(totals) => stacks.with_totals(totals),
            None => stacks,
        });
        let stacks = stacks
            .map(|stacks| stacks.finish(header.kind))
            .transpose()?;
        Ok(Found {
            ranking: self.rank.map(|rank| rank.into_ranking(tables)),
            stacks,
            trail: self.trail.and_then(Trail::whole),
        })
    }
}

impl FirstReading {
    /// Where stacks are not added up there may be calls to find: those of the only column that is summed. Frames
    /// that are still to be cut off are none of theirs.
    fn new_trail(&self, tables: &Tables, complete: bool) -> Option<Trail> {
        let column = self.rank.as_ref().and_then(RankVisitor::only)?;
        let is_cut_later = complete && !self.is_pruned && Prune::of(tables).is_some();
        (self.stacks.is_none() && !is_cut_later).then(|| Trail::new(column))
    }
}

impl Totalling for FirstReading {
    #[inline]
    fn totals(&self) -> Option<&Totals> {
        self.rank.as_ref().map(RankVisitor::totals)
    }
}

impl Visitor for FirstReading {
    fn start(&mut self, tables: &Tables, complete: bool) -> Flow {
        let rank = self.rank.as_mut();
        match rank.map_or(Flow::Proceed, |rank| rank.start(tables, complete)) {
            Flow::Proceed => {
                self.trail = self.new_trail(tables, complete);
                let stacks = self.stacks.as_mut();
                stacks.map_or(Flow::Proceed, |stacks| stacks.start(tables, complete))
            }
            Flow::Reread => Flow::Reread,
        }
    }

    #[inline]
    fn sample(&mut self, tables: &Tables, sample: &Sample<'_>) {
        if let Some(trail) = &mut self.trail {
            trail.keep(sample);
        }
        match (&mut self.rank, &mut self.stacks) {
            (Some(rank), stacks) => {
                rank.sample(tables, sample);
                if let Some(stacks) = stacks {
                    stacks.grow(tables, sample);
                }
            }
            (None, Some(stacks)) => stacks.sample(tables, sample),
            (None, None) => {}
        }
    }

    #[inline]
    fn least_frames(&self, values: &[i64]) -> usize {
        match (&self.rank, &self.stacks) {
            (_, Some(stacks)) => stacks.least_frames(values),
            (Some(rank), None) => rank.least_frames(values),
            (None, None) => 0,
        }
    }

    #[inline]
    fn familiar(&self) -> Option<&LocationSet> {
        match (&self.rank, &self.stacks) {
            (Some(rank), None) => rank.familiar(),
            _ => None,
        }
    }

    fn end(&mut self, tables: &Tables) -> Flow {
        let rank = self.rank.as_mut();
        match rank.map_or(Flow::Proceed, |rank| rank.end(tables)) {
            Flow::Proceed => {
                let stacks = self.stacks.as_mut();
                stacks.map_or(Flow::Proceed, |stacks| stacks.end(tables))
            }
            Flow::Reread => Flow::Reread,
        }
    }
}

/// What ranks samples along, if anything is to.
fn ranks(options: &ViewOptions, is_pruned: bool) -> Option<RankVisitor> {
    let mut rank = RankOptions::new(options.granularity.unwrap_or_default());
    rank.with_errors = match options.along {
        Along::Nothing => return None,
        Along::Sums => false,
        Along::Errors => true,
    };
    if !options.mean {
        rank.columns = Columns::One(options.sample_index.clone());
    }
    rank.is_pruned = is_pruned;
    rank.frames.no_inlines = options.no_inlines;
    rank.frames.show_columns = options.show_columns;
    Some(RankVisitor::new(rank.granularity).with_options(&rank))
}
