//! The sampled blocks behind a number: what sampling errors are computed from.

use std::collections::HashMap;

use heapwise_decode::{LabelValue, ProfileKind, Sample, StringIndex, Tables};

use crate::path::Place;
use crate::stats::{Mix, SamplingRate, SizeClass};

/// How many blocks of one size were sampled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BlockCount {
    /// Size of the blocks in bytes.
    pub size: u64,
    /// Sampled blocks ever allocated; negative only in a difference of profiles.
    pub allocated: i64,
    /// Those of them still in use.
    pub in_use: i64,
}

/// Sampled blocks by size, smallest first, each size once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Blocks {
    counts: Vec<BlockCount>,
}

/// Which of the blocks a sample type counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lifetime {
    /// All that were allocated.
    Allocated,
    /// Those still in use.
    InUse,
}

impl Blocks {
    /// The counts.
    pub fn counts(&self) -> &[BlockCount] {
        &self.counts
    }

    /// Adds other blocks.
    pub(crate) fn absorb(&mut self, other: &Blocks) {
        for &count in &other.counts {
            match self
                .counts
                .binary_search_by_key(&count.size, |known| known.size)
            {
                Ok(at) => {
                    if let Some(known) = self.counts.get_mut(at) {
                        known.allocated += count.allocated;
                        known.in_use += count.in_use;
                    }
                }
                Err(at) => self.counts.insert(at, count),
            }
        }
    }

    /// The mix of sampled sizes. `None` when a count is negative, as in a difference of profiles.
    pub fn mix(&self, rate: SamplingRate, lifetime: Lifetime) -> Option<Mix> {
        let count = |block: &BlockCount| match lifetime {
            Lifetime::Allocated => block.allocated,
            Lifetime::InUse => block.in_use,
        };
        let mut records = Vec::with_capacity(self.counts.len());
        for block in &self.counts {
            records.push((block.size, u64::try_from(count(block)).ok()?));
        }
        Some(Mix::from_records(rate, records))
    }
}

/// One size's counts while profiles are read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry {
    class: u32,
    allocated: i64,
    in_use: i64,
}

/// Adds an entry to a list kept in the order of classes.
#[inline]
fn add(list: &mut Vec<Entry>, entry: Entry) {
    // Classes are numbered as they appear, so a list that has met all sizes has each at its place.
    if let Some(known) = list.get_mut(entry.class as usize)
        && known.class == entry.class
    {
        known.allocated += entry.allocated;
        known.in_use += entry.in_use;
        return;
    }
    match list.binary_search_by_key(&entry.class, |known| known.class) {
        Ok(at) => {
            if let Some(known) = list.get_mut(at) {
                known.allocated += entry.allocated;
                known.in_use += entry.in_use;
            }
        }
        Err(at) => list.insert(at, entry),
    }
}

/// The entries of every item on a path: each frame has a list, which is handed to the frame below
/// it, towards the root, when the frame leaves the path, and to the items that leave with it.
#[derive(Debug, Default)]
pub(crate) struct BlockPath {
    frames: Vec<Vec<Entry>>,
    /// Frames on the path; those beyond are kept for their memory.
    depth: usize,
    items: Vec<Vec<Entry>>,
}

impl BlockPath {
    /// Puts frames at the leaf side.
    #[inline]
    pub(crate) fn push_frames(&mut self, count: usize) {
        let depth = self.depth + count;
        if self.frames.len() < depth {
            self.frames.resize_with(depth, Vec::new);
        }
        for frame in self.frames.get_mut(self.depth..depth).unwrap_or_default() {
            frame.clear();
        }
        self.depth = depth;
    }

    /// Adds a sample's blocks to everything on the path.
    #[inline]
    pub(crate) fn add(&mut self, entry: Entry) {
        let top = self.depth.checked_sub(1);
        if let Some(frame) = top.and_then(|top| self.frames.get_mut(top)) {
            add(frame, entry);
        }
    }

    /// Takes frames off the path until `depth` are left; `places` are the items of the others.
    #[inline]
    pub(crate) fn truncate(&mut self, depth: usize, places: &[Place]) {
        let mut places = places;
        while self.depth > depth {
            self.depth -= 1;
            while let Some((place, before)) = places.split_last()
                && place.depth as usize == self.depth
            {
                self.finish(place.item);
                places = before;
            }
            self.carry();
        }
    }

    /// Hands what the first frame off the path has collected to an item.
    fn finish(&mut self, item: u32) {
        let at = item as usize;
        if self.items.len() <= at {
            self.items.resize_with(at + 1, Vec::new);
        }
        if let (Some(frame), Some(item)) = (self.frames.get(self.depth), self.items.get_mut(at)) {
            for &entry in frame {
                add(item, entry);
            }
        }
    }

