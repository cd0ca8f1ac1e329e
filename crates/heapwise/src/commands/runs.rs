//! The profiles of a side, each with what it has of every site: whole where they are few, else by site.

use heapwise_analysis::{DiffSide, Ranking, RunSites};
use heapwise_report::Format;

use crate::many::{Many, aside, kept_aside};

/// So many profiles are kept as they were ranked: it takes less time.
const FEW: usize = 8;

/// How profiles are kept that are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kept {
    /// Each as it was ranked.
    Whole,
    /// By site, where they are many.
    BySite,
}

impl Kept {
    /// For an answer in a format, of either side: each profile has lines of its own in the values for benchstat.
    pub(crate) fn of(format: Format) -> Kept {
        match format {
            Format::Benchfmt => Kept::Whole,
            _ => Kept::BySite,
        }
    }
}

/// The rankings of a side, in the order of its profiles.
#[derive(Debug, Default)]
pub(crate) struct Runs {
    pub(super) rankings: Vec<Ranking>,
    /// The rows of all rankings, where they have none of their own.
    sites: Option<RunSites>,
    /// Bytes that the rankings take.
    size: usize,
    /// Bytes that the other side takes.
    beside: usize,
}

impl Runs {
    /// For so many profiles of a comparison.
    pub(crate) fn of(count: usize, kept: Kept, many: &Many) -> Runs {
        let is_by_site = count > FEW && kept == Kept::BySite;
        Runs {
            rankings: Vec::with_capacity(count),
            sites: is_by_site.then(|| run_sites(many)),
            ..Runs::default()
        }
    }

    /// Beside another side, which takes memory, too.
    pub(crate) fn beside(self, other: &Runs) -> Runs {
        Runs {
            beside: other.size(),
            ..self
        }
    }

    /// Adds the next profile, of which a comparison is of what filters leave.
    pub(crate) fn add(&mut self, mut ranking: Ranking) -> anyhow::Result<()> {
        ranking.whole = None;
        if let Some(sites) = &mut self.sites {
            kept_aside(sites.take(&mut ranking))?;
        }
        self.size += size_of::<Ranking>() + ranking.size();
        self.rankings.push(ranking);
        Ok(())
    }

    /// About how many bytes of memory both sides take.
    pub(crate) fn size(&self) -> usize {
        self.beside + self.size + self.sites.as_ref().map_or(0, RunSites::size)
    }

    /// Leaves a profile out; whether that was possible, without ranking the others anew.
    pub(crate) fn remove(&mut self, at: usize) -> bool {
        if self.sites.is_none() {
            self.rankings.remove(at);
        }
        self.sites.is_none()
    }

    /// None of them, to be ranked anew.
    pub(crate) fn emptied(&self, many: &Many) -> Runs {
        Runs {
            rankings: Vec::with_capacity(self.rankings.len()),
            sites: self.sites.as_ref().map(|_| run_sites(many)),
            beside: self.beside,
            ..Runs::default()
        }
    }

    /// As a side of a comparison by the values at these places.
    pub(crate) fn side<'a>(&'a self, sample_index: &'a [usize]) -> DiffSide<'a> {
        let side = DiffSide::new(&self.rankings, sample_index);
        match &self.sites {
            Some(sites) => side.with_sites(sites),
            None => side,
        }
    }
}

/// The sites of a side.
pub(super) fn run_sites(many: &Many) -> RunSites {
    aside(many).map_or_else(RunSites::default, RunSites::with_spill)
}
