//! Decides whether a profile has to be read again: samples may come before the tables that tell what they mean.

use heapwise_decode::{LocationIndex, Tables};

use super::blocks::Recovery;
use crate::profile::prune::Prune;
use crate::site::shape::Shape;
use crate::site::table::Nodes;

/// A reading of a profile whose samples are added up by what their locations stand for.
pub(crate) struct Reading {
    /// Whether all tables were there before the first sample.
    pub(crate) is_complete: bool,
    /// Whether the frames that a profile calls uninteresting are gone already, or are to stay.
    is_pruned: bool,
    prune: Option<Prune>,
    /// How many blocks each sample stands for, where that is asked.
    pub(crate) recovery: Option<Recovery>,
}

impl Reading {
    /// Before any.
    pub(crate) fn none() -> Reading {
        Reading {
            is_complete: false,
            is_pruned: false,
            prune: None,
            recovery: None,
        }
    }

    /// Starts with these tables; `None` where sites of this shape are told only by complete ones, which are read first.
    pub(crate) fn start(
        shape: &Shape,
        (tables, is_complete): (&Tables, bool),
        is_pruned: bool,
        with_errors: bool,
    ) -> Option<Reading> {
        if shape.granularity.needs_all_tables() && !is_complete {
            return None;
        }
        let mut reading = Reading {
            is_complete,
            is_pruned,
            prune: None,
            recovery: with_errors.then(|| Recovery::start(tables, is_complete)),
        };
        if is_complete {
            reading.prune = reading.prune_of(tables);
        }
        Some(reading)
    }

    /// What is left of locations some of whose frames are uninteresting.
    pub(crate) fn shorten(&self, tables: &Tables, nodes: &mut Nodes) {
        for (at, count) in self.prune.iter().flat_map(Prune::shortened) {
            if let Some(location) = tables.location_index(at) {
                nodes.keep_outer_lines(tables, location, count);
            }
        }
    }

    /// What stays of a stack.
    #[inline]
    pub(crate) fn cut<'a>(&self, stack: &'a [LocationIndex]) -> &'a [LocationIndex] {
        match &self.prune {
            None => stack,
            Some(prune) => prune.cut(stack),
        }
    }

    /// Whether the tables, which are complete at the end, show that the samples were not what they were taken for.
    pub(crate) fn must_be_repeated(&self, tables: &Tables, nodes: &mut Nodes) -> bool {
        let was_wrong = |known: &Recovery| known.was_wrong(tables);
        let is_other =
            self.recovery.as_ref().is_some_and(was_wrong) || self.prune_of(tables).is_some();
        !self.is_complete && is_other || !nodes.settle(tables)
    }

    fn prune_of(&self, tables: &Tables) -> Option<Prune> {
        match self.is_pruned {
            true => None,
            false => Prune::of(tables),
        }
    }
}