    /// Hands what the first frame off the path has collected to the frame below it.
    fn carry(&mut self) {
        let (below, above) = self.frames.split_at_mut(self.depth);
        if let (Some(parent), Some(frame)) = (below.last_mut(), above.first_mut()) {
            if parent.is_empty() {
                std::mem::swap(parent, frame);
                return;
            }
            for &entry in frame.iter() {
                add(parent, entry);
            }
        }
    }

    /// What each item has collected, when `places` are all that are on the path.
    pub(crate) fn into_items(mut self, places: &[Place]) -> Vec<Vec<Entry>> {
        self.truncate(0, places);
        self.items
    }
}

/// Why sampling errors cannot be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum UnknownError {
    /// The profile is of a kind whose sampling heapwise does not know.
    Kind,
    /// The profile does not say at which rate it was taken.
    NoPeriod,
    /// Samples do not say how large their blocks are.
    NoBlockSizes,
    /// Values are not what Go writes for any number of sampled blocks: another tool has rescaled
    /// them, or added up profiles of different rates.
    Rescaled,
    /// Profiles of different rates were added up.
    MixedRates,
    /// A profile was subtracted from another.
    Difference,
    /// Values are per object, and the number of objects is as uncertain as what is divided by it.
    PerObject,
}

impl UnknownError {
    /// A sentence for people.
    pub fn reason(self) -> &'static str {
        match self {
            UnknownError::Kind => "profiles of this kind do not say how they were sampled",
            UnknownError::NoPeriod => "the profile does not say at which rate it was sampled",
            UnknownError::NoBlockSizes => "samples do not say the size of their blocks",
            UnknownError::Rescaled => {
                "the values are not as Go writes them: they were rescaled or added up from \
                 different rates"
            }
            UnknownError::MixedRates => "profiles of different sampling rates were added up",
            UnknownError::Difference => "this is the difference of two profiles",
            UnknownError::PerObject => "values are per object",
        }
    }
}

/// Recovers the sampled counts of records as they come.
#[derive(Debug)]
pub(crate) struct Recovery {
    rate: Option<SamplingRate>,
    layout: Option<HeapLayout>,
    /// The name of the label that holds the block size: given by complete tables, else that of
    /// the first number seen, to be checked at the end.
    size_key: Option<StringIndex>,
    classes: Vec<SizeClass>,
    by_size: HashMap<u64, u32>,
    last: Option<(u64, u32)>,
    failure: Option<UnknownError>,
}

/// Where a heap profile keeps its values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct HeapLayout {
    allocated: Option<(usize, usize)>,
    in_use: Option<(usize, usize)>,
}

/// The order in which Go writes the four values (runtime/pprof/protomem.go: writeHeapProto).
const GO_LAYOUT: HeapLayout = HeapLayout {
    allocated: Some((0, 1)),
    in_use: Some((2, 3)),
};

impl Recovery {
    /// What is known before the first sample. Texts may not be there yet: four values are then
    /// taken for Go's four until the end shows otherwise.
    pub(crate) fn start(tables: &Tables, complete: bool) -> Recovery {
        let layout = if complete {
            HeapLayout::of(tables)
        } else {
            (tables.sample_types().len() == 4).then_some(GO_LAYOUT)
        };
        let size_key = tables
            .string_indexes()
            .find(|&index| complete && tables.text_bytes(index) == b"bytes");
        let failure = match (layout, size_key) {
            (None, _) => Some(UnknownError::Kind),
            (Some(_), None) if complete => Some(UnknownError::NoBlockSizes),
            _ => None,
        };
        let rate = rate(tables);
        Recovery {
            failure: failure.or(rate.is_none().then_some(UnknownError::NoPeriod)),
            rate,
            layout,
            size_key,
            classes: Vec::new(),
            by_size: HashMap::new(),
            last: None,
        }
    }

    /// Whether complete tables contradict what was assumed while samples came.
    pub(crate) fn was_wrong(&self, tables: &Tables) -> bool {
        let fresh = Recovery::start(tables, true);
        fresh.layout != self.layout
            || fresh.rate != self.rate
            || self
                .size_key
                .is_some_and(|key| tables.text_bytes(key) != b"bytes")
    }

    /// Whether there may be counts to recover.
    pub(crate) fn is_needed(&self) -> bool {
        self.failure.is_none() && !self.is_exact()
    }

    /// Why there are no counts.
    pub(crate) fn failure(&self) -> Option<UnknownError> {
        self.failure
    }

    /// The rate at which the profile was sampled.
    pub(crate) fn rate(&self) -> Option<SamplingRate> {
        self.rate
    }

    /// Whether every block was recorded, so that there is nothing to recover.
    #[inline]
    fn is_exact(&self) -> bool {
        self.rate.is_some_and(SamplingRate::records_everything)
    }

