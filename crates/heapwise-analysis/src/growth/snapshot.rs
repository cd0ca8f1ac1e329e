//! One snapshot of what is in use, site by site, and when it was.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::error::{ErrorKind, Result};
use crate::gc::GcMoment;
use crate::profile::header::{Header, SampleType};
use crate::rank::Ranking;
use crate::site::identity::Site;
use crate::site::inlined::Inlined;
use crate::sums::blocks::{Blocks, Lifetime, UnknownError};
use crate::sums::estimate::{Measure, Sampling};
use heapwise_decode::NoteKind;
use heapwise_decode::ProfileKind;

/// What counts for a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum LevelColumn {
    /// What it allocated itself.
    #[default]
    Flat,
    /// What it or anything that it called allocated.
    Cumulative,
}

/// A snapshot of what is in use.
#[derive(Debug, Clone)]
pub struct LevelSnapshot {
    pub(super) header: Header,
    sample_type: SampleType,
    pub(super) measure: Measure,
    pub(super) sampling: Sampling,
    pub(super) total: i128,
    /// Of all sites together: sampled blocks, and bytes ever allocated.
    pub(super) blocks: Blocks,
    /// In the order of their sites.
    pub(super) rows: Vec<LevelRow>,
    /// Which of the inputs it is.
    pub(super) input: usize,
    pub(super) moment: Option<GcMoment>,
}

/// What a site has in a snapshot.
#[derive(Debug, Clone)]
pub(super) struct LevelRow {
    /// Snapshots of one program have the same ones.
    pub(super) site: Arc<Site>,
    pub(super) inlined: Inlined,
    pub(super) value: i128,
    /// Bytes that it ever allocated, where the profile tells.
    pub(super) allocated: Option<i128>,
    pub(super) blocks: Blocks,
}

/// The sites of all snapshots of a series, each once.
#[derive(Debug, Default)]
pub struct LevelSites {
    known: BTreeSet<Arc<Site>>,
    size: usize,
}

impl LevelSites {
    /// Replaces a site by the one that is known, or makes it known.
    fn share(&mut self, site: &mut Arc<Site>) {
        match self.known.get(site) {
            Some(known) => *site = Arc::clone(known),
            None => {
                let texts = [&site.function, &site.package, &site.file, &site.object];
                let texts = texts.into_iter().flatten().map(String::len).sum::<usize>();
                self.size += size_of::<Site>() + size_of::<Arc<Site>>() + texts;
                self.known.insert(Arc::clone(site));
            }
        }
    }

    /// About how many bytes of memory they take.
    pub fn size(&self) -> usize {
        self.size
    }
}

impl LevelSnapshot {
    /// Whether its text or its stream ends too early.
    pub(super) fn is_cut(&self) -> bool {
        let cut = NoteKind::Truncated.code();
        self.header.notes.iter().any(|(code, _)| *code == cut)
    }

    /// Of a ranking of all sites in all sample types, the one with the index being what is asked about; `input` is its
    /// number among all, and `moment` the memory statistics that came with it.
    ///
    /// # Errors
    ///
    /// For a value that is no level: what was allocated, a difference of two profiles, and what is no memory.
    pub fn new(
        ranking: Ranking,
        (index, column): (usize, LevelColumn),
        input: usize,
        moment: Option<GcMoment>,
    ) -> Result<LevelSnapshot> {
        let sample_type = ranking.header.sample_types.get(index);
        let sample_type = sample_type.cloned().unwrap_or_default();
        let name = sample_type.type_.clone();
        let measure = ranking.measure(index);
        let measure = match measure {
            Some(measure) if measure.lifetime == Lifetime::InUse => measure,
            Some(_) => return Err(ErrorKind::CounterOnlyGrows { found: name }.into()),
            None => return Err(ErrorKind::NoLevel { found: name }.into()),
        };
        let sampling = ranking.sampling_of(index);
        let is_difference = matches!(
            sampling,
            Sampling::Unknown(UnknownError::NotALevel | UnknownError::Difference)
        );
        if is_difference || ranking.header.kind == ProfileKind::DeltaHeap {
            return Err(ErrorKind::DifferenceIsNoLevel.into());
        }
        let types = &ranking.header.sample_types;
        let allocated_at = types.iter().position(|known| known.type_ == "alloc_space");
        let sampling = match (sampling.of_one(), allocated_at) {
            (Sampling::Known(_), None) => Sampling::Unknown(UnknownError::NoCounters),
            (known, _) => known,
        };
        let rows = ranking.rows.into_iter().map(|row| {
            let (values, blocks) = match column {
                LevelColumn::Flat => (row.flat, row.flat_blocks),
                LevelColumn::Cumulative => (row.cum, row.cum_blocks),
            };
            LevelRow {
                value: values.get(index).copied().unwrap_or(0),
                allocated: allocated_at.and_then(|at| values.get(at).copied()),
                site: Arc::new(row.site),
                inlined: row.inlined,
                blocks,
            }
        });
        let is_there = |row: &LevelRow| row.value != 0 || row.allocated.is_some_and(|all| all != 0);
        let mut rows: Vec<LevelRow> = rows.filter(is_there).collect();
        rows.sort_by(|one, other| one.site.cmp(&other.site));
        Ok(LevelSnapshot {
            total: ranking.totals.get(index).map_or(0, |total| total.net),
            header: ranking.header,
            sample_type,
            blocks: ranking.blocks,
            measure,
            sampling,
            rows,
            input,
            moment,
        })
    }

    /// The same as the input with this number.
    #[must_use]
    pub fn numbered(self, input: usize) -> LevelSnapshot {
        LevelSnapshot { input, ..self }
    }

    /// The same with the sites that earlier ones had, so that each is in memory once; takes note of new ones.
    #[must_use]
    pub fn sharing(mut self, sites: &mut LevelSites) -> LevelSnapshot {
        for row in &mut self.rows {
            sites.share(&mut row.site);
        }
        self.rows.shrink_to_fit();
        self
    }

    /// About how many bytes of memory it takes, but for its sites ([`LevelSites::size`]).
    pub fn size(&self) -> usize {
        let rows = self.rows.iter();
        let rows = rows.map(|row| size_of::<LevelRow>() + row.blocks.size());
        size_of::<LevelSnapshot>() + self.blocks.size() + rows.sum::<usize>()
    }

    /// Whether memory statistics came with it.
    pub fn has_moment(&self) -> bool {
        self.moment.is_some()
    }

    pub(super) fn sample_type(&self) -> SampleType {
        self.sample_type.clone()
    }

    /// When it was: the end of the cycle at which it was published, else when it was taken.
    pub(super) fn nanos(&self) -> Option<i64> {
        let published = self.moment.as_ref().and_then(GcMoment::published_nanos);
        published.or(self.header.time_nanos)
    }

    pub(super) fn row(&self, site: &Site) -> Option<&LevelRow> {
        let found = self.rows.binary_search_by(|row| (*row.site).cmp(site));
        self.rows.get(found.ok()?)
    }
}
