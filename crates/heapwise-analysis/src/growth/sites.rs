//! The sites of all snapshots of a series, each once, and what each snapshot has of them, in few bytes: in memory, and in
//! a file where it is too much.

use std::collections::HashMap;
use std::sync::Arc;

use super::snapshot::{LevelRow, LevelSnapshot, Rows};
use crate::error::Result;
use crate::profile::headers::Headers;
use crate::rank::column::Column;
use crate::rank::packed::{Bytes, Part, Shape, Sizes, put};
use crate::site::identity::{Site, has_folded_arguments, without_type_arguments};
use crate::site::inlined::Inlined;
use crate::sums::blocks::Blocks;
use crate::sums::cells::make_room;
use crate::sums::spill::Spill;

/// The sites of all snapshots of a series, each once, with what each snapshot has of them.
#[derive(Debug, Default)]
pub struct LevelSites {
    numbers: HashMap<Arc<Site>, usize>,
    known: Vec<Arc<Site>>,
    /// Of each site the number of that by which texts name it; its own, but of a function with type arguments.
    as_in_texts: Vec<usize>,
    pub(super) sizes: Sizes,
    pub(super) spill: Option<Spill>,
    headers: Headers,
    /// Bytes that sites take.
    names: usize,
    /// What the snapshots have of the sites, one behind the other, as far as it is in memory. A piece of memory for each
    /// snapshot would be in the way of what reading the next one takes, and leave gaps between them.
    rows: Vec<u8>,
    /// The sampled blocks of all sites together, likewise.
    blocks: Vec<u8>,
}

/// What a snapshot has of a site.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct SiteRow {
    /// The number of the site.
    pub(super) site: usize,
    pub(super) inlined: Inlined,
    pub(super) value: i128,
    /// Bytes that it ever allocated, where the profile tells.
    pub(super) allocated: Option<i128>,
    pub(super) blocks: Blocks,
}

impl Default for SiteRow {
    /// Nothing, to which others are added.
    fn default() -> SiteRow {
        SiteRow {
            site: 0,
            inlined: Inlined::default(),
            value: 0,
            allocated: Some(0),
            blocks: Blocks::default(),
        }
    }
}

impl SiteRow {
    /// Adds what another site has.
    pub(super) fn absorb(&mut self, other: &SiteRow) {
        self.value += other.value;
        self.allocated = self.allocated.zip(other.allocated).map(|(a, b)| a + b);
        self.blocks.absorb(&other.blocks);
    }
}

/// The site as a text names it, where that is another name.
fn generic(site: &Site) -> Option<Site> {
    let function = site.function.as_deref()?;
    let printed = without_type_arguments(function);
    (printed != function).then(|| Site {
        function: Some(printed),
        ..site.clone()
    })
}

impl LevelSites {
    /// Of no snapshot yet, where a file takes what is too much for memory.
    pub fn with_spill(spill: Spill) -> LevelSites {
        LevelSites {
            spill: Some(spill),
            ..LevelSites::default()
        }
    }

    /// Takes what a snapshot has of its sites out of it, and keeps it here; of its header, what others say as well.
    ///
    /// # Errors
    ///
    /// When the file for what does not fit in memory cannot be written.
    pub fn keep(&mut self, mut snapshot: LevelSnapshot) -> Result<LevelSnapshot> {
        let rows = match std::mem::take(&mut snapshot.rows) {
            Rows::Whole(rows) => rows,
            kept => {
                snapshot.rows = kept;
                return Ok(snapshot);
            }
        };
        let mut rows: Vec<(usize, LevelRow)> = rows
            .into_iter()
            .map(|row| (self.number(&row.site), row))
            .collect();
        rows.sort_unstable_by_key(|(number, _)| *number);
        let (start, mut next) = (self.rows.len(), 0);
        for (number, row) in rows {
            let inlined = Inlined::ALL.iter().position(|one| *one == row.inlined);
            let inlined = inlined.unwrap_or(0) as i128;
            let values = [row.value, inlined, row.allocated.unwrap_or(0)];
            let part = Part {
                values: &values,
                blocks: &row.blocks,
            };
            let row = (number - next, [part, part]);
            make_room(&mut self.rows, MOST_OFTEN);
            put(&mut self.rows, row, snapshot.shape(), &mut self.sizes);
            next = number + 1;
        }
        snapshot.rows = self.placed(start)?;
        make_room(&mut self.blocks, MOST_OFTEN);
        snapshot.pack_blocks((&mut self.blocks, &mut self.sizes));
        snapshot.header = self.headers.shared(snapshot.header);
        Ok(snapshot)
    }

    /// Where the rows are that were written last, from this place on: in the file, where they are too much for memory.
    fn placed(&mut self, start: usize) -> Result<Rows> {
        match &mut self.spill {
            Some(spill) if self.rows.len() > spill.beyond() => {
                let place = spill.put_one(self.rows.get(start..).unwrap_or_default())?;
                self.rows.truncate(start);
                Ok(Rows::Spilled(place))
            }
            _ => Ok(Rows::Packed(start..self.rows.len())),
        }
    }