    /// The counts behind a sample.
    #[inline]
    pub(crate) fn entry(&mut self, sample: &Sample<'_>) -> Option<Entry> {
        if self.failure.is_some() || self.is_exact() {
            return None;
        }
        match self.recovered(sample) {
            Ok(entry) => entry,
            Err(failure) => {
                self.failure = Some(failure);
                None
            }
        }
    }

    fn recovered(&mut self, sample: &Sample<'_>) -> Result<Option<Entry>, UnknownError> {
        let values = sample.values();
        if values.iter().all(|&value| value == 0) {
            return Ok(None);
        }
        let size = self.size(sample).ok_or(UnknownError::NoBlockSizes)?;
        let class = self.class(size).ok_or(UnknownError::NoBlockSizes)?;
        let layout = self.layout.ok_or(UnknownError::Kind)?;
        let size_class = self.classes.get(class as usize).copied();
        let size_class = size_class.ok_or(UnknownError::NoBlockSizes)?;
        let count = |pair: Option<(usize, usize)>| {
            let Some((objects, bytes)) = pair else {
                return Ok(0);
            };
            let value = |at: usize| values.get(at).copied().unwrap_or(0);
            if (value(objects), value(bytes)) == (0, 0) {
                return Ok(0);
            }
            let recovered = size_class.recover(value(objects), value(bytes));
            recovered.ok_or(UnknownError::Rescaled)
        };
        Ok(Some(Entry {
            class,
            allocated: count(layout.allocated)?,
            in_use: count(layout.in_use)?,
        }))
    }

    /// The block size that a sample's label tells.
    #[inline]
    fn size(&mut self, sample: &Sample<'_>) -> Option<u64> {
        for label in sample.labels().iter() {
            let LabelValue::Number { value, .. } = label.value else {
                continue;
            };
            if *self.size_key.get_or_insert(label.key) == label.key {
                return u64::try_from(value).ok();
            }
        }
        None
    }

    #[inline]
    fn class(&mut self, size: u64) -> Option<u32> {
        if let Some((known, class)) = self.last
            && known == size
        {
            return Some(class);
        }
        let class = match self.by_size.get(&size) {
            Some(&class) => class,
            None => {
                let class = self.classes.len() as u32;
                self.classes.push(SizeClass::new(size, self.rate?)?);
                self.by_size.insert(size, class);
                class
            }
        };
        self.last = Some((size, class));
        Some(class)
    }

    /// Entries as blocks by size.
    pub(crate) fn blocks(&self, entries: &[Entry]) -> Blocks {
        let mut counts: Vec<BlockCount> = entries
            .iter()
            .filter(|entry| entry.allocated != 0 || entry.in_use != 0)
            .filter_map(|entry| {
                Some(BlockCount {
                    size: self.classes.get(entry.class as usize)?.size(),
                    allocated: entry.allocated,
                    in_use: entry.in_use,
                })
            })
            .collect();
        counts.sort_unstable_by_key(|count| count.size);
        Blocks { counts }
    }
}

/// Lists of entries by item, for what is not on a path: flat values and the total.
#[derive(Debug, Default)]
pub(crate) struct EntryLists {
    lists: Vec<Vec<Entry>>,
}

impl EntryLists {
    #[inline]
    pub(crate) fn add(&mut self, item: u32, entry: Entry) {
        let at = item as usize;
        if self.lists.len() <= at {
            self.lists.resize_with(at + 1, Vec::new);
        }
        if let Some(list) = self.lists.get_mut(at) {
            add(list, entry);
        }
    }

    pub(crate) fn get(&self, item: u32) -> &[Entry] {
        self.lists.get(item as usize).map_or(&[], Vec::as_slice)
    }
}

fn rate(tables: &Tables) -> Option<SamplingRate> {
    let period = tables.period()?;
    u64::try_from(period).ok().and_then(SamplingRate::new)
}

impl HeapLayout {
    /// By the names of complete tables; `None` when this is no Go heap profile.
    fn of(tables: &Tables) -> Option<HeapLayout> {
        let position = |name: &str| {
            let types = tables.sample_types();
            types
                .iter()
                .position(|known| tables.text(known.type_) == name)
        };
        let pair = |objects, bytes| Some((position(objects)?, position(bytes)?));
        let layout = HeapLayout {
            allocated: pair("alloc_objects", "alloc_space"),
            in_use: pair("inuse_objects", "inuse_space"),
        };
        (layout.allocated.is_some() || layout.in_use.is_some()).then_some(layout)
    }
}

/// Whether a kind of profile counts everything there is, so that its numbers have no error.
pub(crate) fn counts_everything(kind: ProfileKind) -> bool {
    matches!(
        kind,
        ProfileKind::Goroutine | ProfileKind::GoroutineLeak | ProfileKind::ThreadCreate
    )
}
