//! One snapshot of what is in use, site by site, and when it was.

use std::ops::Range;

use crate::error::{ErrorKind, Result};
use crate::gc::{GcMoment, KeptMoment};
use crate::profile::header::{Header, SampleType};
use crate::rank::Ranking;
use crate::rank::packed::{self, Shape, Sizes};
use crate::site::identity::Site;
use crate::site::inlined::Inlined;
use crate::sums::blocks::{Blocks, Lifetime, UnknownError};
use crate::sums::estimate::{Measure, Sampling};
use crate::sums::spill::Spilled;
use heapwise_decode::NoteKind;

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
    /// Which of its sample types is asked about.
    index: usize,
    pub(super) measure: Measure,
    pub(super) sampling: Sampling,
    pub(super) total: i128,
    /// The sampled blocks of all sites together.
    blocks: TotalBlocks,
    /// Whether bytes that were ever allocated are known.
    tells_allocated: bool,
    pub(super) rows: Rows,
    /// Which of the inputs it is.
    pub(super) input: usize,
    /// Apart, as most profiles come without.
    pub(super) moment: Option<Box<KeptMoment>>,
}

/// The sampled blocks of all sites.
#[derive(Debug, Clone)]
enum TotalBlocks {
    /// As they were ranked.
    Whole(Blocks),
    /// In few bytes, from this place of those that are kept of all snapshots.
    Packed(usize),
}

/// What the sites have in a snapshot.
#[derive(Debug, Clone)]
pub(super) enum Rows {
    /// As it was ranked.
    Whole(Vec<LevelRow>),
    /// In few bytes, at these places of those that are kept of all snapshots.
    Packed(Range<usize>),
    /// The same in a file.
    Spilled(Spilled),
}

impl Default for Rows {
    fn default() -> Rows {
        Rows::Whole(Vec::new())
    }
}

/// What a site has in a snapshot.
#[derive(Debug, Clone)]
pub(super) struct LevelRow {
    pub(super) site: Site,
    pub(super) inlined: Inlined,
    pub(super) value: i128,
    /// Bytes that it ever allocated, where the profile tells.
    pub(super) allocated: Option<i128>,
    pub(super) blocks: Blocks,
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
        let name = sample_type.map_or("", |known| &known.type_).to_owned();
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
        if is_difference || ranking.header.is_difference() {
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
                site: row.site,
                inlined: row.inlined,
                blocks,
            }
        });
        let is_there = |row: &LevelRow| row.value != 0 || row.allocated.is_some_and(|all| all != 0);
        let rows = rows.filter(is_there).collect();
        Ok(LevelSnapshot {
            total: ranking.totals.get(index).map_or(0, |total| total.net),
            header: ranking.header,
            index,
            blocks: TotalBlocks::Whole(ranking.blocks),
            measure,
            sampling,
            tells_allocated: allocated_at.is_some(),
            rows: Rows::Whole(rows),
            input,
            moment: moment.map(|moment| Box::new(KeptMoment::of(&moment))),
        })
    }

    /// The same as the input with this number.
    #[must_use]
    pub fn numbered(self, input: usize) -> LevelSnapshot {
        LevelSnapshot { input, ..self }
    }

    /// About how many bytes of memory it takes, but for what is kept by its sites ([`LevelSites::size`]).
    ///
    /// [`LevelSites::size`]: super::sites::LevelSites::size
    pub fn size(&self) -> usize {
        let rows = match &self.rows {
            Rows::Whole(rows) => rows.as_slice(),
            _ => &[],
        };
        let rows = rows.iter();
        let rows = rows.map(|row| size_of::<LevelRow>() + row.blocks.size());
        let blocks = match &self.blocks {
            TotalBlocks::Whole(blocks) => blocks.size(),
            TotalBlocks::Packed(_) => 0,
        };
        let moment = self.moment.as_ref().map_or(0, |moment| moment.size());
        size_of::<LevelSnapshot>() + moment + blocks + rows.sum::<usize>()
    }

    /// Keeps the blocks of all sites in few bytes behind others, by the numbers of their sizes.
    pub(super) fn pack_blocks(&mut self, (kept, sizes): (&mut Vec<u8>, &mut Sizes)) {
        if let TotalBlocks::Whole(blocks) = &self.blocks {
            let place = kept.len();
            packed::put_blocks(kept, blocks, sizes);
            self.blocks = TotalBlocks::Packed(place);
        }
    }

    /// The sampled blocks of all sites together, from where they were packed by the numbers of their sizes.
    pub(super) fn blocks(&self, (kept, sizes): (&[u8], &Sizes)) -> Blocks {
        match &self.blocks {
            TotalBlocks::Whole(blocks) => blocks.clone(),
            TotalBlocks::Packed(place) => {
                packed::blocks_at(kept.get(*place..).unwrap_or_default(), sizes)
            }
        }
    }

    /// What the profile says of itself.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// What is kept of each site: its value, where it is inlined, and what it ever allocated.
    pub(super) fn shape(&self) -> Shape {
        Shape::new(if self.tells_allocated { 3 } else { 2 }, None, None)
    }

    /// Whether memory statistics came with it.
    pub fn has_moment(&self) -> bool {
        self.moment.is_some()
    }

    pub(super) fn sample_type(&self) -> SampleType {
        let known = self.header.sample_types.get(self.index);
        known.cloned().unwrap_or_default()
    }

    /// When it was: the end of the cycle at which it was published, else when it was taken.
    pub fn nanos(&self) -> Option<i64> {
        let published = self
            .moment
            .as_ref()
            .and_then(|moment| moment.published_nanos());
        published
            .or(self.header.time_nanos)
            .or_else(|| self.early_nanos())
    }
}