    fn number(&mut self, site: &Site) -> usize {
        match self.numbers.get(site) {
            Some(&number) => number,
            None => {
                let shared = generic(site).map(|generic| self.number(&generic));
                self.new_number(site, shared)
            }
        }
    }

    fn new_number(&mut self, site: &Site, as_in_texts: Option<usize>) -> usize {
        let texts = [&site.function, &site.package, &site.file, &site.object];
        let texts = texts.into_iter().flatten().map(String::len).sum::<usize>();
        // Shared by both tables.
        let entries = 2 * size_of::<Arc<Site>>() + 2 * size_of::<usize>();
        self.names += size_of::<Site>() + entries + texts;
        let (site, number) = (Arc::new(site.clone()), self.known.len());
        self.known.push(Arc::clone(&site));
        self.as_in_texts.push(as_in_texts.unwrap_or(number));
        self.numbers.insert(site, number);
        number
    }

    /// About how many bytes of memory they take.
    pub fn size(&self) -> usize {
        self.names + self.rows.len() + self.blocks.len()
    }

    /// The sites by their numbers.
    pub(super) fn known(&self) -> &[Arc<Site>] {
        &self.known
    }

    /// The sampled blocks of all sites together of a snapshot.
    pub(super) fn blocks(&self, snapshot: &LevelSnapshot) -> Blocks {
        snapshot.blocks((&self.blocks, &self.sizes))
    }

    /// What a snapshot that was kept has of its sites, in the order of their numbers.
    ///
    /// # Errors
    ///
    /// When it is in the file and cannot be read.
    pub(super) fn rows(&self, snapshot: &LevelSnapshot) -> Result<Vec<SiteRow>> {
        let shape = snapshot.shape();
        match (&snapshot.rows, &self.spill) {
            (Rows::Packed(places), _) => {
                let bytes = self.rows.get(places.clone()).unwrap_or_default();
                Ok(self.unpacked(bytes, shape))
            }
            (Rows::Spilled(place), Some(spill)) => {
                let bytes = spill.read(&[*place])?;
                Ok(self.unpacked(&bytes, shape))
            }
            _ => Ok(Vec::new()),
        }
    }

    /// The same by the names of texts, so that snapshots of either form can be compared.
    ///
    /// # Errors
    ///
    /// As [`Self::rows`].
    pub(super) fn rows_as_in_texts(&self, snapshot: &LevelSnapshot) -> Result<Vec<SiteRow>> {
        let mut rows = self.rows(snapshot)?;
        let name = |row: &SiteRow| self.as_in_texts.get(row.site).copied();
        if rows.iter().all(|row| name(row) == Some(row.site)) {
            return Ok(rows);
        }
        for row in &mut rows {
            row.site = name(row).unwrap_or(row.site);
        }
        rows.sort_by_key(|row| row.site);
        rows.dedup_by(|row, first| {
            let is_same = row.site == first.site;
            if is_same {
                first.absorb(row);
            }
            is_same
        });
        Ok(rows)
    }

    /// Whether one of the snapshots names functions with type arguments as texts do, and any other one otherwise.
    ///
    /// # Errors
    ///
    /// As [`Self::rows`].
    pub(super) fn has_both_names(&self, snapshots: &[LevelSnapshot]) -> Result<bool> {
        let mut names = self.as_in_texts.iter().enumerate();
        if names.all(|(site, &name)| site == name) {
            return Ok(false);
        }
        let is_short = |row: &SiteRow| {
            let site = self.known.get(row.site);
            let function = site.and_then(|site| site.function.as_deref());
            function.is_some_and(has_folded_arguments)
        };
        for snapshot in snapshots {
            if self.rows(snapshot)?.iter().any(is_short) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn unpacked(&self, bytes: &[u8], shape: Shape) -> Vec<SiteRow> {
        let (mut bytes, mut rows, mut next) = (Bytes(bytes), Vec::new(), 0);
        while let Some((site, head)) = bytes.next(&mut next) {
            let (mut value, mut inlined, mut allocated) = (0, Inlined::default(), None);
            let known = (shape, &self.sizes);
            let blocks = bytes.column(head, Column::Flat, known, |at, found| match at {
                0 => value = found,
                1 => {
                    inlined = Inlined::ALL
                        .get(found as usize)
                        .copied()
                        .unwrap_or_default()
                }
                _ => allocated = Some(found),
            });
            rows.push(SiteRow {
                site,
                inlined,
                value,
                allocated,
                blocks,
            });
        }
        rows
    }
}

/// Most rows take no more bytes than this.
const MOST_OFTEN: usize = 4096;

/// What a snapshot has of a site, of all that it has of sites.
pub(super) fn row_of(rows: &[SiteRow], site: usize) -> Option<&SiteRow> {
    let found = rows.binary_search_by_key(&site, |row| row.site);
    rows.get(found.ok()?)
}
